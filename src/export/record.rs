//! A record of texts between double quotes, as JSON and nushell write it.

use std::fmt::Write as _;

/// Before the first entry, between two, behind the last.
pub(super) const AROUND: [&str; 3] = ["{", ",", "\n}\n"];

/// How the two spell control characters that have no letter of their own.
#[derive(Clone, Copy)]
pub(super) enum Escape {
    /// `\u001b`
    Json,
    /// `\u{1b}`
    Nu,
}

pub(super) fn entry(name: &str, value: &str, escape: Escape, out: &mut String) {
    out.push_str("\n  ");
    quote(name, escape, out);
    out.push_str(": ");
    quote(value, escape, out);
}

fn quote(text: &str, escape: Escape, out: &mut String) {
    out.push('"');
    for letter in text.chars() {
        match letter {
            '"' | '\\' => out.extend(['\\', letter]),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\0'..='\x1f' => {
                let code = letter as u32;
                // Writing to a text does not fail.
                let _ = match escape {
                    Escape::Json => write!(out, "\\u{code:04x}"),
                    Escape::Nu => write!(out, "\\u{{{code:x}}}"),
                };
            }
            _ => out.push(letter),
        }
    }
    out.push('"');
}
