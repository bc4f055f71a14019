//! Text to slots: follows the parser's events, one pass, and keeps nothing but what is still open.

use super::alias::Anchors;
use super::comments::{Above, Around, Comments, Owner};
use super::fault;
use super::frame::{Frame, Keys, Role};
use super::gap::{Block, Gap, Token};
use super::part::OpenPart;
use super::scalar::{self, Typing};
use crate::document::error::{Place, SyntaxError};
use crate::document::path::PathId;
use crate::document::slot::{Content, Slot, Style};
use crate::document::syntax::{Limits, Scan};
use crate::document::value::Kind;
use granit_parser::{Event, Options, Parser, ScalarStyle, Span, StructureStyle};
use std::borrow::Cow;
use std::ops::Range;
use zeroize::Zeroizing;

pub(super) fn scan(text: &str, limits: &Limits) -> Result<Scan, SyntaxError> {
    let mut scanner = Scanner::new(text, limits);
    scanner.run()?;
    scanner.check_apart()?;
    Ok(scanner.finish())
}

/// A node as it stands in the text.
pub(super) struct Node {
    /// The scalar, alias or opening bracket; the text of a block scalar; empty if there is nothing to see.
    pub range: Range<usize>,
    pub tag: Option<Range<usize>>,
    pub typing: Typing,
    pub anchor: Option<(usize, Range<usize>)>,
    /// The indentation of a block scalar's lines.
    pub indent: usize,
}

impl Node {
    /// The first byte, with tag and anchor.
    pub(super) fn start(&self) -> usize {
        let properties = self.tag.iter().chain(self.anchor.iter().map(|(_, span)| span));
        properties.map(|span| span.start).fold(self.range.start, usize::min)
    }

    fn properties_end(&self) -> Option<usize> {
        self.tag.iter().chain(self.anchor.iter().map(|(_, span)| span)).map(|span| span.end).max()
    }
}

pub(super) struct Scanner<'t> {
    pub text: &'t str,
    pub limits: &'t Limits,
    pub out: Scan,
    pub frames: Vec<Frame>,
    keys: Keys,
    pub comments: Comments,
    pub anchors: Anchors,
    part: Option<OpenPart>,
    /// The root of the current document, or of the next one between documents.
    root: PathId,
    documents: u32,
    /// A document whose end in the text isn't known yet.
    ended: Option<OpenPart>,
    /// The end of the last token that isn't a comment.
    pub token_end: usize,
    pub events: usize,
}

