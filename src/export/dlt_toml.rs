//! dlt: all of the values as one TOML text, which its vault providers read as the fragment `dlt_secrets_toml`.

use super::ExportError;
use crate::document::format::Format;
use crate::document::syntax::Emit;
use crate::document::tree::{Item, Node};
use crate::document::value::Kind;
use std::collections::HashMap;
use zeroize::Zeroizing;

/// Writes the documents as one, in which later values win, map by map. Null is left out, since TOML has none; so are
/// comments.
///
/// # Errors
/// What TOML can't hold, such as null in a list.
pub fn write(documents: Vec<Node>) -> Result<Zeroizing<String>, ExportError> {
    let whole = documents.into_iter().fold(Node::Map(Vec::new()), merged);
    Format::Toml.syntax().emit(&[whole], Emit { indent: None }).map_err(ExportError::Toml)
}

/// Recurses as deep as the trees are, which the scans that they came from have limited.
fn merged(below: Node, above: Node) -> Node {
    let (Node::Map(below), Node::Map(above)) = (below, above) else { return Node::Map(Vec::new()) };
    let mut items: Vec<Item> = below;
    let mut places: HashMap<String, usize> = HashMap::new();
    for (place, item) in items.iter().enumerate() {
        if let Item::Entry { key, .. } = item {
            places.insert(key.clone(), place);
        }
    }
    for item in above {
        let Item::Entry { key, node } = item else { continue };
        if matches!(&node, Node::Scalar(value) if value.kind == Kind::Null) {
            continue;
        }
        let is_map = matches!(node, Node::Map(_));
        match places.get(&key).and_then(|&place| items.get_mut(place)) {
            Some(Item::Entry { node: before, .. }) => {
                let old = std::mem::replace(before, Node::Map(Vec::new()));
                *before = match (is_map, &old) {
                    (true, Node::Map(_)) => merged(old, node),
                    (true, _) => merged(Node::Map(Vec::new()), node),
                    (false, _) => node,
                };
            }
            _ => {
                let node = if is_map { merged(Node::Map(Vec::new()), node) } else { node };
                places.insert(key.clone(), items.len());
                items.push(Item::Entry { key, node });
            }
        }
    }
    Node::Map(items)
}
