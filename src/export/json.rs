//! JSON: one object, each value a text.

use super::Writer;
use std::fmt::Write as _;

pub(super) const WRITER: Writer =
    Writer { reader: "JSON", unfit: |_| None, around: ["{", ",", "\n}\n"], variable };

fn variable(name: &str, value: &str, out: &mut String) -> Result<(), &'static str> {
    out.push_str("\n  ");
    quote(name, out);
    out.push_str(": ");
    quote(value, out);
    Ok(())
}

fn quote(text: &str, out: &mut String) {
    out.push('"');
    for letter in text.chars() {
        match letter {
            '"' | '\\' => out.extend(['\\', letter]),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\0'..='\x1f' => {
                // Writing to a text does not fail.
                let _ = write!(out, "\\u{:04x}", letter as u32);
            }
            _ => out.push(letter),
        }
    }
    out.push('"');
}
