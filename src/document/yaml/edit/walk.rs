//! Follows the parser's events through the first document, and the indicators between them through the text.

use super::lines::{joins_block_scalar, skip};
use super::trail::{Alias, Anchor, Collection, Entry, Holder, HolderKind, Place, Shape, Trail};
use crate::document::error::SyntaxError;
use crate::document::slot::Style;
use crate::document::step::Step;
use crate::document::syntax::Limits;
use crate::document::yaml::fault;
use crate::document::yaml::gap::{Block, line_start};
use crate::document::yaml::leaf::style_of;
use crate::document::yaml::scalar::Typing;
use crate::document::yaml::scan::{Node, bytes, options};
use granit_parser::{Event, Parser, ScalarStyle, StructureStyle};
use std::collections::HashMap;

/// Walks along `path` as far as it goes. The text has been scanned before.
pub(super) fn walk(text: &str, path: &[Step]) -> Result<Trail, SyntaxError> {
    let depth = Limits::default().depth;
    let start = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let mut walker = Walker {
        text,
        path,
        at: start,
        frames: Vec::new(),
        trail: Trail::default(),
        key_anchors: HashMap::new(),
        kept: None,
    };
    let mut parser = Parser::new_from_str_with_options(text, options(depth));
    let convert = |error| fault::convert(text, &error, depth);
    while let Some(next) = parser.next() {
        let (event, span) = next.map_err(convert)?;
        let mut node = Node {
            range: bytes(&span),
            tag: span.tag_span().map(|tag| bytes(&tag)),
            typing: Typing::of(event.tag()),
            anchor: None,
            indent: span.indent.unwrap_or(0),
        };
        if let Some(id) = event.anchor_id()
            && let Some((Event::Anchor(..), span)) = parser.next().transpose().map_err(convert)?
        {
            node.anchor = Some((id, bytes(&span)));
            walker.trail.anchors.push(Anchor { id, span: bytes(&span) });
        }
        match event {
            Event::DocumentStart(true, _) => walker.at = node.range.end,
            Event::Scalar(value, style, ..) => walker.scalar(&value, style, node),
            Event::Alias(id) => walker.alias(id, node),
            Event::MappingStart(style, ..) => walker.open(true, style, node),
            Event::SequenceStart(style, ..) => walker.open(false, style, node),
            Event::MappingEnd | Event::SequenceEnd => walker.close(&node),
            Event::DocumentEnd => break,
            _ => {}
        }
    }
    let mut trail = walker.trail;
    if trail.places.is_empty() {
        trail.places.push(Place::nothing(text.len()));
    }
    Ok(trail)
}

struct Walker<'a> {
    text: &'a str,
    path: &'a [Step],
    /// Behind the last token.
    at: usize,
    frames: Vec<Frame>,
    trail: Trail,
    /// The names of keys with an anchor, which can stand as aliases in the place of other keys.
    key_anchors: HashMap<usize, String>,
    /// The end of the last block scalar to which the blank lines below belong.
    kept: Option<usize>,
}

/// An open map or list.
struct Frame {
    map: bool,
    flow: bool,
    pair: bool,
    /// Its number in [`Trail::places`], if it is on the path.
    level: Option<usize>,
    /// The column of the innermost block collection's lines.
    column: usize,
    /// Whether the next node is a key.
    at_key: bool,
    count: usize,
    /// The current entry, and whether it is on the path.
    entry: Option<Entry>,
    on_path: bool,
}

