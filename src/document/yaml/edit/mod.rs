//! One value of a text set or removed, everything else letter by letter.
//!
//! A second walk over the parser's events finds where the values on the path stand. What goes is cut out as a
//! person would do it, and what comes is written in the habits of the text:
//!
//! - A scalar keeps its quotes where they can hold the new value; a block scalar stays one for text of several
//!   lines. Anchors stay; a tag stays where it fits the new value.
//! - New entries come behind the last one of their map or list, in its indentation.
//! - Comment lines that are indented deeper than an entry, right below it, belong to it, and so does the comment
//!   behind it. All others stay, also when what they stand above goes: no comment is lost that may be about more.
//! - A map or list whose last entry goes becomes `{}` or `[]`.
//! - What an alias repeats can't be changed at either place: the other one would change with it.

mod anchors;
mod append;
mod edits;
mod flow;
mod lines;
mod remove;
mod replace;
mod root;
mod trail;
mod walk;
mod write;

#[cfg(test)]
mod tests;

use crate::document::Document;
use crate::document::edit::{Change, nested};
use crate::document::error::SyntaxError;
use crate::document::splice::Edit;
use crate::document::step::{self, Step};
use crate::document::tree::Node;
use crate::document::value::Kind;
use edits::Edits;
use trail::{Place, Shape, Trail};
use write::Habits;

/// See [`crate::document::syntax::Syntax::edit`].
pub(super) fn edit(document: &Document, path: &[Step], change: Change<'_>) -> Result<Vec<Edit>, SyntaxError> {
    let trail = walk::walk(document.text(), path)?;
    let habits = Habits::of(document, &trail);
    let edits = Edits::new(document.text(), document.newline());
    let mut editor = Editor { document, path, trail: &trail, habits, edits };
    match change {
        Change::Set(node) => editor.set(node)?,
        Change::Remove => editor.remove()?,
    }
    Ok(editor.edits.finish())
}

struct Editor<'a> {
    document: &'a Document,
    path: &'a [Step],
    trail: &'a Trail,
    habits: Habits,
    edits: Edits<'a>,
}

impl Editor<'_> {
    fn set(&mut self, node: &Node) -> Result<(), SyntaxError> {
        let trail = self.trail;
        let Some((place, level)) = trail.places.last().zip(trail.places.len().checked_sub(1)) else {
            return Ok(());
        };
        if let Some(tree) = self.document.trees().first()
            && step::find(tree, self.path).is_ok_and(|old| equal(old, node))
        {
            return Ok(());
        }
        let missing = &self.path[level..];
        if let (Shape::Alias, [_, ..]) = (&place.shape, missing)
            && !self.repeats_scalar(place)
        {
            return Err(self.inside_alias(place));
        }
        match (&place.shape, missing.split_first()) {
            (Shape::Collection(collection), Some((step, rest))) => {
                self.check_anchors(level, place.range.end..place.range.end)?;
                self.append(place, collection, step, &nested(rest, node))
            }
            _ => {
                self.check_anchors(level, place.start()..place.end())?;
                self.replace(place, &nested(missing, node))
            }
        }
    }

    fn remove(&mut self) -> Result<(), SyntaxError> {
        let trail = self.trail;
        let [.., holder, place] = &trail.places[..] else { return Ok(()) };
        if trail.places.len() <= self.path.len() {
            return Err(self.inside_alias(place));
        }
        let Some(collection) = holder.collection() else { return Ok(()) };
        let Some(number) = collection.entries.iter().position(|entry| entry.lead == place.lead) else {
            return Ok(());
        };
        let entry = &collection.entries[number];
        self.check_anchors(trail.places.len() - 2, entry.start..entry.end)?;
        if collection.entries.len() == 1 {
            let nothing = if collection.map { Node::Map(Vec::new()) } else { Node::List(Vec::new()) };
            return self.replace(holder, &nothing);
        }
        match collection.flow {
            true => self.remove_from_flow(&collection.entries, number),
            false => self.remove_from_block(&collection.entries, number),
        }
        Ok(())
    }

    /// Whether an alias stands for a scalar.
    fn repeats_scalar(&self, place: &Place) -> bool {
        let scan = self.document.scanned();
        let alias = scan.aliases.iter().find(|alias| alias.span == place.range);
        let slots = alias.map(|alias| (alias.path, &scan.slots[alias.slots.clone()]));
        let is_empty = |kind| matches!(kind, Kind::EmptyMap | Kind::EmptyList);
        matches!(slots, Some((path, [slot])) if slot.path == path && !is_empty(slot.kind))
    }
}

/// Whether two values are the same but for comments.
fn equal(a: &Node, b: &Node) -> bool {
    match (a, b) {
        (Node::Scalar(a), Node::Scalar(b)) => a == b,
        (Node::Map(_), Node::Map(_)) | (Node::List(_), Node::List(_)) => {
            a.entries().count() == b.entries().count()
                && a.entries().zip(b.entries()).all(|((a, x), (b, y))| a == b && equal(x, y))
        }
        _ => false,
    }
}
