//! JSON's tokens, to the letter of RFC 8259: where they end and what they hold.

use std::ops::Range;
use zeroize::Zeroizing;

/// What is wrong with a token, and the byte at which.
pub(super) struct Fault {
    pub at: usize,
    pub reason: &'static str,
}

fn fault<T>(at: usize, reason: &'static str) -> Result<T, Fault> {
    Err(Fault { at, reason })
}

/// The first byte from `at` on that is not blank.
pub(super) fn skip_blanks(bytes: &[u8], mut at: usize) -> usize {
    while let Some(b' ' | b'\n' | b'\t' | b'\r') = bytes.get(at) {
        at += 1;
    }
    at
}

/// A string's bytes between the quotes.
pub(super) struct Quoted {
    pub inner: Range<usize>,
    pub escaped: bool,
}

/// The string whose opening quote is at `at`. Its escapes are not looked at, [`unescape`] does that.
pub(super) fn string(bytes: &[u8], at: usize) -> Result<Quoted, Fault> {
    let start = at + 1;
    let mut end = start;
    let mut escaped = false;
    loop {
        end = end_of_plain(bytes, end);
        match bytes.get(end) {
            Some(b'"') => return Ok(Quoted { inner: start..end, escaped }),
            Some(b'\\') => {
                escaped = true;
                end += 2;
            }
            Some(_) => return fault(end, "a string holds a control character that has to be escaped"),
            None => return fault(at, "the string has no closing quote"),
        }
    }
}

/// The first byte from `at` on that is a quote, a backslash or a control character; eight at a time.
fn end_of_plain(bytes: &[u8], mut at: usize) -> usize {
    const ONES: u64 = u64::MAX / 255;
    const TOPS: u64 = ONES << 7;
    // The lowest top bit that is set marks the first byte that is zero, or below a bound; higher ones may lie.
    let zero = |word: u64| word.wrapping_sub(ONES) & !word & TOPS;
    let below_blank = |word: u64| word.wrapping_sub(ONES * 0x20) & !word & TOPS;
    while let Some(chunk) = bytes.get(at..).and_then(|rest| rest.first_chunk::<8>()) {
        let word = u64::from_le_bytes(*chunk);
        let found =
            zero(word ^ (ONES * b'"' as u64)) | zero(word ^ (ONES * b'\\' as u64)) | below_blank(word);
        if found != 0 {
            return at + found.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    while bytes.get(at).is_some_and(|&b| b >= b' ' && b != b'"' && b != b'\\') {
        at += 1;
    }
    at
}

/// The text of a string with escapes. Half a surrogate pair is an error: there is no text that it could be.
pub(super) fn unescape(text: &str, inner: Range<usize>) -> Result<Zeroizing<String>, Fault> {
    // No escape is shorter than what it stands for, so the buffer never moves.
    let mut out = Zeroizing::new(String::with_capacity(inner.len()));
    let mut at = inner.start;
    while let Some(plain) = text[at..inner.end].find('\\') {
        out.push_str(&text[at..at + plain]);
        at += plain;
        let (letter, length) = escape(text.as_bytes(), at)?;
        out.push(letter);
        at += length;
    }
    out.push_str(&text[at..inner.end]);
    Ok(out)
}

/// The character that the escape at `at` stands for, and the escape's length.
fn escape(bytes: &[u8], at: usize) -> Result<(char, usize), Fault> {
    let letter = match bytes.get(at + 1) {
        Some(b'"') => '"',
        Some(b'\\') => '\\',
        Some(b'/') => '/',
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(b'n') => '\n',
        Some(b'r') => '\r',
        Some(b't') => '\t',
        Some(b'u') => return unicode_escape(bytes, at),
        _ => return fault(at, "a backslash is followed by something that is no escape"),
    };
    Ok((letter, 2))
}

fn unicode_escape(bytes: &[u8], at: usize) -> Result<(char, usize), Fault> {
    const LONE: &str = "an escape is one half of a surrogate pair without the other";
    let first = four_digits(bytes, at)?;
    if let Some(letter) = char::from_u32(first) {
        return Ok((letter, 6));
    }
    if first >= 0xDC00 || bytes.get(at + 6..at + 8) != Some(b"\\u") {
        return fault(at, LONE);
    }
    let second = four_digits(bytes, at + 6)?;
    if !(0xDC00..0xE000).contains(&second) {
        return fault(at, LONE);
    }
    let joined = 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00);
    char::from_u32(joined).map_or_else(|| fault(at, LONE), |letter| Ok((letter, 12)))
}

fn four_digits(bytes: &[u8], at: usize) -> Result<u32, Fault> {
    let digits = bytes.get(at + 2..at + 6).unwrap_or_default();
    let value = digits
        .iter()
        .try_fold(0, |sum, &digit| (digit as char).to_digit(16).map(|value| (sum << 4) | value))
        .filter(|_| digits.len() == 4);
    value.map_or_else(|| fault(at, "`\\u` is not followed by four hexadecimal digits"), Ok)
}

/// The end of the number at `at`, and whether it is written as an integer.
pub(super) fn number(bytes: &[u8], at: usize) -> Result<(usize, bool), Fault> {
    let digits_from = |mut end: usize| {
        while bytes.get(end).is_some_and(u8::is_ascii_digit) {
            end += 1;
        }
        end
    };
    let start = at + usize::from(bytes.get(at) == Some(&b'-'));
    let mut end = digits_from(start);
    if end == start {
        return fault(at, "a minus sign is not followed by a digit");
    }
    if bytes[start] == b'0' && end > start + 1 {
        return fault(at, "a number starts with a needless zero");
    }
    let mut integer = true;
    if bytes.get(end) == Some(&b'.') {
        integer = false;
        let fraction = end + 1;
        end = digits_from(fraction);
        if end == fraction {
            return fault(at, "a number's decimal point is not followed by a digit");
        }
    }
    if let Some(b'e' | b'E') = bytes.get(end) {
        integer = false;
        let exponent = end + 1 + usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        end = digits_from(exponent);
        if end == exponent {
            return fault(at, "a number's exponent has no digits");
        }
    }
    Ok((end, integer))
}
