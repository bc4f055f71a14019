//! Directories for plaintext that has to be a file for a while: in memory where possible, for the owner alone, and gone
//! afterwards (security R14).

use super::DiskError;
use rustix::fs::{AtFlags, CWD, FileType, FlockOperation, Mode, OFlags};
use rustix::io::{Errno, retry_on_intr};
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::os::fd::OwnedFd;
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

/// What the name of every private directory starts with; letters of chance follow. Nothing else may have such a name:
/// whatever has it and no living owner is removed.
const MARK: &str = ".sops-rs-private-";
const CHANCE: usize = 16;
const LETTERS: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz012345";
/// Tries to find a free name, or one that no sweeper takes away.
const TRIES: usize = 16;

/// A directory that only its owner can look into (0700), removed with all it holds when this is dropped. As long as it
/// lives it is locked, by which [`Places::sweep`] tells the directories of dead processes.
pub struct Private {
    path: PathBuf,
    _lock: OwnedFd,
}

impl Private {
    /// A directory in the first of these places that is kept in memory and takes one; `None` when none of them is in
    /// memory.
    fn in_memory(places: &[PathBuf]) -> Result<Option<Private>, DiskError> {
        let mut fault = None;
        for place in places.iter().filter(|place| is_memory(place)) {
            match Private::at(place) {
                Ok(private) => return Ok(Some(private)),
                Err(error) => fault = Some(error),
            }
        }
        fault.map_or(Ok(None), Err)
    }

    /// A directory in a place of any kind.
    fn at(place: &Path) -> Result<Private, DiskError> {
        for _ in 0..TRIES {
            let path = place.join(name(place)?);
            match rustix::fs::mkdirat(CWD, &path, Mode::RWXU) {
                Err(Errno::EXIST) => continue,
                made => made.map_err(|fault| DiskError::io("make the private directory", &path, fault))?,
            }
            if let Some(lock) = lock(&path) {
                return Ok(Private { path, _lock: lock });
            }
            let _ = fs::remove_dir(&path);
        }
        Err(DiskError::io("make a private directory in", place, io::Error::other("no name is free")))
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes a new file (0600) in the directory.
    pub fn file(&self, name: &OsStr, bytes: &[u8]) -> Result<PathBuf, DiskError> {
        let path = self.path.join(name);
        let fail = |fault| DiskError::io("write the private file", &path, fault);
        let mut file =
            fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path).map_err(fail)?;
        file.write_all(bytes).map_err(fail)?;
        Ok(path)
    }
}

impl Drop for Private {
    fn drop(&mut self) {
        // When even this fails, the next program sweeps it away.
        let _ = fs::remove_dir_all(&self.path);
    }
}

/// Where private directories may be.
pub struct Places {
    /// Tried first, if they are kept in memory.
    pub memory: Vec<PathBuf>,
    /// Of any kind.
    pub disk: PathBuf,
}

impl Places {
    /// A directory in memory, else, if that is allowed, on a disk; `None` when there is no place for it.
    pub fn private(&self, on_disk: bool) -> Result<Option<Private>, DiskError> {
        match Private::in_memory(&self.memory)? {
            None if on_disk => Private::at(&self.disk).map(Some),
            private => Ok(private),
        }
    }

    /// Removes the private directories that killed programs of this user left behind.
    pub fn sweep(&self) {
        self.memory.iter().chain([&self.disk]).for_each(|place| sweep(place));
    }
}

/// A fault is left to the next one: sweeping must not be what makes a command fail.
fn sweep(place: &Path) {
    let me = rustix::process::geteuid().as_raw();
    if let Ok(entries) = fs::read_dir(place) {
        for entry in entries.flatten() {
            let ours = is_ours(&entry.file_name());
            let Ok(stat) = entry.path().symlink_metadata() else { continue };
            if ours && stat.is_dir() && stat.uid() == me && lock(&entry.path()).is_some() {
                let _ = fs::remove_dir_all(entry.path());
            }
        }
    }
}

/// Takes the lock of a directory; `None` when somebody has it or the directory is gone.
fn lock(path: &Path) -> Option<OwnedFd> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let directory = retry_on_intr(|| rustix::fs::openat(CWD, path, flags, Mode::empty())).ok()?;
    retry_on_intr(|| rustix::fs::flock(&directory, FlockOperation::NonBlockingLockExclusive)).ok()?;
    // A sweeper may have been between the making and the locking.
    let here = rustix::fs::fstat(&directory).ok()?;
    let there = rustix::fs::statat(CWD, path, AtFlags::SYMLINK_NOFOLLOW).ok()?;
    let same = here.st_ino == there.st_ino && FileType::from_raw_mode(there.st_mode).is_dir();
    same.then_some(directory)
}

/// Whether a place keeps its files in memory.
#[cfg(target_os = "linux")]
fn is_memory(place: &Path) -> bool {
    const TMPFS: u64 = 0x0102_1994;
    const RAMFS: u64 = 0x8584_58f6;
    let Ok(directory) = File::open(place) else { return false };
    // The number's type differs from system to system.
    let kind = rustix::fs::fstatfs(&directory).ok().and_then(|stat| u64::try_from(stat.f_type).ok());
    matches!(kind, Some(TMPFS | RAMFS))
}

#[cfg(not(target_os = "linux"))]
fn is_memory(_place: &Path) -> bool {
    false
}

fn name(place: &Path) -> Result<String, DiskError> {
    let mut chance = [0; CHANCE];
    getrandom::fill(&mut chance).map_err(|fault| {
        DiskError::io("make a private directory in", place, io::Error::other(fault.to_string()))
    })?;
    let letters = chance.iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)]));
    Ok(MARK.chars().chain(letters).collect())
}

/// Whether a name is one that [`name`] makes.
fn is_ours(name: &OsStr) -> bool {
    let letters = name.as_encoded_bytes().strip_prefix(MARK.as_bytes());
    letters.is_some_and(|letters| letters.len() == CHANCE && letters.iter().all(|l| LETTERS.contains(l)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn a_private_directory_is_the_owners_alone_and_goes_with_its_files() -> Result<(), DiskError> {
        let place = tempfile::tempdir().expect("a directory");
        let private = Private::at(place.path())?;
        let file = private.file(OsStr::new("plain.yaml"), b"a: 1\n")?;
        let mode = |path: &Path| fs::metadata(path).expect("it is there").permissions().mode() & 0o777;
        assert_eq!((mode(private.path()), mode(&file)), (0o700, 0o600));
        drop(private);
        assert_eq!(fs::read_dir(place.path()).expect("a directory").count(), 0);
        Ok(())
    }

    #[test]
    fn sweeping_spares_the_living_and_strangers_files() -> Result<(), DiskError> {
        let place = tempfile::tempdir().expect("a directory");
        let living = Private::at(place.path())?;
        let dead = place.path().join(".sops-rs-private-abcdefghijklmnop");
        fs::create_dir(&dead).expect("a directory");
        fs::write(dead.join("plain.yaml"), "a: 1\n").expect("a file");
        let strangers = ["sops-rs-notes", ".sops-rs-private-", ".sops-rs-private-abcdefghijklmnopq", "other"];
        strangers.iter().for_each(|name| fs::create_dir(place.path().join(name)).expect("a directory"));
        sweep(place.path());
        assert!(living.path().exists() && !dead.exists());
        assert!(strangers.iter().all(|name| place.path().join(name).exists()));
        Ok(())
    }

    #[test]
    fn a_disk_is_no_memory() {
        assert!(is_memory(Path::new("/dev/shm")) && !is_memory(Path::new(env!("CARGO_MANIFEST_DIR"))));
    }
}
