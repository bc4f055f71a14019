//! What changes files, or with `--dry-run` only says so.

use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::exit;
use crate::disk::{self, DiskError, NewMode, Options, PATIENCE, Snapshot};
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

/// The most bytes of a file that is changed here; git's own limit on attributes is larger.
const MOST: usize = 16 << 20;

/// Whoever changes files for a setup, with the user as witness.
pub struct Hand<'a> {
    pub is_dry: bool,
    pub context: &'a Context,
}

impl Hand<'_> {
    /// Says what was done: `wrote`, or `would write`, and what.
    pub fn say(&self, done: &str, would: &str, what: &str) {
        self.context.say(&format!("{} {what}", if self.is_dry { would } else { done }));
    }

    /// Puts what `make` makes of a file's bytes in its place; nothing of them, and the file goes. Whether that is a change.
    pub fn change(
        &self,
        path: &Path,
        make: impl FnOnce(Option<&[u8]>) -> Result<Option<Vec<u8>>, CliError>,
    ) -> Result<bool, CliError> {
        let parent = path.parent().unwrap_or(Path::new("/"));
        if !parent.is_dir() {
            let Some(new) = make(None)? else { return Ok(false) };
            if self.is_dry {
                return Ok(true);
            }
            fs::create_dir_all(parent).map_err(|error| fault(path, error))?;
            disk::write(path, &new, NewMode::Default, Options::default(), PATIENCE).map_err(refused)?;
            return Ok(true);
        }
        let guard = disk::lock(path, PATIENCE).map_err(refused)?;
        let old = match guard.exists().map_err(refused)? {
            true => Some(guard.read(MOST).map_err(refused)?),
            false => None,
        };
        let new = make(old.as_ref().map(Snapshot::bytes))?;
        match (&old, new) {
            (None, None) => return Ok(false),
            (Some(old), Some(new)) if old.bytes() == new => return Ok(false),
            _ if self.is_dry => {}
            (Some(old), Some(new)) => guard.replace(old, &new, Options::default()).map_err(refused)?,
            (None, Some(new)) => guard.create(&new, NewMode::Default).map_err(refused)?,
            (Some(_), None) => fs::remove_file(guard.path()).map_err(|error| fault(path, error))?,
        }
        Ok(true)
    }

    /// Lets everybody run a file who may read it. Whether that is a change.
    pub fn make_executable(&self, path: &Path) -> Result<bool, CliError> {
        let Ok(found) = fs::metadata(path) else { return Ok(false) };
        let mode = found.permissions().mode();
        let wanted = mode | (mode & 0o444) >> 2;
        if wanted != mode && !self.is_dry {
            let permissions = fs::Permissions::from_mode(wanted);
            fs::set_permissions(path, permissions).map_err(|error| fault(path, error))?;
        }
        Ok(wanted != mode)
    }

    /// Gives a file another name, which nothing has yet.
    pub fn rename(&self, from: &Path, to: &Path) -> Result<(), CliError> {
        if self.is_dry {
            return Ok(());
        }
        fs::rename(from, to).map_err(|error| fault(from, error))
    }
}

/// Refuses a symbolic link: where it leads is not ours to write. `name` is for messages, `hint` says what to do instead.
pub fn refuse_link(path: &Path, name: &str, hint: impl Into<String>) -> Result<(), CliError> {
    match path.is_symlink() {
        true => {
            let message = format!("{name} is a symbolic link, which is not followed");
            Err(CliError::new(exit::WRITE_OUTPUT, message).hint(hint))
        }
        false => Ok(()),
    }
}

/// The bytes of a file; `None` when it is not there, or no file.
pub fn read(path: &Path) -> Option<Vec<u8>> {
    let snapshot = disk::read_regular(path, MOST).ok()?;
    Some(snapshot.bytes().to_vec())
}

/// Whether git would run the file as a hook.
pub fn is_executable(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
}

fn fault(path: &Path, error: std::io::Error) -> CliError {
    CliError::new(exit::WRITE_OUTPUT, format!("{} can't be changed", path.display())).cause(error)
}

fn refused(error: DiskError) -> CliError {
    let hint = match &error {
        // The usual hint names a flag of other commands.
        DiskError::HardLinks { .. } => Some("make it a file of its own, then run `sops-rs git-setup` again"),
        DiskError::Directory { .. } => {
            Some("make the directory writable, then run `sops-rs git-setup` again")
        }
        _ => None,
    };
    let error = CliError::disk(exit::WRITE_OUTPUT, error);
    match hint {
        Some(hint) => error.hint(hint),
        None => error,
    }
}
