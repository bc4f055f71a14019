//! What a merge of text leaves in a file, and other faults of its syntax.

use super::finding::{Finding, Kind};
use crate::document::error::{Place, SyntaxError};
use crate::document::format::Format;
use crate::document::markers::find;

/// Conflict markers in a text, of any length that git can be told.
pub fn markers(text: &str) -> Option<Finding> {
    let first = find(text)?;
    let what = match text.lines().filter(|line| find(line).is_some()).count() {
        1 => "a conflict of a merge is not resolved".to_owned(),
        several => format!("{several} conflicts of a merge are not resolved"),
    };
    Some(Finding::new(Kind::ConflictMarkers, what).at(Some(Place { line: first.line, column: 1 })))
}

/// A text that does not parse.
pub fn syntax(error: SyntaxError, format: Format) -> Finding {
    let kind = match error.repeats {
        true if is_metadata(&error, format) => Kind::DuplicateMetadata,
        true => Kind::DuplicateKey,
        false => Kind::SyntaxError,
    };
    let finding = Finding::new(kind, error.reason).at(error.place).key(error.path);
    match error.hint.filter(|_| kind != Kind::DuplicateMetadata) {
        Some(hint) => finding.fix(hint),
        None => finding,
    }
}

/// Whether what is there twice is the metadata block or a field of it. Formats without nesting name the field alone.
fn is_metadata(error: &SyntaxError, format: Format) -> bool {
    let path = error.path.as_deref().unwrap_or_default();
    let below = path.strip_prefix("sops").is_some_and(|rest| match format {
        Format::Dotenv => rest.starts_with('_'),
        _ => rest.is_empty() || rest.starts_with(['.', '[']),
    });
    below || error.reason.starts_with("the metadata") || error.reason.starts_with("a second [sops]")
}
