//! What a backslash can begin: one character, a Perl class, a Unicode class.

use super::PatternError;
use super::cursor::Cursor;

/// The ranges of `\d`, `\s` and `\w`: ASCII only, and `\s` without the vertical tab, unlike in Rust.
const PERL: [(char, &str); 3] = [('d', "0-9"), ('s', r"\t\n\x0C\r\x20"), ('w', "0-9A-Za-z_")];

/// Reads `\d`, `\D` and so on if one comes next, as a class in brackets.
pub(super) fn perl_class(cursor: &mut Cursor<'_>) -> Option<String> {
    let letter = cursor.rest().strip_prefix('\\')?.chars().next()?;
    let (_, ranges) = PERL.iter().find(|(class, _)| *class == letter.to_ascii_lowercase())?;
    cursor.next();
    cursor.next();
    Some(format!("[{}{ranges}]", if letter.is_ascii_uppercase() { "^" } else { "" }))
}

/// Go's names of the general categories, as `regexp` compares them: no case, no blanks, hyphens or underscores.
const CATEGORIES: &[&str] = &[
    "any", "ascii", "assigned", "c", "cc", "cf", "cn", "co", "cs", "l", "lc", "ll", "lm", "lo", "lt", "lu",
    "m", "mc", "me", "mn", "n", "nd", "nl", "no", "p", "pc", "pd", "pe", "pf", "pi", "po", "ps", "s", "sc",
    "sk", "sm", "so", "z", "zl", "zp", "zs",
];

/// Reads `\pL`, `\p{Lu}`, `\P{^Nd}` if one comes next.
pub(super) fn unicode_class(cursor: &mut Cursor<'_>) -> Result<Option<String>, PatternError> {
    let start = cursor.mark();
    let mut negated = match cursor.rest().as_bytes() {
        [b'\\', b'p', ..] => false,
        [b'\\', b'P', ..] => true,
        _ => return Ok(None),
    };
    cursor.next();
    cursor.next();
    let unknown = |cursor: &Cursor<'_>| cursor.invalid_at(start, "a Unicode class that is not complete");
    let mut name = if cursor.eat("{") {
        cursor.take_until("}").ok_or_else(|| unknown(cursor))?.to_owned()
    } else {
        cursor.next().ok_or_else(|| unknown(cursor))?.to_string()
    };
    if let Some(rest) = name.strip_prefix('^') {
        negated = !negated;
        name = rest.to_owned();
    }
    name.retain(|c| !matches!(c, '_' | '-' | ' '));
    name.make_ascii_lowercase();
    if !CATEGORIES.contains(&name.as_str()) {
        return Err(cursor.unsupported_at(
            start,
            "only the general categories by their short names (such as \\pL or \\p{Lu}) are known Unicode \
             classes here",
        ));
    }
    Ok(Some(format!("\\{}{{{name}}}", if negated { 'P' } else { 'p' })))
}

/// Reads an escape that stands for one character, as Go does (spelled the same outside and inside classes).
pub(super) fn character(cursor: &mut Cursor<'_>) -> Result<char, PatternError> {
    let start = cursor.mark();
    cursor.next();
    let Some(c) = cursor.next() else {
        return Err(cursor.invalid_at(start, "a backslash at the end"));
    };
    let code = match c {
        'a' => Some(0x07),
        'f' => Some(0x0C),
        'n' => Some(0x0A),
        'r' => Some(0x0D),
        't' => Some(0x09),
        'v' => Some(0x0B),
        'x' => hexadecimal(cursor),
        '0' => octal(cursor, 0),
        // A single digit would be a back reference.
        '1'..='7' if cursor.peek().is_some_and(|c| c.is_digit(8)) => octal(cursor, c as u32 - '0' as u32),
        _ if c.is_ascii() && !c.is_ascii_alphanumeric() => Some(c as u32),
        _ => None,
    };
    match code {
        Some(code) => char::from_u32(code)
            .ok_or_else(|| cursor.unsupported_at(start, "half a surrogate pair, which no text can hold")),
        None => Err(cursor.invalid_at(start, unknown(c))),
    }
}

fn unknown(c: char) -> String {
    match c {
        '1'..='9' => "a back reference, which Go's regular expressions do not have".into(),
        'x' => "\\x without two hexadecimal digits, or a {code point}, behind it".into(),
        'Z' => "\\Z, which Go does not have: use \\z or $".into(),
        'E' => "\\E without \\Q before it".into(),
        _ => format!("\\{} is not an escape in Go's regular expressions", c.escape_debug()),
    }
}

fn octal(cursor: &mut Cursor<'_>, first: u32) -> Option<u32> {
    let mut code = first;
    for _ in 0..2 {
        match cursor.peek().and_then(|c| c.to_digit(8)) {
            Some(digit) => code = code * 8 + digit,
            None => break,
        }
        cursor.next();
    }
    Some(code)
}

fn hexadecimal(cursor: &mut Cursor<'_>) -> Option<u32> {
    if !cursor.eat("{") {
        let high = cursor.next()?.to_digit(16)?;
        let low = cursor.next()?.to_digit(16)?;
        return Some(high * 16 + low);
    }
    let digits = cursor.take_until("}")?;
    let mut code = None;
    for digit in digits.chars() {
        let value = code.unwrap_or(0) * 16 + digit.to_digit(16)?;
        if value > char::MAX as u32 {
            return None;
        }
        code = Some(value);
    }
    code
}
