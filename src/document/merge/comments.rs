//! The comments that a merged text owes its two sides.

use super::{Conflict, Three};
use crate::document::Document;
use crate::document::path::{Component, PathId};
use crate::document::slot::{Slot, Style};
use crate::document::step::Step;
use std::collections::HashMap;

/// How often each line of comment is in a text.
#[derive(Default)]
pub(super) struct Comments<'d>(HashMap<&'d [u8], usize>);

impl<'d> Comments<'d> {
    pub(super) fn of(document: &'d Document) -> Comments<'d> {
        let mut count = HashMap::new();
        for slot in document.slots().iter().filter(|slot| slot.is_comment()) {
            lines(document, slot).for_each(|line| *count.entry(line).or_default() += 1);
        }
        Comments(count)
    }

    /// What is to be in the merged text: what a side added, and what neither took away.
    pub(super) fn owed(three: Three<'d>) -> Comments<'d> {
        let base = three.base.map(Comments::of).unwrap_or_default();
        let (ours, theirs) = (Comments::of(three.ours), Comments::of(three.theirs));
        let owed = |line: &&'d [u8]| match [&base, &ours, &theirs].map(|comments| comments.count(line)) {
            [base, ours, theirs] if ours == base => theirs,
            [base, ours, theirs] if theirs == base => ours,
            [_, ours, theirs] => ours.max(theirs),
        };
        Comments(ours.0.keys().chain(theirs.0.keys()).map(|line| (*line, owed(line))).collect())
    }

    /// Whether a line is in the text at all.
    pub(super) fn has(&self, line: &[u8]) -> bool {
        self.0.contains_key(line)
    }

    fn count(&self, line: &[u8]) -> usize {
        self.0.get(line).copied().unwrap_or_default()
    }

    /// The lines that none of these texts has often enough.
    pub(super) fn missing<'a>(&'a self, texts: &[&Document]) -> Vec<&'a [u8]> {
        if self.0.is_empty() {
            return Vec::new();
        }
        let found: Vec<Comments<'_>> = texts.iter().map(|text| Comments::of(text)).collect();
        let is_missing =
            |(line, owed): &(&&'d [u8], &usize)| found.iter().all(|found| found.count(line) < **owed);
        self.0.iter().filter(is_missing).map(|(line, _)| *line).collect()
    }
}

/// Where the comments with these lines stand: at the value that each is about.
pub(super) fn places(lost: &[&[u8]], sides: [&Document; 2]) -> Vec<Conflict> {
    let mut places = Vec::new();
    for document in sides {
        let is_lost =
            |slot: &Slot| slot.is_comment() && lines(document, slot).any(|line| lost.contains(&line));
        for (number, slot) in document.slots().iter().enumerate().filter(|(_, slot)| is_lost(slot)) {
            let place = Conflict {
                document: document.paths().document(slot.path) as usize,
                path: subject(document, number).unwrap_or_else(|| path(document, slot.path)),
            };
            if !places.contains(&place) {
                places.push(place);
            }
        }
    }
    places
}

/// The value that a comment is about: the next one in its map or list, or else the one before it; behind a value, that.
fn subject(document: &Document, number: usize) -> Option<Vec<Step>> {
    let comment = &document.slots()[number];
    let container = path(document, comment.path);
    let below = |slot: &Slot| {
        let path = path(document, slot.path);
        (path.len() > container.len() && path.starts_with(&container))
            .then(|| path[..container.len() + 1].to_vec())
    };
    let value = |slot: &&Slot| !slot.is_comment();
    let before = || document.slots()[..number].iter().rev().find(value).and_then(below);
    let after = || document.slots()[number..].iter().find(value).and_then(below);
    match comment.style {
        Style::InlineComment => before().or_else(after),
        _ => after().or_else(before),
    }
}

fn path(document: &Document, path: PathId) -> Vec<Step> {
    let step = |component| match component {
        Component::Key(key) => Step::Key(key.to_owned()),
        Component::Index(index) => Step::Index(index as usize),
    };
    document.paths().components(path).into_iter().map(step).collect()
}

fn lines<'d>(document: &'d Document, slot: &'d Slot) -> impl Iterator<Item = &'d [u8]> {
    let text = document.value(slot).bytes;
    // The later lines of an INI comment have its sign.
    let is_sign = |byte: &u8| matches!(byte, b'#' | b';') || byte.is_ascii_whitespace();
    let bare = move |line: &'d [u8]| {
        let start = line.iter().position(|byte| !is_sign(byte)).unwrap_or(line.len());
        line[start..].trim_ascii_end()
    };
    text.split(|&byte| byte == b'\n').map(bare).filter(|line| !line.is_empty())
}
