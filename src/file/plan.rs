//! What sealing does to the text outside the metadata: tokens in, bodies of block scalars out, aliases of
//! secrets written out; and the layout that leads back.

use super::FileError;
use super::layout::{Entry, Layout};
use super::splice::Edit;
use crate::document::Document;
use crate::document::slot::Slot;
use crate::document::syntax::{Alias, Piece, Spelling};
use crate::document::tree::{Leaf, Node};
use crate::document::value::Value;
use zeroize::Zeroizing;

/// Edits ascending by start, and the layout that undoes what opening would not.
pub struct Plan {
    pub edits: Vec<Edit>,
    pub layout: Layout,
}

/// Plans the sealing of a document whose slots get `tokens`.
pub fn plan(document: &Document, tokens: &[Option<String>]) -> Result<Plan, FileError> {
    let mut plan = Plan { edits: Vec::new(), layout: Layout::default() };
    let mut aliases = document.scanned().aliases.iter().peekable();
    let mut number = 0;
    while let Some(slot) = document.slots().get(number) {
        if let Some(alias) = aliases.next_if(|alias| alias.slots.start == number) {
            plan.alias(document, alias, tokens)?;
            number = alias.slots.end.max(number + 1);
            continue;
        }
        if let Some(token) = &tokens[number] {
            plan.token(document, number, slot, token)?;
        }
        number += 1;
    }
    plan.layout.open_ended = open_ended(document);
    Ok(plan)
}

impl Plan {
    fn token(
        &mut self,
        document: &Document,
        number: usize,
        slot: &Slot,
        token: &str,
    ) -> Result<(), FileError> {
        let mut text = String::new();
        document.syntax().token(slot, token, &mut text);
        self.edits.push((slot.span.clone(), Zeroizing::new(text)));
        for tail in &slot.tail {
            self.edits.push((tail.clone(), Zeroizing::new(String::new())));
        }
        let written = spelling(document, slot);
        let value = document.value(slot);
        // A value that has no spelling of its own here is one more reason to remember the original.
        if document.syntax().spell(&document.spot(slot), value).ok().as_ref() != Some(&written) {
            let bare = written.tail.is_empty() && written.head.as_bytes() == value.bytes;
            self.remember(number, if bare { Entry::Bare } else { Entry::Spelled(written) });
        }
        Ok(())
    }

    /// An alias stays where neither it nor its target has a secret; else it becomes a copy of its values.
    fn alias(
        &mut self,
        document: &Document,
        alias: &Alias,
        tokens: &[Option<String>],
    ) -> Result<(), FileError> {
        let secret = |number: usize| tokens[number].is_some();
        let value_secret = |number: usize| secret(number) && !document.slots()[number].is_comment();
        if !alias.slots.clone().any(secret) && !alias.target.clone().any(value_secret) {
            return Ok(());
        }
        let name = &document.text()[alias.span.clone()];
        let first = alias.slots.start;
        let slot = &document.slots()[first];
        let mut copy = Zeroizing::new(String::new());
        if slot.path == alias.path {
            match &tokens[first] {
                Some(token) => document.syntax().token(slot, token, &mut copy),
                None => copy = document.syntax().spell(&document.spot(slot), document.value(slot))?.head,
            }
            self.remember(first, Entry::Spelled(Spelling::new(name)));
        } else {
            copy = document.syntax().emit_inline(&tree_of(document, alias, tokens));
            let up =
                document.paths().components(slot.path).len() - document.paths().components(alias.path).len();
            self.remember(first, Entry::Alias { up: up as u32, name: Zeroizing::new(name.to_owned()) });
        }
        self.edits.push((alias.span.clone(), copy));
        Ok(())
    }

    fn remember(&mut self, number: usize, entry: Entry) {
        self.layout.entries.push((number as u32, entry));
    }
}

/// How a slot is spelled in the text.
fn spelling(document: &Document, slot: &Slot) -> Spelling {
    let text = document.text();
    let piece = |tail: &std::ops::Range<usize>| Piece {
        lines_down: text[slot.span.end..tail.start].matches('\n').count() as u32,
        at_end: !text[..tail.start].ends_with('\n'),
        text: Zeroizing::new(text[tail.clone()].to_owned()),
    };
    Spelling {
        head: Zeroizing::new(text[slot.span.clone()].to_owned()),
        tail: slot.tail.iter().map(piece).collect(),
    }
}

/// An alias's values below its own path, tokens in place of the secrets.
fn tree_of(document: &Document, alias: &Alias, tokens: &[Option<String>]) -> Node {
    let values: Vec<Value> = alias
        .slots
        .clone()
        .map(|number| match &tokens[number] {
            Some(token) => Value::str(token),
            None => document.value(&document.slots()[number]).to_value(),
        })
        .collect();
    let leaves = alias.slots.clone().zip(&values).map(|(number, value)| Leaf {
        path: document.slots()[number].path,
        value,
        inline: false,
    });
    let root = Node::build(document.paths(), leaves);
    // Only this subtree was built, so each step down has just one entry.
    let steps = document.paths().components(alias.path).len();
    (0..steps)
        .fold(root, |node, _| node.entries().next().map(|(_, inner)| inner.clone()).unwrap_or(node.clone()))
}

/// The documents that need a line end before their metadata block. A block scalar that ends the file takes its
/// unfinished line away with it.
fn open_ended(document: &Document) -> Vec<u32> {
    let parts = document.scanned().parts.iter().enumerate();
    parts
        .filter(|(_, part)| {
            let block = document.syntax().metadata(document.text(), part, &Node::Map(Vec::new()));
            block.added_newline && !ends_in_tail(document, part.insert)
        })
        .map(|(number, _)| number as u32)
        .collect()
}

/// Whether the text before `end` is the tail of a slot that sealing removes.
pub fn ends_in_tail(document: &Document, end: usize) -> bool {
    document.slots().iter().rev().find_map(|slot| slot.tail.last()).is_some_and(|tail| tail.end == end)
}
