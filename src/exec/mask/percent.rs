//! URL-encoded forms.

use zeroize::Zeroizing;

/// The marks that are left as they are, beside letters and digits, as the usual libraries have it.
const LEFT: [&[u8]; 5] = [
    // RFC 3986; Python's urlencode, Go's QueryEscape, Rust.
    b"-._~",
    // Python's quote.
    b"-._~/",
    // HTML forms.
    b"-._*",
    // JavaScript's encodeURIComponent.
    b"-._~!'()*",
    // JavaScript's encodeURI.
    b"-._~!'()*;/?:@&=+$,#",
];

/// Calls back with all forms of a value, also with the value itself.
pub(super) fn forms(value: &[u8], add: &mut impl FnMut(&[u8])) {
    for left in LEFT {
        for digits in [b"0123456789ABCDEF", b"0123456789abcdef"] {
            for space in [&b"%20"[..], b"+"] {
                add(&encoded(value, left, digits, space));
            }
        }
    }
}

fn encoded(value: &[u8], left: &[u8], digits: &[u8; 16], space: &[u8]) -> Zeroizing<Vec<u8>> {
    let mut text = Zeroizing::new(Vec::with_capacity(3 * value.len()));
    for byte in value {
        match byte {
            b' ' => text.extend_from_slice(space),
            byte if byte.is_ascii_alphanumeric() || left.contains(byte) => text.push(*byte),
            byte => {
                let (high, low) = (usize::from(byte >> 4), usize::from(byte & 15));
                text.extend_from_slice(&[b'%', digits[high], digits[low]]);
            }
        }
    }
    text
}
