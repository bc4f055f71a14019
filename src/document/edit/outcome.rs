//! Whether a changed text holds what it should.

use crate::document::format::Format;
use crate::document::tree::{Item, Node};
use crate::document::value::{Kind, Value};
use crate::document::{Document, flat};
use std::collections::HashMap;

/// The values of the first document, several sections of one name as one (INI).
pub(super) fn first_tree(document: &Document) -> Node {
    match document.trees().into_iter().next() {
        Some(Node::Map(items)) => Node::Map(merged(items)),
        other => other.unwrap_or(Node::Map(Vec::new())),
    }
}

/// Whether the first document of a text has these values.
pub(super) fn is(document: &Document, expected: Node) -> bool {
    let format = document.format();
    same(&written(expected, format), &written(first_tree(document), format), format)
}

/// Without what is in a tree of this format even if nothing in the text stands for it: INI's section of the keys
/// above all headers.
fn written(mut tree: Node, format: Format) -> Node {
    let is_empty = |node: &Node| matches!(node, Node::Map(_)) && node.entries().next().is_none();
    if let (Node::Map(items), Format::Ini) = (&mut tree, format) {
        items.retain(|item| !matches!(item, Item::Entry { key, node } if key == "DEFAULT" && is_empty(node)));
    }
    tree
}

/// The entries with the items of maps that have the same key put together.
fn merged(items: Vec<Item>) -> Vec<Item> {
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut out: Vec<Item> = Vec::with_capacity(items.len());
    for item in items {
        let Item::Entry { key, node: Node::Map(more) } = item else {
            out.push(item);
            continue;
        };
        match places.get(&key).and_then(|&place| out.get_mut(place)) {
            Some(Item::Entry { node: Node::Map(before), .. }) => before.extend(more),
            _ => {
                places.insert(key.clone(), out.len());
                out.push(Item::Entry { key, node: Node::Map(more) });
            }
        }
    }
    out
}

/// Whether two trees hold the same values. The order of keys and comments do not count.
fn same(expected: &Node, found: &Node, format: Format) -> bool {
    match (expected, found) {
        (Node::Scalar(expected), Node::Scalar(found)) => same_value(expected, found, format),
        (Node::List(_), Node::List(_)) => {
            expected.entries().count() == found.entries().count()
                && expected.entries().zip(found.entries()).all(|((_, a), (_, b))| same(a, b, format))
        }
        (Node::Map(_), Node::Map(_)) => {
            let (expected, found) = (by_key(expected), by_key(found));
            expected.len() == found.len()
                && expected.iter().zip(found).all(|(a, b)| a.0 == b.0 && same(a.1, b.1, format))
        }
        _ => false,
    }
}

/// Entries of one key stay in their order.
fn by_key(map: &Node) -> Vec<(&str, &Node)> {
    let mut entries: Vec<_> = map.entries().collect();
    entries.sort_by_key(|(key, _)| *key);
    entries
}

/// Flat formats hold only text, and no format has bytes or all points in time.
fn same_value(expected: &Value, found: &Value, format: Format) -> bool {
    match format {
        Format::Dotenv | Format::Ini => flat::as_text(expected.borrow()) == flat::as_text(found.borrow()),
        _ => {
            expected.bytes == found.bytes
                && (expected.kind == found.kind
                    || found.kind == Kind::Str && matches!(expected.kind, Kind::Bytes | Kind::Time))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::laws::edits::value;

    #[test]
    fn trees_are_the_same_whatever_the_order_of_their_keys() {
        let is_same = |a: &str, b: &str| same(&value(a), &value(b), Format::Json);
        assert!(is_same("{\"a\": 1, \"b\": [2]}", "{\"b\": [2], \"a\": 1}"));
        assert!(!is_same("{\"a\": 1}", "{\"a\": 1, \"b\": 2}"));
        assert!(!is_same("{\"a\": 1}", "{\"a\": 1.0}"));
        assert!(!is_same("[1, 2]", "[2, 1]"));
        assert!(same(&value("1.0"), &value("\"1.0\""), Format::Dotenv));
    }
}
