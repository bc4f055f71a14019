//! Maps and lists: their frames, their ends, and the keys that they have twice.

use super::comments::Owner;
use super::fault;
use super::frame::{Frame, Role, Twice};
use super::gap::{Gap, Token};
use super::scan::{Node, Scanner};
use crate::document::error::{Place, SyntaxError};
use crate::document::slot::Style;
use crate::document::value::Kind;
use granit_parser::StructureStyle;
use std::ops::Range;

impl Scanner<'_> {
    pub(super) fn open(
        &mut self,
        map: bool,
        style: StructureStyle,
        column: usize,
        node: Node,
    ) -> Result<(), SyntaxError> {
        let (start, flow) = (node.range.start, style == StructureStyle::Flow);
        let pair = flow && node.range.is_empty();
        if self.at_key() {
            let what = if map { "a map as a key" } else { "a list as a key" };
            return Err(self.fault(node.start(), what).hint("sops takes only text as keys: quote the key"));
        }
        if self.frames.len() >= self.limits.depth {
            return Err(fault::too_deep(self.text, start, self.limits.depth).path(self.here()));
        }
        let role = self.role();
        if role == Role::Root && !map {
            return Err(self.not_a_map(start, "a list"));
        }
        let column = if flow { column } else { self.column(map, start, column) };
        self.learn_step(role, flow, column);
        let path = self.enter();
        let first = self.out.slots.len() as u32;
        let list = self.frames.last().map_or(self.root, |frame| frame.path);
        if !flow && role == Role::Item && node.properties_end().is_none() {
            self.comments.entry(self.text, start, list, &mut self.out.slots);
        }
        if let (Role::Root, Some(part)) = (role, &mut self.part) {
            match flow {
                true => part.flow_map(start),
                false => part.block_map(column),
            }
        }
        let collection = (flow && !pair).then(|| {
            self.out.collections.push((path, node.range.clone()));
            self.out.collections.len() - 1
        });
        self.frames.push(Frame {
            path,
            role,
            map,
            flow,
            pair,
            column,
            key: None,
            count: 0,
            first,
            entry: first,
            start,
            anchor: node.anchor.map(|(id, _)| id),
            collection,
        });
        if flow && !pair {
            let owner = Owner::of_flow_start(path, (role == Role::Item).then_some(list));
            self.comments.node(&owner, &mut self.out.slots);
            self.comments.token(Token::Node { plain: false }, node.range.clone(), Some(owner));
            self.token_end = node.range.end;
        }
        Ok(())
    }

    pub(super) fn close(&mut self, span: Range<usize>) -> Result<(), SyntaxError> {
        let Some(frame) = self.frames.pop() else { return Ok(()) };
        let has_feet = frame.role == Role::Value && self.comments.key_has_feet(self.frames.len());
        let owner = frame.owner(self.frames.last(), has_feet);
        if frame.flow {
            if !frame.pair {
                self.comments.node(&owner, &mut self.out.slots);
                self.comments.token(Token::Node { plain: false }, span.clone(), Some(owner));
            }
        } else if frame.role != Role::Root && (frame.map || !self.is_indentless(&frame)) {
            // The root map doesn't end here but behind the metadata block.
            self.comments.block_end(frame.column, frame.map.then_some(&owner), &mut self.out.slots);
        }
        if frame.map {
            self.comments.entry_end(self.frames.len() + 1);
            if let Some(twice) = self.keys.end_map(frame.count, &self.out.paths) {
                return Err(self.key_twice(&twice));
            }
        }
        if let (Role::Root, Some(part)) = (frame.role, &mut self.part) {
            part.root_end(self.text, self.token_end, span.start);
            self.out.slots.extend(part.comments_behind());
        }
        if frame.count == 0 && frame.role != Role::Root {
            self.empty_collection(&frame, span.end);
        }
        if frame.flow && !frame.pair {
            self.token_end = span.end;
        }
        if let Some(collection) = frame.collection.and_then(|at| self.out.collections.get_mut(at)) {
            collection.1.end = span.end;
        }
        if let Some(id) = frame.anchor.filter(|_| !self.in_metadata()) {
            let slots = frame.first as usize..self.out.slots.len();
            self.anchors.collection(id, frame.path, slots);
        }
        Ok(())
    }

    fn key_twice(&self, twice: &Twice) -> SyntaxError {
        let text = self.text.as_bytes();
        let first = Place::of(text, twice.first);
        SyntaxError::at(text, twice.second, format!("the key was there before, at {first}"))
            .repeated()
            .path(self.out.paths.display(twice.path))
            .hint("remove or rename one of the two")
    }

    /// `{}` or `[]`. If there are comments between the brackets, the slot spans nothing.
    fn empty_collection(&mut self, frame: &Frame, end: usize) {
        let kind = if frame.map { Kind::EmptyMap } else { Kind::EmptyList };
        let number = self.out.slots.len() as u32;
        let span = if frame.first == number { frame.start..end } else { end..end };
        let slot = self.slot(frame.path, span, kind, Style::Plain);
        self.comments.inside_empty(frame.first..number);
        self.add(slot, None);
    }

    /// The column of a collection's lines. A list may stand at the column of the map that holds it; the
    /// parser then sees it start behind its first dash.
    fn column(&self, map: bool, start: usize, column: usize) -> usize {
        match self.frames.last() {
            Some(parent) if !map && parent.map && !parent.flow => {
                let gap = Gap::read(self.text, self.comments.end..start.max(self.comments.end));
                let before = gap.token.map(|(token, _)| token).or(self.comments.last_token());
                if before == Some(Token::Dash) { parent.column } else { column }
            }
            _ => column,
        }
    }

    fn is_indentless(&self, frame: &Frame) -> bool {
        self.frames.last().is_some_and(|parent| parent.map && parent.column == frame.column)
    }

    fn learn_step(&mut self, role: Role, flow: bool, column: usize) {
        let Some(parent) = self.frames.last().filter(|parent| !parent.flow) else { return };
        if self.out.step == 0 && !self.in_metadata() && role == Role::Value && !flow && column > parent.column
        {
            self.out.step = (column - parent.column) as u32;
        }
    }
}
