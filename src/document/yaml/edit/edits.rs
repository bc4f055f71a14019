//! The edits that a change is made of.

use super::lines::{blanks_before, ends_line, is_line_start, skip_blanks, without_break};
use super::trail::Place;
use super::write::Written;
use crate::document::splice::{Edit, joined};
use std::ops::Range;
use zeroize::Zeroizing;

pub(super) struct Edits<'t> {
    pub text: &'t str,
    newline: &'static str,
    made: Vec<Edit>,
}

impl<'t> Edits<'t> {
    pub(super) fn new(text: &'t str, newline: &'static str) -> Edits<'t> {
        Edits { text, newline, made: Vec::new() }
    }

    /// The edits, ascending. Those that overlap become one.
    pub(super) fn finish(mut self) -> Vec<Edit> {
        self.made.sort_by_key(|(span, _)| (span.start, span.end));
        let mut apart: Vec<Edit> = Vec::new();
        for (span, text) in self.made {
            match apart.last_mut() {
                Some((last, before)) if span.start < last.end => {
                    last.end = last.end.max(span.end);
                    *before = joined(&[before, &text]);
                }
                _ => apart.push((span, text)),
            }
        }
        apart
    }

    pub(super) fn replace(&mut self, span: Range<usize>, text: &str) {
        self.made.push((span, Zeroizing::new(text.to_owned())));
    }

    pub(super) fn delete(&mut self, span: Range<usize>) {
        if !span.is_empty() {
            self.replace(span, "");
        }
    }

    /// Puts text behind a lead, with one blank between.
    pub(super) fn behind(&mut self, at: usize, text: &str) {
        let span = if ends_line(self.text, at) { at..skip_blanks(self.text, at) } else { at..at };
        self.made.push((span, joined(&[" ", text])));
    }

    /// Puts whole lines in the place of others. Where the text ends without a line end, it goes on doing so.
    pub(super) fn lines(&mut self, span: Range<usize>, written: &Written) {
        let mut text = Zeroizing::new(String::new());
        if !written.body.is_empty() {
            if !is_line_start(self.text, span.start) {
                text.push_str(self.newline);
            }
            let open =
                span.end == self.text.len() && !is_line_start(self.text, self.text.len()) && !written.closed;
            let body = written.body.as_str();
            text.push_str(if open { &body[..without_break(body, body.len())] } else { body });
        }
        if !(span.is_empty() && text.is_empty()) {
            self.made.push((span, text));
        }
    }

    /// Deletes a tag with the blanks that separate it from what is before; where there is nothing, from what follows.
    pub(super) fn delete_tag(&mut self, place: &Place) {
        let Some(tag) = &place.tag else { return };
        let before = blanks_before(self.text, place.lead, tag.start);
        match before == tag.start || is_line_start(self.text, before) {
            true => self.delete(tag.start..skip_blanks(self.text, tag.end)),
            false => self.delete(before..tag.end),
        }
    }
}
