//! The metadata block among the top-level entries: where it is, or would go.

use crate::document::path::PathId;
use crate::document::slot::Slot;
use crate::document::syntax::{Fit, Part};
use std::ops::Range;

/// What the scanner tells about the entries of the root object, in order.
#[derive(Default)]
pub(super) struct TopLevel {
    /// Right behind the opening brace.
    inside: usize,
    /// The end of the last value that is not the block.
    last: Option<usize>,
    block: Option<Block>,
    in_block: bool,
}

struct Block {
    key: usize,
    end: usize,
    /// The end of the value before it.
    previous: Option<usize>,
    /// The start of the key behind it.
    next: Option<usize>,
}

impl TopLevel {
    pub(super) fn opened(&mut self, inside: usize) {
        self.inside = inside;
    }

    /// An entry's key starts at `key`.
    pub(super) fn start(&mut self, is_block: bool, key: usize) {
        if let Some(block) = &mut self.block {
            block.next.get_or_insert(key);
        }
        self.in_block = is_block;
        if is_block {
            self.block = Some(Block { key, end: key, previous: self.last, next: None });
        }
    }

    /// An entry's value ends at `end`.
    pub(super) fn end(&mut self, end: usize) {
        match &mut self.block {
            Some(block) if self.in_block => block.end = end,
            _ => self.last = Some(end),
        }
    }

    pub(super) fn in_block(&self) -> bool {
        self.in_block
    }

    pub(super) fn part(self, root: PathId, metadata: Vec<Slot>) -> Part {
        let blocks = self.block.as_ref().map(|block| block.removal(self.inside)).into_iter().collect();
        let (insert, fit) = match self.last {
            Some(last) => (last, Fit::FlowNext),
            None => (self.inside, Fit::FlowFirst),
        };
        Part { root, metadata, blocks, insert, fit }
    }
}

impl Block {
    /// The entry with one comma: the one before it, or if it is the first entry the one behind it.
    fn removal(&self, inside: usize) -> Range<usize> {
        match (self.previous, self.next) {
            (Some(previous), _) => previous..self.end,
            (None, Some(next)) => self.key..next,
            (None, None) => inside..self.end,
        }
    }
}
