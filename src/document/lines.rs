//! The lines around a place in a text, for edits that take, leave or add whole lines.

use super::splice::joined;
use std::ops::Range;
use zeroize::Zeroizing;

const BYTE_ORDER_MARK: &str = "\u{feff}";

/// Where the line that `at` is in starts, behind a byte order mark.
pub(super) fn start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(first(text), |feed| feed + 1)
}

/// Where the first line starts.
pub(super) fn first(text: &str) -> usize {
    if text.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 }
}

/// Where the line that `at` is in ends, behind its line feed.
pub(super) fn end(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |feed| at + feed + 1)
}

/// The blanks that the line of `at` starts with.
pub(super) fn indent(text: &str, at: usize) -> &str {
    let start = start(text, at);
    let line = &text[start..end(text, start)];
    &line[..line.len() - line.trim_start_matches([' ', '\t']).len()]
}

/// Whether nothing but blanks is in the line of `at` before it.
pub(super) fn is_first(text: &str, at: usize) -> bool {
    is_blank(&text[start(text, at)..at])
}

/// Whether there is nothing to see in a piece of text.
pub(super) fn is_blank(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n'))
}

/// A block of whole lines with the blank lines that set it off: those below it, or above it if it is the last.
pub(super) fn with_gap(text: &str, block: Range<usize>) -> Range<usize> {
    let mut block = block;
    while block.end < text.len() && is_blank(&text[block.end..end(text, block.end)]) {
        block.end = end(text, block.end);
    }
    while block.end == text.len() && block.start > first(text) {
        let above = start(text, block.start - 1);
        if !is_blank(&text[above..block.start]) {
            break;
        }
        block.start = above;
    }
    block
}

/// Lines to put in at `at`, where a line starts or the text ends: whole lines without the last line end. The line
/// end is before them where the text ends without one, and then stays the way it was: missing.
pub(super) fn inserted(text: &str, at: usize, lines: &str, newline: &str) -> Zeroizing<String> {
    let open = at > first(text) && !text[..at].ends_with('\n');
    match open {
        true => joined(&[newline, lines]),
        false => joined(&[lines, newline]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_starts_behind_a_byte_order_mark() {
        assert_eq!(start("\u{feff}ab\n", 4), 3);
        assert_eq!(indent("\u{feff}\t a", 5), "\t ");
        assert_eq!(start("a\n b", 4), 2);
    }

    #[test]
    fn a_block_takes_the_blank_lines_below_it_or_else_above_it() {
        let text = "a\n\nb\n\n\nc\n";
        assert_eq!(with_gap(text, 3..5), 3..7);
        assert_eq!(with_gap(text, 7..9), 3 + 2..9);
        assert_eq!(with_gap("\n\na\n", 2..4), 0..4);
        assert_eq!(with_gap("\u{feff}\na\n", 4..6), 3..6);
    }

    #[test]
    fn lines_keep_the_missing_line_end_of_a_text() {
        assert_eq!(*inserted("a", 1, "b", "\n"), "\nb");
        assert_eq!(*inserted("a\n", 2, "b", "\n"), "b\n");
        assert_eq!(*inserted("", 0, "b", "\r\n"), "b\r\n");
        assert_eq!(*inserted("\u{feff}a", 3, "b", "\n"), "b\n");
    }
}
