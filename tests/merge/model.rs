//! A second opinion on what a merge should come to: values by key path, as simple as can be.

use sops_rs::document::Document;
use sops_rs::document::tree::Node;
use std::collections::{BTreeMap, BTreeSet};

/// Values without order and comments.
#[derive(Clone, Debug, PartialEq)]
pub enum Plain {
    Scalar(String),
    List(Vec<Plain>),
    Map(BTreeMap<String, Plain>),
}

impl Plain {
    /// The documents of a file, as a list.
    pub fn of(document: &Document) -> Plain {
        Plain::List(document.trees().iter().map(plain).collect())
    }
}

fn plain(node: &Node) -> Plain {
    match node {
        Node::Scalar(value) => Plain::Scalar(format!("{:?} {}", value.kind, value.borrow().text())),
        Node::List(_) => Plain::List(node.entries().map(|(_, node)| plain(node)).collect()),
        Node::Map(_) => Plain::Map(node.entries().map(|(key, node)| (key.to_owned(), plain(node))).collect()),
    }
}

/// The merge resolved to the first side and the places of its conflicts.
pub fn merge(
    base: Option<&Plain>,
    ours: Option<&Plain>,
    theirs: Option<&Plain>,
    path: &str,
    conflicts: &mut BTreeSet<String>,
) -> Option<Plain> {
    if ours == theirs || theirs == base {
        return ours.cloned();
    }
    if ours == base {
        return theirs.cloned();
    }
    let none = Plain::Map(BTreeMap::new());
    match (base.unwrap_or(&none), ours, theirs) {
        (Plain::Map(base), Some(Plain::Map(ours)), Some(Plain::Map(theirs))) => {
            let keys: BTreeSet<&String> = base.keys().chain(ours.keys()).chain(theirs.keys()).collect();
            let mut merged = BTreeMap::new();
            for key in keys {
                let below = format!("{path}/{key}");
                let value = merge(base.get(key), ours.get(key), theirs.get(key), &below, conflicts);
                merged.extend(value.map(|value| (key.clone(), value)));
            }
            return Some(Plain::Map(merged));
        }
        (Plain::List(base), Some(Plain::List(ours)), Some(Plain::List(theirs))) => {
            if let Some(list) = lists(base, ours, theirs, path, conflicts) {
                return Some(Plain::List(list));
            }
        }
        _ => {}
    }
    conflicts.insert(path.to_owned());
    ours.cloned()
}

/// Lists of different elements, in which each side either changed elements in their place, or removed and appended some.
fn lists(
    base: &[Plain],
    ours: &[Plain],
    theirs: &[Plain],
    path: &str,
    conflicts: &mut BTreeSet<String>,
) -> Option<Vec<Plain>> {
    if base.len() == ours.len() && base.len() == theirs.len() {
        let merged = (0..base.len()).filter_map(|at| {
            merge(Some(&base[at]), Some(&ours[at]), Some(&theirs[at]), &format!("{path}/{at}"), conflicts)
        });
        return Some(merged.collect());
    }
    let added =
        |side: &[Plain]| side.iter().filter(|element| !base.contains(element)).cloned().collect::<Vec<_>>();
    let (same, other) = match base.len() {
        length if length == ours.len() => (ours, theirs),
        length if length == theirs.len() => (theirs, ours),
        // Both removed or appended: what both kept, and what one of them appended.
        _ if !added(ours).is_empty() && !added(theirs).is_empty() => return None,
        _ => {
            let kept = base.iter().filter(|element| ours.contains(element) && theirs.contains(element));
            return Some(kept.cloned().chain(added(ours)).chain(added(theirs)).collect());
        }
    };
    let mut merged = Vec::new();
    for (before, after) in base.iter().zip(same) {
        match other.contains(before) {
            true => merged.push(after.clone()),
            false if before == after => {}
            false => return None,
        }
    }
    merged.extend(added(other));
    Some(merged)
}
