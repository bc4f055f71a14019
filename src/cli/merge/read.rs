//! Reading one version of a file: sealed and opened, or plain.

use super::three::Three;
use super::{Access, Wishes};
use crate::cli::batch;
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::exit;
use crate::cli::gate::File;
use crate::crypto::Cipher;
use crate::document::Document;
use crate::document::format::Format;
use crate::document::markers;
use crate::file::merge::{Opened, Side};
use crate::file::{FileError, MacCheck, Sealed, open};

/// The format of all versions: the one that the path tells, unless sealed content says otherwise.
pub fn format(three: &Three<'_>, context: &Context) -> Format {
    let by_name = three.path.as_deref().map_or(Format::Binary, Format::of_path);
    let sealed = |bytes: &[u8]| {
        let document = Document::recognize(bytes, by_name, &context.limits).ok()?;
        document.has_metadata().then(|| document.format())
    };
    [three.ours.bytes, three.theirs.bytes].into_iter().find_map(sealed).unwrap_or(by_name)
}

/// Reads one side; `None` for a plain file that does not parse. An error is about a sealed file that can't be opened.
/// With [`MacCheck::Waive`] a MAC may fail.
pub fn read(
    bytes: &[u8],
    file: File<'_>,
    format: Format,
    access: &Access<'_>,
    check: MacCheck,
    context: &Context,
) -> Result<Option<Side>, CliError> {
    let name = file.name;
    let looks_sealed = batch::is_sealed(bytes, format);
    let plain = |document| Ok(Some(Side::Plain(Box::new(document))));
    let document = match Document::parse(bytes, format, &context.limits) {
        Ok(document) if document.has_metadata() => document,
        Err(error) if looks_sealed => return Err(CliError::opening(name, FileError::Syntax(error))),
        // A plain binary file needs no form.
        _ if format == Format::Binary => return plain(Document::binary(bytes)),
        Ok(document) => return plain(document),
        Err(_) => return Ok(None),
    };
    let opening = |error| CliError::opening(name, error);
    let sealed = Sealed::of(document).map_err(opening)?;
    let key = access.unwrap(&sealed, file, context)?;
    let cipher = Cipher::new(&key);
    let open = match open(sealed, &cipher, MacCheck::Verify) {
        Err(FileError::MacMismatch | FileError::MacMissing | FileError::MacUnreadable(_))
            if check == MacCheck::Waive =>
        {
            let again = Sealed::parse(bytes, format, &context.limits).map_err(opening)?;
            open(again, &cipher, check)
        }
        opened => opened,
    };
    let open = open.map_err(opening)?;
    Ok(Some(Side::Sealed(Box::new(Opened { open, key }))))
}

/// The common ancestor, if it can be read. One that is a merge with conflicts itself (of several common ancestors) has
/// two sides.
pub fn base(
    bytes: &[u8],
    format: Format,
    three: &Three<'_>,
    wishes: &Wishes<'_>,
    context: &Context,
) -> Option<(Side, Option<Side>)> {
    if bytes.is_empty() {
        return None;
    }
    let read = |bytes: &[u8]| {
        read(bytes, three.file(), format, &wishes.access, MacCheck::Verify, context).ok().flatten()
    };
    let halves = std::str::from_utf8(bytes).ok().and_then(|text| {
        let found = markers::find(text)?;
        markers::split(text, found.size).ok()
    });
    match halves {
        Some(halves) => Some((read(halves.ours.as_bytes())?, Some(read(halves.theirs.as_bytes())?))),
        None => Some((read(bytes)?, None)),
    }
}

/// A plain version that does not parse, beside a sealed one or without text.
pub fn unreadable(three: &Three<'_>) -> CliError {
    let message = format!("{}: one side is a plain text that can't be read in its format", three.name);
    CliError::new(exit::GENERIC, message).hint("take one side with `git checkout --ours FILE` or `--theirs`")
}
