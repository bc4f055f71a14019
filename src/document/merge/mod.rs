//! Three plaintexts → one: what two sides made of a common ancestor, by key path, with the text of both sides kept.
//!
//! What one side changed is taken, what both changed alike too, and what both changed differently is a conflict. Two
//! parts find the result, and the second has to agree with the first:
//!
//! - The **model** (`model`) merges the trees, and knows of values only.
//! - The **text** is merged by lines (`text`), which keeps comments, blank lines and spellings of both sides. Where
//!   the sides clash there are a few ways to resolve it (`draft`). A text counts only if it holds the model's values;
//!   if none does, the values that differ are set one by one (`repair`).
//!
//! A line of comment that a side added, or both kept, is never lost (`comments`): it is a conflict instead.

mod comments;
mod disputed;
mod draft;
mod lines;
mod model;
mod plain;
mod repair;
mod sequence;
#[cfg(test)]
mod tests;
mod text;
mod writer;

pub use disputed::disputed;
pub use lines::{Lines, lines};

use super::Document;
use super::format::Format;
use super::step::Step;
use writer::Writer;
use zeroize::Zeroizing;

/// What a merge comes to.
pub struct Merged {
    /// The merged text, with our side of every conflict. Of a binary file: its bytes, if they are text; see
    /// [`Merged::taken`].
    pub ours: Zeroizing<String>,
    /// The same with their side of every conflict; `None` without conflicts. The two differ only there.
    pub theirs: Option<Zeroizing<String>>,
    pub conflicts: Vec<Conflict>,
    /// The side whose file is the result as it stands; `None` with conflicts, and where both had a part. A binary file is
    /// always the one or the other, and as its bytes may be no text, they are to be had from that side's document only.
    pub taken: Option<Side>,
}

/// One of the two sides of a merge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Ours,
    Theirs,
}

/// A place that both sides changed, each in its own way.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Conflict {
    /// Which document of the file, from 0.
    pub document: usize,
    /// Empty for the file as a whole.
    pub path: Vec<Step>,
}

/// The common ancestor, if there is one, and what became of it.
#[derive(Clone, Copy)]
struct Three<'d> {
    base: Option<&'d Document>,
    ours: &'d Document,
    theirs: &'d Document,
}

/// Merges two plain documents of one format. Without `base`, both sides added the file. Never fails: a text that can't
/// be merged piece by piece is one conflict as a whole.
pub fn merge(base: Option<&Document>, ours: &Document, theirs: &Document) -> Merged {
    let three = Three { base, ours, theirs };
    if same(ours, theirs) || base.is_some_and(|base| same(base, theirs)) {
        return three.taken(Side::Ours);
    }
    if base.is_some_and(|base| same(base, ours)) {
        return three.taken(Side::Theirs);
    }
    three.merged(&[]).unwrap_or_else(|| three.conflict())
}

/// Whether two files are the same byte for byte.
fn same(a: &Document, b: &Document) -> bool {
    match (a.format(), b.format()) {
        (Format::Binary, Format::Binary) => a.trees() == b.trees(),
        (one, other) => one == other && a.text() == b.text(),
    }
}

/// The text of a file as it is.
fn whole(document: &Document) -> Zeroizing<String> {
    let text = match (document.format(), document.slots()) {
        (Format::Binary, [slot, ..]) => std::str::from_utf8(document.value(slot).bytes).unwrap_or_default(),
        _ => document.text(),
    };
    Zeroizing::new(text.to_owned())
}

impl<'d> Three<'d> {
    fn side(&self, side: Side) -> &'d Document {
        match side {
            Side::Ours => self.ours,
            Side::Theirs => self.theirs,
        }
    }

    fn taken(&self, side: Side) -> Merged {
        Merged { ours: whole(self.side(side)), theirs: None, conflicts: Vec::new(), taken: Some(side) }
    }

    /// The whole file as one conflict.
    fn conflict(&self) -> Merged {
        let conflicts = vec![Conflict { document: 0, path: Vec::new() }];
        Merged { ours: whole(self.ours), theirs: Some(whole(self.theirs)), conflicts, taken: None }
    }

    /// With a conflict at each of the `forced` places. `None` where only the file as a whole can be chosen.
    fn merged(&self, forced: &[Conflict]) -> Option<Merged> {
        let format = self.ours.format();
        let alike = self.theirs.format() == format && self.base.is_none_or(|base| base.format() == format);
        if !alike || format == Format::Binary {
            return None;
        }
        let mut writer = Writer::new(*self);
        match writer.merged(forced)? {
            Ok(merged) => Some(merged),
            Err(removed) => writer.merged(&removed)?.ok(),
        }
    }
}

impl Conflict {
    /// Whether one place is within the other.
    fn touches(&self, other: &Conflict) -> bool {
        self.document == other.document
            && (self.path.starts_with(&other.path) || other.path.starts_with(&self.path))
    }
}
