//! Writing the sealed text in one pass: tokens are made where they stand, everything else is copied.

use super::plan::Plan;
use super::{FileError, write_aad};
use crate::crypto::{Cipher, Random};
use crate::document::Document;
use crate::document::error::Place;
use crate::document::slot::Slot;
use crate::document::splice::Edit;
use crate::document::syntax::Alias;
use crate::document::tree::{Leaf, Node};
use crate::document::value::Value;
use crate::rules::Selection;
use std::collections::BTreeSet;
use zeroize::Zeroizing;

/// Characters of a token beside its data: the frame, a nonce of 32 bytes, a tag of 16, the longest type.
const FRAME: usize = 120;

/// What making tokens takes.
pub struct Maker<'a> {
    pub cipher: &'a Cipher,
    pub random: &'a mut Random,
    pub rule: &'a Selection,
}

/// The sealed text. `blocks` are the metadata blocks, ascending.
pub fn write(
    document: &Document,
    plan: &Plan<'_>,
    blocks: &[Edit],
    maker: &mut Maker<'_>,
) -> Result<Zeroizing<String>, FileError> {
    let mut writer = Writer {
        text: document.text(),
        out: Zeroizing::new(String::with_capacity(size(document, plan, blocks))),
        at: 0,
        tails: BTreeSet::new(),
        blocks: blocks.iter().peekable(),
        token: String::new(),
        aad: Vec::new(),
    };
    let mut aliases = document.scanned().aliases.iter().zip(&plan.written_out).peekable();
    let mut number = 0;
    while let Some(slot) = document.slots().get(number) {
        if let Some((alias, &written_out)) = aliases.next_if(|(alias, _)| alias.slots.start == number) {
            if written_out {
                let copy = writer.alias(document, alias, plan, maker)?;
                writer.replace(&alias.span, &copy);
            }
            number = alias.slots.end.max(number + 1);
            continue;
        }
        if plan.sealed[number] {
            writer.slot(document, number, slot, plan, maker)?;
        }
        number += 1;
    }
    Ok(writer.finish())
}

/// Enough room that the text never moves while it is written.
fn size(document: &Document, plan: &Plan<'_>, blocks: &[Edit]) -> usize {
    let slots = document.slots().iter().zip(&plan.sealed).filter(|(_, sealed)| **sealed);
    let tokens: usize = slots.map(|(slot, _)| document.value(slot).bytes.len().div_ceil(3) * 4 + FRAME).sum();
    document.text().len() + tokens + blocks.iter().map(|(_, block)| block.len()).sum::<usize>()
}

struct Writer<'a> {
    text: &'a str,
    out: Zeroizing<String>,
    /// How much of the text is dealt with.
    at: usize,
    /// Tails of slots that are already written, which are still to be left out.
    tails: BTreeSet<(usize, usize)>,
    blocks: std::iter::Peekable<std::slice::Iter<'a, Edit>>,
    token: String,
    aad: Vec<u8>,
}

impl Writer<'_> {
    fn slot(
        &mut self,
        document: &Document,
        number: usize,
        slot: &Slot,
        plan: &Plan<'_>,
        maker: &mut Maker<'_>,
    ) -> Result<(), FileError> {
        match plan.kept(number).and_then(|kept| kept.spelled(slot)) {
            Some(spelled) => self.replace(&slot.span, spelled),
            None => {
                self.make(document, number, slot, plan, maker)?;
                self.copy_to(slot.span.start);
                document.syntax().token(slot, &self.token, &mut self.out);
                self.at = slot.span.end;
            }
        }
        self.tails.extend(slot.tail.iter().map(|tail| (tail.start, tail.end)));
        Ok(())
    }

    /// Puts the slot's token into `self.token`: the one that it keeps, or a new one.
    fn make(
        &mut self,
        document: &Document,
        number: usize,
        slot: &Slot,
        plan: &Plan<'_>,
        maker: &mut Maker<'_>,
    ) -> Result<(), FileError> {
        self.token.clear();
        if let Some(kept) = plan.kept(number) {
            self.token.push_str(kept.token);
            return Ok(());
        }
        write_aad(document.paths(), slot.path, &mut self.aad);
        let sealed = maker.cipher.seal(document.value(slot), &self.aad, maker.random, &mut self.token);
        sealed.map_err(|error| FileError::value(document, slot, error))?;
        // A reader decides by the comment as it stands in the file, so a token must not match (file-format 4).
        let pattern = maker.rule.comment_pattern().filter(|_| slot.is_comment());
        if pattern.is_some_and(|pattern| pattern.is_match(&self.token)) {
            let place = Place::of(self.text.as_bytes(), slot.span.start);
            return Err(FileError::CommentRule { place, path: document.paths().display(slot.path) });
        }
        Ok(())
    }

    /// What is written in place of an alias: a value of its own, or a copy of the collection on one line.
    fn alias(
        &mut self,
        document: &Document,
        alias: &Alias,
        plan: &Plan<'_>,
        maker: &mut Maker<'_>,
    ) -> Result<Zeroizing<String>, FileError> {
        let mut values = Vec::with_capacity(alias.slots.len());
        for number in alias.slots.clone() {
            let slot = &document.slots()[number];
            values.push(if plan.sealed[number] {
                self.make(document, number, slot, plan, maker)?;
                Value::str(&self.token)
            } else {
                document.value(slot).to_value()
            });
        }
        let first = &document.slots()[alias.slots.start];
        if first.path != alias.path {
            return Ok(document.syntax().emit_inline(&subtree(document, alias, &values)));
        }
        if plan.sealed[alias.slots.start] {
            let mut copy = String::new();
            document.syntax().token(first, &self.token, &mut copy);
            return Ok(Zeroizing::new(copy));
        }
        Ok(document.syntax().spell(&document.spot(first), document.value(first))?.head)
    }

    fn replace(&mut self, span: &std::ops::Range<usize>, new: &str) {
        self.copy_to(span.start);
        self.out.push_str(new);
        self.at = span.end;
    }

    /// Copies the text up to `end`, without tails and with the blocks that go before it.
    fn copy_to(&mut self, end: usize) {
        loop {
            let tail = self.tails.first().copied().filter(|(start, _)| *start <= end);
            let block = self.blocks.peek().map(|(span, _)| span.start).filter(|start| *start <= end);
            match (tail, block) {
                (Some((start, stop)), block) if block.is_none_or(|block| start <= block) => {
                    self.tails.pop_first();
                    self.copy(start);
                    self.at = self.at.max(stop);
                }
                (_, Some(start)) => {
                    self.copy(start);
                    if let Some((span, block)) = self.blocks.next() {
                        self.out.push_str(block);
                        self.at = self.at.max(span.end);
                    }
                }
                _ => return self.copy(end),
            }
        }
    }

    fn copy(&mut self, end: usize) {
        if self.at < end {
            self.out.push_str(&self.text[self.at..end]);
            self.at = end;
        }
    }

    fn finish(mut self) -> Zeroizing<String> {
        self.copy_to(self.text.len());
        self.out
    }
}

/// An alias's values below its own path.
fn subtree(document: &Document, alias: &Alias, values: &[Value]) -> Node {
    let leaves = alias.slots.clone().zip(values).map(|(number, value)| {
        let path = document.slots()[number].path;
        Leaf { path, value, inline: false }
    });
    let root = Node::build(document.paths(), leaves);
    // Only this subtree was built, so each step down has just one entry.
    let steps = document.paths().components(alias.path).len();
    (0..steps)
        .fold(root, |node, _| node.entries().next().map(|(_, inner)| inner.clone()).unwrap_or(node.clone()))
}
