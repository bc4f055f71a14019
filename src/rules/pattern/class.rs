//! Classes in brackets. Rust gives `[`, `&&`, `--` and `~~` a meaning in them that Go does not, so every
//! character is written in a form that has none.

use super::PatternError;
use super::cursor::{Cursor, push_literal};
use super::escape;

/// The names of `[:alpha:]` and its like; their members are the same ASCII characters in Go and Rust.
const POSIX: &[&str] = &[
    "alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph", "lower", "print", "punct", "space",
    "upper", "word", "xdigit",
];

/// Reads a class from its `[` on.
pub(super) fn bracketed(cursor: &mut Cursor<'_>, out: &mut String) -> Result<(), PatternError> {
    let start = cursor.mark();
    cursor.next();
    out.push('[');
    if cursor.eat("^") {
        out.push('^');
    }
    // A `]` in first place is a member.
    let mut first = true;
    while first || cursor.peek() != Some(']') {
        first = false;
        if let Some(name) = posix(cursor)? {
            out.push_str(&name);
        } else if let Some(class) = escape::unicode_class(cursor)? {
            out.push_str(&class);
        } else if let Some(class) = escape::perl_class(cursor) {
            out.push_str(&class);
        } else {
            range(cursor, start, out)?;
        }
    }
    cursor.next();
    out.push(']');
    Ok(())
}

fn posix(cursor: &mut Cursor<'_>) -> Result<Option<String>, PatternError> {
    // Without a `:]` further on, the bracket is a member like any other.
    let Some(rest) = cursor.rest().strip_prefix("[:").filter(|rest| rest.contains(":]")) else {
        return Ok(None);
    };
    let start = cursor.mark();
    let name = rest.split(":]").next().unwrap_or_default();
    if !POSIX.contains(&name.strip_prefix('^').unwrap_or(name)) {
        return Err(cursor.invalid_at(start, "an unknown class name between [: and :]"));
    }
    cursor.take_until(":]");
    Ok(Some(format!("[:{name}:]")))
}

/// One character or `a-z`. A hyphen is a member when it can't be the middle of a range.
fn range(cursor: &mut Cursor<'_>, class: usize, out: &mut String) -> Result<(), PatternError> {
    let start = cursor.mark();
    let low = member(cursor, class)?;
    push_literal(out, low);
    let rest = cursor.rest();
    if rest.len() >= 2 && rest.starts_with('-') && !rest.starts_with("-]") {
        cursor.next();
        let high = member(cursor, class)?;
        if high < low {
            return Err(cursor.invalid_at(start, "a range whose end comes before its start"));
        }
        out.push('-');
        push_literal(out, high);
    }
    Ok(())
}

fn member(cursor: &mut Cursor<'_>, class: usize) -> Result<char, PatternError> {
    match cursor.peek() {
        Some('\\') => escape::character(cursor),
        Some(c) => {
            cursor.next();
            Ok(c)
        }
        None => Err(cursor.invalid_at(class, "a [ without its ]")),
    }
}
