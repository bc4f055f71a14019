//! A common ancestor that is a merge with conflicts itself, as git makes one of several ancestors (criss-cross).

use super::plain::{self, by_key};
use super::{Conflict, Merged, Side, Three, merge, same};
use crate::document::Document;
use crate::document::step::Step;
use crate::document::tree::Node;

/// [`merge()`] from an ancestor with two sides. Where these differ nobody knows what the value was, and so none of the
/// two new ones is the one that stayed: there is a conflict unless both are the same.
pub fn disputed(bases: [&Document; 2], ours: &Document, theirs: &Document) -> Merged {
    let [base, other] = bases;
    let three = Three { base: Some(base), ours, theirs };
    if same(ours, theirs) {
        return three.taken(Side::Ours);
    }
    match places([base, other, ours, theirs]) {
        Some(places) if places.is_empty() => merge(Some(base), ours, theirs),
        Some(places) => three.merged(&places).unwrap_or_else(|| three.conflict()),
        None => three.conflict(),
    }
}

/// Where both the ancestors and the sides differ. `None` if they have different numbers of documents.
fn places(documents: [&Document; 4]) -> Option<Vec<Conflict>> {
    let trees = documents.map(plain::trees);
    let count = trees[0].len();
    if trees.iter().any(|trees| trees.len() != count) {
        return None;
    }
    let mut walk = Walk { at: Conflict { document: 0, path: Vec::new() }, found: Vec::new() };
    for document in 0..count {
        walk.at.document = document;
        walk.node(trees.each_ref().map(|trees| trees.get(document)));
    }
    Some(walk.found)
}

struct Walk {
    at: Conflict,
    found: Vec<Conflict>,
}

impl Walk {
    /// Recurses as deep as the trees are nested, which the scan bounds.
    fn node(&mut self, nodes: [Option<&Node>; 4]) {
        let [base, other, ours, theirs] = nodes;
        if base == other || ours == theirs {
            return;
        }
        let keys = match nodes {
            [
                Some(base @ Node::Map(_)),
                Some(other @ Node::Map(_)),
                Some(ours @ Node::Map(_)),
                Some(theirs @ Node::Map(_)),
            ] => by_key([base, other, ours, theirs]),
            _ => None,
        };
        let Some(keys) = keys else { return self.found.push(self.at.clone()) };
        for (key, nodes) in keys {
            self.at.path.push(Step::Key(key.to_owned()));
            self.node(nodes);
            self.at.path.pop();
        }
    }
}
