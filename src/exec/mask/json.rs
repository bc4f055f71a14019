//! Forms within JSON texts.

use zeroize::Zeroizing;

/// What a library escapes although it need not.
#[derive(Clone, Copy, Default)]
struct Style {
    /// All but ASCII (Python).
    ascii: bool,
    /// `<`, `>` and `&` (Go, Java).
    html: bool,
    /// `/` (PHP).
    slash: bool,
    /// `'` (Java).
    apostrophe: bool,
    /// Control characters by their numbers alone, tabs and line feeds included.
    numbers: bool,
    /// Numbers with upper-case digits.
    upper: bool,
}

const PLAIN: Style =
    Style { ascii: false, html: false, slash: false, apostrophe: false, numbers: false, upper: false };

const STYLES: [Style; 9] = [
    PLAIN,
    Style { numbers: true, ..PLAIN },
    Style { ascii: true, ..PLAIN },
    Style { ascii: true, upper: true, ..PLAIN },
    Style { html: true, ..PLAIN },
    Style { html: true, apostrophe: true, ..PLAIN },
    Style { html: true, apostrophe: true, ascii: true, upper: true, ..PLAIN },
    Style { slash: true, ..PLAIN },
    Style { slash: true, ascii: true, ..PLAIN },
];

/// Calls back with all forms of a value without the quotes around it; also with the value itself, if nothing has to be
/// escaped. What is no UTF-8 stays as it is.
pub(super) fn forms(value: &[u8], add: &mut impl FnMut(&[u8])) {
    for style in STYLES {
        add(&escaped(value, style));
    }
}

fn escaped(value: &[u8], style: Style) -> Zeroizing<Vec<u8>> {
    // Of one byte become at most six: `\u0000`.
    let mut text = Zeroizing::new(Vec::with_capacity(6 * value.len()));
    for chunk in value.utf8_chunks() {
        for letter in chunk.valid().chars() {
            escape(letter, style, &mut text);
        }
        text.extend_from_slice(chunk.invalid());
    }
    text
}

fn escape(letter: char, style: Style, text: &mut Zeroizing<Vec<u8>>) {
    let short = match letter {
        '"' | '\\' => letter,
        '/' if style.slash => letter,
        '\n' if !style.numbers => 'n',
        '\r' if !style.numbers => 'r',
        '\t' if !style.numbers => 't',
        '\u{8}' if !style.numbers => 'b',
        '\u{c}' if !style.numbers => 'f',
        _ => '\0',
    };
    let by_number = letter < ' '
        || (style.ascii && letter > '~')
        || (style.html && matches!(letter, '<' | '>' | '&' | '\u{2028}' | '\u{2029}'))
        || (style.apostrophe && letter == '\'');
    if short != '\0' {
        text.push(b'\\');
        push(short, text);
    } else if by_number {
        for unit in letter.encode_utf16(&mut [0; 2]) {
            number(*unit, style.upper, text);
        }
    } else {
        push(letter, text);
    }
}

fn push(letter: char, text: &mut Zeroizing<Vec<u8>>) {
    text.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
}

fn number(unit: u16, upper: bool, text: &mut Zeroizing<Vec<u8>>) {
    text.extend_from_slice(b"\\u");
    for shift in [12, 8, 4, 0] {
        let digit = char::from_digit(u32::from(unit >> shift & 15), 16).unwrap_or('0');
        push(if upper { digit.to_ascii_uppercase() } else { digit }, text);
    }
}
