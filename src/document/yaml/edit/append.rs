//! A new entry behind the last one of a map or list.

use super::Editor;
use super::flow::FlowHabits;
use super::lines::{
    below_entry, ends_line_but_for_comment, has_comment, joins_block_scalar, skip, skip_blanks,
};
use super::trail::{Collection, Entry, Holder, HolderKind, Place};
use super::write::{self, Manner};
use crate::document::error::SyntaxError;
use crate::document::slot::Style;
use crate::document::splice::joined;
use crate::document::step::Step;
use crate::document::tree::{Item, Node};
use crate::document::yaml::gap::{line_end, line_start};
use zeroize::Zeroizing;

impl Editor<'_> {
    pub(super) fn append(
        &mut self,
        place: &Place,
        collection: &Collection,
        step: &Step,
        node: &Node,
    ) -> Result<(), SyntaxError> {
        let Some(last) = collection.entries.last() else {
            return self.append_first(place, collection, step, node);
        };
        if collection.flow {
            return self.append_in_flow(place, collection, last, step, node);
        }
        let text = self.edits.text;
        let column = place.range.start - line_start(text, place.range.start);
        let below = below_entry(text, last.end, last.keeps_blank_lines, column);
        let (kind, lead, inner) = match step {
            Step::Key(key) => {
                let style = if last.key == Style::Double || last.key == Style::Single {
                    last.key
                } else {
                    Style::Plain
                };
                (HolderKind::Map, write::key(key, style, self.habits.newline, column), None)
            }
            Step::Index(_) => {
                let dash = dash(text, last);
                (HolderKind::List, Zeroizing::new(format!("{:<dash$}", "-")), Some(column + dash + 1))
            }
        };
        let holder = Holder { kind, flow: false, column };
        let block_scalars = !joins_block_scalar(text, below, column);
        let manner = Manner { column: inner, block_scalars, ..Manner::new(holder) };
        let written = write::entry(&lead, node, self.habits, manner)?;
        self.edits.lines(below..below, &written);
        self.close_block_scalar(below);
        Ok(())
    }

    /// A block scalar at the end of a text without a final line end has none in its value either. With lines
    /// behind it, its header has to say so.
    fn close_block_scalar(&mut self, at: usize) {
        let text = self.edits.text;
        let Some(header) = self.trail.open_ended.clone().filter(|_| at == text.len()) else { return };
        match text[header.clone()].find(['-', '+']) {
            Some(chomping) => {
                let chomping = header.start + chomping;
                self.edits.replace(chomping..chomping + 1, "-");
            }
            None => self.edits.replace(header.end..header.end, "-"),
        }
    }

    /// The first entry between brackets; in block context it does without them.
    fn append_first(
        &mut self,
        place: &Place,
        collection: &Collection,
        step: &Step,
        node: &Node,
    ) -> Result<(), SyntaxError> {
        let text = self.edits.text;
        let has_comment = has_comment(text, place.range.clone());
        if !place.holder.flow && !has_comment {
            let (map, key) = match step {
                Step::Key(key) => (true, key.clone()),
                Step::Index(_) => (false, String::new()),
            };
            let items = vec![Item::Entry { key, node: node.clone() }];
            return self.replace(place, &if map { Node::Map(items) } else { Node::List(items) });
        }
        let entry = self.flow_entry(collection, step, node)?;
        let inside = place.range.start + 1..place.range.end.saturating_sub(1);
        match has_comment {
            true => self.edits.replace(inside.start..inside.start, &joined(&[&entry, " "])),
            false => self.edits.replace(inside, &entry),
        }
        Ok(())
    }

    fn flow_entry(
        &self,
        collection: &Collection,
        step: &Step,
        node: &Node,
    ) -> Result<Zeroizing<String>, SyntaxError> {
        let habits = FlowHabits::of(self.edits.text, collection);
        let mut entry = Zeroizing::new(String::new());
        match step {
            Step::Key(key) => habits.entry(key, node, &mut entry, 0)?,
            Step::Index(_) => habits.value(node, habits.style, &mut entry, 0)?,
        }
        Ok(entry)
    }

    fn append_in_flow(
        &mut self,
        place: &Place,
        collection: &Collection,
        last: &Entry,
        step: &Step,
        node: &Node,
    ) -> Result<(), SyntaxError> {
        let (text, newline) = (self.edits.text, self.habits.newline);
        let entry = self.flow_entry(collection, step, node)?;
        let entry = entry.as_str();
        let comma =
            Some(skip(text, last.end, false)).filter(|at| text[*at..].starts_with(',') && !collection.pair);
        let from = comma.map_or(last.end, |comma| comma + 1);
        // Right behind a key's colon a comma would be part of the key.
        let separator = match (comma, text[..last.end].ends_with([':', '?'])) {
            (Some(_), _) => "",
            (None, true) => " ,",
            (None, false) => ",",
        };
        let final_comma = if comma.is_some() { "," } else { "" };
        let start = line_start(text, last.start);
        if collection.pair {
            self.edits.replace(place.range.start..place.range.start, "{");
            let text = joined(&[separator, " ", entry, "}"]);
            self.edits.replace(last.end..last.end, &text);
        } else if skip_blanks(text, start) != last.start {
            let blank = if FlowHabits::of(self.edits.text, collection).comma == "," { "" } else { " " };
            let text = joined(&[separator, blank, entry, final_comma]);
            self.edits.replace(from..from, &text);
        } else {
            // A line of its own, as the last one has.
            let indent = &text[start..last.start];
            let line = joined(&[newline, indent, entry, final_comma]);
            let end = line_end(text.as_bytes(), from);
            match ends_line_but_for_comment(text, from) && from != end {
                true => {
                    self.edits.replace(last.end..last.end, separator);
                    self.edits.replace(end..end, &line);
                }
                false => self.edits.replace(from..from, &joined(&[separator, &line])),
            }
        }
        Ok(())
    }
}

/// The length of a list's dashes with the blanks behind them.
fn dash(text: &str, last: &Entry) -> usize {
    let blanks = text[last.lead..].bytes().take_while(|byte| *byte == b' ').count();
    let behind = text[last.lead + blanks..].chars().next();
    let none = matches!(behind, None | Some('\t' | '\r' | '\n' | '#'));
    if none { 1 } else { blanks.max(1) }
}
