//! What is wrong with a document, and where. Never holds a value, only places, key names and reasons.

use std::fmt;

/// A place in a text: line and column, both from 1; the column counts characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub line: usize,
    pub column: usize,
}

impl Place {
    /// The place of byte `offset` of `text`. Lines end at LF; a CR before it belongs to its line.
    pub fn of(text: &[u8], offset: usize) -> Place {
        let before = &text[..offset.min(text.len())];
        let line = before.iter().filter(|&&b| b == b'\n').count() + 1;
        let start = before.iter().rposition(|&b| b == b'\n').map_or(0, |at| at + 1);
        let column = String::from_utf8_lossy(&before[start..]).chars().count() + 1;
        Place { line, column }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

/// A document that can't be read, or can't be written in a format.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}{}", .path.as_ref().map(|path| format!(" (at {path})")).unwrap_or_default())]
pub struct SyntaxError {
    /// Where; `None` when the fault has no place (a file that is too large).
    pub place: Option<Place>,
    /// The key path nearest to the fault, as [`super::path::Paths::display`] writes it.
    pub path: Option<String>,
    /// What was found and what was expected, in lower case, without any value of the document.
    pub reason: String,
    /// What to do next.
    pub hint: Option<String>,
    /// Whether a key (or the metadata block) is there that was there before.
    pub repeats: bool,
}

impl SyntaxError {
    /// A fault at byte `offset` of `text`.
    pub fn at(text: &[u8], offset: usize, reason: impl Into<String>) -> SyntaxError {
        SyntaxError {
            place: Some(Place::of(text, offset)),
            path: None,
            reason: reason.into(),
            hint: None,
            repeats: false,
        }
    }

    /// A fault of the document as a whole.
    pub fn whole(reason: impl Into<String>) -> SyntaxError {
        SyntaxError { place: None, path: None, reason: reason.into(), hint: None, repeats: false }
    }

    pub fn path(mut self, path: impl Into<String>) -> SyntaxError {
        self.path = Some(path.into());
        self
    }

    /// The fault is that something is there a second time.
    pub fn repeated(mut self) -> SyntaxError {
        self.repeats = true;
        self
    }

    pub fn hint(mut self, hint: impl Into<String>) -> SyntaxError {
        self.hint = Some(hint.into());
        self
    }
}
