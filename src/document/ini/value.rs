//! The value behind a delimiter, and the comment behind the value.

use crate::document::error::SyntaxError;
use crate::document::slot::{Content, Style};
use std::ops::Range;
use zeroize::Zeroizing;

/// The marks that start a comment.
pub(super) const MARKS: [char; 2] = ['#', ';'];
const TRIPLE: &str = "\"\"\"";

/// A value as gopkg.in/ini.v1 reads it (spec, stores 5.1).
pub(super) struct Value {
    /// Its spelling with quotes, and with whatever the library ignores behind a closing quote.
    pub span: Range<usize>,
    pub style: Style,
    pub content: Content,
    /// The comment behind it, from its mark to its last character.
    pub comment: Option<Range<usize>>,
    /// Where the next line starts.
    pub next: usize,
}

/// The end of the line that `at` is in, behind its line feed.
pub(super) fn line_end(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |feed| at + feed + 1)
}

/// Reads the value at `from`, behind the delimiter of a line that ends at `end`.
pub(super) fn read(text: &str, from: usize, end: usize) -> Result<Value, SyntaxError> {
    let left = text[from..end].trim_start();
    let start = end - left.len();
    let quote = match left {
        // At the very end of a file, sops takes the three quotes for a value; with a line behind it is none.
        _ if left.starts_with(TRIPLE) => Some((TRIPLE, Style::TripleDouble)),
        _ if left.starts_with('`') => Some(("`", Style::Backtick)),
        _ => None,
    };
    match quote {
        Some((quote, style)) => raw(text, start, end, quote, style),
        None if left.trim_end().ends_with('\\') => Ok(continued(text, start, end)),
        None => Ok(bare(text, from, start, end)),
    }
}

/// A value that runs to the last closing mark of its line, or else of the first later line that has one.
fn raw(text: &str, start: usize, end: usize, quote: &str, style: Style) -> Result<Value, SyntaxError> {
    let inside = start + quote.len();
    if let Some(close) = text[inside..end].rfind(quote) {
        // The library drops what follows on this line, comment or not. It goes and comes with the value.
        let span = start..start + text[start..end].trim_end().len();
        let content = Content::AsWritten(inside..inside + close);
        return Ok(Value { span, style, content, comment: None, next: end });
    }
    let mut at = end;
    while at < text.len() {
        let next = line_end(text, at);
        let close = text[at..next].rfind(quote).map(|close| at + close);
        // A backslash at the end of the line takes the mark its meaning.
        let close = close.filter(|close| !text[close + quote.len()..next].trim_end().ends_with('\\'));
        let Some(close) = close else {
            at = next;
            continue;
        };
        let behind = close + quote.len();
        let comment = comment(text, behind, next);
        let last = comment.as_ref().map_or(next, |comment| comment.start);
        return Ok(Value {
            span: start..behind + text[behind..last].trim_end().len(),
            style,
            content: Content::AsWritten(inside..close),
            comment,
            next,
        });
    }
    Err(SyntaxError::at(text.as_bytes(), start, format!("the {quote} around this value is not closed")))
}

/// A value whose lines end in a backslash, except for the last one. It has neither quotes nor a comment.
fn continued(text: &str, start: usize, end: usize) -> Value {
    let first = text[start..end].trim_end();
    let mut content = Zeroizing::new(String::with_capacity(first.len()));
    content.push_str(&first[..first.len() - 1]);
    let mut span = start..start + first.len();
    let mut next = end;
    while next < text.len() {
        let at = next;
        next = line_end(text, at);
        let part = text[at..next].trim();
        if part.is_empty() {
            break;
        }
        span.end = at + text[at..next].trim_end().len();
        match part.strip_suffix('\\') {
            Some(part) => content.push_str(part),
            None => {
                content.push_str(part);
                break;
            }
        }
    }
    let content = Content::Cooked(Zeroizing::new(content.as_bytes().into()));
    Value { span, style: Style::Plain, content, comment: None, next }
}

/// A value without raw quotes: up to the first comment mark, without one pair of quotes around it.
fn bare(text: &str, from: usize, start: usize, end: usize) -> Value {
    let comment = comment(text, start, end);
    let last = comment.as_ref().map_or(end, |comment| comment.start);
    let body = text[start..last].trim_end();
    if body.is_empty() {
        // A value put here later stands behind one blank.
        let at = from + usize::from(text[from..end].starts_with(' '));
        return Value {
            span: at..at,
            style: Style::Plain,
            content: Content::AsWritten(at..at),
            comment,
            next: end,
        };
    }
    let span = start..start + body.len();
    let (style, inside) = match body {
        _ if is_quoted(body, '\'') => (Style::Single, span.start + 1..span.end - 1),
        _ if is_quoted(body, '"') => (Style::Double, span.start + 1..span.end - 1),
        _ => (Style::Plain, span.clone()),
    };
    Value { span, style, content: Content::AsWritten(inside), comment, next: end }
}

/// The comment in `from..end`, without blanks around it.
pub(super) fn comment(text: &str, from: usize, end: usize) -> Option<Range<usize>> {
    let mark = from + text[from..end].find(MARKS)?;
    Some(mark..mark + text[mark..end].trim_end().len())
}

/// Whether a text has `quote` at both ends and nowhere else.
pub(super) fn is_quoted(text: &str, quote: char) -> bool {
    text.strip_prefix(quote)
        .and_then(|rest| rest.strip_suffix(quote))
        .is_some_and(|rest| !rest.contains(quote))
}
