//! The name in front of a delimiter.

use crate::document::error::SyntaxError;

/// What separates a key from its value.
const DELIMITERS: [char; 2] = ['=', ':'];

/// Reads the key at `start`, the first character of a line that ends at `end`. Returns its name and the offset
/// behind the delimiter.
///
/// A name may be quoted with `"`, `"""` or a backtick; what stands between the closing quote and the delimiter
/// is ignored.
pub(super) fn read(text: &str, start: usize, end: usize) -> Result<(&str, usize), SyntaxError> {
    let line = &text[start..end];
    let fault = |reason: &str| SyntaxError::at(text.as_bytes(), start, reason);
    let quote = match line.as_bytes().first() {
        Some(b'"') if line.len() > 6 && line.starts_with("\"\"\"") => "\"\"\"",
        Some(b'"') => "\"",
        Some(b'`') => "`",
        _ => "",
    };
    let (name, behind) = if quote.is_empty() {
        let delimiter = line.find(DELIMITERS).ok_or_else(|| {
            fault("this line has neither `=` nor `:`")
                .hint("start a comment with `;` or `#`; continue a value with `\\` at the end of its line")
        })?;
        (&line[..delimiter], delimiter)
    } else {
        let inside = quote.len();
        let close = inside
            + line[inside..].find(quote).ok_or_else(|| fault("the quote around this key is not closed"))?;
        let rest = close + quote.len();
        let delimiter = line[rest..].find(DELIMITERS);
        (
            &line[inside..close],
            rest + delimiter.ok_or_else(|| fault("no `=` or `:` follows this quoted key"))?,
        )
    };
    match name.trim() {
        "" => Err(fault("the key on this line is empty")),
        name => Ok((name, start + behind + 1)),
    }
}
