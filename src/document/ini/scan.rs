//! The lines of a file, as gopkg.in/ini.v1 reads them for sops (spec, stores 5.1).

use super::comment::{self, Behind, MOVED};
use super::key;
use super::section::{Block, Section};
use super::value::{self, Value};
use crate::document::error::{Place, SyntaxError};
use crate::document::flat::{self, Entry};
use crate::document::path::PathId;
use crate::document::slot::{Content, Slot};
use crate::document::syntax::{Fit, Limits, Part, Scan};
use crate::document::value::Kind;
use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

/// The section of the keys before the first header.
pub(super) const DEFAULT: &str = "DEFAULT";
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// What comes before everything else in a text: a byte order mark or nothing.
pub(super) fn start(text: &str) -> usize {
    if text.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 }
}

pub(super) fn scan(text: &str, limits: &Limits) -> Result<Scan, SyntaxError> {
    let mut scan = Scan { step: 2, ..Scan::default() };
    let root = scan.paths.root(0);
    let mut scanner = Scanner {
        text,
        scan,
        order: Vec::new(),
        root,
        sections: HashMap::new(),
        section: Section { name: DEFAULT, path: root, number: 0, slots: 0, unnamed: 0 },
        keys: HashMap::new(),
        comments: Vec::new(),
        below: None,
        block: None,
        in_block: false,
    };
    scanner.open(DEFAULT);
    scanner.lines(start(text))?;
    scanner.finish(limits)
}

pub(super) struct Scanner<'t> {
    pub text: &'t str,
    pub scan: Scan,
    /// The numbers of the slots in sops' tree order: comments follow their key.
    pub order: Vec<u32>,
    pub root: PathId,
    /// Each name's path, and whether the tree has anything under it.
    pub sections: HashMap<&'t str, (PathId, bool)>,
    pub section: Section<'t>,
    pub keys: HashMap<(PathId, Cow<'t, str>), Key>,
    /// Comment lines that wait for a key or header, from mark to line end.
    pub comments: Vec<Range<usize>>,
    /// The line below a header without comment: the place of a comment that moved there.
    pub below: Option<usize>,
    pub block: Option<Block<'t>>,
    pub in_block: bool,
}

/// Where a key was seen.
pub(super) struct Key {
    section: u32,
    at: usize,
    empty: bool,
}

impl<'t> Scanner<'t> {
    fn lines(&mut self, mut at: usize) -> Result<(), SyntaxError> {
        while at < self.text.len() {
            let end = value::line_end(self.text, at);
            let start = end - self.text[at..end].trim_start().len();
            at = match self.text.as_bytes()[start..end].first() {
                None => end,
                Some(b'#' | b';') => {
                    self.comments.push(start..end);
                    end
                }
                Some(b'[') => self.header(at, start, end)?,
                Some(_) => self.key(start, end)?,
            };
        }
        Ok(())
    }

    /// Takes the waiting comment lines, and the comment behind a header or value, as one slot.
    pub(super) fn comment(&mut self, behind: Option<Behind>) {
        let first = self.comments.first().map(|line| line.start);
        if let Some(mut slot) = comment::slot(self.text, self.section.path, &self.comments, behind) {
            let marks = first.map_or("", |first| &self.text[first..slot.span.start]);
            if marks == MOVED && first == self.below {
                // One mark less must stay, or its token would pass for a comment that moved.
                slot.span.start -= 1;
            }
            self.push(slot);
        }
        self.comments.clear();
    }

    pub(super) fn push(&mut self, slot: Slot) {
        self.order.push(self.scan.slots.len() as u32);
        self.scan.slots.push(slot);
        self.section.slots += 1;
    }

    /// A key with its value; returns where the next line starts.
    fn key(&mut self, start: usize, end: usize) -> Result<usize, SyntaxError> {
        let (name, behind) = key::read(self.text, start, end)?;
        let Value { span, style, content, comment, next } = value::read(self.text, behind, end)?;
        let behind = comment.map(|comment| Behind::new(self.text, span.end, comment));
        let mut slot = Slot {
            path: self.root,
            span,
            tail: Box::default(),
            kind: Kind::Str,
            style,
            flow: behind.is_some(),
            indent: 0,
            content,
        };
        if let (true, Some(block)) = (self.in_block, &mut self.block) {
            if let Content::AsWritten(range) = slot.content {
                slot.content = flat::unescape(self.text, range);
            }
            block.entries.push(Entry { name, slot });
            block.span.end = next;
            self.comments.clear();
            return Ok(next);
        }
        let name = match name {
            "-" => {
                self.section.unnamed += 1;
                Cow::Owned(format!("#{}", self.section.unnamed))
            }
            name => Cow::Borrowed(name),
        };
        let empty = match &slot.content {
            Content::AsWritten(range) => range.is_empty(),
            Content::Cooked(bytes) => bytes.is_empty(),
        };
        slot.path = self.scan.paths.key(self.section.path, &name);
        self.unique(name, slot.path, start, empty)?;
        let lines = !self.comments.is_empty();
        if lines {
            self.comment(behind);
            self.push(slot);
            let last = self.order.len() - 1;
            self.order.swap(last - 1, last);
        } else {
            self.push(slot);
            self.comment(behind);
        }
        Ok(next)
    }

    /// A key twice in one section is an error; in sections of one name it is if a value is empty, because an
    /// empty value is nothing that the MAC covers (design, security R5).
    fn unique(
        &mut self,
        name: Cow<'t, str>,
        path: PathId,
        at: usize,
        empty: bool,
    ) -> Result<(), SyntaxError> {
        let here = Key { section: self.section.number, at, empty };
        let section = here.section;
        let Some(other) = self.keys.insert((self.section.path, name), here) else { return Ok(()) };
        let (reason, hint) = match other.section == section {
            true => (
                "this section has the same key",
                "sops would keep only the last one: delete the others, or encrypt the file as a whole with \
                 --input-type binary",
            ),
            false if other.empty || empty => (
                "a section of the same name has the same key, and a value is empty:",
                "delete one of the two lines",
            ),
            false => return Ok(()),
        };
        let line = Place::of(self.text.as_bytes(), other.at).line;
        Err(SyntaxError::at(self.text.as_bytes(), at, format!("{reason} on line {line}"))
            .repeated()
            .path(self.scan.paths.display(path))
            .hint(hint))
    }

    fn finish(mut self, limits: &Limits) -> Result<Scan, SyntaxError> {
        self.close();
        self.leftover();
        let insert = self.block.as_ref().map_or(self.text.len(), |block| block.span.start);
        let (blocks, entries) = match self.block.take() {
            Some(block) => (vec![block.span], block.entries),
            None => (Vec::new(), Vec::new()),
        };
        let mut scan = self.scan;
        let metadata = flat::nest(self.text, &mut scan.paths, self.root, entries, limits.depth)?;
        scan.parts = vec![Part { root: self.root, metadata, blocks, insert, fit: Fit::Block { indent: 0 } }];
        scan.order = (!self.order.is_sorted()).then_some(self.order);
        Ok(scan)
    }
}
