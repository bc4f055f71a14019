//! What the `--json` outputs have in common.

use crate::document::path::Component;
use serde_json::{Value, json};

/// The version of what `--json` prints. It changes when a field changes its meaning or goes away; new fields may come
/// without that.
pub const SCHEMA: u32 = 1;

/// A key path: texts for keys, numbers for positions.
pub fn path(steps: &[Component<'_>]) -> Value {
    let step = |step: &Component<'_>| match step {
        Component::Key(key) => json!(key),
        Component::Index(index) => json!(index),
    };
    Value::Array(steps.iter().map(step).collect())
}
