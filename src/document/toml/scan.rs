//! TOML text to slots: lines, headers and keys. Values are in [`super::value`].

use super::block::Block;
use super::tables::{ROOT, TableId, Tables};
use super::tokens::{Tokens, span};
use crate::document::error::SyntaxError;
use crate::document::path::PathId;
use crate::document::slot::{Content, Slot, Style};
use crate::document::syntax::{self, Fit, Limits, Scan};
use crate::document::value::Kind;
use std::collections::HashMap;
use std::ops::Range;
use toml_parser::lexer::TokenKind;
use zeroize::Zeroizing;

pub(super) fn scan(text: &str, limits: &Limits) -> Result<Scan, SyntaxError> {
    let mut scanner = Scanner {
        text,
        tokens: Tokens::new(text),
        tables: Tables::new(text, limits.depth),
        slots: Vec::new(),
        metadata: Vec::new(),
        section: ROOT,
        line: 0,
        comments: Comments::default(),
        block: Block::default(),
    };
    let read = scanner.document().and_then(|()| scanner.tables.refuse_duplicates());
    match read {
        Ok(()) => Ok(scanner.finish()),
        Err(error) if error.path.is_some() || scanner.section == ROOT => Err(error),
        Err(error) => {
            let section = scanner.tables.path(scanner.section);
            Err(error.path(scanner.tables.paths.display(section)))
        }
    }
}

pub(super) struct Scanner<'t> {
    text: &'t str,
    pub tokens: Tokens<'t>,
    pub tables: Tables<'t>,
    slots: Vec<Slot>,
    metadata: Vec<Slot>,
    /// The table whose lines are being read.
    section: TableId,
    /// The start of the line that is being read.
    line: usize,
    comments: Comments,
    block: Block,
}

/// Comment lines that wait for what they stand above.
#[derive(Default)]
struct Comments {
    spans: Vec<Range<usize>>,
    /// The end of the line of the last one.
    end: usize,
    /// How many of them have a blank line below.
    apart: usize,
    /// The end of the line of the last of those.
    apart_end: usize,
}

impl<'t> Scanner<'t> {
    fn document(&mut self) -> Result<(), SyntaxError> {
        loop {
            match self.tokens.peek() {
                TokenKind::Eof => break,
                TokenKind::Whitespace => self.tokens.skip_blanks(),
                TokenKind::Newline => {
                    self.end_line()?;
                    self.comments.apart = self.comments.spans.len();
                    self.comments.apart_end = self.comments.end;
                }
                TokenKind::Comment => {
                    let comment = self.tokens.take_comment()?;
                    self.end_line()?;
                    self.comments.spans.push(comment);
                    self.comments.end = self.line;
                }
                TokenKind::LeftSquareBracket => self.header()?,
                _ if self.tokens.at_key() => self.entry()?,
                _ => return Err(self.tokens.unexpected("a key, a table header or a comment")),
            }
        }
        if self.block.is_open() && !self.comments.spans.is_empty() {
            self.block.extend(self.comments.end);
        }
        self.place_comments(usize::MAX, self.section);
        Ok(())
    }

    /// `[a.b]` or `[[a.b]]`, to the end of the line.
    fn header(&mut self) -> Result<(), SyntaxError> {
        let start = self.line;
        self.tokens.take();
        let element = self.tokens.take_if(TokenKind::LeftSquareBracket).is_some();
        self.tokens.skip_blanks();
        let parts = self.tokens.take_key()?;
        let mut end = self.tokens.at();
        for _ in 0..1 + usize::from(element) {
            end = match self.tokens.take_if(TokenKind::RightSquareBracket) {
                Some(token) => span(token).end,
                None => return Err(self.tokens.unexpected(if element { "`]]`" } else { "`]`" })),
            };
        }
        let is_block = parts.first().is_some_and(|part| part.name == "sops");
        if self.block.is_open() && !is_block && self.comments.apart > 0 {
            self.block.extend(self.comments.apart_end);
        }
        let apart = self.comments.apart;
        self.place_comments(apart, self.section);
        self.tables.in_block = is_block;
        let container = self.tables.header_container(&parts, element)?;
        self.tables.in_block = is_block && container != ROOT;
        self.place_comments(usize::MAX, container);
        self.tables.in_block = is_block;
        if let Some(last) = parts.last() {
            self.section = self.tables.header(container, last, end..end)?;
        }
        if let Some(comment) = self.line_rest()? {
            self.comment(self.section, comment, Style::Comment);
        }
        if is_block {
            self.block.section(self.text, start..self.line);
        } else {
            self.block.close();
        }
        Ok(())
    }

