//! Where a slot sits in the tree: map keys and list positions from a document's root.
//!
//! Paths are interned as a forest with one root per document, so a file of a million values costs
//! twelve bytes and its key's text per node.

/// A node of [`Paths`]. Copyable, meaningful only with the `Paths` that made it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PathId(u32);

impl PathId {
    /// A number that no other path of the same [`Paths`] has.
    pub fn number(self) -> u32 {
        self.0
    }
}

/// One step of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Component<'a> {
    /// A map key, with its text as sops sees it (decoded, not as spelled).
    Key(&'a str),
    /// A position in a list, counting real elements only (comments do not count).
    Index(u32),
}

/// `parent == NONE` is a document root, whose `end` is the document's number;
/// `start == INDEX` is a list position, whose `end` is the position.
#[derive(Clone, Copy)]
struct Node {
    parent: u32,
    start: u32,
    end: u32,
}

const NONE: u32 = u32::MAX;
const INDEX: u32 = u32::MAX;

/// Characters of a displayed path before its middle is left out.
const LONGEST: usize = 160;

/// All paths of one document.
#[derive(Default)]
pub struct Paths {
    nodes: Vec<Node>,
    names: String,
}

impl Paths {
    /// A new root: the container that is document number `document` (0-based) itself.
    pub fn root(&mut self, document: u32) -> PathId {
        self.push(Node { parent: NONE, start: 0, end: document })
    }

    /// The child of `parent` under the map key `key`.
    pub fn key(&mut self, parent: PathId, key: &str) -> PathId {
        let start = self.names.len() as u32;
        self.names.push_str(key);
        let end = self.names.len() as u32;
        self.push(Node { parent: parent.0, start, end })
    }

    /// The child of `parent` at list position `index`.
    pub fn index(&mut self, parent: PathId, index: u32) -> PathId {
        self.push(Node { parent: parent.0, start: INDEX, end: index })
    }

    fn push(&mut self, node: Node) -> PathId {
        self.nodes.push(node);
        PathId(self.nodes.len() as u32 - 1)
    }

    /// The container that `id` is in; `None` for a root.
    pub fn parent(&self, id: PathId) -> Option<PathId> {
        let parent = self.nodes[id.0 as usize].parent;
        (parent != NONE).then_some(PathId(parent))
    }

    /// The last step of `id`; `None` for a root.
    pub fn last(&self, id: PathId) -> Option<Component<'_>> {
        let node = self.nodes[id.0 as usize];
        match node {
            Node { parent: NONE, .. } => None,
            Node { start: INDEX, end, .. } => Some(Component::Index(end)),
            Node { start, end, .. } => Some(Component::Key(&self.names[start as usize..end as usize])),
        }
    }

    /// The steps from the root to `id`.
    pub fn components(&self, id: PathId) -> Vec<Component<'_>> {
        let mut steps = Vec::new();
        let mut at = Some(id);
        while let Some(here) = at {
            steps.extend(self.last(here));
            at = self.parent(here);
        }
        steps.reverse();
        steps
    }

    /// The map keys from the root to `id`; list positions are left out, as in sops' tree paths.
    pub fn keys(&self, id: PathId) -> Vec<&str> {
        self.components(id)
            .into_iter()
            .filter_map(|step| match step {
                Component::Key(key) => Some(key),
                Component::Index(_) => None,
            })
            .collect()
    }

    /// The number of the document that `id` is in (0-based).
    pub fn document(&self, id: PathId) -> u32 {
        let mut at = id;
        while let Some(parent) = self.parent(at) {
            at = parent;
        }
        self.nodes[at.0 as usize].end
    }

    /// For people: `db.users[0].password`; keys that are not plain words are quoted. `top level` for a root.
    pub fn display(&self, id: PathId) -> String {
        Component::display_all(&self.components(id))
    }
}

impl Component<'_> {
    /// The steps from a root as [`Paths::display`] writes them.
    pub fn display_all(steps: &[Component<'_>]) -> String {
        let mut out = String::new();
        for step in steps {
            match step {
                Component::Index(index) => out.push_str(&format!("[{index}]")),
                Component::Key(key) => {
                    let plain =
                        !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-');
                    match (plain, out.is_empty()) {
                        (true, true) => out.push_str(key),
                        (true, false) => {
                            out.push('.');
                            out.push_str(key);
                        }
                        (false, _) => out.push_str(&format!("[{key:?}]")),
                    }
                }
            }
        }
        match out.char_indices().nth(LONGEST) {
            _ if out.is_empty() => "top level".into(),
            // A path of a hundred levels helps nobody: its two ends do.
            Some((end, _)) => {
                let tail = out.char_indices().rev().nth(LONGEST / 4).map_or(end, |(start, _)| start);
                format!("{}…{}", &out[..end], &out[tail.max(end)..])
            }
            None => out,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_displays_as_people_write_it() {
        let mut paths = Paths::default();
        let root = paths.root(0);
        let db = paths.key(root, "db");
        let first = paths.index(db, 3);
        let odd = paths.key(first, "a b");
        assert_eq!(paths.display(odd), "db[3][\"a b\"]");
        assert_eq!(paths.display(root), "top level");
        assert_eq!(paths.keys(odd), ["db", "a b"]);
    }

    #[test]
    fn a_path_of_many_levels_displays_its_two_ends() {
        let steps = [Component::Index(7); 128];
        let shown =
            Component::display_all(&[&[Component::Key("a")], &steps[..], &[Component::Key("z")]].concat());
        assert!(shown.starts_with("a[7][7]") && shown.ends_with("[7].z") && shown.contains('…'), "{shown}");
        assert!(shown.chars().count() < 210);
    }

    #[test]
    fn a_path_knows_its_document() {
        let mut paths = Paths::default();
        paths.root(0);
        let second = paths.root(1);
        let key = paths.key(second, "k");
        assert_eq!(paths.document(key), 1);
    }
}
