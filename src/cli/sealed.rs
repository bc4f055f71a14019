//! Sealed files as commands find and make them: the library's steps, with the user's keys and errors for people.

use super::context::Context;
use super::error::CliError;
use super::exit;
use super::gate::File;
use super::input::{Input, Types};
use super::keys;
use super::shell;
use crate::crypto::{Cipher, DataKey};
use crate::document::Document;
use crate::document::format::Format;
use crate::document::markers;
use crate::file::reuse::Reuse;
use crate::file::{MacCheck, Open, Seal, Sealed, Sealing};
use crate::metadata::Metadata;
use std::path::Path;

/// Parses an input, encrypted or not, as an encrypted file of its format.
pub fn document(input: &mut Input, types: &Types, context: &Context) -> Result<Document, CliError> {
    let format = input.sealed_format(types);
    if let Some(conflict) = conflict(input.bytes(), format, context) {
        let message = format!("{}:{}: the file is in conflict: it has two sides", input.name, conflict.line);
        let word = shell::file(&input.name);
        return Err(CliError::new(exit::GENERIC, message).hint(format!(
            "`sops-rs edit {word}` shows both sides in plaintext; `sops-rs merge --repair {word}` merges them anew"
        )));
    }
    Document::from_bytes(input.take_bytes(), format, &context.limits)
        .map_err(|error| CliError::opening(&input.name, error.into()))
}

/// Conflict markers in a text that is no file because of them.
pub struct Conflict<'a> {
    pub text: &'a str,
    /// Of the first marker, from 1.
    pub line: usize,
    /// Of the markers, in characters.
    pub size: usize,
}

/// The conflict that a file is in. Lines that only look like markers, inside of a value, are none.
pub fn conflict<'a>(bytes: &'a [u8], format: Format, context: &Context) -> Option<Conflict<'a>> {
    let text = std::str::from_utf8(bytes).ok()?;
    let markers::Found { line, size } = markers::find(text)?;
    let is_whole = Sealed::parse(bytes, format, &context.limits).is_ok();
    (!is_whole).then_some(Conflict { text, line, size })
}

/// Parses an input that may be encrypted or not, and may have a name that tells another format than its text.
pub fn recognized(input: &mut Input, types: &Types, context: &Context) -> Result<Document, CliError> {
    let bytes = input.take_bytes();
    let document = match types.input_type {
        Some(format) if format != Format::Binary => Document::from_bytes(bytes, format, &context.limits),
        _ => Document::recognize(&bytes, input.format(types), &context.limits),
    };
    document.map_err(|error| CliError::syntax(exit::READ_INPUT, &input.name, error))
}

/// Parses an input as a sealed file.
pub fn parse(input: &mut Input, types: &Types, context: &Context) -> Result<Sealed, CliError> {
    let document = document(input, types, context)?;
    Sealed::of(document).map_err(|error| CliError::opening(&input.name, error))
}

/// Parses an input, recovers its data key and opens it.
pub fn read(
    input: &mut Input,
    types: &Types,
    check: MacCheck,
    order: &keys::Order,
    context: &Context,
) -> Result<(Open, DataKey), CliError> {
    let sealed = parse(input, types, context)?;
    open(sealed, input.subject(), check, order, context)
}

/// Opens a file that a program is to get, and says what a person should know about it.
pub fn read_to_run(
    file: &Path,
    types: &Types,
    order: &keys::Order,
    context: &Context,
) -> Result<(Open, Input), CliError> {
    let mut input = Input::read_to_run(file, types, context)?;
    let (open, _) = read(&mut input, types, MacCheck::Verify, order, context)?;
    keys::report(&open, &input.name, context);
    Ok((open, input))
}

/// Recovers the data key of a sealed file and opens it.
pub fn open(
    sealed: Sealed,
    file: File<'_>,
    check: MacCheck,
    order: &keys::Order,
    context: &Context,
) -> Result<(Open, DataKey), CliError> {
    let key = keys::unwrap(&sealed, file, order, context)?;
    let is_another = sealed.metadata().groups.len() > 1 && !sealed.is_under(&key);
    let open = crate::file::open(sealed, &Cipher::new(&key), check).map_err(|error| {
        let error = CliError::opening(file.name, error);
        if is_another { error.hint(keys::SHARES_OF_ANOTHER) } else { error }
    })?;
    Ok((open, key))
}

/// Seals a plaintext now; values that are as in `previous` keep their tokens.
pub fn seal(
    document: &Document,
    key: &DataKey,
    metadata: Metadata,
    previous: Option<&Open>,
    name: &str,
    context: &mut Context,
) -> Result<Sealing, CliError> {
    seal_reusing(document, key, metadata, previous.map(Reuse::of), name, context)
}

/// As [`seal`], with the tokens of several earlier versions.
pub fn seal_reusing(
    document: &Document,
    key: &DataKey,
    metadata: Metadata,
    previous: Option<Reuse<'_>>,
    name: &str,
    context: &mut Context,
) -> Result<Sealing, CliError> {
    let request = Seal {
        cipher: &Cipher::new(key),
        metadata,
        now: &context.now,
        random: &mut context.random,
        previous,
    };
    crate::file::seal(document, request).map_err(|error| CliError::sealing(name, error))
}
