//! One side of a merge: a sealed file that was opened, or a plain one.

use super::plain::bytes;
use crate::crypto::DataKey;
use crate::document::Document;
use crate::document::format::Format;
use crate::document::syntax::Limits;
use crate::file::{FileError, Open};
use crate::metadata::Metadata;

/// A sealed file with its data key. Its MAC was verified, unless its check was waived.
pub struct Opened {
    pub open: Open,
    pub key: DataKey,
}

/// What one side of a merge holds.
pub enum Side {
    Sealed(Box<Opened>),
    Plain(Box<Document>),
}

/// The three sides. Without `base`, both sides added the file.
pub struct Sides {
    pub base: Option<Side>,
    pub ours: Side,
    pub theirs: Side,
}

/// What a merge is sealed under.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Under {
    /// Neither side is encrypted, so the result is not.
    Nothing,
    /// Our side's data key.
    Ours,
    /// A new data key: their side has another one, or ours has none.
    NewKey,
}

impl Sides {
    /// What the result is to be sealed under. A data key that only their side brought is never taken for our values;
    /// one that only ours brought, in a rotation, stays.
    pub fn under(&self) -> Under {
        match (&self.ours, &self.theirs) {
            (Side::Plain(_), Side::Plain(_)) => Under::Nothing,
            (Side::Sealed(_), Side::Plain(_)) => Under::Ours,
            (Side::Plain(_), Side::Sealed(_)) => Under::NewKey,
            (Side::Sealed(_), Side::Sealed(theirs)) if self.ours.has_key(theirs) => Under::Ours,
            (Side::Sealed(_), Side::Sealed(theirs)) => match &self.base {
                Some(base) if base.has_key(theirs) => Under::Ours,
                _ => Under::NewKey,
            },
        }
    }

    /// Whether both sides are sealed under the same data key.
    pub fn have_one_key(&self) -> bool {
        self.theirs.sealed().is_some_and(|theirs| self.ours.has_key(theirs))
    }
}

impl Side {
    /// The sealed file, if it is one.
    pub fn sealed(&self) -> Option<&Opened> {
        match self {
            Side::Sealed(opened) => Some(opened),
            Side::Plain(_) => None,
        }
    }

    /// What a sealed side says of itself.
    pub fn metadata(&self) -> Option<&Metadata> {
        self.sealed().map(|opened| opened.open.sealed().metadata())
    }

    /// The format of the file, sealed or not.
    pub fn format(&self) -> Format {
        match self {
            Side::Sealed(opened) => opened.open.sealed().document().format(),
            Side::Plain(document) => document.format(),
        }
    }

    fn has_key(&self, other: &Opened) -> bool {
        self.sealed().is_some_and(|opened| opened.key.as_bytes() == other.key.as_bytes())
    }

    /// The plaintext, parsed.
    pub fn plain(&mut self, limits: &Limits) -> Result<Document, FileError> {
        match self {
            Side::Sealed(opened) => plain(&mut opened.open, limits),
            Side::Plain(document) => match document.format() {
                Format::Binary => Ok(Document::binary(bytes(document))),
                format => Ok(Document::from_text(document.text().to_owned().into(), format, limits)?),
            },
        }
    }
}

/// The plaintext of an opened file, parsed.
pub(super) fn plain(open: &mut Open, limits: &Limits) -> Result<Document, FileError> {
    let format = open.sealed().document().format();
    let text = open.plaintext()?;
    Ok(match format {
        Format::Binary => Document::binary(&text),
        // A plaintext can be longer than the sealed file, which was within the limits.
        format => Document::from_bytes(text, format, &Limits { bytes: usize::MAX, ..*limits })?,
    })
}
