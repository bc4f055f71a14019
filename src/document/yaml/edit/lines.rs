//! Lines, blanks and comments around a place.

use crate::document::yaml::gap::{line_end, next_line};
use std::ops::Range;

/// The first byte from `at` on that is no blank, line break or comment; with `commas` no comma either.
pub(super) fn skip(text: &str, mut at: usize, commas: bool) -> usize {
    let bytes = text.as_bytes();
    loop {
        match bytes.get(at) {
            Some(b' ' | b'\t' | b'\r' | b'\n') => at += 1,
            Some(b',') if commas => at += 1,
            Some(b'#') => at = line_end(bytes, at),
            _ => return at,
        }
    }
}

/// The first byte from `at` on that is no blank.
pub(super) fn skip_blanks(text: &str, at: usize) -> usize {
    at + text.as_bytes()[at..].iter().take_while(|byte| is_blank(**byte)).count()
}

/// The start of the blanks before `at`, but not before `floor`.
pub(super) fn blanks_before(text: &str, floor: usize, at: usize) -> usize {
    let floor = floor.min(at);
    at - text.as_bytes()[floor..at].iter().rev().take_while(|byte| is_blank(**byte)).count()
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

/// Whether only blanks follow on the line.
pub(super) fn ends_line(text: &str, at: usize) -> bool {
    matches!(text.as_bytes().get(skip_blanks(text, at)), None | Some(b'\r' | b'\n'))
}

/// Whether only blanks and a comment follow on the line.
pub(super) fn ends_line_but_for_comment(text: &str, at: usize) -> bool {
    matches!(text.as_bytes().get(skip_blanks(text, at)), None | Some(b'\r' | b'\n' | b'#'))
}

pub(super) fn is_line_start(text: &str, at: usize) -> bool {
    text[..at].ends_with(['\n', '\r']) || text[..at].trim_start_matches('\u{feff}').is_empty()
}

/// The start of the line below the token that ends at `end`. The lines of a block scalar end with their line end.
pub(super) fn line_below(text: &str, end: usize) -> usize {
    match text[..end].ends_with(['\n', '\r']) {
        true => end,
        false => next_line(text.as_bytes(), end),
    }
}

/// `end` without the line break before it.
pub(super) fn without_break(text: &str, end: usize) -> usize {
    let line = &text[..end];
    let line = line.strip_suffix('\n').unwrap_or(line);
    line.strip_suffix('\r').unwrap_or(line).len()
}

/// The start of the first line that does not belong to an entry in `column` whose last token ends at `end`:
/// comment lines below it that are indented deeper than the entry are its own.
pub(super) fn below_entry(text: &str, end: usize, keeps_blank_lines: bool, column: usize) -> usize {
    let bytes = text.as_bytes();
    let mut below = line_below(text, end);
    if keeps_blank_lines {
        below = below_blank_lines(text, below);
    }
    let mut at = below;
    loop {
        let content = skip_blanks(text, at);
        match bytes.get(content) {
            Some(b'\r' | b'\n') => at = next_line(bytes, content),
            Some(b'#') if content - at > column => {
                at = next_line(bytes, content);
                below = at;
            }
            _ => return below,
        }
    }
}

/// The start of the first line from `at` on that is not blank.
pub(super) fn below_blank_lines(text: &str, mut at: usize) -> usize {
    while at < text.len() && ends_line(text, at) {
        at = next_line(text.as_bytes(), at);
    }
    at
}

/// Whether a block scalar under a key or dash in `column` would take over lines from `at` on: comments that
/// are indented as deep as it may be, and blank lines of many blanks.
pub(super) fn joins_block_scalar(text: &str, mut at: usize, column: usize) -> bool {
    let bytes = text.as_bytes();
    loop {
        let content = skip_blanks(text, at);
        match bytes.get(content) {
            Some(b'\r' | b'\n') if content - at <= column => at = next_line(bytes, content),
            None | Some(b'\r' | b'\n' | b'#') => return content - at > column,
            Some(_) => return false,
        }
    }
}

pub(super) fn has_comment(text: &str, gap: Range<usize>) -> bool {
    text[gap].contains('#')
}

pub(super) fn has_break(text: &str, gap: Range<usize>) -> bool {
    text[gap].contains(['\n', '\r'])
}
