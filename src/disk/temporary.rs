//! The temporary file that becomes the new version.

use super::DiskError;
use super::lock::Guard;
use rustix::fs::{AtFlags, Mode, OFlags, RenameFlags};
use rustix::io::{Errno, retry_on_intr};
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, Write};
use std::os::unix::ffi::{OsStrExt, OsStringExt};

/// What every name of a temporary file has in it; `.git/info/exclude` names it too.
const MARK: &[u8] = b".sops-rs-";
const SUFFIX: &[u8] = b".tmp";
/// Characters of chance between the two.
const CHANCE: usize = 8;
/// The bytes of the target's name that are repeated; with the rest, a name stays below the 255 of most systems.
const MAX_NAME: usize = 200;

/// A file beside the target that removes itself, unless it took the target's place.
pub(super) struct Temporary<'a> {
    guard: &'a Guard,
    name: OsString,
    pub(super) file: File,
    /// It has the target's name now, or none.
    gone: bool,
}

impl<'a> Temporary<'a> {
    /// Makes an empty file with these permissions at most: the umask may take some away.
    pub(super) fn create(guard: &'a Guard, mode: Mode) -> Result<Temporary<'a>, DiskError> {
        let name = name_for(guard)?;
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        match retry_on_intr(|| rustix::fs::openat(&guard.directory, &name, flags, mode)) {
            Ok(file) => Ok(Temporary { guard, name, file: File::from(file), gone: false }),
            Err(fault @ (Errno::ACCESS | Errno::PERM | Errno::ROFS)) => {
                Err(DiskError::Directory { path: guard.directory_path().to_owned(), source: fault.into() })
            }
            Err(fault) => Err(DiskError::io("create a new version of", &guard.path(), fault)),
        }
    }

    pub(super) fn fill(&mut self, bytes: &[u8]) -> Result<(), DiskError> {
        self.file
            .write_all(bytes)
            .map_err(|fault| DiskError::io("write a new version of", &self.guard.path(), fault))
    }

    pub(super) fn sync(&self) -> Result<(), DiskError> {
        self.file
            .sync_all()
            .map_err(|fault| DiskError::io("write a new version of", &self.guard.path(), fault))
    }

    /// Takes the target's place.
    pub(super) fn replace_target(mut self) -> Result<(), DiskError> {
        let guard = self.guard;
        let rename = || rustix::fs::renameat(&guard.directory, &self.name, &guard.directory, guard.name());
        retry_on_intr(rename).map_err(|fault| match fault {
            Errno::BUSY | Errno::XDEV => DiskError::MountPoint { path: guard.path() },
            Errno::PERM | Errno::ACCESS => DiskError::Protected { path: guard.path() },
            fault => DiskError::io("replace", &guard.path(), fault),
        })?;
        self.gone = true;
        sync_directory(guard)
    }

    /// Takes the target's name, which nothing may have yet.
    pub(super) fn become_target(mut self) -> Result<(), DiskError> {
        let guard = self.guard;
        let (directory, name) = (&guard.directory, &self.name);
        let rename =
            || rustix::fs::renameat_with(directory, name, directory, guard.name(), RenameFlags::NOREPLACE);
        let outcome = match retry_on_intr(rename) {
            Ok(()) => {
                self.gone = true;
                Ok(())
            }
            // File systems that know no such rename; the name of the temporary file goes when it is dropped.
            Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => retry_on_intr(|| {
                rustix::fs::linkat(directory, name, directory, guard.name(), AtFlags::empty())
            }),
            Err(fault) => Err(fault),
        };
        match outcome {
            Ok(()) => sync_directory(guard),
            Err(Errno::EXIST) => Err(DiskError::Exists { path: guard.path() }),
            Err(fault) => Err(DiskError::io("create", &guard.path(), fault)),
        }
    }
}

impl Drop for Temporary<'_> {
    fn drop(&mut self) {
        if !self.gone {
            // When even this fails, the next writer sweeps it away.
            let _ =
                retry_on_intr(|| rustix::fs::unlinkat(&self.guard.directory, &self.name, AtFlags::empty()));
        }
    }
}

/// A rename is not on the disk before its directory is. Not every file system can flush one, or needs to.
fn sync_directory(guard: &Guard) -> Result<(), DiskError> {
    match retry_on_intr(|| rustix::fs::fsync(&guard.directory)) {
        Ok(()) | Err(Errno::INVAL | Errno::BADF | Errno::NOSYS | Errno::OPNOTSUPP | Errno::ROFS) => Ok(()),
        Err(fault) => Err(DiskError::Unsynced { path: guard.path(), source: fault.into() }),
    }
}

/// `.NAME.sops-rs-XXXXXXXX.tmp`.
fn name_for(guard: &Guard) -> Result<OsString, DiskError> {
    let mut chance = [0; CHANCE];
    getrandom::fill(&mut chance).map_err(|fault| {
        DiskError::io("create a new version of", &guard.path(), io::Error::other(fault.to_string()))
    })?;
    let target = guard.name().as_bytes();
    let mut name = vec![b'.'];
    name.extend_from_slice(&target[..target.len().min(MAX_NAME)]);
    name.extend_from_slice(MARK);
    name.extend(chance.map(|byte| b"abcdefghijklmnopqrstuvwxyz012345"[usize::from(byte % 32)]));
    name.extend_from_slice(SUFFIX);
    Ok(OsString::from_vec(name))
}

/// Whether a name is one that `name_for` makes.
pub fn is_ours(name: &OsStr) -> bool {
    let Some(rest) = name.as_bytes().strip_prefix(b".").and_then(|rest| rest.strip_suffix(SUFFIX)) else {
        return false;
    };
    let Some((rest, chance)) = rest.split_last_chunk::<CHANCE>() else { return false };
    rest.ends_with(MARK) && chance.iter().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
}
