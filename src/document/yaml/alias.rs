//! Aliases. sops reads an alias as a copy of its target, so here it becomes the target's slots, under the
//! alias's path and over the alias's bytes.

use super::comments::Owner;
use super::gap::Token;
use super::leaf::cooked;
use super::scalar::Resolved;
use super::scan::{Node, Scanner};
use crate::document::error::SyntaxError;
use crate::document::path::{Component, PathId, Paths};
use crate::document::slot::{Content, Slot, Style};
use crate::document::syntax::Alias;
use crate::document::value::Kind;
use std::collections::HashMap;
use std::ops::Range;
use zeroize::Zeroizing;

/// What anchors stand for, by the parser's number, in the current document.
#[derive(Default)]
pub(super) struct Anchors {
    targets: HashMap<usize, Target>,
    /// Slots and bytes that aliases have added so far.
    slots: usize,
    bytes: usize,
}

enum Target {
    Value { path: PathId, slots: Range<usize>, collection: bool },
    Key { name: String, value: Resolved },
}

impl Anchors {
    pub(super) fn scalar(&mut self, id: usize, path: PathId, slot: usize) {
        self.targets.insert(id, Target::Value { path, slots: slot..slot + 1, collection: false });
    }

    pub(super) fn collection(&mut self, id: usize, path: PathId, slots: Range<usize>) {
        self.targets.insert(id, Target::Value { path, slots, collection: true });
    }

    pub(super) fn key(&mut self, id: usize, name: String, value: Resolved) {
        self.targets.insert(id, Target::Key { name, value });
    }

    /// Anchors hold for one document.
    pub(super) fn forget(&mut self) {
        self.targets.clear();
    }
}

