//! Text to slots: follows the parser's events, one pass, and keeps nothing but what is still open.

use super::alias::Anchors;
use super::comments::{Around, Comments};
use super::frame::{Frame, Keys};
use super::gap::Token;
use super::part::OpenPart;
use super::scalar::Typing;
use crate::document::error::SyntaxError;
use crate::document::path::PathId;
use crate::document::slot::{Content, Slot, Style};
use crate::document::syntax::{Limits, Scan};
use crate::document::value::Kind;
use granit_parser::{Event, Options, Parser, Span};
use std::ops::Range;

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

    pub(super) fn properties_end(&self) -> Option<usize> {
        self.tag.iter().chain(self.anchor.iter().map(|(_, span)| span)).map(|span| span.end).max()
    }
}

pub(super) struct Scanner<'t> {
    pub text: &'t str,
    pub limits: &'t Limits,
    pub out: Scan,
    pub frames: Vec<Frame>,
    pub keys: Keys,
    pub comments: Comments,
    pub anchors: Anchors,
    pub part: Option<OpenPart>,
    /// The root of the current document, or of the next one between documents.
    pub root: PathId,
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
        let (container, entry, flow) =
            self.frames.last().map_or((self.root, 0, false), |frame| (frame.path, frame.entry, frame.flow));
        let root = self.part.as_ref().map_or(0, OpenPart::column);
        let around = Around { indent: self.indent(), flow, root, container, entry };
        let number = self.out.slots.len() as u32;
        let mut slot = self.slot(self.root, span.clone(), Kind::Comment, Style::Comment);
        slot.content = Content::AsWritten(span.start + 1..span.end);
        match &mut self.part {
            Some(part) if hidden => part.metadata_comment(slot),
            _ => self.out.slots.push(slot),
        }
        let slot = (!hidden).then_some(number);
        self.comments.comment(self.text, span, slot, &around, &mut self.out.slots);
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
}

pub(super) fn options(depth: usize) -> Options {
    granit_parser::options! {
        emit_anchor_events: true,
        // The default fails on an ordinary file with a long commented-out block.
        max_buffered_comment_events: usize::MAX,
        block_nesting_limit: depth,
        flow_nesting_limit: depth,
    }
}

pub(super) fn bytes(span: &Span) -> Range<usize> {
    // A parser over a `&str` knows all offsets.
    span.byte_range().unwrap_or(0..0)
}
