//! What differs between two versions of a document, by path: the trees are compared, not the texts.

use super::step::Step;
use super::tree::{Item, Node};
use imara_diff::{Algorithm, Diff, InternedInput, Interner};
use std::collections::HashMap;
use std::hash::{BuildHasher as _, Hash, Hasher, RandomState};

/// One difference. Borrows the values from the trees.
pub struct Change<'a> {
    /// The number of the YAML document, from 0: in the old file for what is removed, else in the new one.
    pub document: usize,
    /// Positions are those in the new list, of what is removed those in the old one.
    pub path: Vec<Step>,
    pub what: What<'a>,
}

/// The nodes are values, or maps and lists without entries: a larger part is one change for each of its values.
pub enum What<'a> {
    Added(&'a Node),
    Removed(&'a Node),
    Changed(&'a Node, &'a Node),
    /// The comments right in this map or list.
    Comments,
}

/// The differences between two files, one tree per document each. Maps are compared key by key whatever the order of
/// their keys; lists are aligned, so that what is put in front moves nothing. The nesting of the trees must be bounded,
/// as that of a parsed document is.
pub fn difference<'a>(old: &'a [Node], new: &'a [Node]) -> Vec<Change<'a>> {
    let mut walk = Walk { document: 0, path: Vec::new(), found: Vec::new(), hashing: RandomState::new() };
    for pair in align(old.iter(), new.iter(), &walk.hashing) {
        walk.document = pair.position();
        walk.pair(&pair);
    }
    walk.found
}

/// Elements of two lists that belong together, with their positions.
enum Pair<'a> {
    Old(usize, &'a Node),
    New(usize, &'a Node),
    Both(&'a Node, usize, &'a Node),
}

impl Pair<'_> {
    fn position(&self) -> usize {
        match self {
            Pair::Old(at, _) | Pair::New(at, _) | Pair::Both(_, at, _) => *at,
        }
    }
}

struct Walk<'a> {
    document: usize,
    path: Vec<Step>,
    found: Vec<Change<'a>>,
    hashing: RandomState,
}

impl<'a> Walk<'a> {
    fn pair(&mut self, pair: &Pair<'a>) {
        match *pair {
            Pair::Old(_, old) => self.each(old, &What::Removed),
            Pair::New(_, new) => self.each(new, &What::Added),
            Pair::Both(old, _, new) => self.nodes(old, new),
        }
    }

    fn nodes(&mut self, old: &'a Node, new: &'a Node) {
        match (old, new) {
            (Node::Map(_), Node::Map(_)) => self.maps(old, new),
            (Node::List(_), Node::List(_)) => {
                for pair in align(elements(old), elements(new), &self.hashing) {
                    self.below(Step::Index(pair.position()), |walk| walk.pair(&pair));
                }
                self.comments(old, new);
            }
            (Node::Scalar(before), Node::Scalar(after)) if before == after => {}
            _ if is_leaf(old) && is_leaf(new) => self.push(What::Changed(old, new)),
            _ => {
                self.each(old, &What::Removed);
                self.each(new, &What::Added);
            }
        }
    }

    /// An INI section may be there several times: the first belongs to the first.
    fn maps(&mut self, old: &'a Node, new: &'a Node) {
        let mut left: HashMap<(&str, usize), &'a Node> = numbered(new).collect();
        for (name, before) in numbered(old) {
            let after = left.remove(&name);
            self.below(Step::Key(name.0.to_owned()), |walk| match after {
                Some(after) => walk.nodes(before, after),
                None => walk.each(before, &What::Removed),
            });
        }
        for (name, after) in numbered(new).filter(|(name, _)| left.contains_key(name)) {
            self.below(Step::Key(name.0.to_owned()), |walk| walk.each(after, &What::Added));
        }
        self.comments(old, new);
    }

    fn comments(&mut self, old: &'a Node, new: &'a Node) {
        if !comments(old).eq(comments(new)) {
            self.push(What::Comments);
        }
    }

