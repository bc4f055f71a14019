//! The parser's errors in our words. None of them repeats anything of the text.

use crate::document::error::SyntaxError;
use granit_parser::{ErrorKind, ScanError};

/// `depth` is the limit that the parser was given.
pub(super) fn convert(text: &str, fault: &ScanError, depth: usize) -> SyntaxError {
    let at = offset(text, fault);
    let error = |reason: String| SyntaxError::at(text.as_bytes(), at, reason);
    match fault.kind() {
        ErrorKind::RecursionLimitExceeded => too_deep(text, at, depth),
        ErrorKind::UnknownAnchor => {
            error("an alias without an anchor before it".into()).hint("define the anchor above the alias")
        }
        ErrorKind::UnexpectedCharacter { .. } => {
            error("a character that can't start a value here".into()).hint("quote the value")
        }
        ErrorKind::TabNotAllowed
        | ErrorKind::TabInBlockIndentation
        | ErrorKind::TabInIndentation
        | ErrorKind::TabAtBlockScalarStart
        | ErrorKind::TabInPlainScalar => {
            error("a tab where YAML takes only blanks".into()).hint("indent with blanks")
        }
        ErrorKind::MismatchedFlowCollectionEnd { open, close } => {
            error(format!("`{open}` is closed by `{close}`"))
        }
        ErrorKind::UnclosedFlowCollection { open } => error(format!("`{open}` is not closed")),
        ErrorKind::Custom(_) | ErrorKind::InputIo { .. } | ErrorKind::InputDecoding { .. } => {
            error("the text can't be read as YAML".into())
        }
        // The other kinds have fixed messages.
        kind => error(kind.to_string()),
    }
}

pub(super) fn too_deep(text: &str, at: usize, depth: usize) -> SyntaxError {
    SyntaxError::at(text.as_bytes(), at, format!("maps and lists are nested deeper than {depth}"))
        .hint("flatten the document, or encrypt it as a whole with --input-type binary")
}

fn offset(text: &str, fault: &ScanError) -> usize {
    fault.marker().byte_offset().unwrap_or(text.len()).min(text.len())
}
