//! What can stand in the way of reading or writing a file.

use std::io;
use std::path::{Path, PathBuf};

/// A file that was not read or not written. Unless it is [`DiskError::Unsynced`], the file is as it was.
#[derive(Debug, thiserror::Error)]
pub enum DiskError {
    #[error("cannot {action} {}: {source}", .path.display())]
    Io { action: &'static str, path: PathBuf, source: io::Error },
    #[error("{} has more than the {limit} bytes that are allowed", .path.display())]
    TooLarge { path: PathBuf, limit: usize },
    #[error("{} is {found}, not a file", .path.display())]
    NotAFile { path: PathBuf, found: &'static str },
    #[error("{} was changed by somebody else in the meantime", .path.display())]
    Changed { path: PathBuf },
    #[error("{} exists already", .path.display())]
    Exists { path: PathBuf },
    #[error("{} has {links} hard links, and a replacement would cut it off from the others", .path.display())]
    HardLinks { path: PathBuf, links: u64 },
    #[error("{} belongs to user {uid} and group {gid}, which a replacement could not keep", .path.display())]
    Owner { path: PathBuf, uid: u32, gid: u32 },
    #[error("{} may not be written", .path.display())]
    ReadOnly { path: PathBuf },
    #[error("{} is protected against changes, or its directory against those of others", .path.display())]
    Protected { path: PathBuf },
    #[error("{} is a mount point of its own and cannot be replaced", .path.display())]
    MountPoint { path: PathBuf },
    #[error("the directory {} cannot be written: {source}", .path.display())]
    Directory { path: PathBuf, source: io::Error },
    #[error("cannot keep the attribute {name} of {}: {source}", .path.display())]
    Attribute { path: PathBuf, name: String, source: io::Error },
    #[error("another program has kept the directory of {} locked for {seconds} seconds", .path.display())]
    Locked { path: PathBuf, seconds: u64 },
    #[error("{} was written, but may not survive a power cut: {source}", .path.display())]
    Unsynced { path: PathBuf, source: io::Error },
}

impl DiskError {
    pub(super) fn io(action: &'static str, path: &Path, source: impl Into<io::Error>) -> DiskError {
        DiskError::Io { action, path: path.to_owned(), source: source.into() }
    }

    /// Whether the file could still be written in place.
    pub(super) fn is_obstacle_to_replacing(&self) -> bool {
        matches!(
            self,
            DiskError::HardLinks { .. }
                | DiskError::Owner { .. }
                | DiskError::Protected { .. }
                | DiskError::MountPoint { .. }
                | DiskError::Directory { .. }
                | DiskError::Attribute { .. }
        )
    }

    /// What the user can do about it.
    pub fn hint(&self) -> Option<&'static str> {
        Some(match self {
            DiskError::Io { source, .. } => match source.kind() {
                io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                    "free some space and run the command again"
                }
                io::ErrorKind::PermissionDenied => "run the command as a user who may do this",
                io::ErrorKind::NotFound => "check the spelling of the path",
                _ => return None,
            },
            DiskError::TooLarge { .. } => "raise the limit with --max-size if the file is what you expect",
            DiskError::NotAFile { .. } => "name a file",
            DiskError::Changed { .. } => "look at the change, then run the command again",
            DiskError::Exists { .. } => "name another file, or remove this one first",
            DiskError::HardLinks { .. } => {
                "use --in-place-unsafe to write into the file itself, or make it a file of its own"
            }
            DiskError::Owner { .. } => "run the command as the owner, or use --in-place-unsafe",
            DiskError::ReadOnly { .. } => "make it writable first, for example with chmod u+w",
            DiskError::Protected { .. } => "see lsattr, and whether the directory is sticky (chmod +t)",
            DiskError::MountPoint { .. } => {
                "mount its directory instead of the file, or use --in-place-unsafe to write into the file itself"
            }
            DiskError::Directory { .. } => {
                "a new version is made beside the file: make the directory writable, or use --in-place-unsafe"
            }
            DiskError::Attribute { .. } => "use --in-place-unsafe to write into the file itself",
            DiskError::Locked { .. } => "wait for the other program, or end it",
            DiskError::Unsynced { .. } => "check the disk, then run the command again",
        })
    }
}
