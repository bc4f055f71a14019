//! One writer at a time. The lock is an advisory one (`flock`) on the directory of the file: nothing is left
//! behind in the work tree, and it ends with the process.

use super::DiskError;
use super::target::{self, Target};
use rustix::fs::{AtFlags, FlockOperation, Mode, OFlags};
use rustix::io::{Errno, retry_on_intr};
use std::ffi::{OsStr, OsString};
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

/// The right to write a file, held from reading it to replacing it. Ends when dropped.
pub struct Guard {
    pub(super) directory: OwnedFd,
    directory_path: PathBuf,
    name: OsString,
    /// Some file systems have no locks; there, only the look at the file just before the rename is left.
    pub(super) locked: bool,
}

/// Waits for the right to write the file that `path` leads to, up to `patience`. The file need not exist.
pub fn lock(path: &Path, patience: Duration) -> Result<Guard, DiskError> {
    match target::resolve(path)? {
        Target::File { directory, name } => lock_entry(directory, name, patience),
        Target::Stream(path) => Err(DiskError::NotAFile { path, found: "a device or pipe" }),
    }
}

pub(super) fn lock_entry(
    directory_path: PathBuf,
    name: OsString,
    patience: Duration,
) -> Result<Guard, DiskError> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let directory = retry_on_intr(|| rustix::fs::open(&directory_path, flags, Mode::empty()))
        .map_err(|fault| DiskError::io("open", &directory_path, fault))?;
    let locked = acquire(&directory, patience).map_err(|fault| match fault {
        Errno::WOULDBLOCK => {
            DiskError::Locked { path: directory_path.join(&name), seconds: patience.as_secs() }
        }
        fault => DiskError::io("lock", &directory_path, fault),
    })?;
    Ok(Guard { directory, directory_path, name, locked })
}

/// False when the file system has no locks (`EBADF` is NFS' way to say so of a directory).
fn acquire(directory: &OwnedFd, patience: Duration) -> Result<bool, Errno> {
    let start = Instant::now();
    let mut pause = Duration::from_millis(1);
    loop {
        match retry_on_intr(|| rustix::fs::flock(directory, FlockOperation::NonBlockingLockExclusive)) {
            Ok(()) => return Ok(true),
            Err(Errno::NOLCK | Errno::OPNOTSUPP | Errno::INVAL | Errno::NOSYS | Errno::BADF) => {
                return Ok(false);
            }
            Err(Errno::WOULDBLOCK) if start.elapsed() < patience => {
                thread::sleep(pause);
                pause = (pause * 2).min(Duration::from_millis(20));
            }
            Err(fault) => return Err(fault),
        }
    }
}

impl Guard {
    /// The file, its links followed.
    pub fn path(&self) -> PathBuf {
        self.directory_path.join(&self.name)
    }

    /// Whether there is anything under the file's name.
    pub fn exists(&self) -> Result<bool, DiskError> {
        let look = || rustix::fs::statat(&self.directory, &self.name, AtFlags::SYMLINK_NOFOLLOW);
        match retry_on_intr(look) {
            Ok(_) => Ok(true),
            Err(Errno::NOENT) => Ok(false),
            Err(fault) => Err(DiskError::io("open", &self.path(), fault)),
        }
    }

    pub(super) fn directory_path(&self) -> &Path {
        &self.directory_path
    }

    pub(super) fn name(&self) -> &OsStr {
        &self.name
    }
}
