//! Which lines are the metadata block.

use std::ops::Range;

#[derive(Default)]
pub(super) struct Block {
    lines: Vec<Range<usize>>,
    /// The section that is being read is the block's.
    open: bool,
}

impl Block {
    /// A header starts a section of the block; the blank line that sets a block off belongs to it.
    pub(super) fn section(&mut self, text: &str, line: Range<usize>) {
        if self.open {
            self.extend(line.end);
        } else {
            self.lines.push(line.start - blank_line_before(&text[..line.start])..line.end);
        }
        self.open = true;
    }

    /// The sections of the block are over, for now.
    pub(super) fn close(&mut self) {
        self.open = false;
    }

    pub(super) fn is_open(&self) -> bool {
        self.open
    }

    /// A line of the block outside its own sections: `sops = {…}` or `sops.mac = …`.
    pub(super) fn line(&mut self, line: Range<usize>) {
        match self.lines.last_mut() {
            Some(last) if last.end == line.start => last.end = line.end,
            _ => self.lines.push(line),
        }
    }

    /// What was read up to `end` belongs to the open section.
    pub(super) fn extend(&mut self, end: usize) {
        if let Some(last) = self.lines.last_mut() {
            last.end = end;
        }
    }

    pub(super) fn into_lines(self) -> Vec<Range<usize>> {
        self.lines
    }
}

/// The length of the line before the end of `text` if nothing but its line end is in it.
fn blank_line_before(text: &str) -> usize {
    let Some(rest) = text.strip_suffix('\n') else { return 0 };
    let rest = rest.strip_suffix('\r').unwrap_or(rest);
    if is_line_start(rest) { text.len() - rest.len() } else { 0 }
}

/// Whether what follows `text` is at the start of a line.
pub(super) fn is_line_start(text: &str) -> bool {
    text.is_empty() || text.ends_with('\n') || text == "\u{feff}"
}
