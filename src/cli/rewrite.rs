//! A sealed file that a command opens in order to write it again.

use super::batch::{File, is_sealed};
use super::context::Context;
use super::error::CliError;
use super::exit;
use super::input::{Input, Types};
use super::keys;
use super::sealed;
use crate::crypto::DataKey;
use crate::disk::{self, Options, PATIENCE, Snapshot};
use crate::document::Document;
use crate::document::format::Format;
use crate::file::{MacCheck, Open, Sealed, Sealing};
use crate::metadata::Metadata;
use std::path::Path;

/// An opened file that is to be replaced.
pub struct Rewrite {
    pub input: Input,
    pub open: Open,
    pub key: DataKey,
}

impl Rewrite {
    /// Reads and opens FILE. With `hold`, other writers wait until this is dropped; without it, somebody else's
    /// change meanwhile makes [`Rewrite::replace`] fail.
    pub fn read(
        file: &Path,
        types: &Types,
        hold: bool,
        check: MacCheck,
        order: &keys::Order,
        context: &Context,
    ) -> Result<Rewrite, CliError> {
        Rewrite::of(Input::read(Some(file), types, hold, context)?, types, check, order, context)
    }

    /// As [`Rewrite::read`], of a file that is read already.
    pub fn of(
        mut input: Input,
        types: &Types,
        check: MacCheck,
        order: &keys::Order,
        context: &Context,
    ) -> Result<Rewrite, CliError> {
        let (open, key) = sealed::read(&mut input, types, check, order, context)?;
        Ok(Rewrite { input, open, key })
    }

    /// As [`Rewrite::read`], one of many files and without holding it; `None` for a file of a directory that is not
    /// encrypted.
    pub fn found(
        file: &File,
        types: &Types,
        order: &keys::Order,
        context: &Context,
    ) -> Result<Option<Rewrite>, CliError> {
        let Some(mut input) = sealed_input(file, types, context)? else { return Ok(None) };
        let Some(sealed) = sealed_of(file, &mut input, types, context)? else { return Ok(None) };
        let (open, key) = sealed::open(sealed, input.subject(), MacCheck::Verify, order, context)?;
        Ok(Some(Rewrite { input, open, key }))
    }

    pub fn format(&self) -> Format {
        self.open.sealed().document().format()
    }

    /// The plaintext as a document.
    pub fn plain(&mut self, context: &Context) -> Result<Document, CliError> {
        let plain = self.open.plaintext().map_err(|error| CliError::spelling(&self.input.name, error))?;
        match self.format() {
            Format::Binary => Ok(Document::binary(&plain)),
            format => Document::from_bytes(plain, format, &context.limits)
                .map_err(|error| CliError::syntax(exit::READ_INPUT, &self.input.name, error)),
        }
    }

    /// Seals another plaintext under the same data key: values that did not change keep their tokens.
    pub fn seal(
        &self,
        document: &Document,
        metadata: Metadata,
        context: &mut Context,
    ) -> Result<Sealing, CliError> {
        sealed::seal(document, &self.key, metadata, Some(&self.open), &self.input.name, context)
    }

    /// Puts a new text in the file's place.
    pub fn replace(&self, text: impl AsRef<[u8]>, options: Options) -> Result<(), CliError> {
        let Some(file) = &self.input.file else {
            return Err(CliError::new(exit::WRITE_OUTPUT, "standard input can't be replaced"));
        };
        let replaced = match &self.input.guard {
            Some(guard) => guard.replace(file, text.as_ref(), options),
            None => return replace(file, text, options),
        };
        replaced.map_err(|error| CliError::disk(exit::WRITE_OUTPUT, error))
    }
}

/// Puts a new text in the place of a file that was read without holding it; somebody else's change in the meantime is
/// an error.
pub fn replace(file: &Snapshot, text: impl AsRef<[u8]>, options: Options) -> Result<(), CliError> {
    let replaced =
        disk::lock(file.path(), PATIENCE).and_then(|guard| guard.replace(file, text.as_ref(), options));
    replaced.map_err(|error| CliError::disk(exit::WRITE_OUTPUT, error))
}

/// A sealed file with its bytes on disk and its name for messages; `None` for a file of a directory that is not
/// encrypted.
pub fn found(
    file: &File,
    types: &Types,
    context: &Context,
) -> Result<Option<(Sealed, Snapshot, String)>, CliError> {
    let Some(mut input) = sealed_input(file, types, context)? else { return Ok(None) };
    let Some(sealed) = sealed_of(file, &mut input, types, context)? else { return Ok(None) };
    let Input { file, name, .. } = input;
    Ok(file.map(|file| (sealed, file, name)))
}

/// Reads a file; `None` for a file of a directory that does not look encrypted.
fn sealed_input(file: &File, types: &Types, context: &Context) -> Result<Option<Input>, CliError> {
    let large = |length| usize::try_from(length).is_ok_and(|length: usize| length > context.limits.bytes);
    if !file.named && file.path.metadata().is_ok_and(|found| large(found.len())) {
        context.warn(&format!("{}: too large to look into; --max-size raises the limit", file.name()));
        return Ok(None);
    }
    let input = Input::read(Some(&file.path), types, false, context)?;
    let sealed = file.named || is_sealed(input.bytes(), input.sealed_format(types));
    Ok(sealed.then_some(input))
}

/// Parses it; `None` for a file of a directory that only looked encrypted.
fn sealed_of(
    file: &File,
    input: &mut Input,
    types: &Types,
    context: &Context,
) -> Result<Option<Sealed>, CliError> {
    let document = sealed::document(input, types, context)?;
    if !file.named && !document.has_metadata() {
        return Ok(None);
    }
    Sealed::of(document).map(Some).map_err(|error| CliError::opening(&input.name, error))
}
