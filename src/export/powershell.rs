//! PowerShell: `${env:NAME} = 'value'`, each on one line, for `| Invoke-Expression`.
//!
//! What a native program prints reaches PowerShell as lines, decoded with the console's code page. So only printable
//! ASCII is written: line breaks and all else as escapes, UTF-16 unit by unit, which Windows PowerShell 5.1 reads too.

use super::{Writer, names};
use std::fmt::Write as _;

pub(super) const WRITER: Writer =
    Writer { reader: "PowerShell", unfit: names::unfit_for_files, around: ["", "", ""], variable };

fn variable(name: &str, value: &str, out: &mut String) -> Result<(), &'static str> {
    out.push_str("${env:");
    out.push_str(name);
    out.push_str("} = ");
    if value.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic()) {
        out.push('\'');
        for (number, part) in value.split('\'').enumerate() {
            out.push_str(if number > 0 { "''" } else { "" });
            out.push_str(part);
        }
        out.push_str("'\n");
        return Ok(());
    }
    out.push('"');
    for letter in value.chars() {
        match letter {
            '\n' => out.push_str("`n"),
            '\r' => out.push_str("`r"),
            '\t' => out.push_str("`t"),
            '"' | '$' | '`' => out.extend(['`', letter]),
            ' '..='~' => out.push(letter),
            _ => {
                for unit in letter.encode_utf16(&mut [0; 2]) {
                    // Writing to a text does not fail.
                    let _ = write!(out, "$([char]{unit})");
                }
            }
        }
    }
    out.push_str("\"\n");
    Ok(())
}
