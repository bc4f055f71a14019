//! How programs print a value: as it is, or encoded for some language.

use super::{base64, json, percent};
use zeroize::Zeroizing;

/// Calls back with every form of a value.
pub(super) fn every(value: &[u8], add: &mut impl FnMut(&[u8])) {
    text(value, add);
    base64::forms(value, add);
}

/// The forms in which whole files travel.
pub(super) fn essential(value: &[u8], add: &mut impl FnMut(&[u8])) {
    add(value);
    json::forms(value, add);
    base64::forms(value, add);
}

/// Those that keep letters and digits as they are. Where nothing has to be encoded, they are all the same.
pub(super) fn text(value: &[u8], add: &mut impl FnMut(&[u8])) {
    add(value);
    json::forms(value, add);
    percent::forms(value, add);
    if value.contains(&b'\'') {
        add(&quoted(value));
    }
}

/// As it stands within single quotes of a shell, as in the traces of `set -x`.
fn quoted(value: &[u8]) -> Zeroizing<Vec<u8>> {
    let mut text = Zeroizing::new(Vec::with_capacity(4 * value.len()));
    for byte in value {
        match byte {
            b'\'' => text.extend_from_slice(b"'\\''"),
            byte => text.push(*byte),
        }
    }
    text
}
