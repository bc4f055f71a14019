//! The objects and lists on the way to a value, with the places of their entries.

use super::super::lex;
use crate::document::step::Step;
use std::ops::Range;

/// An object or list.
pub(super) struct Container {
    /// From its opening bracket to behind its closing one.
    pub span: Range<usize>,
    pub entries: Vec<Entry>,
}

pub(super) struct Entry {
    /// Where its key starts, or its value in a list.
    pub start: usize,
    /// The end of its key, in an object.
    pub key_end: Option<usize>,
    pub value: Range<usize>,
}

/// How far a path leads into a text.
pub(super) struct Place<'p> {
    pub container: Container,
    /// The entry that the path's next step names, or else there is none.
    pub found: Option<usize>,
    pub step: &'p Step,
    /// What is left of the path behind that step: below a value that is no container, or below a new entry.
    pub rest: &'p [Step],
    /// Whether the container is inside another one that is on one line.
    pub in_line: bool,
}

/// Follows a path from the root. `None` for a path that does not fit, or a text that is not well-formed.
pub(super) fn locate<'p>(text: &str, path: &'p [Step]) -> Option<Place<'p>> {
    let mut path = path;
    let mut open = text.find('{')?;
    let mut in_line = false;
    loop {
        let container = Container::read(text, open)?;
        let (step, rest) = path.split_first()?;
        let found = container.position(text, step)?;
        let below = found.map(|found| container.entries[found].value.start);
        match below.filter(|&at| !rest.is_empty() && matches!(text.as_bytes()[at], b'{' | b'[')) {
            Some(at) => open = at,
            None => return Some(Place { container, found, step, rest, in_line }),
        }
        in_line |= !container.text(text).contains('\n');
        path = rest;
    }
}

impl Container {
    /// The container whose opening bracket is at `open`.
    pub(super) fn read(text: &str, open: usize) -> Option<Container> {
        let bytes = text.as_bytes();
        let mut entries = Vec::new();
        let mut at = lex::skip_blanks(bytes, open + 1);
        while !matches!(bytes.get(at)?, b'}' | b']') {
            let start = at;
            let mut key_end = None;
            if bytes[open] == b'{' {
                let end = lex::string(bytes, at).ok()?.inner.end + 1;
                key_end = Some(end);
                // Over the colon.
                at = lex::skip_blanks(bytes, lex::skip_blanks(bytes, end) + 1);
            }
            let end = value_end(bytes, at)?;
            entries.push(Entry { start, key_end, value: at..end });
            at = lex::skip_blanks(bytes, end);
            if bytes.get(at) == Some(&b',') {
                at = lex::skip_blanks(bytes, at + 1);
            }
        }
        Some(Container { span: open..at + 1, entries })
    }

    pub(super) fn text<'t>(&self, text: &'t str) -> &'t str {
        &text[self.span.clone()]
    }

    /// What is between the brackets.
    pub(super) fn inside(&self) -> Range<usize> {
        self.span.start + 1..self.span.end - 1
    }

    pub(super) fn is_object(&self, text: &str) -> bool {
        text.as_bytes().get(self.span.start) == Some(&b'{')
    }

    /// The entry that a step names; `None` if the step does not fit.
    fn position(&self, text: &str, step: &Step) -> Option<Option<usize>> {
        match (step, self.is_object(text)) {
            (Step::Index(index), false) => Some((*index < self.entries.len()).then_some(*index)),
            (Step::Key(key), true) => Some(self.entries.iter().position(|entry| entry.is(text, key))),
            _ => None,
        }
    }
}

impl Entry {
    fn is(&self, text: &str, key: &str) -> bool {
        let Some(end) = self.key_end else { return false };
        let inner = self.start + 1..end - 1;
        match text[inner.clone()].contains('\\') {
            false => &text[inner] == key,
            true => lex::unescape(text, inner).is_ok_and(|name| *name == key),
        }
    }
}

/// The end of the value that starts at `at`.
fn value_end(bytes: &[u8], mut at: usize) -> Option<usize> {
    let mut depth = 0;
    loop {
        match bytes.get(at)? {
            b'"' => at = lex::string(bytes, at).ok()?.inner.end + 1,
            b'{' | b'[' => {
                depth += 1;
                at += 1;
            }
            b'}' | b']' => {
                depth -= 1;
                at += 1;
            }
            b',' | b':' => at += 1,
            _ => {
                while bytes.get(at).is_some_and(|b| !b",:]}{[\" \t\r\n".contains(b)) {
                    at += 1;
                }
            }
        }
        if depth == 0 {
            return Some(at);
        }
        at = lex::skip_blanks(bytes, at);
    }
}
