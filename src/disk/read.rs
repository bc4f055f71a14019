//! Reading a file whole, into memory that is cleared afterwards.

use super::DiskError;
use super::lock::Guard;
use rustix::fs::{Mode, OFlags};
use rustix::io::{Errno, retry_on_intr};
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// The first buffer for an input of unknown length, in bytes.
const FIRST_BUFFER: usize = 64 << 10;

/// A file as it was when it was read.
pub struct Snapshot {
    path: PathBuf,
    bytes: Zeroizing<Vec<u8>>,
    pub(super) hash: [u8; 32],
}

impl Snapshot {
    /// Where it was read, links followed.
    pub fn path(&self) -> &Path {
        &self.path
    }

    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Hands out the bytes, so that they can be dropped before the file is replaced.
    pub fn take_bytes(&mut self) -> Zeroizing<Vec<u8>> {
        std::mem::take(&mut self.bytes)
    }
}

/// Reads the file that `path` leads to, of at most `limit` bytes. A pipe or a device is read to its end.
pub fn read(path: &Path, limit: usize) -> Result<Snapshot, DiskError> {
    let mut file = File::open(path).map_err(|fault| DiskError::io("read", path, fault))?;
    // A descriptor (`/dev/stdin`) has no path of its own, and needs none: it is never replaced.
    let canonical = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    snapshot(&mut file, canonical, limit)
}

/// As [`read`], for a place where other programs write: what is no regular file is refused, and never waited for.
pub fn read_regular(path: &Path, limit: usize) -> Result<Snapshot, DiskError> {
    let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NONBLOCK;
    let open = retry_on_intr(|| rustix::fs::open(path, flags, Mode::empty()));
    let mut file = File::from(open.map_err(|fault| DiskError::io("read", path, fault))?);
    let metadata = file.metadata().map_err(|fault| DiskError::io("read", path, fault))?;
    match metadata.is_file() {
        true => snapshot(&mut file, path.to_owned(), limit),
        false => Err(DiskError::NotAFile { path: path.to_owned(), found: "a directory, device or pipe" }),
    }
}

impl Guard {
    /// Reads the file, of at most `limit` bytes.
    pub fn read(&self, limit: usize) -> Result<Snapshot, DiskError> {
        snapshot(&mut self.open()?, self.path(), limit)
    }

    /// Opens the file for reading; one that became a link is somebody else's change.
    pub(super) fn open(&self) -> Result<File, DiskError> {
        // Without NONBLOCK, a pipe that was put in the file's place would hang the program.
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::CLOEXEC | OFlags::NONBLOCK;
        match retry_on_intr(|| rustix::fs::openat(&self.directory, self.name(), flags, Mode::empty())) {
            Ok(file) => Ok(File::from(file)),
            Err(Errno::LOOP) => Err(DiskError::Changed { path: self.path() }),
            Err(fault) => Err(DiskError::io("read", &self.path(), fault)),
        }
    }
}

fn snapshot(file: &mut File, path: PathBuf, limit: usize) -> Result<Snapshot, DiskError> {
    let metadata = file.metadata().map_err(|fault| DiskError::io("read", &path, fault))?;
    if metadata.is_dir() {
        return Err(DiskError::NotAFile { path, found: "a directory" });
    }
    let length = usize::try_from(metadata.len()).unwrap_or(usize::MAX);
    if length > limit {
        return Err(DiskError::TooLarge { path, limit });
    }
    let expected = if metadata.is_file() { length + 1 } else { FIRST_BUFFER };
    match read_up_to(file, expected, limit) {
        Ok(Some(bytes)) => {
            let hash = Sha256::digest(&*bytes).into();
            Ok(Snapshot { path, bytes, hash })
        }
        Ok(None) => Err(DiskError::TooLarge { path, limit }),
        Err(fault) => Err(DiskError::io("read", &path, fault)),
    }
}

/// Reads an input, such as stdin, to its end; `None` when it has more than `limit` bytes.
pub fn read_all(input: &mut impl Read, limit: usize) -> io::Result<Option<Zeroizing<Vec<u8>>>> {
    read_up_to(input, FIRST_BUFFER, limit)
}

/// Buffers are outgrown by hand, as `Vec` would leave copies behind when it moves. `expected` is the length, and
/// one byte more in which the end shows.
fn read_up_to(
    input: &mut impl Read,
    expected: usize,
    limit: usize,
) -> io::Result<Option<Zeroizing<Vec<u8>>>> {
    let mut buffer = Zeroizing::new(vec![0; expected.min(limit.saturating_add(1))]);
    let mut length = 0;
    loop {
        match input.read(&mut buffer[length..]) {
            Ok(0) => {
                buffer.truncate(length);
                return Ok(Some(buffer));
            }
            Ok(read) => length += read,
            Err(fault) if fault.kind() == io::ErrorKind::Interrupted => continue,
            Err(fault) => return Err(fault),
        }
        if length > limit {
            return Ok(None);
        }
        if length == buffer.len() {
            let mut larger = Zeroizing::new(vec![0; (length * 2).min(limit.saturating_add(1))]);
            larger[..length].copy_from_slice(&buffer);
            buffer = larger;
        }
    }
}

/// The hash that [`Snapshot`] keeps, of a file as it is now.
pub(super) fn hash(file: &mut File) -> io::Result<[u8; 32]> {
    let mut hasher = Sha256::new();
    let mut buffer = Zeroizing::new(vec![0; FIRST_BUFFER]);
    loop {
        match file.read(&mut buffer) {
            Ok(0) => return Ok(hasher.finalize().into()),
            Ok(read) => hasher.update(&buffer[..read]),
            Err(fault) if fault.kind() == io::ErrorKind::Interrupted => {}
            Err(fault) => return Err(fault),
        }
    }
}
