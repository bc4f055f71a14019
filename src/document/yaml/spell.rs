//! Values back to text: the token's place in the original quotes, and a value's default spelling.

use super::quote::{Traits, double, single};
use super::scalar::{Typing, resolve};
use crate::document::error::SyntaxError;
use crate::document::slot::{Slot, Style};
use crate::document::syntax::{Piece, Spelling, Spot};
use crate::document::value::{Kind, ValueRef};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

/// The style of a token in place of a slot: the slot's quotes; without any, plain in block context.
pub(super) fn token_style(slot: &Slot) -> Style {
    match slot.style {
        style @ (Style::Comment | Style::InlineComment | Style::Single | Style::Double) => style,
        _ if slot.flow => Style::Double,
        _ => Style::Plain,
    }
}

pub(super) fn token(slot: &Slot, token: &str, out: &mut String) {
    match token_style(slot) {
        Style::Comment | Style::InlineComment => {
            out.push('#');
            out.push_str(token);
        }
        Style::Single => out.push_str(&single(token)),
        Style::Plain if Traits::of(token).plain(slot.flow) => out.push_str(token),
        _ => out.push_str(&double(token, false)),
    }
}

/// The default spelling of a value. See [`crate::document::syntax::Syntax::spell`].
///
/// Text that ends in several line feeds is never a block scalar: the blank lines that follow it in the file
/// would become part of it.
pub(super) fn spell(spot: &Spot, value: ValueRef<'_>) -> Result<Spelling, SyntaxError> {
    let head = match value.kind {
        Kind::Null => "null".into(),
        Kind::EmptyMap => "{}".into(),
        Kind::EmptyList => "[]".into(),
        Kind::Comment => comment(value)?,
        Kind::Bool => word(value, &value.text().to_ascii_lowercase())?,
        Kind::Int | Kind::Time => word(value, &value.text())?,
        Kind::Float => word(value, &float(&value.text()))?,
        Kind::Str | Kind::Bytes => match std::str::from_utf8(value.bytes) {
            Ok(text) => return Ok(string(spot, text)),
            Err(_) => format!("!!binary {}", STANDARD.encode(value.bytes)),
        },
    };
    Ok(Spelling::new(head))
}

/// A spelling that must give back the kind and the bytes it was made from.
fn word(value: ValueRef<'_>, spelling: &str) -> Result<String, SyntaxError> {
    let resolved = resolve(spelling, false, Typing::Implicit);
    let bytes = resolved.canonical.as_deref().unwrap_or(spelling.as_bytes());
    if resolved.kind == value.kind && bytes == value.bytes {
        return Ok(spelling.to_owned());
    }
    let kind = value.kind.tag().unwrap_or("null");
    Err(SyntaxError::whole(format!("a value of type {kind} is not in its canonical form")))
}

fn comment(value: ValueRef<'_>) -> Result<String, SyntaxError> {
    let text = value.text();
    if text.contains(['\n', '\r', '\0']) {
        return Err(SyntaxError::whole("a comment with a line end can't be written in YAML"));
    }
    Ok(format!("#{text}"))
}

/// A double that reads back as a double: with a point or an exponent. `canonical` is positional.
pub(super) fn float(canonical: &str) -> String {
    let digits = canonical.strip_prefix('-').unwrap_or(canonical);
    match canonical {
        "+Inf" => ".inf".into(),
        "-Inf" => "-.inf".into(),
        "NaN" => ".nan".into(),
        // Hundreds of zeros help nobody.
        _ if digits.len() > 21 => {
            canonical.parse().map_or(canonical.into(), |number: f64| format!("{number:e}"))
        }
        _ if canonical.contains('.') => canonical.into(),
        _ => format!("{canonical}.0"),
    }
}

fn string(spot: &Spot, text: &str) -> Spelling {
    let traits = Traits::of(text);
    match spot.style {
        Style::Double => Spelling::new(double(text, false)),
        Style::Single if traits.single() => Spelling::new(single(text)),
        Style::Single => Spelling::new(double(text, false)),
        _ if traits.plain(spot.flow) && !traits.old_value => Spelling::new(text),
        _ if !spot.flow && traits.literal() && !text.ends_with("\n\n") && text != "\n" => literal(spot, text),
        _ if traits.single() && !traits.other_kind && !traits.old_value => Spelling::new(single(text)),
        _ => Spelling::new(double(text, false)),
    }
}

fn literal(spot: &Spot, text: &str) -> Spelling {
    let step = spot.step.clamp(1, 9);
    let mut body = Zeroizing::new(String::with_capacity(text.len() * 5 / 4));
    let indent = (spot.indent + step) as usize;
    literal_body(text, indent, spot.newline, &mut body);
    let piece = Piece { lines_down: 1, at_end: false, text: body };
    Spelling { head: Zeroizing::new(literal_header(text, step as usize)), tail: vec![piece] }
}

/// `|` with the hints that the text needs. `step` is what its lines are indented by.
pub(super) fn literal_header(text: &str, step: usize) -> String {
    let digit = if text.starts_with([' ', '\n']) { step.to_string() } else { String::new() };
    let chomping = match text {
        "\n" => "+",
        _ if text.ends_with("\n\n") => "+",
        _ if text.ends_with('\n') => "",
        _ => "-",
    };
    format!("|{digit}{chomping}")
}

/// The lines of a literal block scalar, each with its line end.
pub(super) fn literal_body(text: &str, indent: usize, newline: &str, out: &mut String) {
    for line in text.strip_suffix('\n').unwrap_or(text).split('\n') {
        if !line.is_empty() {
            out.extend(std::iter::repeat_n(' ', indent));
            out.push_str(line);
        }
        out.push_str(newline);
    }
}
