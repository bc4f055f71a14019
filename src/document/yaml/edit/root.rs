//! Another map in the place of the whole document's.

use super::Editor;
use super::flow::FlowHabits;
use super::lines::{below_entry, has_comment};
use super::trail::{Place, Shape};
use super::write::{self, Manner};
use crate::document::error::SyntaxError;
use crate::document::tree::Node;
use crate::document::yaml::gap::line_start;
use zeroize::Zeroizing;

impl Editor<'_> {
    pub(super) fn replace_root(&mut self, place: &Place, node: &Node) -> Result<(), SyntaxError> {
        if !matches!(node, Node::Map(_)) {
            return Err(SyntaxError::whole("the document as a whole must be a map")
                .hint("set a key, or a map in place of the document"));
        }
        let (text, inner) = (self.edits.text, place.range.clone());
        let column = match &place.shape {
            Shape::Collection(root) if !root.flow => inner.start - line_start(text, inner.start),
            _ => 0,
        };
        let manner = Manner { column: Some(column), ..Manner::new(place.holder) };
        let written = write::block(node, self.habits, manner)?;
        match &place.shape {
            Shape::Empty => {
                // Behind the document's comments.
                let part = self.document.scanned().parts.first();
                let at = part.map_or(text.len(), |part| part.insert.min(text.len()));
                self.edits.lines(at..at, &written);
            }
            Shape::Collection(root) if !root.flow => {
                let kept = root.entries.last().is_some_and(|last| last.keeps_blank_lines);
                let below = below_entry(text, inner.end, kept, column);
                self.edits.lines(line_start(text, inner.start)..below, &written);
            }
            Shape::Collection(root) if !root.entries.is_empty() || has_comment(text, inner.clone()) => {
                let mut flow = Zeroizing::new(String::new());
                let habits = FlowHabits::of(text, root);
                habits.value(node, habits.style, &mut flow, 0)?;
                self.edits.replace(inner, &flow);
            }
            _ => self.give_way(place, &written),
        }
        Ok(())
    }
}
