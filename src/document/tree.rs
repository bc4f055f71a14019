//! A document's values as an owned tree: what conversion between formats, extraction and the metadata
//! block are written from. Documents themselves are never re-written from a tree.

use super::path::{Component, PathId, Paths};
use super::value::{Kind, Value};
use zeroize::Zeroizing;

/// A value, a map or a list.
#[derive(Clone, PartialEq)]
pub enum Node {
    Scalar(Value),
    Map(Vec<Item>),
    List(Vec<Item>),
}

/// An entry of a map or list, or a comment between entries.
#[derive(Clone, PartialEq)]
pub enum Item {
    Comment {
        text: Zeroizing<String>,
        inline: bool,
    },
    /// `key` is empty in a list.
    Entry {
        key: String,
        node: Node,
    },
}

impl Node {
    /// Text as a scalar node.
    pub fn str(text: &str) -> Node {
        Node::Scalar(Value::str(text))
    }

    /// The items of a map or list; nothing for a scalar.
    pub fn items(&self) -> &[Item] {
        match self {
            Node::Map(items) | Node::List(items) => items,
            Node::Scalar(_) => &[],
        }
    }

    /// The entries of a map or list without comments.
    pub fn entries(&self) -> impl Iterator<Item = (&str, &Node)> {
        self.items().iter().filter_map(|item| match item {
            Item::Entry { key, node } => Some((key.as_str(), node)),
            Item::Comment { .. } => None,
        })
    }

    /// The entry of a map under `key`.
    pub fn get(&self, key: &str) -> Option<&Node> {
        match self {
            Node::Map(_) => self.entries().find(|(name, _)| *name == key).map(|(_, node)| node),
            _ => None,
        }
    }

    /// The scalar's text, if it is one.
    pub fn text(&self) -> Option<std::borrow::Cow<'_, str>> {
        match self {
            Node::Scalar(value) => Some(value.borrow().text()),
            _ => None,
        }
    }

    /// Builds the tree of one document from its values in tree order. `path` of a comment is its container.
    pub fn build<'a>(paths: &Paths, leaves: impl Iterator<Item = Leaf<'a>>) -> Node {
        let mut root = Node::Map(Vec::new());
        for leaf in leaves {
            let Leaf { path, value, inline } = leaf;
            let mut at = &mut root;
            for step in paths.components(path) {
                at = at.descend(step);
            }
            match value.kind {
                Kind::Comment => {
                    let text = Zeroizing::new(value.borrow().text().into_owned());
                    at.items_mut().push(Item::Comment { text, inline });
                }
                Kind::EmptyMap => *at = Node::Map(Vec::new()),
                Kind::EmptyList => *at = Node::List(Vec::new()),
                _ => *at = Node::Scalar(value.clone()),
            }
        }
        root
    }

    /// The child at `step`, made (as an empty map) when it is not there yet.
    fn descend(&mut self, step: Component<'_>) -> &mut Node {
        let fresh = |key: &str| Item::Entry { key: key.into(), node: Node::Map(Vec::new()) };
        let index = match step {
            Component::Key(name) => {
                let items = self.items_mut();
                // Entries arrive in order, so the wanted one is near the end or new.
                let found =
                    items.iter().rposition(|item| matches!(item, Item::Entry { key, .. } if key == name));
                found.unwrap_or_else(|| {
                    items.push(fresh(name));
                    items.len() - 1
                })
            }
            Component::Index(position) => {
                if let Node::Map(items) = self {
                    *self = Node::List(std::mem::take(items));
                }
                let items = self.items_mut();
                let entries =
                    |items: &[Item]| items.iter().filter(|item| matches!(item, Item::Entry { .. })).count();
                if entries(items) <= position as usize {
                    items.push(fresh(""));
                }
                items.iter().rposition(|item| matches!(item, Item::Entry { .. })).unwrap_or(0)
            }
        };
        match &mut self.items_mut()[index] {
            Item::Entry { node, .. } => node,
            Item::Comment { .. } => unreachable!("the position of an entry"),
        }
    }

    fn items_mut(&mut self) -> &mut Vec<Item> {
        if let Node::Scalar(_) = self {
            *self = Node::Map(Vec::new());
        }
        match self {
            Node::Map(items) | Node::List(items) => items,
            Node::Scalar(_) => unreachable!("just replaced"),
        }
    }
}

/// One value or comment on its way into [`Node::build`].
pub struct Leaf<'a> {
    pub path: PathId,
    pub value: &'a Value,
    pub inline: bool,
}
