//! How a value, comment or key is written so that it reads back (spec, stores 5.2).

use super::value::{MARKS, is_quoted};
use crate::document::error::SyntaxError;
use crate::document::flat;
use crate::document::slot::Style;
use crate::document::syntax::Spot;
use crate::document::value::ValueRef;
use zeroize::Zeroizing;

const TRIPLE: &str = "\"\"\"";

/// Writes `text` between the quotes of a style.
pub(super) fn quoted(style: Style, text: &str, out: &mut String) {
    let quote = match style {
        Style::Single => "'",
        Style::Double => "\"",
        Style::TripleDouble => TRIPLE,
        Style::Backtick => "`",
        _ => "",
    };
    out.push_str(quote);
    out.push_str(text);
    out.push_str(quote);
}

/// A scalar as INI's text (spec, stores 8).
pub(super) fn text(value: ValueRef<'_>) -> Result<Zeroizing<String>, SyntaxError> {
    flat::as_text(value).ok_or_else(|| {
        SyntaxError::whole("INI holds only text, and this value is null, empty or not UTF-8")
            .hint("delete the key, or give it a value")
    })
}

/// The spelling of a value: with the quotes of `style` if they can hold it, else as sops would write it, else
/// with any quotes that can.
pub(super) fn value(
    style: Style,
    before_comment: bool,
    value: ValueRef<'_>,
) -> Result<Zeroizing<String>, SyntaxError> {
    let text = text(value)?;
    let styles = [
        style,
        usual(&text),
        Style::Plain,
        Style::Double,
        Style::Backtick,
        Style::TripleDouble,
        Style::Single,
    ];
    let Some(style) = styles.into_iter().find(|style| fits(*style, &text, before_comment)) else {
        let what = match (before_comment, text.contains('\n')) {
            (true, false) => "a value with `#` or `;` and a comment behind it on its line",
            _ => "a value of several lines with both a backtick and `\"\"\"` in it",
        };
        return Err(SyntaxError::whole(format!("INI has no quotes for {what}"))
            .hint("move the comment to a line of its own, or encrypt the file in another format"));
    };
    let mut out = Zeroizing::new(String::with_capacity(text.len() + 2 * TRIPLE.len()));
    quoted(style, &text, &mut out);
    Ok(out)
}

/// The quotes that sops puts around a value.
fn usual(text: &str) -> Style {
    match text {
        _ if text.contains(['\n', '`']) => Style::TripleDouble,
        _ if text.contains(MARKS) => Style::Backtick,
        _ if text.trim().len() != text.len() => Style::Double,
        _ => Style::Plain,
    }
}

/// Whether the library reads `text` back from between the quotes of a style.
fn fits(style: Style, text: &str, before_comment: bool) -> bool {
    let lines = text.contains('\n');
    let clean = !lines && !text.contains(MARKS);
    match style {
        Style::Plain => {
            clean
                && text.trim().len() == text.len()
                && (before_comment || !text.ends_with('\\'))
                && !text.starts_with('`')
                && !text.starts_with(TRIPLE)
                && !is_quoted(text, '\'')
                && !is_quoted(text, '"')
        }
        Style::Single => clean && !text.contains('\''),
        Style::Double => clean && !text.contains('"'),
        // On one line, raw quotes swallow a comment behind them.
        Style::Backtick => (lines || !before_comment) && is_raw(text, "`"),
        Style::TripleDouble => (lines || !before_comment) && is_raw(text, TRIPLE),
        _ => false,
    }
}

/// Whether raw quotes around `text` close at its end and not before: on the first line at the last mark, else
/// on a later line with a mark, unless a backslash ends that line.
fn is_raw(text: &str, quote: &str) -> bool {
    let Some((first, rest)) = text.split_once('\n') else { return true };
    let (middle, _) = rest.rsplit_once('\n').unwrap_or_default();
    let open =
        |line: &str| line.rfind(quote).is_none_or(|at| line[at + quote.len()..].trim_end().ends_with('\\'));
    !first.contains(quote) && middle.split('\n').all(open)
}

/// The spelling of a comment behind the marks that its token has.
pub(super) fn comment(spot: &Spot, value: ValueRef<'_>) -> Result<Zeroizing<String>, SyntaxError> {
    let text = text(value)?;
    if spot.style == Style::Comment {
        let mut out = Zeroizing::new(String::with_capacity(text.len() + 2));
        if text.starts_with(MARKS) {
            // The marks of the first line would swallow it, so that line was empty (`#####` above a title).
            out.push_str(spot.newline);
        }
        for (number, line) in text.split('\n').enumerate() {
            if number > 0 {
                out.push('\n');
                if !line.trim_start().starts_with(MARKS) {
                    out.push_str("; ");
                }
            }
            out.push_str(line);
        }
        return Ok(out);
    }
    if text.contains('\n') || (if spot.flow { text.contains(']') } else { text.trim_end().ends_with('\\') }) {
        return Err(SyntaxError::whole("INI can't hold this comment behind a value or section header")
            .hint("give the comment a line of its own"));
    }
    Ok(if spot.flow { Zeroizing::new(format!(" ; {}", text.as_str())) } else { text })
}

/// The spelling of a key; `None` when no quotes can hold it.
pub(super) fn key(name: &str) -> Option<String> {
    if name.trim() != name || name.contains('\n') || matches!(name, "" | "-") {
        return None;
    }
    let special = name.starts_with(['#', ';', '[']);
    Some(match name {
        _ if !name.contains(['"', '=', ':', '`']) && !special => name.into(),
        _ if !name.contains('`') => format!("`{name}`"),
        _ if !name.contains(TRIPLE) && !name.ends_with('"') => format!("{TRIPLE}{name}{TRIPLE}"),
        _ => return None,
    })
}
