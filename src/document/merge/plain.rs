//! Trees as a merge compares them: without comments, the keys of maps in alphabetical order, sections of one name as
//! one.

use super::super::Document;
use super::super::format::Format;
use super::super::step::Step;
use super::super::tree::{Item, Node};
use super::sequence::{self, Touching, Who};
use std::hash::{Hash, Hasher};

/// The trees of all documents of a file.
pub(super) fn trees(document: &Document) -> Vec<Node> {
    let ini = document.format() == Format::Ini;
    document.trees().into_iter().map(|tree| if ini { sections(tree) } else { sorted(tree) }).collect()
}

/// A tree as it is compared. Recurses as deep as it is nested, which the scan bounds.
pub(super) fn sorted(node: Node) -> Node {
    let plain = |items: Vec<Item>| {
        items.into_iter().filter_map(|item| match item {
            Item::Entry { key, node } => Some(Item::Entry { key, node: sorted(node) }),
            Item::Comment { .. } => None,
        })
    };
    match node {
        Node::Map(items) => {
            let mut items: Vec<Item> = plain(items).collect();
            items.sort_by(|a, b| key(a).cmp(key(b)));
            Node::Map(items)
        }
        Node::List(items) => Node::List(plain(items).collect()),
        scalar => scalar,
    }
}

/// INI: a section can stand in several places, and the one without a header is there even if it is empty.
fn sections(tree: Node) -> Node {
    let Node::Map(items) = sorted(tree) else { return Node::Map(Vec::new()) };
    let mut out: Vec<Item> = Vec::with_capacity(items.len());
    for item in items {
        match (out.last_mut(), item) {
            (
                Some(Item::Entry { key: before, node: Node::Map(entries) }),
                Item::Entry { key, node: Node::Map(more) },
            ) if *before == key => entries.extend(more),
            (_, item) => out.push(item),
        }
    }
    let is_empty = |node: &Node| matches!(node, Node::Map(_)) && node.items().is_empty();
    out.retain(|item| !matches!(item, Item::Entry { key, node } if key == "DEFAULT" && is_empty(node)));
    sorted(Node::Map(out))
}

fn key(item: &Item) -> &str {
    match item {
        Item::Entry { key, .. } => key,
        Item::Comment { .. } => "",
    }
}

/// The entries of several maps, key by key. `None` if one of them has a key twice (INI).
#[expect(clippy::type_complexity, reason = "a name would say less")]
pub(super) fn by_key<const N: usize>(maps: [&Node; N]) -> Option<Vec<(&str, [Option<&Node>; N])>> {
    let mut entries = maps.map(|map| map.entries().peekable());
    let mut out: Vec<(&str, [Option<&Node>; N])> = Vec::new();
    while let Some(next) = entries.iter_mut().filter_map(|entries| entries.peek().map(|(key, _)| *key)).min()
    {
        if out.last().is_some_and(|(before, _)| *before == next) {
            return None;
        }
        let found = entries.each_mut().map(|entries| entries.next_if(|(key, _)| *key == next));
        out.push((next, found.map(|entry| entry.map(|(_, node)| node))));
    }
    Some(out)
}

/// The elements of a list.
pub(super) fn elements(list: &Node) -> Vec<Element<'_>> {
    list.entries().map(|(_, node)| Element(node)).collect()
}

/// An element of a list, to be found again by its content.
#[derive(Clone, Copy, PartialEq)]
pub(super) struct Element<'n>(pub &'n Node);

impl Eq for Element<'_> {}

impl Hash for Element<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        std::mem::discriminant(self.0).hash(state);
        match self.0 {
            Node::Scalar(value) => (value.kind, value.bytes.as_slice()).hash(state),
            node => {
                node.items().len().hash(state);
                for (key, node) in node.entries() {
                    key.hash(state);
                    Element(node).hash(state);
                }
            }
        }
    }
}

/// A place where a tree is not what it should be.
pub(super) struct Difference<'n> {
    pub document: usize,
    pub path: Vec<Step>,
    /// What should be there; `None` for nothing.
    pub wanted: Option<&'n Node>,
}

/// The differences of the trees of a file, as changes to be made. `None` if it has more or fewer documents.
pub(super) fn differences<'n>(found: &[Node], wanted: &'n [Node]) -> Option<Vec<Difference<'n>>> {
    if found.len() != wanted.len() {
        return None;
    }
    let mut walk = Walk { document: 0, path: Vec::new(), out: Vec::new() };
    for (document, (found, wanted)) in found.iter().zip(wanted).enumerate() {
        walk.document = document;
        walk.compare(found, wanted);
    }
    Some(walk.out)
}

struct Walk<'n> {
    document: usize,
    path: Vec<Step>,
    out: Vec<Difference<'n>>,
}

impl<'n> Walk<'n> {
    fn compare(&mut self, found: &Node, wanted: &'n Node) {
        if found == wanted {
            return;
        }
        match (found, wanted) {
            (Node::Map(old), Node::Map(new)) if !old.is_empty() && !new.is_empty() => {
                match by_key([found]).and(by_key([wanted])) {
                    Some(_) => self.map(found, wanted),
                    None => self.differs(Some(wanted)),
                }
            }
            (Node::List(old), Node::List(new)) if !old.is_empty() && !new.is_empty() => {
                self.list(found, wanted)
            }
            _ => self.differs(Some(wanted)),
        }
    }

    fn map(&mut self, found: &Node, wanted: &'n Node) {
        let (mut old, mut new) = (found.entries().peekable(), wanted.entries().peekable());
        loop {
            let next = match (old.peek(), new.peek()) {
                (None, None) => return,
                (Some((old, _)), Some((new, _))) => (*old).min(*new).to_owned(),
                (Some((key, _)), None) | (None, Some((key, _))) => (*key).to_owned(),
            };
            let (before, after) =
                (old.next_if(|(key, _)| *key == next), new.next_if(|(key, _)| *key == next));
            self.path.push(Step::Key(next));
            match (before, after) {
                (Some((_, before)), Some((_, after))) => self.compare(before, after),
                (_, after) => self.differs(after.map(|(_, node)| node)),
            }
            self.path.pop();
        }
    }

    /// Elements that changed, went, or were added at the end are told one by one; any other change is one of the list.
    fn list(&mut self, found: &Node, wanted: &'n Node) {
        let (old, new) = (elements(found), elements(wanted));
        let hunks = sequence::hunks(old.iter().copied(), new.iter().copied());
        let regions = sequence::regions(old.len(), &[], &hunks, Touching::Apart);
        let changed = || regions.iter().filter(|region| region.who != Who::Nobody);
        if changed().any(|region| region.theirs.len() > region.base.len() && region.base.end < old.len()) {
            return self.differs(Some(wanted));
        }
        for region in changed() {
            let (mut before, mut after) = (region.base.clone(), region.theirs.clone());
            loop {
                let (place, wanted) = (before.next(), after.next().map(|place| new[place].0));
                if place.is_none() && wanted.is_none() {
                    break;
                }
                self.path.push(Step::Index(place.unwrap_or(old.len())));
                match (place, wanted) {
                    (Some(place), Some(wanted)) => self.compare(old[place].0, wanted),
                    _ => self.differs(wanted),
                }
                self.path.pop();
            }
        }
    }

    fn differs(&mut self, wanted: Option<&'n Node>) {
        self.out.push(Difference { document: self.document, path: self.path.clone(), wanted });
    }
}
