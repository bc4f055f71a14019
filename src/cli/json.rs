//! What the `--json` outputs have in common.

use crate::document::path::Component;
use serde_json::{Value, json};

/// A key path: texts for keys, numbers for positions.
pub fn path(steps: &[Component<'_>]) -> Value {
    let step = |step: &Component<'_>| match step {
        Component::Key(key) => json!(key),
        Component::Index(index) => json!(index),
    };
    Value::Array(steps.iter().map(step).collect())
}
