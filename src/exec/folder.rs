//! Plaintexts under names in a private directory, for as long as a program needs them.

use super::error::ExecError;
use crate::disk::private::{Places, Private};
use std::ffi::OsStr;
use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Component, Path, PathBuf};

/// A directory that only its owner can look into. Dropping it removes it with all that is in it.
pub struct Folder {
    private: Private,
}

impl Folder {
    /// An empty directory in memory; on a disk only if that is allowed.
    pub fn new(places: &Places, on_disk: bool) -> Result<Folder, ExecError> {
        let private = places.private(on_disk)?.ok_or(ExecError::NoMemory)?;
        Ok(Folder { private })
    }

    /// Where the directory is, absolute.
    pub fn path(&self) -> &Path {
        self.private.path()
    }

    /// Writes a new file (0600) under a name that may have directories in it.
    ///
    /// # Errors
    /// The name leads out of the directory, or is taken.
    pub fn put(&self, name: &Path, content: &[u8]) -> Result<PathBuf, ExecError> {
        let path = self.room(name)?;
        let name: &OsStr = path.strip_prefix(self.path()).unwrap_or(&path).as_os_str();
        Ok(self.private.file(name, content)?)
    }

    /// The path of a file to be, with the directories above it made.
    pub(super) fn room(&self, name: &Path) -> Result<PathBuf, ExecError> {
        let path = self.path().join(local(name)?);
        let parent = path.parent().unwrap_or(self.path());
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(parent)
            .map_err(|fault| ExecError::io("make the directory for the file", fault))?;
        Ok(path)
    }
}

/// The name below the private directory, without detours.
pub(super) fn local(name: &Path) -> Result<PathBuf, ExecError> {
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
}
