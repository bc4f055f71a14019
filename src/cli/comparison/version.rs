//! One version of a file: of a commit, of the index, or of the work tree.

use crate::cli::batch::is_sealed;
use crate::document::Document;
use crate::document::format::Format;
use crate::document::markers;
use crate::document::syntax::Limits;
use crate::file::{FileError, Sealed};
use crate::metadata::Metadata;
use std::path::Path;

/// What a file is.
pub enum Version {
    /// There is none.
    Missing,
    Plain(Document),
    Sealed(Box<Sealed>),
    /// Why it can't be read or does not parse.
    Unreadable(String),
}

impl Version {
    pub fn of(bytes: &[u8], path: &Path, limits: &Limits) -> Version {
        let document = Document::recognize(bytes, Format::of_path(path), limits);
        match document {
            Ok(document) if !document.has_metadata() => Version::Plain(document),
            Ok(document) => match Sealed::of(document) {
                Ok(sealed) => Version::Sealed(Box::new(sealed)),
                Err(error) => Version::unreadable(bytes, error),
            },
            Err(error) => Version::unreadable(bytes, error.into()),
        }
    }

    fn unreadable(bytes: &[u8], error: FileError) -> Version {
        let is_marked = std::str::from_utf8(bytes).is_ok_and(|text| markers::find(text).is_some());
        let place = error.place().map(|place| format!(" at {place}")).unwrap_or_default();
        Version::Unreadable(match is_marked {
            true => "it has conflict markers".into(),
            false => format!("{error}{place}"),
        })
    }

    /// Whether a file may be encrypted, without parsing it.
    pub fn looks_sealed(bytes: &[u8]) -> bool {
        is_sealed(bytes, Format::Yaml)
    }

    /// Its text, if it could be parsed.
    pub fn document(&self) -> Option<&Document> {
        match self {
            Version::Plain(document) => Some(document),
            Version::Sealed(sealed) => Some(sealed.document()),
            Version::Missing | Version::Unreadable(_) => None,
        }
    }

    /// What a sealed version says of itself.
    pub fn metadata(&self) -> Option<&Metadata> {
        match self {
            Version::Sealed(sealed) => Some(sealed.metadata()),
            _ => None,
        }
    }
}
