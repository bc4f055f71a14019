//! Values that a merge would write in clear although no side has them so: the rule of one side meets values of the
//! other.

use super::side::Side;
use crate::document::Document;
use crate::document::path::{Component, PathId, Paths};
use crate::rules::Selection;
use crate::rules::select::select;
use std::collections::HashMap;

/// Key paths of values of `merged` that the rule leaves in clear, while each of the sides that has such a value there
/// has it encrypted. Positions in lists do not count: a merge moves them.
pub fn revealed(merged: &Document, rule: &Selection, sides: [&Side; 2]) -> Vec<String> {
    let mut known = Known::default();
    sides.into_iter().for_each(|side| known.learn(side));
    let selected = select(merged, rule);
    let mut found = Vec::new();
    for (slot, _) in merged.slots().iter().zip(&selected).filter(|(_, secret)| !**secret) {
        let value = merged.value(slot);
        if !value.is_sealable() || !known.is_secret(place(merged.paths(), slot.path), value.bytes) {
            continue;
        }
        let path = merged.paths().display(slot.path);
        if !found.contains(&path) && found.len() < MOST_NAMED {
            found.push(path);
        }
    }
    found
}

/// The places that an error names.
const MOST_NAMED: usize = 10;

/// By place and value, and by value alone: whether every side that has it has it encrypted.
#[derive(Default)]
struct Known<'a> {
    at: HashMap<(Vec<u8>, &'a [u8]), bool>,
    anywhere: HashMap<&'a [u8], bool>,
}

impl<'a> Known<'a> {
    fn learn(&mut self, side: &'a Side) {
        let (document, open) = match side {
            Side::Sealed(opened) => (opened.open.sealed().document(), Some(&opened.open)),
            Side::Plain(document) => (document.as_ref(), None),
        };
        for (number, slot) in document.slots().iter().enumerate() {
            let (bytes, is_sealed) = match open {
                Some(open) => (open.value(number).bytes, open.was_sealed(number)),
                None => (document.value(slot).bytes, false),
            };
            *self.at.entry((place(document.paths(), slot.path), bytes)).or_insert(true) &= is_sealed;
            *self.anywhere.entry(bytes).or_insert(true) &= is_sealed;
        }
    }

    fn is_secret(&self, place: Vec<u8>, bytes: &'a [u8]) -> bool {
        let here = self.at.get(&(place, bytes)).or_else(|| self.anywhere.get(bytes));
        here.copied().unwrap_or(false)
    }
}

/// Document and keys on a path, without positions.
fn place(paths: &Paths, path: PathId) -> Vec<u8> {
    let mut place = paths.document(path).to_le_bytes().to_vec();
    for step in paths.components(path) {
        if let Component::Key(key) = step {
            place.extend_from_slice(&(key.len() as u32).to_le_bytes());
            place.extend_from_slice(key.as_bytes());
        }
    }
    place
}
