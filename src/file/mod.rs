//! Where documents, rules, crypto and metadata meet: a sealed file, an open one, and the way between them.

mod block;
pub mod layout;
pub mod merge;
pub mod open;
mod plan;
pub mod reuse;
mod rewrap;
pub mod seal;
pub mod sealed;
mod write;

#[cfg(test)]
mod tests;

pub use open::{MacCheck, Open, open};
pub use rewrap::rewrap;
pub use seal::{Seal, Sealing, seal};
pub use sealed::Sealed;

use crate::crypto::CryptoError;
use crate::document::Document;
use crate::document::error::{Place, SyntaxError};
use crate::document::path::{Component, PathId, Paths};
use crate::document::slot::Slot;
use crate::metadata::MetadataError;

/// A file that can't be sealed or opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    #[error(transparent)]
    Syntax(#[from] SyntaxError),
    #[error("{error}")]
    Metadata { place: Place, error: MetadataError },
    #[error("the file is not encrypted: it has no sops metadata")]
    NotEncrypted,
    #[error("the file is already encrypted: it has sops metadata")]
    AlreadyEncrypted { place: Place },
    #[error("the file has no document to encrypt")]
    NoDocument,
    #[error("{0} would leave every value in clear")]
    AllClear(String),
    /// A value that can't be sealed or opened.
    #[error("{path}: {error}")]
    Value { place: Place, path: String, error: CryptoError },
    #[error("the encrypted comment at {path} would match the comment rule itself")]
    CommentRule { place: Place, path: String },
    #[error("the file's mac can't be read: {0}")]
    MacUnreadable(CryptoError),
    #[error("the file has no mac")]
    MacMissing,
    #[error("the mac does not match: values were added, removed, reordered or replaced after encryption")]
    MacMismatch,
    #[error("the layout field is damaged: {0}")]
    Layout(CryptoError),
    #[error("the file's values would not come back exactly, so nothing was written")]
    NotExact,
    #[error(transparent)]
    Crypto(CryptoError),
}

impl FileError {
    /// A plaintext that has a metadata block, at the block's place.
    pub fn already_encrypted(document: &Document) -> FileError {
        FileError::AlreadyEncrypted { place: block_place(document) }
    }

    fn value(document: &Document, slot: &Slot, error: CryptoError) -> FileError {
        FileError::Value {
            place: Place::of(document.text().as_bytes(), slot.span.start),
            path: document.paths().display(slot.path),
            error,
        }
    }

    /// Where in the file, when the fault has a place.
    pub fn place(&self) -> Option<Place> {
        match self {
            FileError::Syntax(error) => error.place,
            FileError::AlreadyEncrypted { place } | FileError::Metadata { place, .. } => Some(*place),
            FileError::Value { place, .. } | FileError::CommentRule { place, .. } => Some(*place),
            _ => None,
        }
    }
}

/// Where the metadata block of a document starts.
fn block_place(document: &Document) -> Place {
    let text = document.text();
    let block = document.scanned().parts.iter().find_map(|part| part.blocks.first());
    let block = block.map_or(&text[..0], |block| &text[block.clone()]);
    let inside = block.trim_start_matches([',', ' ', '\t', '\r', '\n']);
    Place::of(text.as_bytes(), inside.as_ptr() as usize - text.as_ptr() as usize)
}

/// Writes the additional data of a slot into `out`: the map keys on its path (spec, file-format 3.5).
fn write_aad(paths: &Paths, path: PathId, out: &mut Vec<u8>) {
    // Depth is bounded by the scan.
    fn push(paths: &Paths, path: PathId, out: &mut Vec<u8>) {
        let Some(parent) = paths.parent(path) else { return };
        push(paths, parent, out);
        if let Some(Component::Key(key)) = paths.last(path) {
            out.extend_from_slice(key.as_bytes());
            out.push(b':');
        }
    }
    out.clear();
    push(paths, path, out);
    if out.is_empty() {
        out.push(b':');
    }
}
