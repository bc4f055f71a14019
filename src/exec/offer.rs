//! A plaintext under a path, for as long as a program needs it (spec, cli 10).

use super::error::ExecError;
use super::{fifo, memfd};
use crate::disk::private::{Places, Private};
use std::fs::DirBuilder;
use std::os::fd::{AsRawFd as _, OwnedFd};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Component, Path, PathBuf};
use zeroize::Zeroizing;

/// A path with a plaintext behind it. Dropping it removes what has a name.
pub struct Offer {
    path: PathBuf,
    _kept: Kept,
}

enum Kept {
    Directory { _private: Private },
    Descriptor { _memfd: OwnedFd },
}

impl Offer {
    /// A FIFO, which can be read once. Its content is on no disk, wherever it is.
    pub fn fifo(content: Zeroizing<Vec<u8>>, name: &Path, places: &Places) -> Result<Offer, ExecError> {
        let name = local(name)?;
        let private = places.private(true)?.ok_or(ExecError::NoMemory)?;
        let path = room(&private, &name)?;
        fifo::offer(&path, content)?;
        Ok(Offer { path, _kept: Kept::Directory { _private: private } })
    }

    /// A file in memory; on a disk only if that is allowed.
    pub fn file(
        content: Zeroizing<Vec<u8>>,
        name: &Path,
        places: &Places,
        on_disk: bool,
    ) -> Result<Offer, ExecError> {
        let name = local(name)?;
        let private = places.private(on_disk)?.ok_or(ExecError::NoMemory)?;
        room(&private, &name)?;
        let path = private.file(name.as_os_str(), &content)?;
        Ok(Offer { path, _kept: Kept::Directory { _private: private } })
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

/// The name below the private directory, without detours.
fn local(name: &Path) -> Result<PathBuf, ExecError> {
    let mut local = PathBuf::new();
    let inside = name.components().all(|component| match component {
        Component::Normal(part) => {
            local.push(part);
            true
        }
        Component::CurDir => true,
        Component::ParentDir => local.pop(),
        Component::RootDir | Component::Prefix(_) => false,
    });
    match inside && !local.as_os_str().is_empty() {
        true => Ok(local),
        false => Err(ExecError::NotLocal { name: name.display().to_string() }),
    }
}

/// The path of a new file in the private directory, with the directories above it.
fn room(private: &Private, name: &Path) -> Result<PathBuf, ExecError> {
    let path = private.path().join(name);
    let parent = path.parent().unwrap_or(private.path());
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(parent)
        .map_err(|fault| ExecError::io("make the directory for the file", fault))?;
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_in_the_private_directory() {
        for (name, inside) in [
            ("key.pem", Some("key.pem")),
            ("a/b", Some("a/b")),
            ("./a/../b", Some("b")),
            ("..", None),
            ("../a", None),
            ("a/../../b", None),
            ("/etc/passwd", None),
            (".", None),
            ("", None),
        ] {
            assert_eq!(local(Path::new(name)).ok().as_deref(), inside.map(Path::new), "{name}");
        }
    }

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
