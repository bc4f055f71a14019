//! A file with tokens: its document and what its metadata block says.

use super::{FileError, block_place};
use crate::crypto::{Cipher, DataKey};
use crate::document::Document;
use crate::document::error::Place;
use crate::document::format::Format;
use crate::document::syntax::Limits;
use crate::metadata::Metadata;

/// An encrypted file as it stands on disk.
pub struct Sealed {
    document: Document,
    metadata: Metadata,
}

impl Sealed {
    /// Parses an encrypted file; [`FileError::NotEncrypted`] when it has no metadata.
    pub fn parse(bytes: &[u8], format: Format, limits: &Limits) -> Result<Sealed, FileError> {
        Sealed::of(Document::parse(bytes, format, limits)?)
    }

    /// As [`Sealed::parse`], of a document that is already parsed.
    pub fn of(document: Document) -> Result<Sealed, FileError> {
        let block = document.metadata().ok_or(FileError::NotEncrypted)?;
        let metadata = Metadata::parse(&block)
            .map_err(|error| FileError::Metadata { place: block_place(&document), error })?;
        Ok(Sealed { document, metadata })
    }

    pub fn document(&self) -> &Document {
        &self.document
    }

    pub fn into_document(self) -> Document {
        self.document
    }

    /// Where the metadata block of the first document starts.
    pub fn place(&self) -> Place {
        block_place(&self.document)
    }

    pub fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    /// Whether the MAC was made under this key: shares of too few key groups, or of another file, make a key as well.
    pub fn is_under(&self, key: &DataKey) -> bool {
        Cipher::new(key).open(&self.metadata.mac, &self.metadata.mac_aad()).is_ok()
    }
}
