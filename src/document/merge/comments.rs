//! The comments that a merged text owes its two sides.

use super::{Conflict, Three};
use crate::document::Document;
use crate::document::path::Component;
use crate::document::slot::Slot;
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

/// Where the comments with these lines stand, that no place of a conflict says already.
pub(super) fn places(lost: &[&[u8]], sides: [&Document; 2], conflicts: &mut Vec<Conflict>) {
    for document in sides {
        for slot in document.slots().iter().filter(|slot| slot.is_comment()) {
            if !lines(document, slot).any(|line| lost.contains(&line)) {
                continue;
            }
            let paths = document.paths();
            let step = |component| match component {
                Component::Key(key) => Step::Key(key.to_owned()),
                Component::Index(index) => Step::Index(index as usize),
            };
            let path: Vec<Step> = paths.components(slot.path).into_iter().map(step).collect();
            let number = paths.document(slot.path) as usize;
            let said = |other: &Conflict| {
                other.document == number && (other.path.starts_with(&path) || path.starts_with(&other.path))
            };
            if !conflicts.iter().any(said) {
                conflicts.push(Conflict { document: number, path });
            }
        }
    }
}

fn lines<'d>(document: &'d Document, slot: &'d Slot) -> impl Iterator<Item = &'d [u8]> {
    let text = document.value(slot).bytes;
    text.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii).filter(|line| !line.is_empty())
}
