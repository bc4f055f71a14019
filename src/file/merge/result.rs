//! The bytes of a merged file: one of the sides to the letter where it is just that, else sealed anew.

use super::plain::{Plain, bytes};
use super::side::{Side, Sides};
use super::{Refusal, Request, Target, Texts};
use crate::crypto::{Cipher, DataKey};
use crate::document::Document;
use crate::document::format::Format;
use crate::document::markers::{Labels, mark};
use crate::document::syntax::Limits;
use crate::file::reuse::Reuse;
use crate::file::{FileError, MacCheck, Open, Seal, Sealed, Sealing, open, seal};
use crate::metadata::Metadata;
use zeroize::Zeroizing;

/// The merge of two plain files.
pub fn unsealed(plain: &Plain, labels: &Labels<'_>) -> Zeroizing<Vec<u8>> {
    let content = |document: &Document| match document.format() {
        Format::Binary => Zeroizing::new(bytes(document).to_vec()),
        _ => Zeroizing::new(document.text().as_bytes().to_vec()),
    };
    let ours = content(&plain.ours);
    let Some(theirs) = plain.theirs.as_ref().map(content) else { return ours };
    match (std::str::from_utf8(&ours), std::str::from_utf8(&theirs)) {
        (Ok(ours), Ok(theirs)) => into_bytes(mark(ours, theirs, labels)),
        // As git does with binary files: ours stays.
        _ => ours,
    }
}

/// The sealed result; with conflicts, both sides of it under one key, with markers.
pub fn sealed(
    sides: &Sides,
    texts: &Texts,
    plain: &Plain,
    target: &Target,
    mut request: Request<'_>,
) -> Result<Zeroizing<Vec<u8>>, Refusal> {
    // Tokens can only be kept under the data key that made them.
    let own = target.key.is_none();
    let ours = Version::of(&sides.ours, &texts.ours).filter(|_| own);
    let theirs = Version::of(&sides.theirs, &texts.theirs).filter(|_| own && sides.have_one_key());
    let Some(key) = target.key.as_ref().or(sides.ours.sealed().map(|opened| &opened.key)) else {
        return Err(Refusal::NoKey);
    };
    let versions = [ours, theirs];
    let mut maker = Maker { key, metadata: &target.metadata, request: &mut request };
    if plain.theirs.is_none() {
        let same = versions.iter().flatten().find(|version| version.is(&plain.ours, &target.metadata));
        if let Some(version) = same {
            return Ok(version.open.sealed().document().text().as_bytes().to_vec().into());
        }
    }
    let previous = versions.iter().flatten().map(|version| version.open);
    let first = maker.sealed(&plain.ours, previous.clone(), None)?;
    let Some(theirs) = &plain.theirs else { return Ok(into_bytes(first)) };
    let ours = maker.opened(&first, plain.ours.format())?;
    let now = ours.sealed().metadata().lastmodified.clone();
    let previous = std::iter::once(&ours).chain(versions.iter().rev().flatten().map(|version| version.open));
    let second = maker.sealed(theirs, previous, Some(&now))?;
    Ok(into_bytes(mark(&first, &second, &maker.request.labels)))
}

/// A side that was sealed under the result's data key.
struct Version<'a> {
    open: &'a Open,
    plain: &'a Document,
}

impl<'a> Version<'a> {
    fn of(side: &'a Side, plain: &'a Document) -> Option<Version<'a>> {
        side.sealed().map(|opened| Version { open: &opened.open, plain })
    }

    /// Whether the result is just this side.
    fn is(&self, plain: &Document, metadata: &Metadata) -> bool {
        let bare = |metadata: &Metadata| {
            Metadata { mac: String::new(), lastmodified: String::new(), layout: None, ..metadata.clone() }
                .to_node()
        };
        self.open.is_verified()
            && self.plain.text() == plain.text()
            && bytes_differ_nowhere(self.plain, plain)
            && bare(self.open.sealed().metadata()) == bare(metadata)
    }
}

/// The text of a plain binary document is only its envelope.
fn bytes_differ_nowhere(a: &Document, b: &Document) -> bool {
    a.format() != Format::Binary || bytes(a) == bytes(b)
}

struct Maker<'a, 'r> {
    key: &'a DataKey,
    metadata: &'a Metadata,
    request: &'a mut Request<'r>,
}

impl Maker<'_, '_> {
    fn sealed<'o>(
        &mut self,
        document: &Document,
        mut previous: impl Iterator<Item = &'o Open>,
        now: Option<&str>,
    ) -> Result<Zeroizing<String>, FileError> {
        let first = previous.next();
        let reuse = first.map(|open| previous.fold(Reuse::of(open), Reuse::and));
        let sealing = seal(
            document,
            Seal {
                cipher: &Cipher::new(self.key),
                metadata: self.metadata.clone(),
                now: now.unwrap_or(self.request.now),
                random: &mut *self.request.random,
                previous: reuse,
            },
        )?;
        match (sealing, first) {
            (Sealing::New(text), _) => Ok(text),
            (Sealing::Unchanged, Some(open)) => {
                Ok(Zeroizing::new(open.sealed().document().text().to_owned()))
            }
            // Only a file that there is can be unchanged.
            (Sealing::Unchanged, None) => Err(FileError::NotExact),
        }
    }

    fn opened(&self, text: &str, format: Format) -> Result<Open, FileError> {
        let limits = Limits { bytes: usize::MAX, ..self.request.limits };
        let sealed = Sealed::parse(text.as_bytes(), format, &limits)?;
        open(sealed, &Cipher::new(self.key), MacCheck::Verify)
    }
}

/// The text's own buffer as bytes, without a copy.
fn into_bytes(mut text: Zeroizing<String>) -> Zeroizing<Vec<u8>> {
    Zeroizing::new(std::mem::take(&mut *text).into_bytes())
}
