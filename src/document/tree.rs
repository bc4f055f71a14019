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

    /// Builds the tree of one document from its values in tree order, in one pass.
    pub fn build<'a>(paths: &Paths, leaves: impl Iterator<Item = Leaf<'a>>) -> Node {
        let mut builder = Builder { paths, open: Vec::new(), root: Vec::new() };
        for leaf in leaves {
            builder.add(leaf);
        }
        builder.close_to(0);
        Node::Map(builder.root)
    }
}

/// One value or comment on its way into [`Node::build`].
pub struct Leaf<'a> {
    /// The value's own path; for a comment its container.
    pub path: PathId,
    pub value: &'a Value,
    pub inline: bool,
}

/// A container whose items are still arriving.
struct Container {
    id: PathId,
    items: Vec<Item>,
    is_list: bool,
}

struct Builder<'p> {
    paths: &'p Paths,
    /// The containers from below the root to where the walk is.
    open: Vec<Container>,
    root: Vec<Item>,
}

impl Builder<'_> {
    fn add(&mut self, leaf: Leaf<'_>) {
        let Leaf { path, value, inline } = leaf;
        if value.kind == Kind::Comment {
            self.enter(Some(path));
            let text = Zeroizing::new(value.borrow().text().into_owned());
            self.items().push(Item::Comment { text, inline });
            return;
        }
        if let Kind::EmptyMap | Kind::EmptyList = value.kind {
            // Comments inside it may stand before or behind it.
            self.enter(Some(path));
            if let Some(own) = self.open.last_mut() {
                own.is_list = value.kind == Kind::EmptyList;
            }
            return;
        }
        self.enter(self.paths.parent(path));
        self.attach(path, Node::Scalar(value.clone()));
    }

    /// Makes `container` the innermost open one.
    fn enter(&mut self, container: Option<PathId>) {
        let mut chain = Vec::new();
        let mut at = container;
        while let Some(id) = at {
            at = self.paths.parent(id);
            // The root itself is not a container of the stack.
            if at.is_some() {
                chain.push(id);
            }
        }
        chain.reverse();
        let shared = self.open.iter().zip(&chain).take_while(|(open, id)| open.id == **id).count();
        self.close_to(shared);
        self.open.extend(chain[shared..].iter().map(|&id| Container {
            id,
            items: Vec::new(),
            is_list: false,
        }));
    }

    fn close_to(&mut self, depth: usize) {
        while self.open.len() > depth {
            if let Some(Container { id, items, is_list }) = self.open.pop() {
                self.attach(id, if is_list { Node::List(items) } else { Node::Map(items) });
            }
        }
    }

    fn attach(&mut self, path: PathId, node: Node) {
        let key = match self.paths.last(path) {
            Some(Component::Key(key)) => key.to_owned(),
            _ => String::new(),
        };
        if let (Some(Component::Index(_)), Some(list)) = (self.paths.last(path), self.open.last_mut()) {
            list.is_list = true;
        }
        self.items().push(Item::Entry { key, node });
    }

    fn items(&mut self) -> &mut Vec<Item> {
        match self.open.last_mut() {
            Some(container) => &mut container.items,
            None => &mut self.root,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leaves_in_order_build_nested_maps_and_lists() {
        let mut paths = Paths::default();
        let root = paths.root(0);
        let list = paths.key(root, "l");
        let first = paths.index(list, 0);
        let inner = paths.key(first, "k");
        let second = paths.index(list, 1);
        let last = paths.key(root, "z");
        let (one, two) = (Value::str("1"), Value::str("2"));
        let comment = Value::new(Kind::Comment, " c");
        let leaf = |path, value| Leaf { path, value, inline: false };
        let leaves = [leaf(list, &comment), leaf(inner, &one), leaf(second, &two), leaf(last, &one)];
        let tree = Node::build(&paths, leaves.into_iter());
        let items = tree.get("l").map(Node::items).unwrap_or_default();
        assert!(matches!(items, [Item::Comment { .. }, Item::Entry { .. }, Item::Entry { .. }]));
        assert!(matches!(tree.get("l"), Some(Node::List(_))));
        let nested = tree.get("l").and_then(|list| list.entries().next().map(|(_, node)| node.clone()));
        assert!(nested.and_then(|node| node.get("k").cloned()) == Some(Node::str("1")));
        assert!(tree.get("z") == Some(&Node::str("1")));
    }

    #[test]
    fn an_empty_list_holds_its_comments_wherever_they_stand() {
        let mut paths = Paths::default();
        let root = paths.root(0);
        let list = paths.key(root, "l");
        let after = paths.key(root, "z");
        let (empty, one) = (Value::new(Kind::EmptyList, ""), Value::str("1"));
        let comment = Value::new(Kind::Comment, " c");
        let leaf = |path, value| Leaf { path, value, inline: false };
        let leaves = [leaf(list, &comment), leaf(list, &empty), leaf(list, &comment), leaf(after, &one)];
        let tree = Node::build(&paths, leaves.into_iter());
        assert_eq!(tree.entries().map(|(key, _)| key).collect::<Vec<_>>(), ["l", "z"]);
        assert!(matches!(tree.get("l"), Some(Node::List(items)) if items.len() == 2));
    }
}
