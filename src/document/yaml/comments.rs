//! Which container a comment belongs to. sops takes it from the reader it is built on, and the container's
//! keys are the comment's associated data (spec, file-format 3.5, stores 2.4), so that reader's way of
//! handing comments to nodes is followed here step by step, for the text as it looks when it is sealed:
//! every value on one line, and a metadata block behind the document.
//!
//! A comment behind a token on its line belongs to that token. Comment lines of their own are cut into
//! groups: *feet* of what stands above, *heads* of what comes next. Groups wait in a queue until a token
//! at or behind their mark takes them; only some tokens hand them on to a container.

use super::gap::{Gap, Token, line_end};
use super::group::{Group, cut};
use crate::document::path::PathId;
use crate::document::slot::{Slot, Style};
use std::ops::Range;

/// Where the comments of a node go.
#[derive(Clone, Copy)]
pub(super) struct Owner {
    pub heads: PathId,
    pub lines: PathId,
    /// Whether sops calls a comment behind the node an inline one.
    pub inline: bool,
    pub feet: PathId,
    /// The slot that a comment behind the node comes before in sops' tree.
    pub first: u32,
    /// Feet that were found above the node, where they aren't simply before it.
    pub above: Above,
}

impl Owner {
    /// Where the comments above a flow collection go: the heads of a list's entry to the list. The others the
    /// reader loses, so any place will do.
    pub(super) fn of_flow_start(path: PathId, list: Option<PathId>) -> Owner {
        let heads = list.unwrap_or(path);
        Owner { heads, lines: path, inline: false, feet: path, first: u32::MAX, above: Above::Before }
    }
}

/// Where sops' tree has the feet that were found above a node.
#[derive(Clone, Copy)]
pub(super) enum Above {
    /// Before it, as in the text.
    Before,
    /// Behind this slot: the node's own.
    Slot(u32),
    /// Behind the first entry of the map at this depth.
    Entry(usize),
}

/// What surrounds a comment.
pub(super) struct Around {
    /// The column of the innermost block collection.
    pub indent: usize,
    pub flow: bool,
    /// The column of the root map, where a metadata block would follow.
    pub root: usize,
    /// The innermost collection, and the first slot of its current entry.
    pub container: PathId,
    pub entry: u32,
}

/// A comment's place in sops' tree where it isn't its place in the text.
pub(super) enum Move {
    Before { comment: u32, slot: u32 },
    After { comment: u32, slot: u32 },
}

#[derive(Default)]
pub(super) struct Comments {
    /// The end of what was read so far, the last token in it, and that token's start.
    pub end: usize,
    token: Option<Token>,
    token_start: usize,
    last: Option<Owner>,
    groups: Vec<Group>,
    /// How many of `groups` are taken, and which one the next comment belongs to.
    taken: usize,
    filling: usize,
    /// Where the ends of closing blocks stand, as far as they are known.
    block_mark: usize,
    /// The end of the text's first line.
    first_break: Option<usize>,
    /// Slots that wait for a node; of heads also where they start.
    heads: Vec<(u32, usize)>,
    lines: Vec<u32>,
    feet: Vec<u32>,
    /// Feet that wait for the end of the first entry of the map at a depth.
    later: Vec<(u32, usize)>,
    pub moves: Vec<Move>,
    /// The last slot that isn't a comment.
    pub last_value: Option<u32>,
}

impl Comments {
    /// Goes past a token. `owner` is given by tokens that hand comments on to a container.
    pub(super) fn token(&mut self, token: Token, range: Range<usize>, owner: Option<Owner>) {
        self.end = self.end.max(range.end);
        self.token = Some(token);
        self.token_start = range.start;
        self.last = owner.or(self.last);
    }

    pub(super) fn last_token(&self) -> Option<Token> {
        self.token
    }

    /// Takes a comment in. `slot` is its number, `None` inside the metadata.
    pub(super) fn comment(
        &mut self,
        text: &str,
        span: Range<usize>,
        slot: Option<u32>,
        around: &Around,
        slots: &mut [Slot],
    ) {
        if span.start < self.end {
            // A block scalar's header comment comes after the scalar.
            return self.behind(slot, slots);
        }
        let gap = Gap::read(text, self.end..span.start);
        let gap_end = self.end;
        self.end = span.end;
        if let Some((token, at)) = gap.token {
            self.token = Some(token);
            self.token_start = at;
        }
        if self.filling < self.groups.len() && gap.token.is_none() {
            return self.fill(slot, slots);
        }
        let token = self.token.unwrap_or(Token::Start);
        let own_line = matches!(token, Token::Dash | Token::Marker | Token::Start);
        if gap.breaks == 0 && !own_line {
            return match token {
                Token::Colon if !around.flow => {
                    self.owned(slot, around.container, false, around.entry, slots);
                }
                Token::Node { .. } | Token::Comma => self.behind(slot, slots),
                _ => self.lines.extend(slot),
            };
        }
        self.take_all();
        self.block_mark = gap_end;
        let first_line = gap_end.max(self.token_start) <= self.first_break(text);
        let can_be_foot = gap.breaks > 0
            && token != Token::Colon
            && token != Token::Start
            && (token == Token::Node { plain: true } || !first_line);
        self.groups = cut(text, span.start, gap.breaks, can_be_foot, around);
        self.fill(slot, slots);
    }

    /// Adds the next comment to the group that it was found to belong to.
    fn fill(&mut self, slot: Option<u32>, slots: &mut [Slot]) {
        let Some(group) = self.groups.get_mut(self.filling) else { return };
        group.lines -= 1;
        let (done, above) = (group.lines == 0, group.foot && group.mark == 0);
        if above {
            match (self.token, self.last) {
                (Some(Token::Node { .. } | Token::Comma), Some(owner)) => {
                    assign(slot, owner.feet, false, slots);
                }
                _ => self.feet.extend(slot),
            }
        } else {
            group.slots.extend(slot);
        }
        if done {
            self.filling += 1;
        }
    }

