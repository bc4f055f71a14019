//! A YAML tree with places, aliases expanded and merges done.

use super::error::Fault;
use super::scalar::Scalar;
use crate::document::error::Place;

/// The most memory of a config's tree, what aliases repeat included, in bytes as [`Node::size`] counts them.
pub(super) const MAX_SIZE: usize = 16 << 20;
/// What a node counts for, besides its text.
const NODE_SIZE: usize = 32;
/// The deepest nesting of a config, that of repeated parts included.
pub(super) const MAX_DEPTH: usize = 64;

#[derive(Clone)]
pub(super) struct Node {
    pub(super) place: Place,
    pub(super) kind: Kind,
    /// Whether an anchor is defined in it.
    pub(super) anchors: bool,
    /// The bytes of the texts in it, and something for each node.
    pub(super) size: usize,
    /// Levels below it.
    pub(super) depth: usize,
}

#[derive(Clone)]
pub(super) enum Kind {
    Scalar { text: String, means: Scalar },
    List(Vec<Node>),
    Map(Vec<Entry>),
}

#[derive(Clone)]
pub(super) struct Entry {
    pub(super) key: String,
    pub(super) place: Place,
    pub(super) value: Node,
}

impl Node {
    /// Puts a node together; deeper ones than [`MAX_DEPTH`] are faults, so that nobody has to fear to walk one.
    pub(super) fn new(place: Place, kind: Kind, anchored: bool) -> Result<Node, Fault> {
        let (children, text): (Vec<&Node>, usize) = match &kind {
            Kind::Scalar { text, .. } => (Vec::new(), text.len()),
            Kind::List(items) => (items.iter().collect(), 0),
            Kind::Map(entries) => (
                entries.iter().map(|entry| &entry.value).collect(),
                entries.iter().map(|entry| entry.key.len()).sum(),
            ),
        };
        let depth = children.iter().map(|child| child.depth + 1).max().unwrap_or(0);
        let size = NODE_SIZE + text + children.iter().map(|child| child.size).sum::<usize>();
        let anchors = anchored || children.iter().any(|child| child.anchors);
        if depth > MAX_DEPTH {
            return Err(Fault::at(place, format!("more than {MAX_DEPTH} levels of nesting")));
        }
        Ok(Node { place, kind, anchors, size, depth })
    }

    pub(super) fn is_null(&self) -> bool {
        matches!(&self.kind, Kind::Scalar { means: Scalar::Null, .. })
    }

    /// What it is, for messages; never its content.
    pub(super) fn found(&self) -> &'static str {
        match &self.kind {
            Kind::Scalar { means, .. } => means.found(),
            Kind::List(_) => "a list",
            Kind::Map(_) => "a map",
        }
    }

    /// A fault of a wrong type.
    pub(super) fn wrong(&self, key: &str, wanted: &str) -> Fault {
        Fault::at(self.place, format!("`{key}` must be {wanted}, found {}", self.found()))
    }
}
