//! Applying a rule to a document: one yes or no per slot, from the file as it stands (comments may already be
//! tokens), in tree order.

use super::Selection;
use super::pattern::Pattern;
use crate::document::Document;
use crate::document::path::{Component, PathId, Paths};
use std::collections::HashMap;

/// For each slot of `document` (by its number) whether the rule has it encrypted. Null, empty text and empty
/// containers may be selected too; they are never sealed all the same.
pub fn select(document: &Document, selection: &Selection) -> Vec<bool> {
    let by_key = |wanted: bool, hit: &dyn Fn(&str) -> bool| select_by_key(document, wanted, hit);
    match selection {
        Selection::UnencryptedSuffix(suffix) => by_key(false, &|key| key.ends_with(suffix.as_str())),
        Selection::EncryptedSuffix(suffix) => by_key(true, &|key| key.ends_with(suffix.as_str())),
        Selection::UnencryptedRegex(pattern) => by_key(false, &|key| pattern.is_match(key)),
        Selection::EncryptedRegex(pattern) => by_key(true, &|key| pattern.is_match(key)),
        Selection::UnencryptedCommentRegex(pattern) => select_by_comment(document, false, pattern),
        Selection::EncryptedCommentRegex(pattern) => select_by_comment(document, true, pattern),
    }
}

/// Key rules: a hit anywhere on the path decides, so it is remembered per path node and found in constant time.
fn select_by_key(document: &Document, wanted: bool, hit: &dyn Fn(&str) -> bool) -> Vec<bool> {
    let paths = document.paths();
    let mut containers: HashMap<PathId, bool> = HashMap::new();
    let mut selected = Vec::with_capacity(document.slots().len());
    for slot in document.slots() {
        let is_hit = match paths.parent(slot.path) {
            Some(parent) => own_hit(paths, slot.path, hit) || any_hit(paths, parent, hit, &mut containers),
            None => false,
        };
        selected.push(is_hit == wanted);
    }
    selected
}

fn own_hit(paths: &Paths, id: PathId, hit: &dyn Fn(&str) -> bool) -> bool {
    matches!(paths.last(id), Some(Component::Key(key)) if hit(key))
}

/// Whether `id` or something above it is hit. Depth is bounded by the scan.
fn any_hit(paths: &Paths, id: PathId, hit: &dyn Fn(&str) -> bool, known: &mut HashMap<PathId, bool>) -> bool {
    if let Some(&answer) = known.get(&id) {
        return answer;
    }
    let above = paths.parent(id).is_some_and(|parent| any_hit(paths, parent, hit, known));
    let answer = above || own_hit(paths, id, hit);
    known.insert(id, answer);
    answer
}

/// Comment rules: each container has a list of active comments. A comment joins its container's list; an entry
/// with its whole subtree empties the list of the container that it is in.
fn select_by_comment(document: &Document, wanted: bool, pattern: &Pattern) -> Vec<bool> {
    let paths = document.paths();
    // The containers from the root to where the walk is, each with whether one of its active comments matches.
    let mut open: Vec<(PathId, bool)> = Vec::new();
    let mut selected = vec![false; document.slots().len()];
    for number in document.tree_order() {
        let slot = &document.slots()[number];
        let chain = containers(paths, slot.path, slot.is_comment());
        let shared = open.iter().zip(&chain).take_while(|(here, there)| here.0 == **there).count();
        // Leaving a container ends the entry that it was, in the container around it.
        if shared < open.len() {
            open.truncate(shared);
            end_entry(&mut open);
        }
        open.extend(chain[shared..].iter().map(|&container| (container, false)));
        let earlier = open.iter().any(|&(_, matches)| matches);
        let is_match = if slot.is_comment() {
            let matches = pattern.is_match(&document.value(slot).text());
            if let Some(here) = open.last_mut() {
                here.1 |= matches;
            }
            // A comment never counts for itself when it asks for encryption, but does when it asks for clear.
            earlier || (matches && !wanted)
        } else {
            end_entry(&mut open);
            earlier
        };
        selected[number] = is_match == wanted;
    }
    selected
}

fn end_entry(open: &mut [(PathId, bool)]) {
    if let Some(container) = open.last_mut() {
        container.1 = false;
    }
}

/// The containers around a slot, outermost first; a comment's path is its container.
fn containers(paths: &Paths, id: PathId, is_comment: bool) -> Vec<PathId> {
    let mut chain = Vec::new();
    let mut at = if is_comment { Some(id) } else { paths.parent(id) };
    while let Some(here) = at {
        chain.push(here);
        at = paths.parent(here);
    }
    chain.reverse();
    chain
}
