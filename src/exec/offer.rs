//! A plaintext under a path, for as long as a program needs it (spec, cli 10).

use super::error::ExecError;
use super::folder::Folder;
use super::{fifo, memfd};
use crate::disk::private::Places;
use std::os::fd::{AsRawFd as _, OwnedFd};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// A path with a plaintext behind it. Dropping it removes what has a name.
pub struct Offer {
    path: PathBuf,
    _kept: Kept,
}

enum Kept {
    Folder { _folder: Folder },
    Descriptor { _memfd: OwnedFd },
}

impl Offer {
    /// A FIFO, which can be read once. Its content is on no disk, wherever it is.
    pub fn fifo(content: Zeroizing<Vec<u8>>, name: &Path, places: &Places) -> Result<Offer, ExecError> {
        let folder = Folder::new(places, true)?;
        let path = folder.room(name)?;
        fifo::offer(&path, content)?;
        Ok(Offer { path, _kept: Kept::Folder { _folder: folder } })
    }

    /// A file in memory; on a disk only if that is allowed.
    pub fn file(
        content: Zeroizing<Vec<u8>>,
        name: &Path,
        places: &Places,
        on_disk: bool,
    ) -> Result<Offer, ExecError> {
        let folder = Folder::new(places, on_disk)?;
        let path = folder.put(name, &content)?;
        Ok(Offer { path, _kept: Kept::Folder { _folder: folder } })
    }

    /// A file without a name, which whatever program is started next inherits.
    pub fn memfd(content: &[u8]) -> Result<Offer, ExecError> {
        let memfd = memfd::offer(content)?;
        let path = PathBuf::from(format!("/proc/self/fd/{}", memfd.as_raw_fd()));
        Ok(Offer { path, _kept: Kept::Descriptor { _memfd: memfd } })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_needs_memory_unless_a_disk_is_allowed() {
        let disk =
            tempfile::Builder::new().tempdir_in(env!("CARGO_MANIFEST_DIR")).expect("a directory on a disk");
        let content = || Zeroizing::new(b"x".to_vec());
        let places = Places { memory: vec![disk.path().into()], disk: disk.path().into() };
        let refused = Offer::file(content(), Path::new("f"), &places, false);
        assert!(matches!(refused, Err(ExecError::NoMemory)));
        let offer =
            Offer::file(content(), Path::new("d/f"), &places, true).unwrap_or_else(|fault| panic!("{fault}"));
        assert_eq!(std::fs::read(offer.path()).expect("the file"), b"x");
        drop(offer);
        assert_eq!(std::fs::read_dir(disk.path()).expect("the directory").count(), 0);
    }
}
