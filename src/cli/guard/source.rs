//! Where the bytes of files come from: the work tree, or git's objects.

use crate::disk::{self, DiskError};
use crate::git::Objects;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use zeroize::Zeroizing;

/// A file that there is, or that a revision or the index has.
#[derive(Clone, PartialEq, Eq)]
pub struct File {
    /// Absolute, also where no such file is on disk.
    pub path: PathBuf,
    /// The name of its blob; `None` in the work tree.
    pub blob: Option<String>,
    /// The name of its blob in the state that it is compared with, if there is one.
    pub before: Option<String>,
    /// It has several versions in the index, none of which can be committed.
    pub in_conflict: bool,
}

/// Where their bytes are.
pub enum Source {
    Disk,
    /// One git for all threads.
    Objects(Mutex<Objects>),
}

/// Why there are no bytes.
pub enum Unread {
    /// The file is tracked and was deleted, or is a link.
    Gone,
    TooLarge,
    /// In the words of the system or of git.
    Failed(String),
}

impl Source {
    /// The bytes of a file of at most `limit` bytes. Links are not followed.
    pub fn read(&self, file: &File, limit: usize) -> Result<Zeroizing<Vec<u8>>, Unread> {
        match &file.blob {
            Some(id) => self.blob(id, limit),
            None => from_disk(&file.path, limit),
        }
    }

    /// As [`Source::read`], as the file was in the state that it is compared with.
    pub fn read_before(&self, file: &File, limit: usize) -> Option<Zeroizing<Vec<u8>>> {
        self.blob(file.before.as_ref()?, limit).ok()
    }

    fn blob(&self, id: &str, limit: usize) -> Result<Zeroizing<Vec<u8>>, Unread> {
        let Source::Objects(objects) = self else { return Err(Unread::Gone) };
        let mut objects = objects.lock().unwrap_or_else(PoisonError::into_inner);
        match objects.blob(id, limit) {
            Ok(Some(bytes)) => Ok(bytes),
            Ok(None) => Err(Unread::TooLarge),
            Err(error) => Err(Unread::Failed(error.to_string())),
        }
    }
}

fn from_disk(path: &Path, limit: usize) -> Result<Zeroizing<Vec<u8>>, Unread> {
    match path.symlink_metadata() {
        Ok(found) if !found.is_file() => return Err(Unread::Gone),
        Err(error) if error.kind() == ErrorKind::NotFound => return Err(Unread::Gone),
        _ => {}
    }
    match disk::read_regular(path, limit) {
        Ok(mut snapshot) => Ok(snapshot.take_bytes()),
        Err(DiskError::TooLarge { .. }) => Err(Unread::TooLarge),
        // The file is named in front of it anyway.
        Err(DiskError::Io { source, .. }) => Err(Unread::Failed(source.to_string())),
        Err(error) => Err(Unread::Failed(error.to_string())),
    }
}
