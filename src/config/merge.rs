//! `<<`, YAML's merge key.

use super::error::Fault;
use super::node::{Entry, Kind, Node};
use std::collections::HashSet;

/// The maps that a `<<` names.
pub(super) fn maps(value: Node) -> Result<Vec<Vec<Entry>>, Fault> {
    let nodes = match value.kind {
        Kind::List(nodes) => nodes,
        _ => vec![value],
    };
    let map = |node: Node| match node.kind {
        Kind::Map(entries) => Ok(entries),
        _ => {
            let reason = format!("`<<` needs a map or a list of maps, found {}", node.found());
            Err(Fault::at(node.place, reason))
        }
    };
    nodes.into_iter().map(map).collect()
}

/// Adds merged entries to the map's own, whose keys are `seen`. The first to have a key wins.
pub(super) fn into(own: &mut Vec<Entry>, mut seen: HashSet<String>, merged: Vec<Vec<Entry>>) {
    for entry in merged.into_iter().flatten() {
        if seen.insert(entry.key.clone()) {
            own.push(entry);
        }
    }
}
