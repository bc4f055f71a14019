//! Scalars: as values, as keys, and where there is nothing to see.

use super::gap::{Block, Gap, Token};
use super::scalar;
use super::scan::{Node, Scanner};
use crate::document::error::SyntaxError;
use crate::document::slot::{Content, Slot, Style};
use crate::document::value::Kind;
use granit_parser::ScalarStyle;
use std::borrow::Cow;
use std::ops::Range;
use zeroize::Zeroizing;

/// The spelling of a value.
struct Spelled {
    /// The scalar itself; the header of a block scalar.
    value: Range<usize>,
    /// The lines of a block scalar.
    body: Range<usize>,
    /// The first byte that a token replaces: the scalar's, or its tag's if a token can't follow the tag.
    start: usize,
    /// Behind the last byte.
    end: usize,
}

impl Scanner<'_> {
    pub(super) fn scalar(
        &mut self,
        value: Cow<'_, str>,
        style: ScalarStyle,
        node: Node,
    ) -> Result<(), SyntaxError> {
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
        let Spelled { value: span, body, start, end } = self.spelled(&node, block)?;
        let path = self.enter();
        let mut slot = self.slot(path, span, resolved.kind, style_of(style));
        if !body.is_empty() {
            slot.tail = Box::new([body]);
        }
        slot.content = match resolved.canonical {
            Some(bytes) => cooked(bytes),
            None => self.content(&slot, value),
        };
        slot.span.start = start;
        let owner = self.scalar_owner(self.out.slots.len() as u32);
        self.comments.node(&owner, &mut self.out.slots);
        let plain = matches!(slot.style, Style::Plain | Style::Literal | Style::Folded);
        // A block scalar ends before the break of its last line, as the token will that replaces it.
        let visible = if block { trim_break(self.text, end) } else { end };
        self.comments.token(Token::Node { plain }, start..visible, Some(owner));
        self.token_end = end;
        if let Some(part) = &mut self.part {
            part.block_scalar_end = block.then_some(end);
        }
        self.add(slot, node.anchor);
        Ok(())
    }

    /// Where a value's spelling is.
    fn spelled(&self, node: &Node, block: bool) -> Result<Spelled, SyntaxError> {
        let range = node.range.clone();
        let mut spelled = match block {
            false => Spelled { start: range.start, end: range.end, body: range.end..range.end, value: range },
            true => {
                let Block { header, body } = self.block_scalar(node)?;
                Spelled { start: header.start, end: body.end.max(header.end), value: header, body }
            }
        };
        if let Some(tag) = node.tag.clone().filter(|_| node.typing.rejects_tokens()) {
            if self.text[tag.end..spelled.start].contains('#') {
                return Err(self
                    .fault(tag.start, "a comment between a tag and its value")
                    .hint("write the tag on the value's line"));
            }
            spelled.start = tag.start;
        }
        Ok(spelled)
    }

    /// A scalar without spelling: null, or what its tag makes of nothing. It stands behind its tag or anchor,
    /// else behind its indicator, else behind its key and the comments after that.
    fn empty(&mut self, node: Node) -> Result<(), SyntaxError> {
        let resolved = scalar::resolve("", false, node.typing);
        let indicator = self.indicator(node.range.start);
        if let Some((token, at)) = indicator {
            self.comments.token(token, at..at + 1, None);
        }
        self.pass_properties(&node);
        let behind = node.properties_end().or(indicator.map(|(_, at)| at + 1));
        let at = behind.unwrap_or(self.comments.end);
        if self.frames.is_empty() {
            return self.root_scalar(Kind::Null, Node { range: at..at, ..node });
        }
        let kind = if node.typing.rejects_tokens() { Kind::Null } else { resolved.kind };
        let path = self.enter();
        let slot = self.slot(path, at..at, kind, Style::Plain);
        self.token_end = behind.unwrap_or(self.token_end);
        self.add(slot, node.anchor);
        Ok(())
    }

    /// Goes past the tag and anchor of a node that has nothing else.
    fn pass_properties(&mut self, node: &Node) {
        if let Some(end) = node.properties_end() {
            self.comments.token(Token::Property, node.start()..end, None);
            self.token_end = end;
        }
    }

    /// The last indicator before a missing value. The parser places the value of `key:` before the colon.
    fn indicator(&self, limit: usize) -> Option<(Token, usize)> {
        let from = self.comments.end;
        let gap = Gap::read(self.text, from..limit.max(from));
        let at = gap.token.map_or(from, |(_, at)| at + 1);
        let rest = self.text[at..].trim_start_matches([' ', '\t', '\r', '\n']);
        let in_map = self.frames.last().is_some_and(|frame| frame.map);
        let before_colon = in_map && gap.token.is_none_or(|(token, _)| token == Token::Question);
        match before_colon && rest.starts_with(':') {
            true => Some((Token::Colon, self.text.len() - rest.len())),
            false => gap.token.filter(|(token, _)| *token != Token::Property),
        }
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
        if empty {
            self.pass_properties(&node);
        } else {
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
        if node.range.end < self.text.len() || !value.ends_with('\n') {
            return value;
        }
        let last_line = self.text.len() - self.text.rfind('\n').map_or(0, |at| at + 1);
        if last_line <= node.indent {
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
}

pub(super) fn style_of(style: ScalarStyle) -> Style {
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
