//! The place in a pattern that is being read, and what was written so far.

use super::PatternError;

pub(super) struct Cursor<'a> {
    source: &'a str,
    /// Byte offset of the next character.
    at: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(source: &'a str) -> Cursor<'a> {
        Cursor { source, at: 0 }
    }

    pub(super) fn rest(&self) -> &'a str {
        &self.source[self.at..]
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    pub(super) fn next(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += c.len_utf8();
        Some(c)
    }

    /// Steps over `text` if it comes next.
    pub(super) fn eat(&mut self, text: &str) -> bool {
        let found = self.rest().starts_with(text);
        if found {
            self.at += text.len();
        }
        found
    }

    /// Steps over everything before `end`, and over `end`; `None`, and no step, when `end` doesn't come.
    pub(super) fn take_until(&mut self, end: &str) -> Option<&'a str> {
        let rest = self.rest();
        let length = rest.find(end)?;
        self.at += length + end.len();
        Some(&rest[..length])
    }

    pub(super) fn take_rest(&mut self) -> &'a str {
        let rest = self.rest();
        self.at = self.source.len();
        rest
    }

    /// What was read since a mark.
    pub(super) fn since(&self, mark: usize) -> &'a str {
        &self.source[mark..self.at]
    }

    /// Byte offset, for [`Cursor::invalid_at`].
    pub(super) fn mark(&self) -> usize {
        self.at
    }

    fn position(&self, mark: usize) -> usize {
        self.source[..mark].chars().count() + 1
    }

    /// A fault, that sops reports too, at a mark.
    pub(super) fn invalid_at(&self, mark: usize, reason: impl Into<String>) -> PatternError {
        PatternError::invalid(self.position(mark), reason)
    }

    /// Something at a mark that sops takes and this program can't.
    pub(super) fn unsupported_at(&self, mark: usize, reason: impl Into<String>) -> PatternError {
        PatternError::unsupported(self.position(mark), reason)
    }
}

/// Writes one character so that it means itself, inside and outside of classes.
pub(super) fn push_literal(out: &mut String, c: char) {
    if c.is_ascii_alphanumeric() || !c.is_ascii() {
        out.push(c);
    } else {
        out.push_str(&format!("\\x{:02X}", c as u32));
    }
}