    /// `a.b = value`, to the end of the line.
    fn entry(&mut self) -> Result<(), SyntaxError> {
        let start = self.line;
        let parts = self.tokens.take_key()?;
        if self.tokens.take_if(TokenKind::Equals).is_none() {
            return Err(self.tokens.unexpected("`=`"));
        }
        let Some((last, above)) = parts.split_last() else { return Ok(()) };
        let in_section = self.block.is_open();
        let is_block = in_section || self.section == ROOT && parts[0].name == "sops";
        if is_block && !in_section {
            self.place_comments(usize::MAX, ROOT);
        }
        self.tables.in_block = is_block;
        let table = self.tables.dotted(self.section, above)?;
        self.place_comments(usize::MAX, table);
        let path = self.tables.key(table, last);
        self.value(table, path)?;
        if let Some(comment) = self.line_rest()? {
            self.comment(table, comment, Style::InlineComment);
        }
        if in_section {
            self.block.extend(self.line);
        } else if is_block {
            self.block.line(start..self.line);
        }
        self.tables.in_block = in_section;
        Ok(())
    }

    /// The end of a line that had something in it; gives its comment.
    fn line_rest(&mut self) -> Result<Option<Range<usize>>, SyntaxError> {
        self.tokens.skip_blanks();
        let comment = match self.tokens.peek() {
            TokenKind::Comment => Some(self.tokens.take_comment()?),
            _ => None,
        };
        self.end_line()?;
        Ok(comment)
    }

    fn end_line(&mut self) -> Result<(), SyntaxError> {
        self.line = match self.tokens.peek() {
            TokenKind::Newline => self.tokens.take_newline()?,
            TokenKind::Eof => self.text.len(),
            _ => return Err(self.tokens.unexpected("the end of the line")),
        };
        Ok(())
    }

    /// Gives the waiting comments, at most the first `count`, to a table.
    fn place_comments(&mut self, count: usize, table: TableId) {
        if self.comments.spans.is_empty() {
            return;
        }
        let count = count.min(self.comments.spans.len());
        let rest = self.comments.spans.split_off(count);
        for comment in std::mem::replace(&mut self.comments.spans, rest) {
            self.comment(table, comment, Style::Comment);
        }
        self.comments.apart = 0;
    }

    pub(super) fn comment(&mut self, table: TableId, span: Range<usize>, style: Style) {
        if self.tables.in_block {
            return;
        }
        let number = self.slots.len() as u32;
        match style {
            Style::InlineComment => self.tables.order.slot_before_last(table, number),
            _ => self.tables.order.slot(table, number),
        }
        let text = Content::AsWritten(span.start + 1..span.end);
        self.slots.push(slot(self.tables.path(table), span, Kind::Comment, style, text));
    }

    pub(super) fn scalar(&mut self, table: TableId, path: PathId) -> Result<(), SyntaxError> {
        let scalar =
            self.tokens.take_scalar().map_err(|error| error.path(self.tables.paths.display(path)))?;
        let slot = slot(path, scalar.span, scalar.kind, scalar.style, scalar.content);
        if self.tables.in_block {
            self.tables.fill(table);
            self.metadata.push(slot);
        } else {
            self.tables.slot(table, self.slots.len() as u32);
            self.slots.push(slot);
        }
        Ok(())
    }

    fn finish(mut self) -> Scan {
        let mut empty = HashMap::new();
        for table in self.tables.empty() {
            let kind = if table.list { Kind::EmptyList } else { Kind::EmptyMap };
            let content = Content::Cooked(Zeroizing::new(Box::default()));
            let slot = slot(table.path, table.span, kind, Style::Plain, content);
            if table.in_block {
                self.metadata.push(slot);
            } else {
                empty.insert(table.table, self.slots.len() as u32);
                self.slots.push(slot);
            }
        }
        self.metadata.sort_by_key(|slot| slot.span.start);
        let mut order = self.tables.order.slots(&empty);
        if !empty.is_empty() {
            renumber(&mut self.slots, &mut order);
        }
        let in_order = order.iter().zip(0..).all(|(&slot, n)| slot == n);
        let root = self.tables.path(ROOT);
        let blocks = self.block.into_lines();
        // A block goes to the end, which is where the old one is if it ends there.
        let insert = match blocks.last() {
            Some(last) if last.end == self.text.len() => last.start,
            _ => self.text.len(),
        };
        let fit = Fit::Block { indent: 0 };
        let part = syntax::Part { root, metadata: self.metadata, blocks, insert, fit };
        Scan {
            paths: self.tables.paths,
            slots: self.slots,
            order: (!in_order).then_some(order),
            parts: vec![part],
            step: 2,
            ..Scan::default()
        }
    }
}

/// Sorts slots into the order of the text.
fn renumber(slots: &mut Vec<Slot>, order: &mut [u32]) {
    let mut numbered: Vec<(usize, Slot)> = std::mem::take(slots).into_iter().enumerate().collect();
    numbered.sort_by_key(|(_, slot)| (slot.span.start, slot.span.end));
    let mut number = vec![0; numbered.len()];
    for (new, (old, slot)) in (0..).zip(numbered) {
        number[old] = new;
        slots.push(slot);
    }
    for slot in order {
        *slot = number[*slot as usize];
    }
}

fn slot(path: PathId, span: Range<usize>, kind: Kind, style: Style, content: Content) -> Slot {
    Slot { path, span, tail: Box::default(), kind, style, flow: false, indent: 0, content }
}
