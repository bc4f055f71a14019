//! nushell: a record, for `from nuon | load-env`. nushell has no `eval`, and reads no program before it runs another.

use super::Writer;
use std::fmt::Write as _;

pub(super) const WRITER: Writer = Writer { reader: "nushell", unfit, around: ["{", ",", "\n}\n"], variable };

fn unfit(name: &str) -> Option<&'static str> {
    ["CURRENT_FILE", "FILE_PWD", "PWD"].contains(&name).then_some("nushell keeps that name for itself")
}

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
                let _ = write!(out, "\\u{{{:x}}}", letter as u32);
            }
            _ => out.push(letter),
        }
    }
    out.push('"');
}
