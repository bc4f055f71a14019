//! Forms within base64 texts, wherever in the encoded bytes the value stands.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use zeroize::Zeroizing;

/// The lengths of lines of long texts: `base64` and MIME, and PEM.
const LINES: [usize; 2] = [76, 64];

/// Calls back with what a value contributes to a base64 text, behind any number of other bytes and before others or at
/// the end, padded or not, in the standard and the URL alphabet.
///
/// A letter has six bits, a byte eight: the letter at a border has bits of the neighbour too, which are not known. So up
/// to four bits of the first byte and of the last are not part of the forms.
pub(super) fn forms(value: &[u8], add: &mut impl FnMut(&[u8])) {
    for ahead in 0..3 {
        let Some(text) = encoded(value, ahead) else { continue };
        // Letters with bits of what stands ahead, and without a bit of what follows.
        let start = [0, 2, 3][ahead];
        let end = (ahead + value.len()) * 8 / 6;
        let letters = (ahead + value.len()).div_ceil(3) * 4;
        if start >= end {
            continue;
        }
        let unpadded = text.len();
        let mut padded = Zeroizing::new(Vec::with_capacity(letters));
        padded.extend_from_slice(&text);
        padded.resize(letters, b'=');
        for form in [&padded[start..end], &padded[start..unpadded], &padded[start..]] {
            both(form, add);
        }
        if ahead == 0 {
            // The letters of each line but the last, which is a form of its own end only.
            LINES
                .iter()
                .flat_map(|length| padded[..end].chunks_exact(*length))
                .for_each(|line| both(line, add));
        }
    }
}

/// The base64 text of a value behind so many zero bytes, without padding.
fn encoded(value: &[u8], ahead: usize) -> Option<Zeroizing<Vec<u8>>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(ahead + value.len()));
    bytes.resize(ahead, 0);
    bytes.extend_from_slice(value);
    let mut text = Zeroizing::new(vec![0; bytes.len().div_ceil(3) * 4]);
    let length = STANDARD_NO_PAD.encode_slice(&*bytes, &mut text).ok()?;
    text.truncate(length);
    Some(text)
}

/// A form in either alphabet.
fn both(form: &[u8], add: &mut impl FnMut(&[u8])) {
    add(form);
    if form.iter().any(|letter| matches!(letter, b'+' | b'/')) {
        let mut url = Zeroizing::new(form.to_vec());
        for letter in url.iter_mut() {
            *letter = match *letter {
                b'+' => b'-',
                b'/' => b'_',
                other => other,
            };
        }
        add(&url);
    }
}
