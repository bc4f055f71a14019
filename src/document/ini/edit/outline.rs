//! Which lines of an INI text are which: sections, keys, and the comments between them.

use super::super::key;
use super::super::scan::{self, DEFAULT};
use super::super::value::{self, Value};
use crate::document::error::SyntaxError;
use std::borrow::Cow;
use std::ops::Range;

/// A header with what is below it; the first one is that of the keys above all headers, and has none.
pub(super) struct Section<'t> {
    pub name: &'t str,
    /// The header's line; empty where the first section starts.
    pub header: Range<usize>,
    /// Where the comment lines directly above the header start.
    pub lead: usize,
    pub keys: Vec<Key<'t>>,
    /// The end of its last line that is neither blank nor the next header's comment.
    pub end: usize,
    /// How many keys are named `-`.
    unnamed: usize,
}

pub(super) struct Key<'t> {
    pub name: Cow<'t, str>,
    /// All its lines, from the start of the first.
    pub lines: Range<usize>,
    /// The name with its quotes.
    pub written: Range<usize>,
    pub value: Value,
}

/// The sections in the order of the text. It is one that the scan has accepted.
pub(super) fn sections(text: &str) -> Result<Vec<Section<'_>>, SyntaxError> {
    let mut at = scan::start(text);
    let mut sections = vec![Section::new(DEFAULT, at..at, at)];
    // Comment lines that a header may follow.
    let mut waiting: Option<Range<usize>> = None;
    while at < text.len() {
        let end = value::line_end(text, at);
        let start = end - text[at..end].trim_start().len();
        let count = sections.len() - 1;
        let section = &mut sections[count];
        match text.as_bytes()[start..end].first() {
            // A comment with a blank line below it belongs to the section that it is in.
            None => section.end = waiting.take().map_or(section.end, |comments| comments.end),
            Some(b'#' | b';') => {
                let first = waiting.as_ref().map_or(at, |comments| comments.start);
                waiting = Some(first..end);
            }
            Some(b'[') => {
                let close = text[start..end].rfind(']').unwrap_or(end - start);
                let lead = waiting.take().map_or(at, |comments| comments.start);
                let name = text.get(start + 1..start + close).unwrap_or_default();
                sections.push(Section::new(name, at..end, lead));
            }
            Some(_) => {
                waiting = None;
                let key = Key::read(text, at..end, start, section)?;
                section.end = key.lines.end;
                at = key.lines.end;
                section.keys.push(key);
                continue;
            }
        }
        at = end;
    }
    if let (Some(comments), Some(last)) = (waiting, sections.last_mut()) {
        last.end = comments.end;
    }
    Ok(sections)
}

impl<'t> Section<'t> {
    fn new(name: &'t str, header: Range<usize>, lead: usize) -> Section<'t> {
        Section { name, lead, keys: Vec::new(), end: header.end, header, unnamed: 0 }
    }

    /// Whether it has a header: all but the first one.
    pub(super) fn is_headed(&self) -> bool {
        !self.header.is_empty()
    }

    pub(super) fn key(&self, name: &str) -> Option<&Key<'t>> {
        self.keys.iter().find(|key| key.name == name)
    }
}

impl<'t> Key<'t> {
    fn read(
        text: &'t str,
        line: Range<usize>,
        start: usize,
        section: &mut Section<'_>,
    ) -> Result<Key<'t>, SyntaxError> {
        let (name, behind) = key::read(text, start, line.end)?;
        let value = value::read(text, behind, line.end)?;
        let name = match name {
            "-" => {
                section.unnamed += 1;
                Cow::Owned(format!("#{}", section.unnamed))
            }
            name => Cow::Borrowed(name),
        };
        let written = start..start + text[start..behind - 1].trim_end().len();
        Ok(Key { name, lines: line.start..value.next, written, value })
    }

    /// What is between the name and the value.
    pub(super) fn between(&self, text: &'t str) -> &'t str {
        &text[self.written.end..self.value.span.start]
    }
}
