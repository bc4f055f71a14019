//! Stable ciphertext: which tokens of an earlier version of the file still hold, per position
//! (spec, file-format 3.7: a nonce is reused only when type, value, path and data key are all unchanged).

use super::open::Open;
use crate::document::path::{Component, PathId, Paths};
use crate::document::slot::{Slot, Style};
use crate::document::value::{Kind, ValueRef};
use std::collections::{HashMap, HashSet};

/// The tokens of earlier versions of a file, all of one data key.
pub struct Reuse<'a> {
    first: Tokens<'a>,
    more: Vec<Tokens<'a>>,
}

impl<'a> Reuse<'a> {
    pub fn of(open: &'a Open) -> Reuse<'a> {
        Reuse { first: Tokens::of(open), more: Vec::new() }
    }

    /// With the tokens of another version, for values that none before it has. It must have the same data key.
    pub fn and(mut self, open: &'a Open) -> Reuse<'a> {
        let mut tokens = Tokens::of(open);
        for (key, numbers) in &mut tokens.by_position {
            let versions = std::iter::once(&self.first).chain(&self.more);
            let known: HashSet<&str> = versions.flat_map(|earlier| earlier.at(key)).collect();
            numbers.retain(|&number| !known.contains(token(open, number)));
        }
        self.more.push(tokens);
        self
    }

    /// The token that this value already has at this position. Each is given out once.
    pub fn kept(&mut self, paths: &Paths, slot: &Slot, value: ValueRef<'_>) -> Option<Kept<'a>> {
        let key = position(paths, slot, value, &HashMap::new());
        let mut versions = std::iter::once(&mut self.first).chain(&mut self.more);
        versions.find_map(|tokens| tokens.kept(&key, value))
    }

    /// The file whose metadata block is kept.
    pub fn open(&self) -> &'a Open {
        self.first.open
    }
}

/// The sealed slots of an opened file by position. Comments have no position of their own; they are found by
/// container and text.
struct Tokens<'a> {
    open: &'a Open,
    by_position: HashMap<Vec<u8>, Vec<usize>>,
}

impl<'a> Tokens<'a> {
    fn of(open: &'a Open) -> Tokens<'a> {
        let document = open.sealed().document();
        let comments = list_comments(open);
        let mut by_position: HashMap<Vec<u8>, Vec<usize>> = HashMap::new();
        for number in (0..document.slots().len()).rev().filter(|&number| open.was_sealed(number)) {
            let slot = &document.slots()[number];
            let key = position(document.paths(), slot, open.value(number), &comments);
            by_position.entry(key).or_default().push(number);
        }
        Tokens { open, by_position }
    }

    fn kept(&mut self, key: &[u8], value: ValueRef<'_>) -> Option<Kept<'a>> {
        let numbers = self.by_position.get_mut(key)?;
        let number = *numbers.last()?;
        if self.open.value(number) != value {
            return None;
        }
        numbers.pop();
        let document = self.open.sealed().document();
        let slot = &document.slots()[number];
        Some(Kept { token: token(self.open, number), slot, written: &document.text()[slot.span.clone()] })
    }
}

impl Tokens<'_> {
    /// The tokens at a position.
    fn at(&self, key: &[u8]) -> impl Iterator<Item = &str> {
        self.by_position.get(key).into_iter().flatten().map(|&number| token(self.open, number))
    }
}

/// The token of a slot that was sealed.
fn token(open: &Open, number: usize) -> &str {
    let document = open.sealed().document();
    // Only text opens as a token.
    std::str::from_utf8(document.value(&document.slots()[number]).bytes).unwrap_or_default().trim_start()
}

/// A token of the previous file that still holds, and how it stood there.
pub struct Kept<'a> {
    pub token: &'a str,
    slot: &'a Slot,
    written: &'a str,
}

impl<'a> Kept<'a> {
    /// The very bytes of the previous file, quotes included, when they fit into the same place here.
    pub fn spelled(&self, slot: &Slot) -> Option<&'a str> {
        self.style(slot).map(|_| self.written)
    }

    /// The style of [`Kept::spelled`]. sops' list elements of type comment are comments here.
    pub fn style(&self, slot: &Slot) -> Option<Style> {
        let fits = self.slot.is_comment() == slot.is_comment()
            && self.slot.flow == slot.flow
            && self.slot.tail.is_empty()
            && !matches!(self.slot.style, Style::Alias | Style::Literal | Style::Folded);
        fits.then_some(self.slot.style)
    }
}

/// By list: the positions of sops' elements of type comment, ascending. They are no elements in our documents.
type ListComments = HashMap<PathId, Vec<u32>>;

fn list_comments(open: &Open) -> ListComments {
    let document = open.sealed().document();
    let mut comments = ListComments::new();
    for (number, slot) in document.slots().iter().enumerate() {
        let is_element = !slot.is_comment() && open.value(number).kind == Kind::Comment;
        if let (true, Some(Component::Index(index))) = (is_element, document.paths().last(slot.path)) {
            let list = document.paths().parent(slot.path);
            list.into_iter().for_each(|list| comments.entry(list).or_default().push(index));
        }
    }
    comments
}

/// Document, keys and positions among the real elements of lists; a comment's container and text.
fn position(paths: &Paths, slot: &Slot, value: ValueRef<'_>, comments: &ListComments) -> Vec<u8> {
    // Depth is bounded by the scan.
    fn push(paths: &Paths, path: PathId, comments: &ListComments, out: &mut Vec<u8>) {
        let parent = paths.parent(path);
        if let Some(parent) = parent {
            push(paths, parent, comments, out);
        }
        match paths.last(path) {
            Some(Component::Key(key)) => {
                out.push(b'k');
                out.extend_from_slice(&(key.len() as u32).to_le_bytes());
                out.extend_from_slice(key.as_bytes());
            }
            Some(Component::Index(index)) => {
                let before = parent
                    .and_then(|list| comments.get(&list))
                    .map_or(0, |comments| comments.partition_point(|&comment| comment < index) as u32);
                out.push(b'i');
                out.extend_from_slice(&(index - before).to_le_bytes());
            }
            None => out.extend_from_slice(&paths.document(path).to_le_bytes()),
        }
    }
    let mut out = Vec::with_capacity(64);
    let is_element = value.kind == Kind::Comment && !slot.is_comment();
    let path = if is_element { paths.parent(slot.path).unwrap_or(slot.path) } else { slot.path };
    push(paths, path, comments, &mut out);
    if value.kind == Kind::Comment {
        out.push(b'#');
        out.extend_from_slice(value.bytes);
    }
    out
}
