//! A place in a tree as a person names it: keys and positions from the root (spec, cli 3).

use super::path::Component;
use super::tree::Node;

/// One step down.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    Key(String),
    /// Positions count real elements only: comments are none (quirk Q48).
    Index(usize),
}

/// The node at a path. The error names the first step that is not there.
///
/// INI can have a section in several places: the first one that leads on counts.
pub fn find<'a>(root: &'a Node, path: &[Step]) -> Result<&'a Node, String> {
    let mut at = vec![root];
    for step in path {
        let next = |node: &&'a Node| -> Vec<&'a Node> {
            let mut entries = node.entries();
            match (step, node) {
                (Step::Key(key), Node::Map(_)) => {
                    entries.filter(|(name, _)| name == key).map(|(_, node)| node).collect()
                }
                (Step::Index(index), Node::List(_)) => {
                    entries.nth(*index).map(|(_, node)| node).into_iter().collect()
                }
                _ => Vec::new(),
            }
        };
        at = at.iter().flat_map(next).collect();
        if at.is_empty() {
            return Err(match step {
                Step::Key(key) => format!("there is no key {key:?} on the path"),
                Step::Index(index) => format!("there is no list with a position {index} on the path"),
            });
        }
    }
    Ok(at[0])
}

/// A path as messages show it.
pub fn display(path: &[Step]) -> String {
    Component::display_all(&components(path))
}

/// A path as those of slots are.
pub fn components(path: &[Step]) -> Vec<Component<'_>> {
    let component = |step| match step {
        &Step::Index(index) => Component::Index(u32::try_from(index).unwrap_or(u32::MAX)),
        Step::Key(key) => Component::Key(key),
    };
    path.iter().map(component).collect()
}