impl Walker<'_> {
    fn scalar(&mut self, value: &str, style: ScalarStyle, node: Node) {
        let block = matches!(style, ScalarStyle::Literal | ScalarStyle::Folded);
        let empty = node.range.is_empty() && !block;
        if self.at_key() {
            let plain_empty = empty && style == ScalarStyle::Plain;
            return self.key(if plain_empty { "" } else { value }, style_of(style), &node, empty, block);
        }
        let mut place = self.enter(&node);
        if empty {
            let end = place.properties_end();
            place.range = end..end;
        } else if let Some(found) = block.then(|| self.block_scalar(&node)).flatten() {
            self.block_end(&found, node.indent);
            place.range = found.header;
            place.shape = Shape::BlockScalar { body: found.body, indent: node.indent };
        } else {
            place.shape = Shape::Scalar(style_of(style));
        }
        self.leaf(place);
    }

    fn alias(&mut self, id: usize, node: Node) {
        self.trail.aliases.push(Alias { id, span: node.range.clone() });
        if self.at_key() {
            let name = self.key_anchors.get(&id).cloned().unwrap_or_default();
            return self.key(&name, Style::Alias, &node, false, false);
        }
        let mut place = self.enter(&node);
        place.shape = Shape::Alias;
        self.leaf(place);
    }

    fn at_key(&self) -> bool {
        self.frames.last().is_some_and(|frame| frame.map && frame.at_key)
    }

    fn block_scalar(&self, node: &Node) -> Option<Block> {
        let from = node.properties_end().unwrap_or(0).max(self.at);
        Block::find(self.text, from, node.range.end)
    }

    fn block_end(&mut self, found: &Block, indent: usize) {
        let end = found.body.end.max(found.header.end);
        // A line of more blanks than the scalar's indentation is one of its lines.
        let joined = !found.body.is_empty() && joins_block_scalar(self.text, end, indent);
        if joined || self.text[found.header.clone()].contains('+') {
            self.kept = Some(end);
        }
        if end == self.text.len() && !self.text.ends_with('\n') && !found.body.is_empty() {
            self.trail.open_ended = Some(found.header.clone());
        }
    }

    fn key(&mut self, name: &str, style: Style, node: &Node, empty: bool, block: bool) {
        let flow = self.frames.last().is_some_and(|frame| frame.flow);
        let start = skip(self.text, self.at, flow);
        let token = match empty {
            true => node.properties_end().map(|_| node.start()),
            false => Some(node.start()),
        };
        self.at = start;
        if self.text[start..].starts_with('?') && token.is_none_or(|token| token > start) {
            self.at = start + 1;
        }
        self.at = match block.then(|| self.block_scalar(node)).flatten() {
            Some(found) => found.body.end.max(found.header.end),
            None if empty => node.properties_end().unwrap_or(self.at),
            None => node.range.end,
        };
        if let Some((id, _)) = &node.anchor {
            self.key_anchors.insert(*id, name.to_owned());
        }
        let (text, path, at) = (self.text, self.path, self.at);
        let Some(frame) = self.frames.last_mut() else { return };
        frame.start_entry(text, start, style, at);
        let step = frame.level.and_then(|level| path.get(level));
        frame.on_path = matches!(step, Some(Step::Key(key)) if key == name);
        frame.at_key = false;
    }

    /// Goes past the indicator before a value.
    fn enter(&mut self, node: &Node) -> Place {
        let (text, path) = (self.text, self.path);
        let mut bare_key = false;
        if let Some(frame) = self.frames.last_mut() {
            let found = skip(text, self.at, frame.flow && !frame.map);
            if frame.map {
                match text[found..].starts_with(':') {
                    true => self.at = found + 1,
                    false => bare_key = true,
                }
            } else {
                self.at = if frame.flow { found } else { found + 1 };
                frame.start_entry(text, found, Style::Plain, self.at);
                let step = frame.level.and_then(|level| path.get(level));
                frame.on_path =
                    matches!(step, Some(Step::Index(index)) if frame.count.checked_sub(1) == Some(*index));
            }
            if let Some(entry) = &mut frame.entry {
                entry.lead = self.at;
            }
        }
        Place {
            lead: self.at,
            bare_key,
            holder: self.holder(),
            tag: node.tag.clone(),
            typing: node.typing,
            anchor: node.anchor.as_ref().map(|(_, span)| span.clone()),
            range: node.range.clone(),
            shape: Shape::Empty,
        }
    }

    fn holder(&self) -> Holder {
        match self.frames.last() {
            None => Holder { kind: HolderKind::Document, flow: false, column: 0 },
            Some(frame) => Holder {
                kind: if frame.map { HolderKind::Map } else { HolderKind::List },
                flow: frame.flow,
                column: frame.column,
            },
        }
    }

    fn on_path(&self) -> bool {
        self.frames.last().is_none_or(|frame| frame.on_path)
    }

    fn leaf(&mut self, place: Place) {
        self.at = place.end();
        if self.on_path() {
            self.trail.places.push(place);
        }
        self.end_entry();
    }

    fn open(&mut self, map: bool, style: StructureStyle, node: Node) {
        let flow = style == StructureStyle::Flow;
        let pair = flow && node.range.is_empty();
        let mut place = self.enter(&node);
        self.at = match flow && !pair {
            true => node.range.end,
            false => place.properties_end(),
        };
        let (level, column) = (self.trail.places.len(), place.holder.column);
        let on_path = self.on_path();
        if on_path {
            place.shape = Shape::Collection(Collection { map, flow, pair, entries: Vec::new() });
            self.trail.places.push(place);
        }
        self.frames.push(Frame {
            map,
            flow,
            pair,
            level: on_path.then_some(level),
            column,
            at_key: map,
            count: 0,
            entry: None,
            on_path: false,
        });
    }

    fn close(&mut self, node: &Node) {
        let Some(frame) = self.frames.pop() else { return };
        if frame.flow && !frame.pair {
            self.at = node.range.end;
        }
        self.learn(&frame);
        if let Some(place) = frame.level.and_then(|level| self.trail.places.get_mut(level)) {
            let entries = place.collection().map(|collection| &collection.entries[..]).unwrap_or_default();
            let inner = match entries {
                [first, .., last] => first.start..last.end,
                [only] => only.start..only.end,
                [] => place.range.clone(),
            };
            let bracketed = frame.flow && !frame.pair;
            place.range = if bracketed { place.range.start..self.at } else { inner };
        }
        self.end_entry();
    }

    /// Whether lists are indented under their keys.
    fn learn(&mut self, frame: &Frame) {
        if let Some(parent) = self.frames.last().filter(|parent| parent.map && !parent.flow)
            && !frame.map
            && !frame.flow
        {
            self.trail.indented_lists.get_or_insert(frame.column > parent.column);
        }
    }

    /// The value that was just read is the end of its entry.
    fn end_entry(&mut self) {
        let (at, kept) = (self.at, self.kept == Some(self.at));
        let Some(frame) = self.frames.last_mut() else { return };
        frame.at_key = frame.map;
        let Some(entry) = frame.entry.take() else { return };
        let place = frame.level.and_then(|level| self.trail.places.get_mut(level));
        if let Some(Shape::Collection(collection)) = place.map(|place| &mut place.shape) {
            collection.entries.push(Entry { end: at, keeps_blank_lines: kept, ..entry });
        }
    }
}

impl Frame {
    fn start_entry(&mut self, text: &str, start: usize, key: Style, lead: usize) {
        if self.count == 0 && !self.flow {
            self.column = start - line_start(text, start);
        }
        self.count += 1;
        self.entry = Some(Entry { start, key, lead, end: lead, keeps_blank_lines: false });
    }
}
