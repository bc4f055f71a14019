//! What a path leads to, links followed.

use super::DiskError;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::os::unix::fs::FileTypeExt;
use std::path::{Path, PathBuf};

/// Links that are followed before a path counts as going in circles; as many as Linux follows.
const MAX_LINKS: usize = 40;

pub(super) enum Target {
    /// A regular file, or a place where one can be made. The directory is canonical.
    File { directory: PathBuf, name: OsString },
    /// A device, a pipe or an open descriptor: written straight through.
    Stream(PathBuf),
}

/// Follows the links of a path by hand, as a link to a file that doesn't exist yet must lead to its place.
pub(super) fn resolve(path: &Path) -> Result<Target, DiskError> {
    let mut at = path.to_owned();
    for _ in 0..MAX_LINKS {
        let Some(name) = at.file_name().map(OsString::from) else {
            return Err(DiskError::NotAFile { path: path.to_owned(), found: "a directory" });
        };
        let parent = match at.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        let directory = parent.canonicalize().map_err(|fault| DiskError::io("open", parent, fault))?;
        let entry = directory.join(&name);
        let metadata = match fs::symlink_metadata(&entry) {
            Ok(metadata) => metadata,
            Err(fault) if fault.kind() == io::ErrorKind::NotFound => {
                return Ok(Target::File { directory, name });
            }
            Err(fault) => return Err(DiskError::io("open", &entry, fault)),
        };
        let kind = metadata.file_type();
        if is_descriptor(&directory) {
            return Ok(Target::Stream(entry));
        } else if kind.is_symlink() {
            let link = fs::read_link(&entry).map_err(|fault| DiskError::io("follow", &entry, fault))?;
            at = directory.join(link);
        } else if kind.is_dir() {
            return Err(DiskError::NotAFile { path: path.to_owned(), found: "a directory" });
        } else if kind.is_socket() {
            return Err(DiskError::NotAFile { path: path.to_owned(), found: "a socket" });
        } else if kind.is_file() {
            return Ok(Target::File { directory, name });
        } else {
            return Ok(Target::Stream(entry));
        }
    }
    Err(DiskError::NotAFile { path: path.to_owned(), found: "a link in a circle" })
}

/// Whether the entries of a directory are open descriptors (`/dev/fd`, where `/dev/stdout` leads): links whose text
/// is no path, and files that somebody else holds open and expects to be written into.
fn is_descriptor(directory: &Path) -> bool {
    directory.ends_with("fd") && (directory.starts_with("/proc") || directory == Path::new("/dev/fd"))
}