    /// A comment behind the last node.
    fn behind(&mut self, slot: Option<u32>, slots: &mut [Slot]) {
        match self.last {
            Some(owner) => self.owned(slot, owner.lines, owner.inline, owner.first, slots),
            None => self.lines.extend(slot),
        }
    }

    fn owned(&mut self, slot: Option<u32>, path: PathId, inline: bool, first: u32, slots: &mut [Slot]) {
        assign(slot, path, inline, slots);
        if let Some(comment) = slot.filter(|&comment| comment > first) {
            self.moves.push(Move::Before { comment, slot: first });
        }
    }

    fn first_break(&mut self, text: &str) -> usize {
        *self.first_break.get_or_insert_with(|| line_end(text.as_bytes(), 0))
    }

    fn idle(&self) -> bool {
        self.groups.is_empty() && self.heads.is_empty() && self.lines.is_empty() && self.feet.is_empty()
    }

    /// A token comes that is behind all waiting groups.
    fn take_all(&mut self) {
        for group in self.groups.drain(..).skip(self.taken) {
            match group.foot {
                true => self.feet.extend(group.slots),
                false => self.heads.extend(group.slots.into_iter().map(|slot| (slot, group.start))),
            }
        }
        self.taken = 0;
        self.filling = 0;
    }

    /// A node comes that hands all waiting comments on.
    pub(super) fn node(&mut self, owner: &Owner, slots: &mut [Slot]) {
        if self.idle() {
            return;
        }
        self.take_all();
        self.hand_over(owner, slots);
    }

    fn hand_over(&mut self, owner: &Owner, slots: &mut [Slot]) {
        let mut settle = self.settle(slots);
        for comment in self.feet.drain(..) {
            assign(Some(comment), owner.feet, false, slots);
            match owner.above {
                Above::Before => self.moves.extend(settle.before(comment)),
                Above::Slot(slot) => self.moves.push(Move::After { comment, slot }),
                Above::Entry(depth) => self.later.push((comment, depth)),
            }
        }
        for (comment, _) in self.heads.drain(..) {
            assign(Some(comment), owner.heads, false, slots);
            self.moves.extend(settle.before(comment));
        }
        for slot in self.lines.drain(..) {
            assign(Some(slot), owner.lines, owner.inline, slots);
        }
    }

    /// A block collection comes as an entry of the list `list`: what stands above the entry's dash belongs
    /// to the list, what stands behind the dash to the collection.
    pub(super) fn entry(&mut self, text: &str, start: usize, list: PathId, slots: &mut [Slot]) {
        if self.idle() {
            return;
        }
        self.take_all();
        let before = text[..start].trim_end_matches([' ', '\t', '\r', '\n']);
        let dash = if before.len() > self.end { before.len() - 1 } else { self.token_start };
        let (mut settle, moves) = (self.settle(slots), &mut self.moves);
        self.heads.retain(|&(comment, at)| {
            if at < dash {
                assign(Some(comment), list, false, slots);
                moves.extend(settle.before(comment));
            }
            at > dash
        });
    }

    /// A block collection ends whose lines start at `column`. `owner` is given for maps.
    pub(super) fn block_end(&mut self, column: usize, owner: Option<&Owner>, slots: &mut [Slot]) {
        if self.idle() {
            return;
        }
        // The end moves up to the first of the comments that are indented like the block.
        if let Some(group) = self.groups.iter().find(|group| group.column == column) {
            self.block_mark = group.start;
        }
        while let Some(group) = self.groups.get_mut(self.taken) {
            if !group.foot || group.mark > self.block_mark {
                break;
            }
            self.feet.append(&mut group.slots);
            self.taken += 1;
        }
        if let Some(owner) = owner {
            self.hand_over(owner, slots);
        }
    }

    /// An entry of the map at `depth` is complete.
    pub(super) fn entry_end(&mut self, depth: usize) {
        while let Some((comment, _)) = self.later.pop_if(|(_, of)| *of >= depth) {
            // The metadata's entry has no slots.
            let last = self.last_value.filter(|&value| value > comment);
            self.moves.extend(last.map(|slot| Move::After { comment, slot }));
        }
    }

    fn settle(&self, slots: &[Slot]) -> Settle {
        Settle { passed: false, last_value: self.last_value, next: slots.len() as u32 }
    }

    /// Whether the current key of the map at `depth` has feet of its own, so that it takes none of its value's.
    pub(super) fn key_has_feet(&self, depth: usize) -> bool {
        self.later.last().is_some_and(|&(_, of)| of == depth)
    }

    /// All there is in a collection are these comments; its slot is the next one.
    pub(super) fn inside_empty(&mut self, comments: Range<u32>) {
        let slot = comments.end;
        self.moves.extend(comments.map(|comment| Move::After { comment, slot }));
    }
}

/// Comments that wait for a node pass the entries without spelling before it, which take no comments.
struct Settle {
    passed: bool,
    last_value: Option<u32>,
    next: u32,
}

impl Settle {
    /// The move of the next comment to where the next slot will be.
    fn before(&mut self, comment: u32) -> Option<Move> {
        self.passed |= self.last_value.is_some_and(|value| value > comment);
        self.passed.then_some(Move::Before { comment, slot: self.next })
    }
}

fn assign(slot: Option<u32>, path: PathId, inline: bool, slots: &mut [Slot]) {
    if let Some(slot) = slot.and_then(|slot| slots.get_mut(slot as usize)) {
        slot.path = path;
        slot.style = if inline { Style::InlineComment } else { Style::Comment };
    }
}
