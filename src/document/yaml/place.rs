//! Where the scan stands: the path, the slot and the owner of comments that a node gets there.

use super::comments::{Above, Owner};
use super::fault;
use super::frame::Role;
use super::part::OpenPart;
use super::scan::Scanner;
use crate::document::error::SyntaxError;
use crate::document::path::PathId;
use crate::document::slot::{Content, Slot, Style};
use crate::document::value::Kind;
use std::ops::Range;

impl Scanner<'_> {
    /// The path of the value that comes here.
    pub(super) fn enter(&mut self) -> PathId {
        let next = self.out.slots.len() as u32;
        let Some(frame) = self.frames.last_mut() else { return self.root };
        if frame.map {
            return frame.key.take().unwrap_or(frame.path);
        }
        frame.entry = next;
        frame.count += 1;
        self.out.paths.index(frame.path, frame.count - 1)
    }

    /// Adds a value's slot, and its anchor.
    pub(super) fn add(&mut self, slot: Slot, anchor: Option<(usize, Range<usize>)>) {
        let (path, number) = (slot.path, self.out.slots.len());
        if let Some(part) = self.part.as_mut().filter(|part| part.in_metadata()) {
            return part.metadata_slot(slot);
        }
        self.out.slots.push(slot);
        self.comments.last_value = Some(number as u32);
        if let Some((id, _)) = anchor {
            self.anchors.scalar(id, path, number);
        }
    }

    pub(super) fn in_metadata(&self) -> bool {
        self.part.as_ref().is_some_and(OpenPart::in_metadata)
    }

    pub(super) fn at_key(&self) -> bool {
        self.frames.last().is_some_and(|frame| frame.map && frame.key.is_none())
    }

    pub(super) fn role(&self) -> Role {
        match self.frames.last() {
            None => Role::Root,
            Some(frame) if frame.map => Role::Value,
            Some(_) => Role::Item,
        }
    }

    /// A slot at the current place, still without content.
    pub(super) fn slot(&self, path: PathId, span: Range<usize>, kind: Kind, style: Style) -> Slot {
        let flow = self.frames.last().is_some_and(|frame| frame.flow);
        Slot {
            path,
            content: Content::AsWritten(span.end..span.end),
            span,
            tail: Box::default(),
            kind,
            style,
            flow,
            indent: self.indent() as u32,
        }
    }

    /// The column of the innermost block collection.
    pub(super) fn indent(&self) -> usize {
        self.frames.iter().rev().find(|frame| !frame.flow).map_or(0, |frame| frame.column)
    }

    /// Where the comments around a scalar value or alias go.
    pub(super) fn scalar_owner(&self, slot: u32) -> Owner {
        let path = self.frames.last().map_or(self.root, |frame| frame.path);
        Owner { heads: path, lines: path, inline: true, feet: path, first: slot, above: Above::Slot(slot) }
    }

    /// Where the comments around the key that was just entered go.
    pub(super) fn key_owner(&self) -> Owner {
        let frame = self.frames.last();
        let path = frame.map_or(self.root, |frame| frame.path);
        let first_key = frame.is_some_and(|frame| frame.count == 1);
        let above = if first_key { Above::Entry(self.frames.len()) } else { Above::Before };
        Owner { heads: path, lines: path, inline: false, feet: path, first: u32::MAX, above }
    }

    pub(super) fn root_owner(&self) -> Owner {
        let root = self.root;
        Owner { heads: root, lines: root, inline: false, feet: root, first: u32::MAX, above: Above::Before }
    }

    pub(super) fn convert(&self, fault: &granit_parser::ScanError) -> SyntaxError {
        fault::convert(self.text, fault, self.limits.depth).path(self.here())
    }

    pub(super) fn fault(&self, at: usize, reason: &str) -> SyntaxError {
        SyntaxError::at(self.text.as_bytes(), at, reason).path(self.here())
    }

    /// The path of the place that was reached.
    pub(super) fn here(&self) -> String {
        let path = self.frames.last().map_or(self.root, |frame| frame.key.unwrap_or(frame.path));
        self.out.paths.display(path)
    }

    pub(super) fn not_a_map(&self, at: usize, what: &str) -> SyntaxError {
        SyntaxError::at(self.text.as_bytes(), at, format!("the document is {what}, not a map"))
            .hint("encrypt such a file as a whole with --input-type binary")
    }
}
