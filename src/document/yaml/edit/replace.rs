//! Another value in the place of one.

use super::Editor;
use super::flow::FlowHabits;
use super::lines::{
    below_entry, blanks_before, ends_line, has_break, has_comment, joins_block_scalar, line_below,
    skip_blanks, without_break,
};
use super::trail::{Collection, HolderKind, Place, Shape};
use super::write::{self, Manner, Written};
use crate::document::error::SyntaxError;
use crate::document::slot::Style;
use crate::document::splice::joined;
use crate::document::tree::Node;
use crate::document::value::Kind;
use crate::document::yaml::gap::{line_end, line_start, next_line};
use crate::document::yaml::scalar::Typing;
use std::ops::Range;
use zeroize::Zeroizing;

impl Editor<'_> {
    pub(super) fn replace(&mut self, place: &Place, node: &Node) -> Result<(), SyntaxError> {
        if place.holder.kind == HolderKind::Document {
            return self.replace_root(place, node);
        }
        let keeps_tag = keeps_tag(place, node);
        if !keeps_tag {
            self.edits.delete_tag(place);
        }
        if place.holder.flow {
            return self.replace_in_flow(place, node);
        }
        let bare = place.anchor.is_none() && place.tag.is_none();
        let same_line = !has_break(self.edits.text, place.properties_end()..place.range.start);
        let manner = Manner {
            style: quotes(place),
            compact: place.holder.kind == HolderKind::List && bare && same_line,
            ..Manner::new(place.holder)
        };
        match &place.shape {
            Shape::Empty => self.fill(place, node, manner),
            Shape::BlockScalar { body, indent } => {
                let step = indent.saturating_sub(place.holder.column);
                let block_step = Some(step).filter(|step| (1..=9).contains(step) && !body.is_empty());
                self.replace_block_scalar(place, body, node, Manner { block_step, ..manner })
            }
            Shape::Collection(collection) if !collection.flow => {
                self.replace_block(place, collection, node, manner, same_line)
            }
            _ => self.replace_token(place, node, manner, same_line),
        }
    }

    /// Writes a value whose lines will stand above those at `below`.
    fn write(&self, node: &Node, manner: Manner, below: usize) -> Result<Written, SyntaxError> {
        let joins = joins_block_scalar(self.edits.text, below, manner.holder.column);
        let manner = Manner { block_scalars: manner.block_scalars && !joins, ..manner };
        write::block(node, self.habits, manner)
    }

    /// A value where there was none.
    fn fill(&mut self, place: &Place, node: &Node, manner: Manner) -> Result<(), SyntaxError> {
        let (text, column) = (self.edits.text, place.holder.column);
        let at = place.properties_end();
        let below = line_below(text, at);
        if place.bare_key {
            let written = write::entry(":", node, self.habits, manner)?;
            self.edits.lines(below..below, &written);
            return Ok(());
        }
        let written = self.write(node, manner, below)?;
        if !written.head.is_empty() {
            self.edits.behind(at, &written.head);
            self.edits.lines(below..below, &written);
            return Ok(());
        }
        let below = below_entry(text, at, false, column);
        let written = self.write(node, manner, below)?;
        self.edits.lines(below..below, &written);
        Ok(())
    }

    /// A value in the place of a scalar, an alias or something in brackets.
    fn replace_token(
        &mut self,
        place: &Place,
        node: &Node,
        manner: Manner,
        same_line: bool,
    ) -> Result<(), SyntaxError> {
        let (text, token, lead) = (self.edits.text, place.range.clone(), place.properties_end());
        let below = line_below(text, token.end);
        let column = manner.compact.then(|| token.start - line_start(text, token.start));
        let written = self.write(node, Manner { column, ..manner }, below)?;
        if written.head.is_empty() {
            self.give_way(place, &written);
            return Ok(());
        }
        // The header of a block scalar goes behind the key.
        match written.body.is_empty() || same_line || has_comment(text, lead..token.start) {
            true => self.edits.replace(token, &written.head),
            false => self.edits.replace(lead..token.end, &joined(&[" ", &written.head])),
        }
        self.edits.lines(below..below, &written);
        Ok(())
    }

    /// Whole lines in the place of a token.
    pub(super) fn give_way(&mut self, place: &Place, written: &Written) {
        let (text, token, lead) = (self.edits.text, place.range.clone(), place.properties_end());
        let below = line_below(text, token.end);
        let alone = ends_line(text, token.end);
        if has_break(text, lead..token.start) || place.lead == line_start(text, token.start) {
            if alone {
                return self.edits.lines(line_start(text, token.start)..below, written);
            }
            self.edits.delete(token.start..skip_blanks(text, token.end));
        } else {
            let end = if alone { line_end(text.as_bytes(), token.end) } else { token.end };
            self.edits.delete(blanks_before(text, lead, token.start)..end);
        }
        self.edits.lines(below..below, written);
    }

    fn replace_block_scalar(
        &mut self,
        place: &Place,
        body: &Range<usize>,
        node: &Node,
        manner: Manner,
    ) -> Result<(), SyntaxError> {
        let (text, header) = (self.edits.text, place.range.clone());
        let below = line_below(text, place.end());
        let column = manner.compact.then(|| header.start - line_start(text, header.start));
        let written = self.write(node, Manner { column, ..manner }, below)?;
        match written.head.is_empty() {
            true => {
                let from = blanks_before(text, place.properties_end(), header.start);
                self.edits.delete(from..header.end);
            }
            false => self.edits.replace(header, &written.head),
        }
        let lines = if body.is_empty() { below..below } else { body.clone() };
        self.edits.lines(lines, &written);
        Ok(())
    }

    /// A value in the place of a map or list in lines of its own.
    fn replace_block(
        &mut self,
        place: &Place,
        old: &Collection,
        node: &Node,
        manner: Manner,
        same_line: bool,
    ) -> Result<(), SyntaxError> {
        let (text, lead, inner) = (self.edits.text, place.properties_end(), place.range.clone());
        let column = inner.start - line_start(text, inner.start);
        let kept = old.entries.last().is_some_and(|last| last.keeps_blank_lines);
        let below = below_entry(text, inner.end, kept, column);
        if same_line {
            let column = manner.compact.then_some(column);
            let written = self.write(node, Manner { column, ..manner }, below)?;
            let end = without_break(text, inner.end);
            // A comment behind the last of several lines goes with it.
            let end = if has_break(text, inner.start..end) { line_end(text.as_bytes(), end) } else { end };
            match written.head.is_empty() {
                true => self.edits.delete(blanks_before(text, lead, inner.start)..end),
                false => self.edits.replace(inner.start..end, &written.head),
            }
            self.edits.lines(line_below(text, inner.end)..below, &written);
            return Ok(());
        }
        let same_kind = matches!(node, Node::Map(_)) == old.map;
        let column = same_kind.then_some(column);
        let block_scalars = !has_comment(text, lead..inner.start);
        let written = self.write(node, Manner { column, block_scalars, ..manner }, below)?;
        let mut lines = line_start(text, inner.start)..below;
        if !written.head.is_empty() {
            self.edits.behind(lead, &written.head);
            if !written.body.is_empty() {
                lines.start = next_line(text.as_bytes(), lead);
            }
        }
        self.edits.lines(lines, &written);
        Ok(())
    }

    fn replace_in_flow(&mut self, place: &Place, node: &Node) -> Result<(), SyntaxError> {
        let habits = match &self.trail.places[..] {
            [.., holder, _] => holder.collection().map(|holder| FlowHabits::of(self.edits.text, holder)),
            _ => None,
        };
        let mut text = Zeroizing::new(String::new());
        habits.unwrap_or_default().value(node, quotes(place), &mut text, 0)?;
        match place.shape {
            Shape::Empty => {
                let lead = if place.bare_key { ": " } else { " " };
                let at = place.properties_end();
                text.insert_str(0, lead);
                self.edits.replace(at..at, &text);
            }
            _ => self.edits.replace(place.range.clone(), &text),
        }
        Ok(())
    }
}

/// The quotes of a scalar.
fn quotes(place: &Place) -> Style {
    match place.shape {
        Shape::Scalar(style) => style,
        _ => Style::Plain,
    }
}

/// Whether the tag of the old value is right for the new one.
fn keeps_tag(place: &Place, node: &Node) -> bool {
    match (node, place.collection()) {
        _ if place.tag.is_none() => true,
        (Node::Scalar(_), Some(_)) => false,
        (Node::Scalar(value), None) => match place.typing {
            Typing::Implicit | Typing::Text => value.kind == Kind::Str,
            // Another text can't be expected to be base64.
            Typing::Binary => false,
            Typing::Null => value.kind == Kind::Null,
            Typing::Bool => value.kind == Kind::Bool,
            Typing::Int => value.kind == Kind::Int,
            Typing::Float => value.kind == Kind::Float,
            Typing::Time => value.kind == Kind::Time,
        },
        (Node::Map(_), old) => old.is_some_and(|old| old.map),
        (Node::List(_), old) => old.is_some_and(|old| !old.map),
    }
}
