//! dotenv files, for which there is no standard: written so that python-dotenv, docker compose and a shell's `source`
//! read the same, or not at all. docs/export.md has the table.

use super::{Writer, names};

pub(super) const WRITER: Writer =
    Writer { reader: "dotenv", unfit: names::unfit_for_files, around: ["", "", ""], variable };

fn variable(name: &str, value: &str, out: &mut String) -> Result<(), &'static str> {
    let quotes = Quotes::of(value)?;
    out.push_str(name);
    out.push('=');
    match quotes {
        Quotes::None => out.push_str(value),
        Quotes::Single => out.extend(["'", value, "'"]),
        Quotes::Double => double(value, out),
    }
    out.push('\n');
    Ok(())
}

enum Quotes {
    None,
    /// Everything is literal. python-dotenv alone undoes `\\` and `\'`, and compose the latter.
    Single,
    /// `\"`, `\\` and `\r` are escapes; for shells `$` and `` ` `` would have a meaning, for compose the former.
    Double,
}

impl Quotes {
    fn of(value: &str) -> Result<Quotes, &'static str> {
        if expands(value) {
            return Err("it has ${…} in it, which python-dotenv expands in any quotes");
        }
        if value.bytes().all(is_plain) {
            return Ok(Quotes::None);
        }
        let single = !value.contains(['\'', '\r']) && !value.contains("\\\\") && !value.ends_with('\\');
        let double = !value.contains(['$', '`']);
        match (single, double) {
            (true, _) => Ok(Quotes::Single),
            (false, true) => Ok(Quotes::Double),
            (false, false) => Err("no quotes fit all readers: it has $ or ` together with ', \\\\, \
                                   a carriage return, or a \\ at its end"),
        }
    }
}

/// What means nothing to any reader, at the start of a value or elsewhere.
fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(byte, b'_' | b'.' | b'/' | b':' | b'@' | b'%' | b'+' | b',' | b'=' | b'-')
}

/// Whether there is a `${` and a `}` behind it.
fn expands(value: &str) -> bool {
    value.find("${").is_some_and(|at| value[at..].contains('}'))
}

fn double(value: &str, out: &mut String) {
    out.push('"');
    for letter in value.chars() {
        match letter {
            '"' | '\\' => out.extend(['\\', letter]),
            // Readers take it for a line end, or drop it.
            '\r' => out.push_str("\\r"),
            _ => out.push(letter),
        }
    }
    out.push('"');
}
