//! Trees to variables: which name each value gets.

use super::error::ExecError;
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

/// How names are made.
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
pub(super) struct Leaf<'a, 't> {
    pub name: &'a str,
    /// The way to the value in its file.
    pub trail: &'a [Component<'t>],
    /// A scalar, or what [`Json`] takes whole. A list otherwise: whether it matters is the visitor's to say.
    pub node: &'t Node,
}

/// Shows each variable that a document makes to `visit`, in the order of the document.
pub(super) fn leaves<'t>(
    file: &str,
    root: &'t Node,
    shape: &Shape,
    visit: &mut dyn FnMut(Leaf<'_, 't>) -> Result<(), ExecError>,
) -> Result<(), ExecError> {
    let mut walk = Walk { file, shape, visit, name: shape.prefix.clone(), trail: Vec::new(), spent: 0 };
    walk.map(root)
}

struct Walk<'a, 't> {
    file: &'a str,
    shape: &'a Shape,
    visit: &'a mut dyn FnMut(Leaf<'_, 't>) -> Result<(), ExecError>,
    /// The name so far.
    name: String,
    trail: Vec<Component<'t>>,
    /// Bytes of all names so far.
    spent: usize,
}

impl<'t> Walk<'_, 't> {
    /// Recurses as deep as the tree is, which the scan that it came from has limited.
    fn map(&mut self, map: &'t Node) -> Result<(), ExecError> {
        let start = self.name.len();
        for (key, node) in map.entries() {
            self.push(key)?;
            self.trail.push(Component::Key(key));
            match node {
                Node::Map(_) if self.shape.json != Json::All => self.map(node)?,
                _ => (self.visit)(Leaf { name: &self.name, trail: &self.trail, node })?,
            }
            self.trail.pop();
            self.name.truncate(start);
        }
        Ok(())
    }

    fn push(&mut self, key: &str) -> Result<(), ExecError> {
        let start = self.name.len();
        if !self.trail.is_empty() {
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
        leaves("f.yaml", &tree, shape, &mut visit).expect("names");
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
        let result = leaves("f.json", &tree, &Shape::default(), &mut |_| Ok(()));
        assert!(matches!(result, Err(ExecError::Names { .. })));
    }
}
