//! What killed writers left behind.

use super::lock::Guard;
use super::temporary;
use rustix::fs::{AtFlags, Dir, FileType};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

/// Removes the temporary files of dead writers in the guarded directory. Every writer holds the lock for as long
/// as its temporary file exists, so with the lock in hand there is no living one. Faults are left to the next
/// writer: sweeping must not be what makes a write fail.
pub(super) fn dead_temporaries(guard: &Guard) {
    if !guard.locked {
        return;
    }
    let Ok(entries) = Dir::read_from(&guard.directory) else { return };
    for entry in entries.flatten() {
        let name = OsStr::from_bytes(entry.file_name().to_bytes());
        let file = matches!(entry.file_type(), FileType::RegularFile | FileType::Unknown);
        if file && temporary::is_ours(name) {
            let _ = rustix::fs::unlinkat(&guard.directory, name, AtFlags::empty());
        }
    }
}
