//! Texts of replies that may be secrets.

use serde_json::Value;
use zeroize::Zeroizing;

/// A text of an object, taken out of it to be wiped; empty if there is none.
pub(super) fn take(object: &mut Value, name: &str) -> Zeroizing<String> {
    match object.get_mut(name).map(Value::take) {
        Some(Value::String(text)) => Zeroizing::new(text),
        _ => Zeroizing::default(),
    }
}
