//! Values, keys and comments as TOML spells them.

use super::time;
use crate::document::error::SyntaxError;
use crate::document::slot::Style;
use crate::document::value::{Kind, ValueRef};

/// A key, in quotes where it has to be.
pub(super) fn key(name: &str, out: &mut String) {
    if !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-') {
        out.push_str(name);
    } else {
        basic(name, out);
    }
}

/// Writes one value, text in quotes of this style if it can be; nothing and an error if TOML has no way to say it.
pub(super) fn scalar(value: ValueRef<'_>, style: Style, out: &mut String) -> Result<(), SyntaxError> {
    let text = std::str::from_utf8(value.bytes).map_err(|_| {
        SyntaxError::whole("the value is not UTF-8 text, which TOML can't hold")
            .hint("write it to a file of its own with --output-type binary")
    })?;
    match value.kind {
        Kind::Str | Kind::Bytes => quoted(text, style, out),
        Kind::Time if time::is_toml(text) => out.push_str(text),
        Kind::Time => quoted(text, style, out),
        Kind::Int => out.push_str(text),
        Kind::Float => out.push_str(&float(text)?),
        Kind::Bool => out.push_str(if text == "True" { "true" } else { "false" }),
        Kind::EmptyMap => out.push_str("{}"),
        Kind::EmptyList => out.push_str("[]"),
        Kind::Null => {
            return Err(SyntaxError::whole("TOML has no null")
                .hint("leave the key out, or write the file with --output-type yaml or json"));
        }
        Kind::Comment => match style {
            Style::Comment | Style::InlineComment => {
                out.push('#');
                comment(text, out).inspect_err(|_| {
                    out.pop();
                })?;
            }
            _ => return Err(SyntaxError::whole("a comment can't stand where TOML has a value")),
        },
    }
    Ok(())
}

fn float(canonical: &str) -> Result<String, SyntaxError> {
    let number: f64 = canonical.parse().map_err(|_| SyntaxError::whole("the value is not a number"))?;
    let size = number.abs();
    Ok(if number.is_nan() {
        "nan".into()
    } else if number.is_infinite() || size != 0.0 && !(1e-6..1e21).contains(&size) {
        format!("{number:e}")
    } else {
        let plain = format!("{number}");
        if plain.contains('.') { plain } else { plain + ".0" }
    })
}

/// Text in single quotes if that is asked for and possible, or else in double ones.
pub(super) fn quoted(text: &str, style: Style, out: &mut String) {
    let literal =
        style == Style::Single && text.chars().all(|c| c != '\'' && (c == '\t' || !c.is_ascii_control()));
    if literal {
        out.push('\'');
        out.push_str(text);
        out.push('\'');
    } else {
        basic(text, out);
    }
}

/// Text in double quotes on one line.
pub(super) fn basic(text: &str, out: &mut String) {
    out.push('"');
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\n' => out.push_str("\\n"),
            letter => escaped(letter, out),
        }
    }
    out.push('"');
}

/// Text over several lines, which start below the opening quotes.
pub(super) fn multi_line(text: &str, out: &mut String) {
    out.push_str("\"\"\"\n");
    // A quote is only in the way beside another, or at the end.
    let plain = !text.contains("\"\"") && !text.ends_with('"');
    for letter in text.chars() {
        match letter {
            '"' if !plain => out.push_str("\\\""),
            '"' | '\n' => out.push(letter),
            letter => escaped(letter, out),
        }
    }
    out.push_str("\"\"\"");
}

/// Whether `'''` can hold a text.
pub(super) fn is_literal(text: &str) -> bool {
    !text.contains("'''")
        && !text.ends_with('\'')
        && text.chars().all(|c| matches!(c, '\t' | '\n') || !c.is_ascii_control())
}

fn escaped(letter: char, out: &mut String) {
    match letter {
        '\\' => out.push_str("\\\\"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        '\u{8}' => out.push_str("\\b"),
        '\u{c}' => out.push_str("\\f"),
        '\n' => out.push('\n'),
        letter if letter.is_ascii_control() => out.push_str(&format!("\\u{:04X}", letter as u32)),
        letter => out.push(letter),
    }
}

/// Writes a comment's text.
pub(super) fn comment(text: &str, out: &mut String) -> Result<(), SyntaxError> {
    if text.chars().any(|letter| letter != '\t' && letter.is_ascii_control()) {
        return Err(SyntaxError::whole("a comment holds a control character, which TOML forbids"));
    }
    out.push_str(text);
    Ok(())
}
