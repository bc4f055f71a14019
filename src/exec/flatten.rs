//! Trees to variables: which name each value gets.

use super::error::ExecError;
use super::spell::{self, Spell};
use crate::document::path::Component;
use crate::document::tree::Node;

/// The most bytes that the names of one file's variables may have together. No system takes that many, and without a
/// limit a small file could make very many: each level of nesting repeats the keys above it.
const MOST_NAMES: usize = 16 << 20;

/// Which maps and lists are handed over as compact JSON.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Json {
    /// None: maps are flattened, lists are refused.
    #[default]
    Off,
    /// Lists, with all that is in them; maps are flattened.
    Lists,
    /// Each map or list at the top level, under the name of its key.
    All,
}

/// A file's values.
#[derive(Clone, Copy)]
pub struct Source<'t> {
    /// Its name, for messages.
    pub file: &'t str,
    /// Its first document: the only one that counts (spec, cli 9).
    pub values: &'t Node,
    /// Of the same shape as `values`: `True` where a scalar was sealed ([`crate::file::Open::sealed_trees`]).
    pub sealed: &'t Node,
}

/// How names are made.
#[derive(Clone)]
pub struct Shape {
    /// Stands between a map's key and the keys in it.
    pub separator: String,
    pub upper: bool,
    /// Stands before every name, as it is.
    pub prefix: String,
    pub json: Json,
}

impl Default for Shape {
    fn default() -> Shape {
        Shape { separator: "__".into(), upper: false, prefix: String::new(), json: Json::Off }
    }
}

/// A variable to be.
#[derive(Clone, Copy)]
pub(super) struct Leaf<'a, 't> {
    pub name: &'a str,
    /// The way to the value in its file.
    pub trail: &'a [Component<'t>],
    /// A scalar, or what becomes JSON as a whole. A list otherwise: whether it matters is the visitor's to say.
    pub node: &'t Node,
    /// Whether any of it was sealed in the file.
    pub secret: bool,
    /// How the node becomes a value.
    pub spell: Spell,
}

/// What is done with each variable to be.
pub(super) type Visit<'v, 't> = dyn FnMut(Leaf<'_, 't>) -> Result<(), ExecError> + 'v;

/// Whether empty keys leave a trace in names.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum EmptyKeys {
    Joined,
    /// A map under an empty key is as if it stood where that key is.
    Dropped,
}

/// Shows each variable that a document makes to `visit`, in the order of the document.
pub(super) fn leaves<'t>(
    source: Source<'t>,
    shape: &Shape,
    empty: EmptyKeys,
    visit: &mut Visit<'_, 't>,
) -> Result<(), ExecError> {
    let name = shape.prefix.clone();
    let mut walk = Walk { file: source.file, shape, empty, visit, name, trail: Vec::new(), spent: 0 };
    walk.map(source.values, source.sealed)
}

/// Whether any scalar below a node of [`Source::sealed`] was sealed. Recurses as deep as the tree is, which the scan
/// that it came from has limited.
pub(super) fn any_sealed(sealed: &Node) -> bool {
    match sealed {
        Node::Scalar(value) => value.bytes.as_slice() == b"True",
        _ => sealed.entries().any(|(_, node)| any_sealed(node)),
    }
}

struct Walk<'a, 't> {
    file: &'a str,
    shape: &'a Shape,
    empty: EmptyKeys,
    visit: &'a mut Visit<'a, 't>,
    /// The name so far.
    name: String,
    trail: Vec<Component<'t>>,
    /// Bytes of all names so far.
    spent: usize,
}

impl<'t> Walk<'_, 't> {
    /// Recurses as deep as the tree is, which the scan that it came from has limited.
    fn map(&mut self, map: &'t Node, sealed: &'t Node) -> Result<(), ExecError> {
        let start = self.name.len();
        for ((key, node), (_, sealed)) in map.entries().zip(sealed.entries()) {
            let is_section = matches!(node, Node::Map(_)) && self.shape.json != Json::All;
            self.push(key, is_section)?;
            self.trail.push(Component::Key(key));
            if is_section {
                self.map(node, sealed)?;
            } else {
                let spell = if self.shape.json == Json::Off { spell::scalar } else { spell::any };
                let secret = any_sealed(sealed);
                (self.visit)(Leaf { name: &self.name, trail: &self.trail, node, secret, spell })?;
            }
            self.trail.pop();
            self.name.truncate(start);
        }
        Ok(())
    }

    fn push(&mut self, key: &str, is_section: bool) -> Result<(), ExecError> {
        let start = self.name.len();
        let (nothing_before, no_trace) = match self.empty {
            EmptyKeys::Joined => (self.trail.is_empty(), false),
            EmptyKeys::Dropped => (start == self.shape.prefix.len(), key.is_empty() && is_section),
        };
        if !nothing_before && !no_trace {
            self.name.push_str(&self.shape.separator);
        }
        self.name.push_str(key);
        if self.shape.upper {
            let upper = self.name[start..].to_uppercase();
            self.name.replace_range(start.., &upper);
        }
        self.spent = self.spent.saturating_add(self.name.len());
        match self.spent {
            0..=MOST_NAMES => Ok(()),
            _ => Err(ExecError::Names { file: self.file.into(), limit: MOST_NAMES }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;
    use crate::document::format::Format;
    use crate::document::syntax::Limits;
    use crate::document::tree::Item;

    fn names(yaml: &str, shape: &Shape) -> Vec<String> {
        let document = Document::parse(yaml.as_bytes(), Format::Yaml, &Limits::default()).expect("yaml");
        let tree = document.trees().into_iter().next().expect("a document");
        let mut names = Vec::new();
        let mut visit = |leaf: Leaf<'_, '_>| {
            names.push(leaf.name.to_owned());
            Ok(())
        };
        let source = Source { file: "f.yaml", values: &tree, sealed: &tree };
        leaves(source, shape, EmptyKeys::Joined, &mut visit).expect("names");
        names
    }

    const NESTED: &str = "top: 1\ndb:\n  host: h\n  users:\n    admin: a\n  none: {}\nlist: [1, {k: v}]\n";

    #[test]
    fn keys_of_nested_maps_are_joined() {
        assert_eq!(names(NESTED, &Shape::default()), ["top", "db__host", "db__users__admin", "list"]);
    }

    #[test]
    fn names_can_be_upper_case_with_another_separator_and_a_prefix() {
        let shape = Shape { separator: "_x_".into(), upper: true, prefix: "app_".into(), ..Shape::default() };
        assert_eq!(names("db:\n  straße: h\nä: 1\n", &shape), ["app_DB_X_STRASSE", "app_Ä"]);
    }

    #[test]
    fn whole_maps_keep_the_name_of_their_key() {
        let shape = Shape { json: Json::All, ..Shape::default() };
        assert_eq!(names(NESTED, &shape), ["top", "db", "list"]);
    }

    #[test]
    fn names_that_repeat_a_long_key_are_bounded() {
        let entry = |key: String, node| Item::Entry { key, node };
        let inner = (0..20).map(|n| entry(n.to_string(), Node::str("v"))).collect();
        let tree = Node::Map(vec![entry("k".repeat(1 << 20), Node::Map(inner))]);
        let source = Source { file: "f.json", values: &tree, sealed: &tree };
        let result = leaves(source, &Shape::default(), EmptyKeys::Joined, &mut |_| Ok(()));
        assert!(matches!(result, Err(ExecError::Names { .. })));
    }
}
