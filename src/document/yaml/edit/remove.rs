//! An entry less.

use super::Editor;
use super::lines::{
    below_blank_lines, below_entry, blanks_before, ends_line_but_for_comment, has_break, has_comment,
    line_below, skip, skip_blanks, without_break,
};
use super::trail::Entry;
use crate::document::yaml::gap::{line_end, line_start, next_line};

impl Editor<'_> {
    /// Removes one of several entries in lines of their own.
    pub(super) fn remove_from_block(&mut self, entries: &[Entry], number: usize) {
        let (text, entry) = (self.edits.text, &entries[number]);
        let start = line_start(text, entry.start);
        let first = entries.first().map_or(entry.start, |first| first.start);
        let column = first - line_start(text, first);
        let below = below_entry(text, entry.end, entry.keeps_blank_lines, column);
        let next = entries.get(number + 1).map_or(text.len(), |next| next.start);
        if skip_blanks(text, start) == entry.start {
            // Blank lines must not become part of a block scalar above.
            let joins = number > 0 && entries[number - 1].keeps_blank_lines;
            return self.edits.delete(start..if joins { below_blank_lines(text, below) } else { below });
        }
        // The first entry shares its line with a dash, which the next one takes over.
        if !has_comment(text, below..next) {
            return self.edits.delete(entry.start..next);
        }
        let end = without_break(text, entry.end);
        self.edits.delete(blanks_before(text, start, entry.start)..line_end(text.as_bytes(), end));
        self.edits.delete(line_below(text, entry.end)..below);
    }

    /// Removes one of several entries between brackets, with a comma.
    pub(super) fn remove_from_flow(&mut self, entries: &[Entry], number: usize) {
        let (text, entry) = (self.edits.text, &entries[number]);
        let comma_behind =
            |end: usize| Some(skip(text, end, false)).filter(|at| text[*at..].starts_with(','));
        let comma = comma_behind(entry.end);
        let end = comma.map_or(entry.end, |comma| comma + 1);
        let start = line_start(text, entry.start);
        let own_line = skip_blanks(text, start) == entry.start;
        let before = number.checked_sub(1).and_then(|before| entries.get(before));
        if let Some(next) = entries.get(number + 1) {
            return match (ends_line_but_for_comment(text, end), own_line) {
                (true, true) => self.edits.delete(start..next_line(text.as_bytes(), end)),
                (true, false) => {
                    let from = blanks_before(text, start, entry.start);
                    self.edits.delete(from..line_end(text.as_bytes(), end));
                }
                (false, _) => self.edits.delete(entry.start..next.start),
            };
        }
        let Some(before) = before else { return };
        let last_comma = comma_behind(before.end).unwrap_or(before.end);
        if !has_break(text, last_comma..entry.start) {
            return self.edits.delete(before.end..entry.end);
        }
        if comma.is_none() {
            self.edits.delete(last_comma..last_comma + 1);
        }
        match own_line && ends_line_but_for_comment(text, end) {
            true => self.edits.delete(start..next_line(text.as_bytes(), end)),
            false => self.edits.delete(blanks_before(text, start, entry.start)..end),
        }
    }
}
