//! Texts that could not be saved, kept encrypted for `edit --resume` (security R16).

use super::subject::Subject;
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::exit;
use crate::cli::input::Types;
use crate::cli::keys;
use crate::cli::rewrite::Rewrite;
use crate::cli::sealed;
use crate::disk::{self, NewMode, Options, PATIENCE};
use crate::document::Document;
use crate::document::format::Format;
use crate::document::tree::Node;
use crate::file::{MacCheck, Sealing};
use crate::metadata::Metadata;
use sha2::{Digest as _, Sha256};
use std::fs::{self, DirBuilder};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// The metadata field that says which version of the file a text is based on.
const BASE: &str = "x_base";

/// The kept texts of one file: `HASH-1.json`, `HASH-2.json`, …, the newest last. Each is a binary file as sops makes
/// them, for the recipients of the file itself.
pub struct Rescues {
    directory: PathBuf,
    prefix: String,
}

/// A kept text, opened.
pub struct Kept {
    pub path: PathBuf,
    pub text: Zeroizing<Vec<u8>>,
    /// See [`Subject::version`].
    pub base: String,
}

impl Rescues {
    /// Those of the file with this canonical path; `None` when the user has no home to keep them in.
    pub fn of(path: &Path, context: &Context) -> Option<Rescues> {
        let hash = Sha256::digest(path.as_os_str().as_bytes());
        let hash: String = hash.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        Some(Rescues { directory: context.state_directory()?.join("rescue"), prefix: format!("{hash}-") })
    }

    pub fn has_any(&self) -> bool {
        self.newest().is_some()
    }

    fn newest(&self) -> Option<u32> {
        let entries = fs::read_dir(&self.directory).ok()?;
        let names = entries.flatten().filter_map(|entry| entry.file_name().into_string().ok());
        names.filter_map(|name| name.strip_prefix(&self.prefix)?.strip_suffix(".json")?.parse().ok()).max()
    }

    fn file(&self, number: u32) -> PathBuf {
        self.directory.join(format!("{}{number}.json", self.prefix))
    }

    /// Keeps a text under the file's own data key.
    pub fn keep(&self, subject: &Subject, text: &[u8], context: &mut Context) -> Result<(), CliError> {
        let of_file = subject.metadata();
        let metadata = Metadata {
            selection: None,
            shamir_threshold: of_file.shamir_threshold,
            unknown: vec![(BASE.to_owned(), Node::str(&subject.version()))],
            ..Metadata::new(of_file.groups.clone())
        };
        let text = Document::binary(text);
        let sealed = match sealed::seal(&text, subject.key(), metadata, None, &subject.name, context)? {
            Sealing::New(sealed) => sealed,
            Sealing::Unchanged => return Err(CliError::new(exit::GENERIC, "there is nothing to keep")),
        };
        let made = DirBuilder::new().recursive(true).mode(0o700).create(&self.directory);
        made.map_err(|fault| {
            CliError::new(exit::WRITE_OUTPUT, format!("cannot make {}", self.directory.display()))
                .cause(fault)
        })?;
        let path = self.file(self.newest().map_or(1, |newest| newest.saturating_add(1)));
        disk::write(&path, sealed.as_bytes(), NewMode::Private, Options::default(), PATIENCE)
            .map_err(|error| CliError::disk(exit::WRITE_OUTPUT, error))
    }

    /// Opens the newest.
    pub fn open(&self, subject: &Subject, order: &keys::Order, context: &Context) -> Result<Kept, CliError> {
        let name = &subject.name;
        let Some(path) = self.newest().map(|number| self.file(number)) else {
            let message = format!("no text of {name} was kept, so there is nothing to resume");
            return Err(CliError::new(exit::GENERIC, message).hint("leave --resume out"));
        };
        // It has the keys of the file, and so has its policy.
        let filename_override = Some(subject.path.clone());
        let types = Types { filename_override, ..Types::reading(Some(Format::Binary)) };
        let mut kept = Rewrite::read(&path, &types, false, MacCheck::Verify, order, context)?;
        let text = kept.open.plaintext().map_err(|error| CliError::spelling(name, error))?;
        let base = kept.open.sealed().metadata().unknown.iter().find_map(|(field, node)| match node {
            Node::Scalar(value) if field == BASE => Some(value.borrow().text().into_owned()),
            _ => None,
        });
        Ok(Kept { path, text, base: base.unwrap_or_default() })
    }
}

impl Kept {
    /// Removes it; one that stays is only offered again.
    pub fn forget(&self) {
        let _ = fs::remove_file(&self.path);
    }
}
