//! What stands between two nodes: the indicators that the parser has no events for, line breaks, and where a
//! block scalar's header and body are.

use std::ops::Range;

/// The last token before a position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// Nothing yet in this stream.
    Start,
    /// `---`, `...` or a directive.
    Marker,
    /// A scalar, an alias, or either bracket of a flow collection. sops' reader is already past the line
    /// break behind a plain one when it looks for comments.
    Node {
        plain: bool,
    },
    Dash,
    Question,
    Colon,
    Comma,
    /// `&anchor` or `!tag`.
    Property,
}

/// The blanks, line breaks, comments and indicators of a piece of text.
pub(super) struct Gap {
    /// The last indicator, and where it starts.
    pub token: Option<(Token, usize)>,
    /// Line breaks since the last character that is not blank.
    pub breaks: usize,
}

impl Gap {
    /// Reads `text[range]`, which must hold no node.
    pub(super) fn read(text: &str, range: Range<usize>) -> Gap {
        let bytes = text.as_bytes();
        let mut gap = Gap { token: None, breaks: 0 };
        let mut at = range.start;
        while at < range.end {
            let token = match bytes[at] {
                b' ' | b'\t' => {
                    at += 1;
                    continue;
                }
                b'\n' | b'\r' => {
                    at = after_break(bytes, at);
                    gap.breaks += 1;
                    continue;
                }
                b'-' => Some(Token::Dash),
                b'?' => Some(Token::Question),
                b':' => Some(Token::Colon),
                b',' => Some(Token::Comma),
                b'&' | b'!' => Some(Token::Property),
                b'%' => Some(Token::Marker),
                _ => None,
            };
            gap.breaks = 0;
            if let Some(token) = token {
                gap.token = Some((token, at));
            }
            at = match bytes[at] {
                b'#' | b'%' => line_end(bytes, at),
                b'&' | b'!' => property_end(bytes, at),
                _ => at + 1,
            };
        }
        gap
    }
}

/// The end of the line that `at` is on, without its break.
pub(super) fn line_end(bytes: &[u8], at: usize) -> usize {
    bytes[at..]
        .iter()
        .position(|byte| matches!(byte, b'\n' | b'\r'))
        .map_or(bytes.len(), |length| at + length)
}

/// The start of the line that `at` is on, behind a byte order mark.
pub(super) fn line_start(text: &str, at: usize) -> usize {
    let bytes = text.as_bytes();
    let start = bytes[..at].iter().rposition(|byte| matches!(byte, b'\n' | b'\r')).map_or(0, |end| end + 1);
    if start == 0 && text.starts_with('\u{feff}') { 3.min(at) } else { start }
}

/// The start of the line after the one that `at` is on.
pub(super) fn next_line(bytes: &[u8], at: usize) -> usize {
    after_break(bytes, line_end(bytes, at))
}

/// The line end of the text's first line.
pub(super) fn newline(text: &str) -> &'static str {
    match text.find('\n') {
        Some(at) if text[..at].ends_with('\r') => "\r\n",
        _ => "\n",
    }
}

/// Behind the line break at `at`: LF, CRLF or CR.
fn after_break(bytes: &[u8], at: usize) -> usize {
    match bytes[at..] {
        [b'\r', b'\n', ..] => at + 2,
        [_, ..] => at + 1,
        [] => at,
    }
}

fn property_end(bytes: &[u8], at: usize) -> usize {
    let stop: &[u8] = if bytes[at..].starts_with(b"!<") { b">" } else { b" \t\r\n,[]{}" };
    bytes[at + 1..].iter().position(|byte| stop.contains(byte)).map_or(bytes.len(), |length| at + 1 + length)
}

/// A block scalar in the text.
pub(super) struct Block {
    /// `|`, `>-`, `|2+` …
    pub header: Range<usize>,
    /// Whole lines behind the header's line, up to the last one that isn't blank; empty for an empty scalar.
    pub body: Range<usize>,
}

impl Block {
    /// Finds the block scalar whose header is the first token after `from` and whose content ends before or
    /// at `end`. `None` if there is no header, or if its lines end at a lone CR.
    pub(super) fn find(text: &str, from: usize, end: usize) -> Option<Block> {
        let bytes = text.as_bytes();
        let mut start = from;
        loop {
            match bytes.get(start)? {
                b'|' | b'>' => break,
                b'#' => start = line_end(bytes, start),
                b' ' | b'\t' | b'\r' | b'\n' | b'-' | b'?' | b':' => start += 1,
                // Of the list or map that starts with this scalar.
                b'&' | b'!' => start = property_end(bytes, start),
                _ => return None,
            }
        }
        let length = bytes[start..].iter().position(|byte| !b"|>+-0123456789".contains(byte));
        let header = start..length.map_or(bytes.len(), |length| start + length);
        let first = next_line(bytes, header.end);
        // Only these four are blank here: U+0085 and U+2028, which `str::trim_end` takes, are content.
        let content = text[..end.max(first)].trim_end_matches([' ', '\t', '\r', '\n']).len();
        let body = first..if content > first { next_line(bytes, content) } else { first };
        let lone = |at: usize| bytes[at] == b'\r' && bytes.get(at + 1) != Some(&b'\n');
        (!(header.start..body.end).any(lone)).then_some(Block { header, body })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Option<Token>, usize) {
        let gap = Gap::read(text, 0..text.len());
        (gap.token.map(|(token, _)| token), gap.breaks)
    }

    #[test]
    fn a_gap_knows_its_last_indicator() {
        assert_eq!(read(": "), (Some(Token::Colon), 0));
        assert_eq!(read("\n  - \n\r\n  "), (Some(Token::Dash), 2));
        assert_eq!(read(": &a "), (Some(Token::Property), 0));
        assert_eq!(read(": !<tag:x,y> "), (Some(Token::Property), 0));
        assert_eq!(read(": # - not\n"), (Some(Token::Colon), 1));
        assert_eq!(read(" \n\n"), (None, 2));
    }

    #[test]
    fn a_block_scalar_ends_with_its_last_line_that_is_not_blank() {
        let text = "k: |- # note\n  a\n\n  b\n   \n\nz: 1\n";
        let block = Block::find(text, 1, 26).unwrap();
        assert_eq!(&text[block.header], "|-");
        assert_eq!(&text[block.body], "  a\n\n  b\n");
    }

    #[test]
    fn a_block_scalar_is_found_behind_the_tag_of_its_list() {
        let text = "k: !!seq &a\n- |\n  a\n";
        let block = Block::find(text, 2, text.len()).unwrap();
        assert_eq!(&text[block.body], "  a\n");
    }

    #[test]
    fn an_empty_block_scalar_has_no_body() {
        let text = "k: >\n\nz: 1\n";
        let block = Block::find(text, 1, 5).unwrap();
        assert!(block.body.is_empty());
    }

    #[test]
    fn a_lone_carriage_return_in_a_block_scalar_is_not_accepted() {
        assert!(Block::find("k: |\r  a\r", 1, 9).is_none());
        assert!(Block::find("k: |\r\n  a\r\n", 1, 11).is_some());
    }
}