impl<'t> Scanner<'t> {
    fn new(text: &'t str, limits: &'t Limits) -> Scanner<'t> {
        let mut out = Scan::default();
        let root = out.paths.root(0);
        Scanner {
            text,
            limits,
            out,
            frames: Vec::new(),
            keys: Keys::default(),
            comments: Comments::default(),
            anchors: Anchors::default(),
            part: None,
            root,
            documents: 0,
            ended: None,
            token_end: 0,
            events: 0,
        }
    }

    fn run(&mut self) -> Result<(), SyntaxError> {
        let mut parser = Parser::new_from_str_with_options(self.text, options(self.limits.depth));
        while let Some(next) = parser.next() {
            let (event, span) = next.map_err(|fault| self.convert(&fault))?;
            let anchor = match event.anchor_id() {
                None => None,
                Some(id) => match parser.next().transpose().map_err(|fault| self.convert(&fault))? {
                    Some((Event::Anchor(..), span)) => Some((id, bytes(&span))),
                    _ => None,
                },
            };
            self.events += 1;
            self.event(event, &span, anchor)?;
        }
        Ok(())
    }

    fn event(
        &mut self,
        event: Event<'_>,
        span: &Span,
        anchor: Option<(usize, Range<usize>)>,
    ) -> Result<(), SyntaxError> {
        let node = Node {
            range: bytes(span),
            tag: span.tag_span().map(|tag| bytes(&tag)),
            typing: Typing::of(event.tag()),
            anchor,
            indent: span.indent.unwrap_or(0),
        };
        match event {
            Event::Comment(..) => self.comment(node.range),
            Event::DocumentStart(explicit, _) => self.document_start(node.range, explicit),
            Event::DocumentEnd => self.document_end(node.range),
            Event::Scalar(value, style, ..) => self.scalar(value, style, node)?,
            Event::Alias(id) => self.alias(id, node)?,
            Event::MappingStart(style, ..) => self.open(true, style, span.start.col(), node)?,
            Event::SequenceStart(style, ..) => self.open(false, style, span.start.col(), node)?,
            Event::MappingEnd | Event::SequenceEnd => self.close(node.range)?,
            Event::StreamEnd => self.stream_end(),
            _ => {}
        }
        Ok(())
    }

    fn document_start(&mut self, span: Range<usize>, explicit: bool) {
        if explicit {
            self.end_document(span.start);
            self.comments.token(Token::Marker, span.clone(), None);
            self.token_end = span.end;
        }
        self.part = Some(OpenPart::new(self.root));
    }

    fn document_end(&mut self, span: Range<usize>) {
        let owner = self.root_owner();
        self.comments.node(&owner, &mut self.out.slots);
        self.anchors.forget();
        self.ended = self.part.take();
        self.documents += 1;
        self.root = self.out.paths.root(self.documents);
        if self.text[span.clone()].starts_with("...") {
            self.comments.token(Token::Marker, span.clone(), None);
            self.token_end = span.end;
            self.end_document(span.start);
        }
    }

    /// The document before ends, in the text, at `at`.
    fn end_document(&mut self, at: usize) {
        if let Some(part) = self.ended.take() {
            self.out.parts.push(part.close(self.text, at));
        }
    }

    fn stream_end(&mut self) {
        let content = self.text.trim_start_matches('\u{feff}');
        if self.documents == 0 && !content.is_empty() {
            // Only comments or blank lines: one document without content.
            self.ended = Some(OpenPart::new(self.root));
        }
        self.end_document(self.text.len());
        if let Some(last) = self.out.parts.last() {
            self.root = last.root;
        }
        let owner = self.root_owner();
        self.comments.node(&owner, &mut self.out.slots);
    }

    /// Slots must ascend and be apart, or splicing would damage the text.
    fn check_apart(&self) -> Result<(), SyntaxError> {
        let apart = |pair: &[Slot]| match (pair[0].style, pair[1].style) {
            (Style::Alias, Style::Alias) if pair[0].span == pair[1].span => true,
            _ => pair[0].span.end <= pair[1].span.start,
        };
        match self.out.slots.windows(2).find(|pair| !apart(pair)) {
            None => Ok(()),
            Some(pair) => {
                let path = self.out.paths.display(pair[1].path);
                Err(SyntaxError::at(self.text.as_bytes(), pair[1].span.start, "a comment inside a value")
                    .path(path)
                    .hint("move the comment out of the value"))
            }
        }
    }

    fn finish(mut self) -> Scan {
        if self.out.step == 0 {
            self.out.step = 2;
        }
        self.out.order = super::order::order(self.out.slots.len(), &self.comments.moves);
        self.out
    }

    fn comment(&mut self, span: Range<usize>) {
        let hidden = self.in_metadata();
        let indent = self.frames.iter().rev().find(|frame| !frame.flow).map_or(0, |frame| frame.column);
        let (container, entry, flow) =
            self.frames.last().map_or((self.root, 0, false), |frame| (frame.path, frame.entry, frame.flow));
        let root = self.part.as_ref().map_or(0, OpenPart::column);
        let around = Around { indent, flow, root, container, entry };
        let number = self.out.slots.len() as u32;
        let slot = Slot {
            path: self.root,
            tail: Box::default(),
            kind: Kind::Comment,
            style: Style::Comment,
            flow,
            indent: indent as u32,
            content: Content::AsWritten(span.start + 1..span.end),
            span: span.clone(),
        };
        match &mut self.part {
            Some(part) if hidden => part.metadata_comment(slot),
            _ => self.out.slots.push(slot),
        }
        let slot = (!hidden).then_some(number);
        self.comments.comment(self.text, span, slot, &around, &mut self.out.slots);
    }

    fn scalar(&mut self, value: Cow<'_, str>, style: ScalarStyle, node: Node) -> Result<(), SyntaxError> {
        if self.at_key() {
            return self.scalar_key(value, style, node);
        }
        let block = matches!(style, ScalarStyle::Literal | ScalarStyle::Folded);
        if node.range.is_empty() && !block {
            return self.empty(node);
        }
        let quoted = style != ScalarStyle::Plain;
        let value = if block { self.without_missing_break(value, &node) } else { value };
        let resolved = scalar::resolve(&value, quoted, node.typing);
        if self.frames.is_empty() {
            return self.root_scalar(resolved.kind, node);
        }
        let mut slot = self.slot(resolved.kind, style_of(style));
        let mut end = node.range.end;
        slot.span = node.range.clone();
        if block {
            let Block { header, body } = self.block_scalar(&node)?;
            end = body.end.max(header.end);
            if !body.is_empty() {
                slot.tail = Box::new([body]);
            }
            slot.span = header;
        }
        slot.content = match resolved.canonical {
            Some(bytes) => cooked(bytes),
            None => self.content(&slot, value),
        };
        if let Some(tag) = node.tag.clone().filter(|_| node.typing.rejects_tokens()) {
            let start = slot.span.start;
            if self.text[tag.start..start].contains(['#', '\n']) {
                return Err(self
                    .fault(tag.start, "a tag in a line above its value")
                    .hint("write the tag on the value's line"));
            }
            slot.span.start = tag.start;
        }
        self.enter(&mut slot);
        let number = self.out.slots.len() as u32;
        let owner = self.scalar_owner(number);
        self.comments.node(&owner, &mut self.out.slots);
        let token =
            Token::Node { plain: matches!(slot.style, Style::Plain | Style::Literal | Style::Folded) };
        // A block scalar ends before the break of its last line, as the token will that replaces it.
        let visible = if block { trim_break(self.text, end) } else { end };
        self.comments.token(token, slot.span.start..visible, Some(owner));
        self.token_end = end;
        if let Some(part) = &mut self.part {
            part.block_scalar_end = block.then_some(end);
        }
        self.add(slot, node.anchor);
        Ok(())
    }

    /// A scalar without spelling: null, or what its tag makes of nothing.
    fn empty(&mut self, node: Node) -> Result<(), SyntaxError> {
        let resolved = scalar::resolve("", false, node.typing);
        let at = node.properties_end().unwrap_or_else(|| self.behind_indicator(node.range.start));
        if self.frames.is_empty() {
            return self.root_scalar(Kind::Null, Node { range: at..at, ..node });
        }
        let kind = if node.typing.rejects_tokens() { Kind::Null } else { resolved.kind };
        let mut slot = self.slot(kind, Style::Plain);
        slot.span = at..at;
        slot.content = Content::AsWritten(at..at);
        self.enter(&mut slot);
        // Without an indicator it stands behind its key, or behind the comments after that.
        if self.text[self.token_end.min(at)..at].trim_start().starts_with(['-', '?', ':', '&', '!']) {
            self.token_end = at;
        }
        self.add(slot, node.anchor);
        Ok(())
    }

    /// The end of the indicator that the missing value before `limit` stands behind. The parser places the value
    /// of `key:` before the colon.
    fn behind_indicator(&self, limit: usize) -> usize {
        let from = self.comments.end;
        let gap = Gap::read(self.text, from..limit.max(from));
        let at = gap.token.map_or(from, |(_, at)| at + 1);
        let rest = self.text[at..].trim_start_matches([' ', '\t', '\r', '\n']);
        let in_map = self.frames.last().is_some_and(|frame| frame.map);
        let before_colon = in_map && gap.token.is_none_or(|(token, _)| token == Token::Question);
        if before_colon && rest.starts_with(':') { self.text.len() - rest.len() + 1 } else { at }
    }

    fn root_scalar(&mut self, kind: Kind, node: Node) -> Result<(), SyntaxError> {
        if kind != Kind::Null {
            return Err(self.not_a_map(node.start(), "a single value"));
        }
        let owner = self.root_owner();
        if !node.range.is_empty() {
            self.comments.node(&owner, &mut self.out.slots);
            self.comments.token(Token::Node { plain: true }, node.range.clone(), Some(owner));
            self.token_end = node.range.end;
        }
        if let Some(part) = &mut self.part {
            part.null(node.range);
        }
        Ok(())
    }

    fn scalar_key(&mut self, value: Cow<'_, str>, style: ScalarStyle, node: Node) -> Result<(), SyntaxError> {
        let empty = node.range.is_empty();
        let name = if empty && style == ScalarStyle::Plain { Cow::Borrowed("") } else { value };
        let mut end = node.range.end;
        if matches!(style, ScalarStyle::Literal | ScalarStyle::Folded) {
            end = self.block_scalar(&node)?.body.end;
        }
        if let Some((id, _)) = &node.anchor {
            let resolved = scalar::resolve(&name, style != ScalarStyle::Plain, node.typing);
            self.anchors.key(*id, name.clone().into_owned(), resolved);
        }
        let start = node.start();
        self.key(&name, start);
        if !empty {
            let owner = self.key_owner();
            self.comments.node(&owner, &mut self.out.slots);
            let visible = trim_break(self.text, end);
            self.comments.token(
                Token::Node { plain: style == ScalarStyle::Plain },
                start..visible,
                Some(owner),
            );
            self.token_end = end;
        }
        Ok(())
    }

    /// Enters a key of the innermost map. Its token is still to be told to `comments`.
    pub(super) fn key(&mut self, name: &str, start: usize) {
        let Some(frame) = self.frames.last() else { return };
        let (path, depth) = (frame.path, self.frames.len());
        self.comments.entry_end(depth);
        if let (1, Some(part)) = (depth, &mut self.part) {
            part.key(self.text, name, start, self.token_end);
            self.out.slots.extend(part.comments_behind());
        }
        let next = self.out.slots.len() as u32;
        let key = self.out.paths.key(path, name);
        self.keys.add(name, key, start);
        if let Some(frame) = self.frames.last_mut() {
            frame.key = Some(key);
            frame.entry = next;
            frame.count += 1;
        }
    }

    fn open(
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
        let mut slot = self.slot(Kind::EmptyMap, Style::Plain);
        self.enter(&mut slot);
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
            self.out.collections.push((slot.path, node.range.clone()));
            self.out.collections.len() - 1
        });
        self.frames.push(Frame {
            path: slot.path,
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
            let heads = if role == Role::Item { list } else { slot.path };
            let lost = slot.path;
            let owner = Owner {
                heads,
                lines: lost,
                inline: false,
                feet: lost,
                first: u32::MAX,
                above: Above::Before,
            };
            self.comments.node(&owner, &mut self.out.slots);
            self.comments.token(Token::Node { plain: false }, node.range.clone(), Some(owner));
            self.token_end = node.range.end;
        }
        Ok(())
    }

    fn close(&mut self, span: Range<usize>) -> Result<(), SyntaxError> {
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
                let first = Place::of(self.text.as_bytes(), twice.first);
                let path = self.out.paths.display(twice.path);
                return Err(SyntaxError::at(
                    self.text.as_bytes(),
                    twice.second,
                    format!("the key was there before, at {first}"),
                )
                .path(path)
                .hint("remove or rename one of the two"));
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
        if let Some(id) = frame.anchor {
            let slots = frame.first as usize..self.out.slots.len();
            self.anchors.collection(id, frame.path, slots);
        }
        Ok(())
    }

    /// `{}` or `[]`. If there are comments between the brackets, the slot spans nothing.
    fn empty_collection(&mut self, frame: &Frame, end: usize) {
        let kind = if frame.map { Kind::EmptyMap } else { Kind::EmptyList };
        let number = self.out.slots.len() as u32;
        let mut slot = self.slot(kind, Style::Plain);
        slot.path = frame.path;
        slot.span = if frame.first == number { frame.start..end } else { end..end };
        slot.content = Content::AsWritten(end..end);
        self.comments.inside_empty(frame.first..number);
        self.add(slot, None);
    }

    /// Gives a node the path of the place where it stands.
    pub(super) fn enter(&mut self, slot: &mut Slot) {
        let next = self.out.slots.len() as u32;
        let Some(frame) = self.frames.last_mut() else {
            slot.path = self.root;
            return;
        };
        slot.path = match frame.map {
            true => frame.key.take().unwrap_or(frame.path),
            false => {
                frame.entry = next;
                frame.count += 1;
                self.out.paths.index(frame.path, frame.count - 1)
            }
        };
    }

    /// Adds a value's slot, and its anchor.
    fn add(&mut self, slot: Slot, anchor: Option<(usize, Range<usize>)>) {
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

    fn role(&self) -> Role {
        match self.frames.last() {
            None => Role::Root,
            Some(frame) if frame.map => Role::Value,
            Some(_) => Role::Item,
        }
    }

    /// A slot at the current place, without path, span and content.
    pub(super) fn slot(&self, kind: Kind, style: Style) -> Slot {
        let flow = self.frames.last().is_some_and(|frame| frame.flow);
        let indent = self.frames.iter().rev().find(|frame| !frame.flow).map_or(0, |frame| frame.column);
        Slot {
            path: self.root,
            span: 0..0,
            tail: Box::default(),
            kind,
            style,
            flow,
            indent: indent as u32,
            content: Content::AsWritten(0..0),
        }
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

    fn root_owner(&self) -> Owner {
        let root = self.root;
        Owner { heads: root, lines: root, inline: false, feet: root, first: u32::MAX, above: Above::Before }
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

    fn block_scalar(&self, node: &Node) -> Result<Block, SyntaxError> {
        let from = node.properties_end().unwrap_or(0).max(self.comments.end);
        Block::find(self.text, from, node.range.end).ok_or_else(|| {
            self.fault(node.range.start, "a lone carriage return as the line end of a block scalar")
                .hint("end lines with a line feed")
        })
    }

    /// A block scalar whose last line is the text's last and has no line end: for sops' reader the value has
    /// none either, where the parser adds one.
    fn without_missing_break<'v>(&self, value: Cow<'v, str>, node: &Node) -> Cow<'v, str> {
        let last_line = self.text.len() - self.text.rfind('\n').map_or(0, |at| at + 1);
        if last_line <= node.indent || node.range.end < self.text.len() || !value.ends_with('\n') {
            return value;
        }
        let mut value = value.into_owned();
        value.pop();
        Cow::Owned(value)
    }

    /// The bytes of a scalar, lent from the text where it spells them as they are.
    fn content(&self, slot: &Slot, value: Cow<'_, str>) -> Content {
        let quotes = usize::from(matches!(slot.style, Style::Single | Style::Double));
        let inner = slot.span.start + quotes..slot.span.end.saturating_sub(quotes);
        match self.text.get(inner.clone()) {
            Some(raw) if slot.tail.is_empty() && raw == value => Content::AsWritten(inner),
            _ => cooked(value.into_owned().into_bytes()),
        }
    }

    fn convert(&self, fault: &granit_parser::ScanError) -> SyntaxError {
        fault::convert(self.text, fault, self.limits.depth).path(self.here())
    }

    pub(super) fn fault(&self, at: usize, reason: &str) -> SyntaxError {
        SyntaxError::at(self.text.as_bytes(), at, reason).path(self.here())
    }

    /// The path of the place that was reached.
    fn here(&self) -> String {
        let path = self.frames.last().map_or(self.root, |frame| frame.key.unwrap_or(frame.path));
        self.out.paths.display(path)
    }

    fn not_a_map(&self, at: usize, what: &str) -> SyntaxError {
        SyntaxError::at(self.text.as_bytes(), at, format!("the document is {what}, not a map"))
            .hint("encrypt such a file as a whole with --input-type binary")
    }
}

fn options(depth: usize) -> Options {
    granit_parser::options! {
        emit_anchor_events: true,
        // The default fails on an ordinary file with a long commented-out block.
        max_buffered_comment_events: usize::MAX,
        block_nesting_limit: depth,
        flow_nesting_limit: depth,
    }
}

fn bytes(span: &Span) -> Range<usize> {
    // A parser over a `&str` knows all offsets.
    span.byte_range().unwrap_or(0..0)
}

fn style_of(style: ScalarStyle) -> Style {
    match style {
        ScalarStyle::Plain => Style::Plain,
        ScalarStyle::SingleQuoted => Style::Single,
        ScalarStyle::DoubleQuoted => Style::Double,
        ScalarStyle::Literal => Style::Literal,
        ScalarStyle::Folded => Style::Folded,
    }
}

pub(super) fn cooked(bytes: Vec<u8>) -> Content {
    Content::Cooked(Zeroizing::new(bytes.into_boxed_slice()))
}

/// `end` without the line break before it.
fn trim_break(text: &str, end: usize) -> usize {
    let line = &text[..end];
    let line = line.strip_suffix('\n').map_or(line, |line| line.strip_suffix('\r').unwrap_or(line));
    line.len()
}