    /// Every value of a part that only one of the two has.
    fn each(&mut self, node: &'a Node, what: &impl Fn(&'a Node) -> What<'a>) {
        match node {
            _ if is_leaf(node) => self.push(what(node)),
            Node::List(_) => {
                for (index, element) in elements(node).enumerate() {
                    self.below(Step::Index(index), |walk| walk.each(element, what));
                }
            }
            _ => {
                for (key, entry) in node.entries() {
                    self.below(Step::Key(key.to_owned()), |walk| walk.each(entry, what));
                }
            }
        }
    }

    fn below(&mut self, step: Step, go: impl FnOnce(&mut Self)) {
        self.path.push(step);
        go(self);
        self.path.pop();
    }

    fn push(&mut self, what: What<'a>) {
        self.found.push(Change { document: self.document, path: self.path.clone(), what });
    }
}

fn is_leaf(node: &Node) -> bool {
    node.entries().next().is_none()
}

fn elements(list: &Node) -> impl Iterator<Item = &Node> {
    list.entries().map(|(_, element)| element)
}

/// The entries of a map by key, and by how many with this key come before.
fn numbered(map: &Node) -> impl Iterator<Item = ((&str, usize), &Node)> {
    let mut seen: HashMap<&str, usize> = HashMap::new();
    map.entries().map(move |(key, node)| {
        let count = seen.entry(key).or_default();
        *count += 1;
        ((key, *count), node)
    })
}

fn comments(node: &Node) -> impl Iterator<Item = &str> {
    node.items().iter().filter_map(|item| match item {
        Item::Comment { text, .. } => Some(text.as_str()),
        Item::Entry { .. } => None,
    })
}

/// Which elements of two lists belong together: equal ones, and between those one by one what is left.
fn align<'a>(
    old: impl Iterator<Item = &'a Node>,
    new: impl Iterator<Item = &'a Node>,
    hashing: &RandomState,
) -> Vec<Pair<'a>> {
    let print = |node: &'a Node| {
        let mut hasher = hashing.build_hasher();
        hash(node, &mut hasher);
        Element { node, print: hasher.finish() }
    };
    let (old, new): (Vec<_>, Vec<_>) = (old.collect(), new.collect());
    let interner = Interner::new(old.len() + new.len());
    let mut input = InternedInput { before: Vec::new(), after: Vec::new(), interner };
    input.update_before(old.iter().map(|node| print(node)));
    input.update_after(new.iter().map(|node| print(node)));
    let mut pairs = Vec::new();
    for hunk in Diff::compute(Algorithm::Histogram, &input).hunks() {
        let (olds, news) = (hunk.before.start as usize..hunk.before.end as usize, hunk.after);
        let news = news.start as usize..news.end as usize;
        let both = olds.len().min(news.len());
        let together = olds.clone().zip(news.clone()).map(|(at, to)| Pair::Both(old[at], to, new[to]));
        pairs.extend(together);
        pairs.extend(olds.clone().skip(both).map(|at| Pair::Old(at, old[at])));
        pairs.extend(news.clone().skip(both).map(|at| Pair::New(at, new[at])));
    }
    pairs
}

/// An element that is compared by its hash first. It is hashed with a key of its own each time, so that no file can be
/// made to be slow.
struct Element<'a> {
    node: &'a Node,
    print: u64,
}

impl PartialEq for Element<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.print == other.print && self.node == other.node
    }
}

impl Eq for Element<'_> {}

impl Hash for Element<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.print);
    }
}

fn hash(node: &Node, state: &mut impl Hasher) {
    match node {
        Node::Scalar(value) => (0, value.kind, value.bytes.as_slice()).hash(state),
        Node::Map(items) | Node::List(items) => {
            (if let Node::Map(_) = node { 1 } else { 2 }, items.len()).hash(state);
            for (key, inner) in node.entries() {
                key.hash(state);
                hash(inner, state);
            }
        }
    }
}

#[cfg(test)]
mod tests;
