//! Which lines of a TOML text are which: tables with their headers, keys, and the comments between them.

use super::super::tables::Part;
use super::super::tokens::{Tokens, span};
use crate::document::error::SyntaxError;
use crate::document::lines;
use crate::document::step::Step;
use std::collections::HashMap;
use std::ops::Range;
use toml_parser::lexer::TokenKind;

/// A header with the keys below it; the first one is that of the keys above all headers, and has none.
pub(super) struct Section<'t> {
    /// The table that it is, list positions included.
    pub path: Vec<Step>,
    /// The header's line; empty where the first section starts.
    pub header: Range<usize>,
    /// Where the comment lines directly above the header start.
    pub lead: usize,
    pub entries: Vec<Entry<'t>>,
    /// The end of its last line that is neither blank nor the next header's comment.
    pub end: usize,
}

pub(super) struct Entry<'t> {
    /// All its lines.
    pub lines: Range<usize>,
    pub key: Key<'t>,
    pub value: Range<usize>,
}

/// A dotted key.
pub(super) struct Key<'t> {
    pub parts: Vec<Part<'t>>,
    pub span: Range<usize>,
}

impl Key<'_> {
    /// Whether it is the first steps of a path.
    pub(super) fn starts(&self, path: &[Step]) -> bool {
        self.parts.len() <= path.len() && self.shares(path)
    }

    /// Whether a path leads to it or to a table that its dots make.
    pub(super) fn is_below(&self, path: &[Step]) -> bool {
        self.parts.len() >= path.len() && self.shares(path)
    }

    fn shares(&self, path: &[Step]) -> bool {
        self.parts.iter().zip(path).all(|(part, step)| matches!(step, Step::Key(key) if *key == part.name))
    }
}

impl<'t> Section<'t> {
    fn new(path: Vec<Step>, header: Range<usize>, lead: usize) -> Section<'t> {
        Section { path, lead, entries: Vec::new(), end: header.end, header }
    }

    pub(super) fn is_headed(&self) -> bool {
        !self.header.is_empty()
    }
}

/// The sections in the order of the text. It is one that the scan has accepted.
pub(super) fn sections(text: &str) -> Result<Vec<Section<'_>>, SyntaxError> {
    let mut tokens = Tokens::new(text);
    let first = lines::first(text);
    let mut sections = vec![Section::new(Vec::new(), first..first, first)];
    let mut elements = HashMap::new();
    // Comment lines that a header may follow.
    let mut waiting: Option<Range<usize>> = None;
    loop {
        tokens.skip_blanks();
        let at = tokens.at();
        let start = lines::start(text, at);
        let count = sections.len() - 1;
        let section = &mut sections[count];
        match tokens.peek() {
            TokenKind::Eof => break,
            // A comment with a blank line below it belongs to the section that it is in.
            TokenKind::Newline => {
                section.end = waiting.take().map_or(section.end, |comments| comments.end);
                tokens.take();
            }
            TokenKind::Comment => {
                let from = waiting.as_ref().map_or(start, |comments| comments.start);
                waiting = Some(from..line_rest(&mut tokens));
            }
            TokenKind::LeftSquareBracket => {
                let lead = waiting.take().map_or(start, |comments| comments.start);
                tokens.take();
                let is_element = tokens.take_if(TokenKind::LeftSquareBracket).is_some();
                tokens.skip_blanks();
                let path = resolve(&tokens.take_key()?, is_element, &mut elements);
                sections.push(Section::new(path, start..line_rest(&mut tokens), lead));
            }
            _ => {
                waiting = None;
                let key = key(text, &mut tokens)?;
                let value = value(&mut tokens);
                let lines = start..line_rest(&mut tokens);
                section.end = lines.end;
                section.entries.push(Entry { lines, key, value });
            }
        }
    }
    if let (Some(comments), Some(last)) = (waiting, sections.last_mut()) {
        last.end = comments.end;
    }
    Ok(sections)
}

/// Takes a key with its `=`.
pub(super) fn key<'t>(text: &str, tokens: &mut Tokens<'t>) -> Result<Key<'t>, SyntaxError> {
    let start = tokens.at();
    let parts = tokens.take_key()?;
    let end = start + text[start..tokens.at()].trim_end().len();
    tokens.take_if(TokenKind::Equals);
    Ok(Key { parts, span: start..end })
}

/// Takes a value: up to the end of the line, a comma or a closing bracket.
pub(super) fn value(tokens: &mut Tokens<'_>) -> Range<usize> {
    tokens.skip_blanks();
    let start = tokens.at();
    let mut end = start;
    let mut depth = 0;
    loop {
        let kind = tokens.peek();
        match kind {
            TokenKind::Eof => break,
            TokenKind::LeftSquareBracket | TokenKind::LeftCurlyBracket => depth += 1,
            TokenKind::RightSquareBracket | TokenKind::RightCurlyBracket if depth > 0 => depth -= 1,
            TokenKind::RightSquareBracket
            | TokenKind::RightCurlyBracket
            | TokenKind::Comma
            | TokenKind::Newline
            | TokenKind::Comment
                if depth == 0 =>
            {
                break;
            }
            _ => {}
        }
        let token = tokens.take();
        if kind != TokenKind::Whitespace {
            end = span(token).end;
        }
    }
    start..end
}

/// Takes the rest of a line; gives where the next one starts.
fn line_rest(tokens: &mut Tokens<'_>) -> usize {
    loop {
        match tokens.peek() {
            TokenKind::Eof => return tokens.at(),
            TokenKind::Newline => return span(tokens.take()).end,
            _ => tokens.take(),
        };
    }
}

/// The table that a header opens: a name of an array of tables stands for its last element.
fn resolve(parts: &[Part<'_>], is_element: bool, elements: &mut HashMap<Vec<Step>, usize>) -> Vec<Step> {
    let mut path = Vec::with_capacity(parts.len() + 1);
    for (number, part) in parts.iter().enumerate() {
        path.push(Step::Key(part.name.as_ref().to_owned()));
        if is_element && number + 1 == parts.len() {
            let count = elements.entry(path.clone()).or_default();
            *count += 1;
            path.push(Step::Index(*count - 1));
        } else if let Some(count) = elements.get(&path) {
            path.push(Step::Index(*count - 1));
        }
    }
    path
}
