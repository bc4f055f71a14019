//! Files, read and replaced so that whatever happens (a kill, a full disk, a power cut), a file is the old or the
//! new one and nothing between (security R27).
//!
//! A replacement is made in a temporary file beside the target, given the target's mode, owner and attributes,
//! flushed, and renamed over it while the directory is locked; just before, the target is read once more, so that
//! nobody else's change is lost. What can't be done so is refused with a [`DiskError`] that says why; with
//! [`Options::in_place`] it is written into the file itself instead, at the caller's risk.
//!
//! ```
//! use sops_rs::disk::{self, NewMode, Options, PATIENCE};
//! # let directory = tempfile::tempdir()?;
//! let path = directory.path().join("secrets.yaml");
//! disk::write(&path, b"a: 1\n", NewMode::Private, Options::default(), PATIENCE)?;
//!
//! let guard = disk::lock(&path, PATIENCE)?;
//! let old = guard.read(1 << 20)?;
//! guard.replace(&old, b"a: 2\n", Options::default())?;
//! # assert_eq!(std::fs::read(&path)?, b"a: 2\n");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod attributes;
mod create;
mod error;
mod in_place;
mod lock;
pub mod private;
mod read;
mod replace;
mod stream;
mod sweep;
mod target;
mod temporary;

#[cfg(test)]
mod tests;

pub use error::DiskError;
pub use lock::{Guard, lock};
pub use read::{Snapshot, read, read_all, read_regular};
pub use temporary::is_ours as is_temporary;

use std::path::Path;
use std::time::Duration;
use target::Target;

/// How long to wait for the lock of a directory when there is no reason for another time.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// Who may read a file that did not exist before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NewMode {
    /// The owner alone (0600): for plaintext.
    Private,
    /// Whoever the umask and the directory's default ACL let (0666 less the umask).
    Default,
}

/// What a replacement may do beyond the safe.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Where the file can't be replaced as a whole (it has hard links, another owner, is a mount point of its own,
    /// or its directory can't be written), write into the file itself. A crash in between leaves a torn file.
    pub in_place: bool,
}

/// Makes a path hold `bytes`, whatever it held before: replaces an existing file (keeping its mode, owner and
/// links), creates a missing one, and writes straight into a device, a pipe or `/dev/stdout`.
///
/// Waits up to `patience` for other writers in the directory; must not be called while the same thread holds a
/// [`Guard`] of that directory.
pub fn write(
    path: &Path,
    bytes: &[u8],
    mode: NewMode,
    options: Options,
    patience: Duration,
) -> Result<(), DiskError> {
    let (directory, name) = match target::resolve(path)? {
        Target::Stream(path) => return stream::write(&path, bytes),
        Target::File { directory, name } => (directory, name),
    };
    let guard = lock::lock_entry(directory, name, patience)?;
    match guard.exists()? {
        true => guard.put(None, bytes, options),
        false => guard.create(bytes, mode),
    }
}
