//! The documents of a file: where each one's metadata block is, or would go.

use super::gap::{line_start, next_line};
use crate::document::path::PathId;
use crate::document::slot::Slot;
use crate::document::syntax::{Fit, Part};
use std::ops::Range;

/// The root of a document.
enum Root {
    /// Nothing, or a null with this spelling.
    Empty(Range<usize>),
    /// A block map whose keys stand at a column.
    Block { column: usize },
    /// A flow map between braces.
    Flow { open: usize },
}

/// A document while it is scanned.
pub(super) struct OpenPart {
    path: PathId,
    root: Root,
    metadata: Vec<Slot>,
    /// Comments since the last `sops` key, until it is known which of them stand in the block.
    comments: Vec<Slot>,
    blocks: Vec<Range<usize>>,
    /// The start of the `sops` key whose value is being scanned.
    reading: Option<usize>,
    /// The start of a `sops` key that was the first of a flow map, while its end isn't known.
    leading: Option<usize>,
    /// Entries other than the metadata, the start of the first one and the end of the last one.
    entries: u32,
    entries_start: usize,
    entries_end: usize,
    /// Whether comments follow the last entry of a flow map.
    commented_end: bool,
    /// The start of the line of the root map's last key.
    last_line: usize,
    /// The end of the last block scalar if nothing comes behind it.
    pub block_scalar_end: Option<usize>,
}

impl OpenPart {
    pub(super) fn new(path: PathId) -> OpenPart {
        OpenPart {
            path,
            root: Root::Empty(0..0),
            metadata: Vec::new(),
            comments: Vec::new(),
            blocks: Vec::new(),
            reading: None,
            leading: None,
            entries: 0,
            entries_start: 0,
            entries_end: 0,
            commented_end: false,
            last_line: 0,
            block_scalar_end: None,
        }
    }

    pub(super) fn null(&mut self, span: Range<usize>) {
        self.root = Root::Empty(span);
    }

    pub(super) fn block_map(&mut self, column: usize) {
        self.root = Root::Block { column };
    }

    pub(super) fn flow_map(&mut self, open: usize) {
        self.root = Root::Flow { open };
        self.entries_end = open + 1;
    }

    /// The column at which the root's keys stand.
    pub(super) fn column(&self) -> usize {
        match self.root {
            Root::Block { column } => column,
            _ => 0,
        }
    }

    /// Whether the scan is inside the metadata.
    pub(super) fn in_metadata(&self) -> bool {
        self.reading.is_some()
    }

    pub(super) fn metadata_slot(&mut self, slot: Slot) {
        self.metadata.push(slot);
    }

    pub(super) fn metadata_comment(&mut self, slot: Slot) {
        self.comments.push(slot);
    }

    /// The comments that turned out to stand behind the metadata block.
    pub(super) fn comments_behind(&mut self) -> impl Iterator<Item = Slot> + '_ {
        let end = self.blocks.last().map_or(usize::MAX, |block| block.end);
        self.comments.drain(..).filter(move |slot| slot.span.start >= end)
    }

    /// A key of the root map starts at `start`; the token before it ended at `end`.
    pub(super) fn key(&mut self, text: &str, name: &str, start: usize, end: usize) {
        self.entry_end(text, end);
        self.blocks.extend(self.leading.take().map(|leading| leading..start));
        if name == "sops" {
            self.reading = Some(start);
        } else {
            if self.entries == 0 {
                self.entries_start = start;
            }
            self.entries += 1;
            self.last_line = line_start(text, start);
        }
    }

    /// The root map's last entry ended at `end`.
    fn entry_end(&mut self, text: &str, end: usize) {
        let Some(start) = self.reading.take() else {
            if self.entries > 0 {
                self.entries_end = end;
            }
            return;
        };
        match self.root {
            Root::Flow { .. } if self.entries == 0 => self.leading = Some(start),
            Root::Flow { .. } => {
                let gap = &text[self.entries_end.min(start)..start];
                let from = if gap.contains('#') { start } else { self.entries_end };
                self.blocks.push(from..end);
            }
            _ => {
                let at_line_start = end > 0 && text.as_bytes()[end - 1] == b'\n';
                let end = if at_line_start { end } else { next_line(text.as_bytes(), end) };
                self.blocks.push(line_start(text, start)..end);
            }
        }
    }

    /// The root map ended at `close`; the last token in it ended at `end`.
    pub(super) fn root_end(&mut self, text: &str, end: usize, close: usize) {
        self.entry_end(text, end);
        self.commented_end = text[end.min(close)..close].contains('#');
        if let (Root::Flow { open }, Some(_)) = (&self.root, self.leading.take()) {
            self.blocks.push(open + 1..end);
        }
    }

    /// The document's content, with comments and blank lines, ended at `end`.
    pub(super) fn close(self, text: &str, end: usize) -> Part {
        let leading = self.blocks.first().is_some_and(|block| block.start < self.entries_start);
        let (insert, fit) = match self.root {
            Root::Flow { open } if self.entries == 0 => (open + 1, Fit::FlowFirst),
            Root::Flow { .. } if leading => (self.blocks[0].start, Fit::FlowFirst),
            // Between the last entry and its comment, the block would take the comment over.
            Root::Flow { .. } if self.commented_end && self.blocks.is_empty() => {
                (self.entries_start, Fit::FlowFirst)
            }
            Root::Flow { .. } => (self.entries_end, Fit::FlowNext),
            Root::Block { column } => (end, Fit::Block { indent: column as u32 }),
            Root::Empty(span) if span.is_empty() => (end, Fit::Block { indent: 0 }),
            Root::Empty(span) => (span.start, Fit::Block { indent: 0 }),
        };
        let insert = match (&self.blocks[..], fit) {
            // An existing block is renewed where it stands.
            ([block, ..], Fit::Block { .. }) => block.start,
            // A block scalar that ends the text without a line end would change if lines came behind it.
            (_, Fit::Block { .. }) if self.block_scalar_end.is_some_and(|at| open_ended(text, at, end)) => {
                self.last_line
            }
            _ => insert,
        };
        Part { root: self.path, metadata: self.metadata, blocks: self.blocks, insert, fit }
    }
}

/// Whether a block scalar whose last line ends at `at` is the last thing of a text without a final line end.
fn open_ended(text: &str, at: usize, end: usize) -> bool {
    end == text.len() && !text.ends_with('\n') && text[at.min(end)..].trim().is_empty()
}
