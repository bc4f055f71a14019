//! Sections: their headers, the empty ones, and the one with the metadata.

use super::comment::{Behind, MOVED};
use super::scan::{self, Scanner};
use super::{SOPS, comment, value};
use crate::document::error::{Place, SyntaxError};
use crate::document::flat::Entry;
use crate::document::path::PathId;
use crate::document::slot::{Content, Slot, Style};
use crate::document::value::Kind;
use std::ops::Range;
use zeroize::Zeroizing;

/// The section of values that is being read, or was before the metadata.
pub(super) struct Section<'t> {
    pub name: &'t str,
    pub path: PathId,
    /// Counts the headers.
    pub number: u32,
    /// How many slots it has.
    pub slots: usize,
    /// How many keys are named `-`.
    pub unnamed: usize,
}

/// The `[sops]` section.
pub(super) struct Block<'t> {
    pub header: usize,
    pub span: Range<usize>,
    pub entries: Vec<Entry<'t>>,
}

impl<'t> Scanner<'t> {
    /// A section's header; returns where the next line to read starts.
    pub(super) fn header(&mut self, line: usize, start: usize, end: usize) -> Result<usize, SyntaxError> {
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

    /// Starts a section of values.
    pub(super) fn open(&mut self, name: &'t str) {
        let paths = &mut self.scan.paths;
        let root = self.root;
        let (path, _) = *self.sections.entry(name).or_insert_with(|| (paths.key(root, name), false));
        self.section = Section { name, path, number: self.section.number + 1, slots: 0, unnamed: 0 };
    }

    /// Ends a section of values: an empty one is known by a slot of its own.
    pub(super) fn close(&mut self) {
        if self.in_block {
            return;
        }
        let filled = self.sections.get_mut(self.section.name).map(|(_, filled)| {
            *filled |= self.section.slots > 0;
            *filled
        });
        if filled != Some(true) {
            let at = self.scan.slots.last().map_or(scan::start(self.text), |last| last.span.end);
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
            .repeated()
            .hint("the file was sealed from several documents or merged by hand: keep one of the sections"));
        }
        self.leftover();
        let before = &self.text[scan::start(self.text)..line];
        let empty = ["\r\n", "\n"].into_iter().find(|end| {
            before.strip_suffix(end).is_some_and(|before| before.is_empty() || before.ends_with('\n'))
        });
        let span = line - empty.map_or(0, str::len)..end;
        self.block = Some(Block { header, span, entries: Vec::new() });
        self.in_block = true;
        Ok(())
    }

    /// Comments that no key or header follows. sops drops them; here they are the section's last item.
    pub(super) fn leftover(&mut self) {
        self.comment(None);
        if let Some((_, filled)) = self.sections.get_mut(self.section.name) {
            *filled |= self.section.slots > 0;
        }
    }
}
