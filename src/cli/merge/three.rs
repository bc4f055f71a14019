//! The three versions of a file that a merge starts from.

use crate::cli::gate::File;
use crate::document::markers::Labels;
use std::path::PathBuf;

/// A version with the name that its markers get.
#[derive(Clone, Copy)]
pub struct Labeled<'a> {
    pub bytes: &'a [u8],
    pub label: &'a str,
}

/// The versions, and what a merge has to know about the file.
pub struct Three<'a> {
    /// `None` when both sides added the file.
    pub base: Option<&'a [u8]>,
    pub ours: Labeled<'a>,
    pub theirs: Labeled<'a>,
    /// For messages.
    pub name: String,
    /// What tells the format, and finds the creation rule; absolute.
    pub path: Option<PathBuf>,
    /// The length of a marker in characters.
    pub size: usize,
}

impl Three<'_> {
    /// The file whose keys are to be used.
    pub fn file(&self) -> File<'_> {
        File { name: &self.name, path: self.path.as_deref() }
    }

    /// How the markers of a conflict look.
    pub fn labels(&self) -> Labels<'_> {
        Labels { ours: self.ours.label, theirs: self.theirs.label, size: self.size }
    }
}
