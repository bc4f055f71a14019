//! The plaintext while it is a file: in a private directory in memory, gone when the session is (security R14).

use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::exit;
use crate::disk;
use crate::disk::private::Private;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// A text under the eyes of an editor.
pub struct Session {
    private: Private,
    file: PathBuf,
}

impl Session {
    /// Lays a text (0600) into a new private directory. Only with `on_disk`, where there is no place in memory, into
    /// `TMPDIR`.
    pub fn begin(name: &OsStr, text: &[u8], on_disk: bool, context: &Context) -> Result<Session, CliError> {
        let fail = |error| CliError::disk(exit::GENERIC, error);
        let places = context.places();
        places.sweep();
        let private = places.private(on_disk).map_err(fail)?.ok_or_else(|| {
            CliError::new(
                exit::GENERIC,
                "there is no directory in memory, and plaintext should not reach a disk",
            )
            .hint("mount a tmpfs and set XDG_RUNTIME_DIR to it, or allow the disk with --tmp-on-disk")
        })?;
        let file = private.file(name, text).map_err(fail)?;
        Ok(Session { private, file })
    }

    pub fn file(&self) -> &Path {
        &self.file
    }

    /// The text as it is now; `None` when the editor has removed it.
    pub fn text(&self, limit: usize) -> Result<Option<Zeroizing<Vec<u8>>>, CliError> {
        match disk::read_regular(&self.file, limit) {
            Ok(mut text) => Ok(Some(text.take_bytes())),
            Err(_) if !self.file.exists() => Ok(None),
            Err(error) => Err(CliError::disk(exit::READ_INPUT, error)),
        }
    }

    /// What an editor that was ended by a signal wrote beside the file: nano's `NAME.save`.
    pub fn emergency(&self, limit: usize) -> Option<Zeroizing<Vec<u8>>> {
        let mut name = self.file.file_name()?.to_owned();
        name.push(".save");
        disk::read_regular(&self.private.path().join(name), limit).ok().map(|mut text| text.take_bytes())
    }
}
