//! Deciding, before a byte is written, what sealing does to a text: which slots become tokens, which of them keep
//! a token that they already have, which aliases are written out; and the layout that leads back.

use super::FileError;
use super::layout::{Entry, Layout};
use super::reuse::{Kept, Reuse};
use crate::document::Document;
use crate::document::format::Format;
use crate::document::slot::Slot;
use crate::document::syntax::{Alias, Piece, Spelling, Spot};
use crate::document::tree::Node;
use std::collections::HashSet;
use std::ops::Range;
use zeroize::Zeroizing;

/// What sealing will do.
pub struct Plan<'a> {
    /// By slot: whether it becomes a token.
    pub sealed: Vec<bool>,
    /// By slot: the token of the previous file that still holds. Empty when there is no previous file.
    pub kept: Vec<Option<Kept<'a>>>,
    /// By alias: whether it is written out.
    pub written_out: Vec<bool>,
    pub layout: Layout,
    /// Where the text before a metadata block ends in the body of a block scalar, which sealing removes.
    pub tail_ends: HashSet<usize>,
}

/// Plans the sealing of the slots for which `sealed` is true.
pub fn plan<'a>(
    document: &Document,
    sealed: Vec<bool>,
    previous: Option<&mut Reuse<'a>>,
) -> Result<Plan<'a>, FileError> {
    let slots = document.slots();
    let kept = previous.map_or_else(Vec::new, |reuse| {
        let kept = slots.iter().zip(&sealed).map(|(slot, &sealed)| match sealed {
            true => reuse.kept(document.paths(), slot, document.value(slot)),
            false => None,
        });
        kept.collect()
    });
    let tails = slots.iter().zip(&sealed).filter(|(slot, sealed)| **sealed && !slot.tail.is_empty());
    // Behind a tail of whole lines stands the line end before it; one at the end of a line leaves none.
    let tails = tails.flat_map(|(slot, _)| slot.tail.last());
    let tails = tails.filter(|tail| document.text()[..tail.start].ends_with('\n'));
    let tail_ends = tails.map(|tail| tail.end).collect();
    let written_out = document.scanned().aliases.iter().map(|alias| is_written_out(document, alias, &sealed));
    let written_out = written_out.collect();
    let mut plan = Plan { sealed, kept, written_out, layout: Layout::default(), tail_ends };
    plan.lay_out(document)?;
    Ok(plan)
}

/// An alias stays where neither it nor its target has a secret; else it becomes a copy of its values.
fn is_written_out(document: &Document, alias: &Alias, sealed: &[bool]) -> bool {
    let value = |number: &usize| sealed[*number] && !document.slots()[*number].is_comment();
    alias.slots.clone().any(|number| sealed[number]) || alias.target.clone().any(|number| value(&number))
}

impl Plan<'_> {
    /// The token that a slot keeps.
    pub fn kept(&self, number: usize) -> Option<&Kept<'_>> {
        self.kept.get(number).and_then(Option::as_ref)
    }

    /// Whether no token has to be made.
    pub fn keeps_all(&self) -> bool {
        self.sealed.iter().enumerate().all(|(number, &sealed)| !sealed || self.kept(number).is_some())
    }

    /// Remembers the spellings that opening would not find by itself.
    fn lay_out(&mut self, document: &Document) -> Result<(), FileError> {
        // A binary file is its one value: nothing of the envelope's spelling matters.
        if document.format() == Format::Binary {
            return Ok(());
        }
        let mut aliases = document.scanned().aliases.iter().zip(self.written_out.clone()).peekable();
        let mut number = 0;
        while let Some(slot) = document.slots().get(number) {
            if let Some((alias, written_out)) = aliases.next_if(|(alias, _)| alias.slots.start == number) {
                if written_out {
                    self.layout.entries.push((number as u32, alias_entry(document, alias)));
                }
                number = alias.slots.end.max(number + 1);
                continue;
            }
            if self.sealed[number] {
                let entry = spelling_entry(document, slot, self.kept(number));
                self.layout.entries.extend(entry.map(|entry| (number as u32, entry)));
            }
            number += 1;
        }
        let parts = document.scanned().parts.iter().enumerate();
        let open_ended = parts.filter(|(_, part)| {
            let block = document.syntax().metadata(document.text(), part, &Node::Map(Vec::new()));
            block.added_newline && !self.tail_ends.contains(&part.insert)
        });
        self.layout.open_ended = open_ended.map(|(number, _)| number as u32).collect();
        Ok(())
    }
}

/// What the layout must know of an alias that is written out.
fn alias_entry(document: &Document, alias: &Alias) -> Entry {
    let name = Zeroizing::new(document.text()[alias.span.clone()].to_owned());
    let first = &document.slots()[alias.slots.start];
    if first.path == alias.path {
        return Entry::Spelled(Spelling { head: name, tail: Vec::new() });
    }
    let depth = |path| document.paths().components(path).len();
    Entry::Alias { up: (depth(first.path) - depth(alias.path)) as u32, name }
}

/// What the layout must know of a slot: nothing, when opening spells it as it is here.
fn spelling_entry(document: &Document, slot: &Slot, kept: Option<&Kept<'_>>) -> Option<Entry> {
    let mut spot = document.spot(slot);
    if let Some(style) = kept.and_then(|kept| kept.style(slot)) {
        spot.style = style;
    }
    let value = document.value(slot);
    let text = document.text();
    let written = &text[slot.span.clone()];
    let is_same = |spot: &Spot| {
        document.syntax().spell(spot, value).is_ok_and(|spelling| {
            let mut tails = spelling.tail.iter().zip(&slot.tail);
            spelling.head.as_str() == written
                && spelling.tail.len() == slot.tail.len()
                && tails.all(|(piece, tail)| *piece == piece_of(text, slot, tail))
        })
    };
    // Sealing can take the comment away that stands behind a value in INI.
    let alone = document.format() == Format::Ini && slot.flow && !slot.is_comment();
    if is_same(&spot) && (!alone || is_same(&Spot { flow: false, ..spot })) {
        return None;
    }
    if slot.tail.is_empty() && written.as_bytes() == value.bytes {
        return Some(Entry::Bare);
    }
    let head = Zeroizing::new(written.to_owned());
    Some(Entry::Spelled(Spelling {
        head,
        tail: slot.tail.iter().map(|tail| piece_of(text, slot, tail)).collect(),
    }))
}

/// A further part of a slot's spelling, as the layout finds its place again.
fn piece_of(text: &str, slot: &Slot, tail: &Range<usize>) -> Piece {
    Piece {
        lines_down: text[slot.span.end..tail.start].matches('\n').count() as u32,
        at_end: !text[..tail.start].ends_with('\n'),
        text: Zeroizing::new(text[tail.clone()].to_owned()),
    }
}
