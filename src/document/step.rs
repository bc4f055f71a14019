//! A place in a tree as a person names it: keys and positions from the root (spec, cli 3).

use super::path::Component;
use super::tree::Node;

/// One step down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    Key(String),
    /// Positions count real elements only: comments are none (quirk Q48).
    Index(usize),
}

/// The node at a path. The error names the first step that is not there.
pub fn find<'a>(root: &'a Node, path: &[Step]) -> Result<&'a Node, String> {
    let mut at = root;
    for step in path {
        let next = match (step, at) {
            (Step::Key(key), Node::Map(_)) => at.get(key),
            (Step::Index(index), Node::List(_)) => at.entries().nth(*index).map(|(_, node)| node),
            _ => None,
        };
        at = next.ok_or_else(|| match step {
            Step::Key(key) => format!("there is no key {key:?} on the path"),
            Step::Index(index) => format!("there is no list with a position {index} on the path"),
        })?;
    }
    Ok(at)
}

/// A path as messages show it.
pub fn display(path: &[Step]) -> String {
    let components: Vec<Component<'_>> = path
        .iter()
        .map(|step| match step {
            Step::Key(key) => Component::Key(key),
            Step::Index(index) => Component::Index(*index as u32),
        })
        .collect();
    Component::display_all(&components)
}
