//! What is being edited: an encrypted file, or one that is still to be made.

use super::conflict::{self, Conflict, Opened};
use super::example::example;
use super::shown::Shown;
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::exit;
use crate::cli::fresh::{self, Fresh};
use crate::cli::input::{Input, Types};
use crate::cli::keys;
use crate::cli::policy::{self, KeyFlags, RuleFlags};
use crate::cli::rewrite::Rewrite;
use crate::cli::sealed;
use crate::cli::trust;
use crate::config::absolute;
use crate::crypto::DataKey;
use crate::disk::{self, NewMode, Options, PATIENCE};
use crate::document::Document;
use crate::document::format::Format;
use crate::file::{FileError, MacCheck, Sealing};
use crate::metadata::Metadata;
use sha2::{Digest as _, Sha256};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// A file whose plaintext can be changed.
pub struct Subject {
    /// As typed, for messages.
    pub name: String,
    /// Links followed.
    pub path: PathBuf,
    pub format: Format,
    /// Its text: for a new file, an example.
    pub plain: Zeroizing<Vec<u8>>,
    source: Source,
    /// When the file is in conflict: then `plain` has both sides of it, with markers.
    conflict: Option<Conflict>,
}

enum Source {
    Existing(Box<Rewrite>),
    New(Box<Fresh>),
}

/// Flags that matter for a new file.
pub struct ForNew<'a> {
    pub keys: &'a KeyFlags,
    pub rule: &'a RuleFlags,
}

impl Subject {
    /// Opens FILE, or prepares a new one; either way its keys are known to work before anybody starts to type.
    pub fn of(
        file: &Path,
        types: &Types,
        check: MacCheck,
        order: &keys::Order,
        new: ForNew<'_>,
        context: &mut Context,
    ) -> Result<Subject, CliError> {
        let name = file.display().to_string();
        // Nobody waits for an editor: somebody else's change is noticed when this one is to be written.
        let place = disk::lock(file, PATIENCE).map_err(|error| {
            let code = if file.exists() { exit::READ_INPUT } else { exit::WRITE_OUTPUT };
            CliError::disk(code, error)
        })?;
        let path = place.path();
        let exists = place.exists().map_err(|error| CliError::disk(exit::READ_INPUT, error))?;
        drop(place);
        if exists {
            let input = Input::read(Some(file), types, false, context)?;
            let (mut rewrite, opened) = match conflict::open(&input, types, check, order, context)? {
                Some(Opened { ours, key, conflict, plain }) => {
                    (Rewrite { input, open: ours, key }, Some((conflict, plain)))
                }
                None => (Rewrite::of(input, types, check, order, context)?, None),
            };
            let format = rewrite.format();
            if types.output_type.is_some_and(|output| output != format) {
                return Err(two_formats());
            }
            let (conflict, plain) = match opened {
                Some((conflict, plain)) => (Some(conflict), plain),
                None => {
                    let plain = rewrite.open.plaintext();
                    (None, plain.map_err(|error| CliError::spelling(&name, error))?)
                }
            };
            keys::report(&rewrite.open, &name, context);
            trust::check_changes(&rewrite, context)?;
            let source = Source::Existing(Box::new(rewrite));
            return Ok(Subject { name, path, format, plain, source, conflict });
        }
        let rule_path = types.filename_override.as_deref().unwrap_or(file);
        let format = match (types.input_type, types.output_type) {
            (Some(input), Some(output)) if input != output => return Err(two_formats()),
            (input, output) => input.or(output).unwrap_or_else(|| Format::of_path(rule_path)),
        };
        let rule_path = absolute(rule_path, &context.directory()?);
        let policy = policy::resolve(new.keys, new.rule, Some(&rule_path), context)?;
        if format == Format::Binary {
            new.rule.warn_ignored(context);
        }
        policy.check(new.keys, context)?;
        let fresh = fresh::make(&policy, format, context)
            .map_err(|error| CliError { code: exit::NO_KEY, ..error })?;
        let plain = Zeroizing::new(example(format).as_bytes().to_vec());
        let source = Source::New(Box::new(fresh));
        Ok(Subject { name, path, format, plain, source, conflict: None })
    }

    pub fn key(&self) -> &DataKey {
        match &self.source {
            Source::Existing(rewrite) => &rewrite.key,
            Source::New(fresh) => &fresh.key,
        }
    }

    /// What the file says of itself.
    pub fn metadata(&self) -> &Metadata {
        match &self.source {
            Source::Existing(rewrite) => rewrite.open.sealed().metadata(),
            Source::New(fresh) => &fresh.metadata,
        }
    }

    /// A hash of the encrypted file, by which a later version of it is told; empty for a new one.
    pub fn version(&self) -> String {
        match &self.source {
            Source::Existing(rewrite) => {
                let hash = Sha256::digest(rewrite.open.sealed().document().text());
                hash.iter().map(|byte| format!("{byte:02x}")).collect()
            }
            Source::New(_) => String::new(),
        }
    }

    /// The text with the metadata block in it.
    pub fn shown(&self, context: &Context) -> Result<Option<Shown>, CliError> {
        if self.format == Format::Binary {
            context.warn(&format!("{}: a binary file has no place to show its keys in", self.name));
            return Ok(None);
        }
        if self.conflict.is_some() {
            context.warn(&format!("{}: a file in conflict is shown without its keys", self.name));
            return Ok(None);
        }
        Ok(Some(Shown::of(&self.document(self.plain.clone(), context)?, self.metadata())))
    }

    /// Parses a text as this file's.
    pub fn document(&self, text: Zeroizing<Vec<u8>>, context: &Context) -> Result<Document, CliError> {
        match self.format {
            Format::Binary => Ok(Document::binary(&text)),
            format => Document::from_bytes(text, format, &context.limits)
                .map_err(|error| CliError::syntax(exit::READ_INPUT, &self.name, error)),
        }
    }

    /// Seals another text: values that did not change keep their tokens.
    pub fn seal(&self, text: Zeroizing<Vec<u8>>, context: &mut Context) -> Result<Sealing, CliError> {
        if text.trim_ascii().is_empty() {
            return Err(CliError::sealing(&self.name, FileError::NoDocument));
        }
        if let Some(conflict) = &self.conflict {
            conflict.check(&text, &self.name)?;
        }
        let document = self.document(text, context)?;
        let mut metadata = self.metadata().clone();
        metadata.raise_version();
        match (&self.source, &self.conflict) {
            (Source::Existing(rewrite), Some(conflict)) => {
                conflict.seal(rewrite, &document, metadata, context)
            }
            (Source::Existing(rewrite), None) => rewrite.seal(&document, metadata, context),
            (Source::New(fresh), _) => {
                sealed::seal(&document, &fresh.key, metadata, None, &self.name, context)
            }
        }
    }

    /// Puts a sealed text into the file's place, unless it was changed or made by somebody else.
    pub fn write(&self, sealed: &Zeroizing<String>, options: Options) -> Result<(), CliError> {
        match &self.source {
            Source::Existing(rewrite) => rewrite.replace(sealed, options),
            Source::New(_) => disk::lock(&self.path, PATIENCE)
                .and_then(|guard| guard.create(sealed.as_bytes(), NewMode::Default))
                .map_err(|error| CliError::disk(exit::WRITE_OUTPUT, error)),
        }
    }
}

fn two_formats() -> CliError {
    CliError::new(exit::CONFLICTING, "edit keeps the format of a file, and --output-type names another").hint(
        "give --input-type and --output-type the same value, or convert the file with decrypt and encrypt",
    )
}
