//! A comparison as JSON.

use super::Comparison;
use crate::cli::json::path;
use crate::document::difference::{What, difference};
use crate::document::step::components;
use crate::document::tree::Node;
use crate::document::value::Kind;
use serde_json::{Value as Json, json};

/// One file. Values are there only where they were compared.
pub fn json(comparison: &Comparison) -> Json {
    let shown = |node: &Node| comparison.has_values.then(|| value(node));
    let changes = difference(&comparison.old, &comparison.new).into_iter().map(|change| {
        let (what, old, new) = match change.what {
            What::Added(node) => ("added", None, shown(node)),
            What::Removed(node) => ("removed", shown(node), None),
            What::Changed(old, new) => ("changed", shown(old), shown(new)),
            What::Comments => ("comments", None, None),
        };
        let path = path(&components(&change.path));
        json!({ "change": what, "document": change.document, "path": path, "old": old, "new": new })
    });
    json!({
        "old": comparison.old_name,
        "new": comparison.new_name,
        "values": comparison.has_values,
        "alarms": comparison.alarms,
        "terms": comparison.terms,
        "changes": changes.collect::<Vec<Json>>(),
    })
}

/// A value with its type. Bytes that are no text are told by their number.
fn value(node: &Node) -> Json {
    let scalar = match node {
        Node::Map(_) => return json!({ "type": "map" }),
        Node::List(_) => return json!({ "type": "list" }),
        Node::Scalar(value) if value.kind == Kind::Null => return json!({ "type": "null" }),
        Node::Scalar(value) => value,
    };
    let kind = scalar.kind.tag();
    match std::str::from_utf8(&scalar.bytes) {
        Ok(text) => json!({ "type": kind, "text": text }),
        Err(_) => json!({ "type": kind, "bytes": scalar.bytes.len() }),
    }
}
