//! The lines of a file, as gopkg.in/ini.v1 reads them for sops (spec, stores 5.1).

use super::comment::{self, Behind, MOVED};
use super::value::{self, Value};
use super::{SOPS, key};
use crate::document::error::{Place, SyntaxError};
use crate::document::flat::{self, Entry};
use crate::document::path::PathId;
use crate::document::slot::{Content, Slot, Style};
use crate::document::syntax::{Fit, Limits, Part, Scan};
use crate::document::value::Kind;
use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;
use zeroize::Zeroizing;

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

struct Scanner<'t> {
    text: &'t str,
    scan: Scan,
    /// The numbers of the slots in sops' tree order: comments follow their key.
    order: Vec<u32>,
    root: PathId,
    /// Each name's path, and whether the tree has anything under it.
    sections: HashMap<&'t str, (PathId, bool)>,
    section: Section<'t>,
    keys: HashMap<(PathId, Cow<'t, str>), Key>,
    /// Comment lines that wait for a key or header, from mark to line end.
    comments: Vec<Range<usize>>,
    /// The line below a header without comment: the place of a comment that moved there.
    below: Option<usize>,
    block: Option<Block<'t>>,
    in_block: bool,
}

/// The section of values that is being read, or was before the metadata.
struct Section<'t> {
    name: &'t str,
    path: PathId,
    /// Counts the headers.
    number: u32,
    /// How many slots it has.
    slots: usize,
    /// How many keys are named `-`.
    unnamed: usize,
}

/// Where a key was seen.
struct Key {
    section: u32,
    at: usize,
    empty: bool,
}

/// The `[sops]` section.
struct Block<'t> {
    header: usize,
    span: Range<usize>,
    entries: Vec<Entry<'t>>,
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

    /// A section's header; returns where the next line to read starts.
    fn header(&mut self, line: usize, start: usize, end: usize) -> Result<usize, SyntaxError> {
        let fault = |reason: &str| SyntaxError::at(self.text.as_bytes(), start, reason);
        let close =
            self.text[start..end].rfind(']').ok_or_else(|| fault("this section header has no `]`"))?;
        let name = &self.text[start + 1..start + close];
        if name.is_empty() {
            return Err(fault("this section header has no name"));
        }
        let close = start + close + 1;
        self.close();
        if name == SOPS {
            self.open_block(line, start, end)?;
            return Ok(end);
        }
        self.in_block = false;
        self.open(name);
        match value::comment(self.text, close, end) {
            Some(comment) if self.comments.is_empty() => {
                let junk = close + self.text[close..comment.start].trim_end().len();
                self.moved(junk..comment.end, comment);
                Ok(end)
            }
            Some(comment) => {
                let junk = close + self.text[close..comment.start].trim_end().len();
                self.comment(Some(Behind::new(self.text, junk, comment)));
                Ok(end)
            }
            None if self.comments.is_empty() && self.text[end..].starts_with(&format!("{MOVED}ENC[")) => {
                let next = value::line_end(self.text, end);
                let last = end + self.text[end..next].trim_end().len();
                let junk = close + self.text[close..end].trim_end().len();
                self.moved(junk..last, end..last);
                Ok(next)
            }
            None => {
                self.below = self.comments.is_empty().then_some(end);
                self.comment(None);
                Ok(end)
            }
        }
    }

    /// The comment behind a header. Sealed, it stands on the line below.
    fn moved(&mut self, span: Range<usize>, comment: Range<usize>) {
        let behind = Behind { whole: span.clone(), comment };
        if let Some(mut slot) = comment::slot(self.text, self.section.path, &[], Some(behind)) {
            slot.span = span;
            slot.flow = true;
            self.push(slot);
        }
    }

    /// Takes the waiting comment lines, and the comment behind a header or value, as one slot.
    fn comment(&mut self, behind: Option<Behind>) {
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

    fn push(&mut self, slot: Slot) {
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
        self.unique(name, start, empty)?;
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
    fn unique(&mut self, name: Cow<'t, str>, at: usize, empty: bool) -> Result<(), SyntaxError> {
        let here = Key { section: self.section.number, at, empty };
        let place = (self.section.path, name);
        let Some(other) = self.keys.get(&place) else {
            self.keys.insert(place, here);
            return Ok(());
        };
        let reason = match other.section == here.section {
            true => "this section has the key",
            false if other.empty || here.empty => "one of two values is empty for the key",
            false => return Ok(()),
        };
        let line = Place::of(self.text.as_bytes(), other.at).line;
        Err(SyntaxError::at(
            self.text.as_bytes(),
            at,
            format!("{reason} `{}` on line {line} and again", place.1),
        )
        .path(format!("{}.{}", self.section.name, place.1))
        .hint("delete one of the two lines"))
    }

    /// Starts a section of values.
    fn open(&mut self, name: &'t str) {
        let paths = &mut self.scan.paths;
        let root = self.root;
        let (path, _) = *self.sections.entry(name).or_insert_with(|| (paths.key(root, name), false));
        self.section = Section { name, path, number: self.section.number + 1, slots: 0, unnamed: 0 };
    }

    /// Ends a section of values: an empty one is known by a slot of its own.
    fn close(&mut self) {
        if self.in_block {
            return;
        }
        let filled = self.sections.get_mut(self.section.name).map(|(_, filled)| {
            *filled |= self.section.slots > 0;
            *filled
        });
        if filled != Some(true) {
            let at = self.scan.slots.last().map_or(start(self.text), |last| last.span.end);
            self.push(Slot {
                path: self.section.path,
                span: at..at,
                tail: Box::default(),
                kind: Kind::EmptyMap,
                style: Style::Plain,
                flow: false,
                indent: 0,
                content: Content::Cooked(Zeroizing::new(Box::default())),
            });
        }
    }

    /// Starts the metadata. Comments above it belong to the section before, or they would go with it.
    fn open_block(&mut self, line: usize, header: usize, end: usize) -> Result<(), SyntaxError> {
        if let Some(block) = &self.block {
            let first = Place::of(self.text.as_bytes(), block.header).line;
            return Err(SyntaxError::at(
                self.text.as_bytes(),
                header,
                format!("a second [{SOPS}] section; the first one is on line {first}"),
            )
            .hint("the file was sealed from several documents or merged by hand: keep one of the sections"));
        }
        self.leftover();
        let before = &self.text[start(self.text)..line];
        let empty = ["\r\n", "\n"].into_iter().find(|end| {
            before.strip_suffix(end).is_some_and(|before| before.is_empty() || before.ends_with('\n'))
        });
        let span = line - empty.map_or(0, str::len)..end;
        self.block = Some(Block { header, span, entries: Vec::new() });
        self.in_block = true;
        Ok(())
    }

    /// Comments that no key or header follows. sops drops them; here they are the section's last item.
    fn leftover(&mut self) {
        self.comment(None);
        if let Some((_, filled)) = self.sections.get_mut(self.section.name) {
            *filled |= self.section.slots > 0;
        }
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
