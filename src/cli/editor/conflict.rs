//! A file in conflict: both sides of it opened, and what its editor is given.

use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::exit;
use crate::cli::input::{Input, Types};
use crate::cli::keys;
use crate::cli::rewrite::Rewrite;
use crate::cli::sealed;
use crate::cli::shell;
use crate::crypto::{Cipher, DataKey};
use crate::document::Document;
use crate::document::markers::{self, Labels};
use crate::file::reuse::Reuse;
use crate::file::{MacCheck, Open, Sealed, Sealing};
use crate::metadata::Metadata;
use zeroize::Zeroizing;

/// What there is to know of a file's conflict beside our side, which is the file that is edited.
pub struct Conflict {
    theirs: Open,
    /// The length of the markers in the plaintext.
    size: usize,
}

/// A file in conflict, opened.
pub struct Opened {
    pub ours: Open,
    pub key: DataKey,
    pub conflict: Conflict,
    /// The plaintext of both sides, with markers.
    pub plain: Zeroizing<Vec<u8>>,
}

/// Opens both sides; `None` when the file is in no conflict.
pub fn open(
    input: &Input,
    types: &Types,
    check: MacCheck,
    order: &keys::Order,
    context: &Context,
) -> Result<Option<Opened>, CliError> {
    let (format, name) = (input.sealed_format(types), input.name.as_str());
    let Some(found) = sealed::conflict(input.bytes(), format, context) else { return Ok(None) };
    let sides = markers::split(found.text, found.size).map_err(|error| {
        let message = format!("{name}:{}: {}", error.line, error.reason);
        hinted(CliError::new(exit::GENERIC, message), name)
    })?;
    let parse = |side: &str| Sealed::parse(side.as_bytes(), format, &context.limits);
    let fault = |error| hinted(CliError::opening(name, error), name);
    let (ours, theirs) = (parse(&sides.ours).map_err(fault)?, parse(&sides.theirs).map_err(fault)?);
    if block(&ours) != block(&theirs) {
        let message = format!("{name}: the two sides of the conflict have different keys or rules");
        return Err(hinted(CliError::new(exit::GENERIC, message), name));
    }
    let key = keys::unwrap(&ours, input.subject(), order, context)?;
    let cipher = Cipher::new(&key);
    let mut ours = crate::file::open(ours, &cipher, check).map_err(fault)?;
    let mut theirs = crate::file::open(theirs, &cipher, check).map_err(fault)?;
    let (mine, yours) = (text(&mut ours, name)?, text(&mut theirs, name)?);
    // A value may look like a marker itself.
    let is_free = |size: &usize| [&mine, &yours].iter().all(|text| markers::leftover(text, *size).is_none());
    let size = (markers::SIZE..).find(is_free).unwrap_or(markers::SIZE);
    let [a, b] = markers::labels(found.text, found.size);
    let labels = Labels { ours: a.unwrap_or("ours"), theirs: b.unwrap_or("theirs"), size };
    let plain = Zeroizing::new(markers::mark(&mine, &yours, &labels).as_bytes().to_vec());
    Ok(Some(Opened { ours, key, conflict: Conflict { theirs, size }, plain }))
}

impl Conflict {
    /// Seals what was made of the two sides; values of either keep their tokens.
    pub fn seal(
        &self,
        ours: &Rewrite,
        document: &Document,
        metadata: Metadata,
        context: &mut Context,
    ) -> Result<Sealing, CliError> {
        let reuse = Reuse::of(&ours.open).and(&self.theirs);
        let sealing =
            sealed::seal_reusing(document, &ours.key, metadata, Some(reuse), &ours.input.name, context)?;
        Ok(match sealing {
            // Just our side, which is not what the file holds.
            Sealing::Unchanged => {
                Sealing::New(Zeroizing::new(ours.open.sealed().document().text().to_owned()))
            }
            new => new,
        })
    }

    /// Refuses a text that still has markers.
    pub fn check(&self, text: &[u8], name: &str) -> Result<(), CliError> {
        let text = std::str::from_utf8(text).unwrap_or_default();
        let Some(line) = markers::leftover(text, self.size) else { return Ok(()) };
        Err(CliError::new(exit::GENERIC, format!("{name}:{line}: there is still a conflict marker"))
            .hint("keep what is right of both sides, and take out the lines of the markers"))
    }
}

fn text(open: &mut Open, name: &str) -> Result<Zeroizing<String>, CliError> {
    let plain = open.plaintext().map_err(|error| CliError::spelling(name, error))?;
    let text = std::str::from_utf8(&plain).map(|text| Zeroizing::new(text.to_owned()));
    text.map_err(|_| {
        CliError::new(exit::GENERIC, format!("{name}: the two sides are no text that can be edited"))
            .hint("take one side with `git checkout --ours FILE` or `--theirs`")
    })
}

/// What a file says of itself, apart from what every change of a value changes.
fn block(sealed: &Sealed) -> crate::document::tree::Node {
    let metadata = sealed.metadata().clone();
    Metadata { mac: String::new(), lastmodified: String::new(), layout: None, ..metadata }.to_node()
}

fn hinted(error: CliError, name: &str) -> CliError {
    CliError { in_sops: None, ..error }
        .hint(format!("`sops-rs merge --repair {}` merges the two sides anew", shell::file(name)))
}