impl Scanner<'_> {
    pub(super) fn alias(&mut self, id: usize, node: Node) -> Result<(), SyntaxError> {
        let span = node.range.clone();
        if self.in_metadata() {
            return Err(self.fault(span.start, "an alias inside the metadata"));
        }
        if self.at_key() {
            return self.alias_key(id, span);
        }
        let path = self.enter();
        let place = self.slot(path, span.clone(), Kind::Null, Style::Alias);
        let first = self.out.slots.len();
        let target = match self.anchors.targets.get(&id) {
            None => {
                return Err(self
                    .fault(span.start, "an alias of a map or list that it stands in")
                    .hint("sops can't read recursive aliases"));
            }
            Some(Target::Key { name, value }) => {
                let content = cooked(value.canonical.clone().unwrap_or_else(|| name.clone().into_bytes()));
                let slot = Slot { kind: value.kind, content, ..copy_place(&place) };
                self.alias_comments(&place, false);
                self.out.slots.push(slot);
                0..0
            }
            Some(Target::Value { path, slots, collection }) => {
                let (path, slots, collection) = (*path, slots.clone(), *collection);
                let written_out = collection && self.out.slots[slots.clone()].iter().any(is_sealable);
                self.alias_comments(&place, written_out);
                self.expand(&place, path, slots.clone())?;
                slots
            }
        };
        self.token_end = span.end;
        if self.out.slots.len() > first {
            self.comments.last_value = Some(self.out.slots.len() as u32 - 1);
        }
        self.out.aliases.push(Alias { span, path: place.path, slots: first..self.out.slots.len(), target });
        Ok(())
    }

    fn alias_key(&mut self, id: usize, span: Range<usize>) -> Result<(), SyntaxError> {
        let Some(Target::Key { name, .. }) = self.anchors.targets.get(&id) else {
            return Err(self
                .fault(span.start, "an alias of a value as a key")
                .hint("write the key out: its anchor's value may be encrypted"));
        };
        let name = name.clone();
        self.key(&name, span.start);
        let owner = self.key_owner();
        self.comments.node(&owner, &mut self.out.slots);
        self.comments.token(Token::Node { plain: false }, span.clone(), Some(owner));
        self.token_end = span.end;
        Ok(())
    }

    /// Copies the target's values to the alias's place.
    fn expand(&mut self, place: &Slot, target: PathId, slots: Range<usize>) -> Result<(), SyntaxError> {
        self.anchors.slots += slots.len() + 1;
        if self.anchors.slots > 10 * self.events + 10_000 {
            return Err(self.bomb(place.span.start));
        }
        let mut moved = HashMap::from([(target, place.path)]);
        for number in slots {
            let slot = &self.out.slots[number];
            if slot.is_comment() {
                continue;
            }
            let (kind, path) = (slot.kind, slot.path);
            let content = match &slot.content {
                Content::AsWritten(range) => Content::AsWritten(range.clone()),
                Content::Cooked(bytes) => {
                    self.anchors.bytes += bytes.len();
                    Content::Cooked(Zeroizing::new((**bytes).clone()))
                }
            };
            let path = move_path(&mut self.out.paths, &mut moved, path, &mut self.anchors.bytes);
            if self.anchors.bytes > 10 * self.text.len() + (1 << 20) {
                return Err(self.bomb(place.span.start));
            }
            self.out.slots.push(Slot { kind, path, content, ..copy_place(place) });
        }
        Ok(())
    }

    fn bomb(&self, at: usize) -> SyntaxError {
        self.fault(at, "aliases make the document more than ten times as large")
            .hint("write the values out, or encrypt the file as a whole with --input-type binary")
    }

    /// The comments around an alias: as around a scalar, or as around the flow collection that an alias of a
    /// collection is written out as when it is sealed.
    fn alias_comments(&mut self, place: &Slot, written_out: bool) {
        let scalar = self.scalar_owner(self.out.slots.len() as u32);
        let list = self.frames.last().filter(|frame| !frame.map).map(|frame| frame.path);
        let (above, behind) = match (written_out, list) {
            (false, _) => (scalar, scalar),
            (true, Some(_)) => (Owner::of_flow_start(place.path, list), scalar),
            (true, None) => {
                let behind = Owner { lines: place.path, inline: false, ..scalar };
                (Owner::of_flow_start(place.path, None), behind)
            }
        };
        self.comments.node(&above, &mut self.out.slots);
        self.comments.token(Token::Node { plain: !written_out }, place.span.clone(), Some(behind));
    }
}

/// Whether a token can replace the slot's value.
fn is_sealable(slot: &Slot) -> bool {
    let empty = match &slot.content {
        Content::AsWritten(range) => range.is_empty(),
        Content::Cooked(bytes) => bytes.is_empty(),
    };
    !slot.is_comment() && slot.kind.tag().is_some() && !empty
}

/// A slot at the same place.
fn copy_place(place: &Slot) -> Slot {
    Slot {
        path: place.path,
        span: place.span.clone(),
        tail: Box::default(),
        kind: place.kind,
        style: place.style,
        flow: place.flow,
        indent: place.indent,
        content: Content::AsWritten(0..0),
    }
}

/// The path under an alias that is `path` under its target. `moved` knows the target's root; `bytes` counts
/// the keys' text.
fn move_path(
    paths: &mut Paths,
    moved: &mut HashMap<PathId, PathId>,
    path: PathId,
    bytes: &mut usize,
) -> PathId {
    let mut chain = Vec::new();
    let mut at = path;
    let mut to = loop {
        match (moved.get(&at), paths.parent(at)) {
            (Some(&to), _) => break to,
            (None, Some(parent)) => {
                chain.push(at);
                at = parent;
            }
            (None, None) => break at,
        }
    };
    for from in chain.into_iter().rev() {
        to = match paths.last(from) {
            Some(Component::Index(index)) => paths.index(to, index),
            Some(Component::Key(key)) => {
                let key = key.to_owned();
                *bytes += key.len();
                paths.key(to, &key)
            }
            None => to,
        };
        moved.insert(from, to);
    }
    to
}
