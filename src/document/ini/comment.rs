//! Comments: sops makes one item of all comment lines above a key or section and the comment behind it.

use super::value::MARKS;
use crate::document::path::PathId;
use crate::document::slot::{Content, Slot, Style};
use crate::document::value::Kind;
use std::ops::Range;
use zeroize::Zeroizing;

/// The start of the line to which the comment behind a section's header moves when it is sealed: there, a
/// token's `]` would end the section's name.
pub(super) const MOVED: &str = ";;;";

/// A comment behind a value or header.
pub(super) struct Behind {
    /// From its mark to its last character.
    pub comment: Range<usize>,
    /// With the blanks around it: what has to go for the line to be clean.
    pub whole: Range<usize>,
}

impl Behind {
    /// The comment behind a spelling that ends at `from`.
    pub fn new(text: &str, from: usize, comment: Range<usize>) -> Behind {
        let line = &text[comment.end..super::value::line_end(text, comment.end)];
        let line = line.strip_suffix('\n').unwrap_or(line);
        let blanks = line.strip_suffix('\r').unwrap_or(line).len();
        Behind { whole: from..comment.end + blanks, comment }
    }
}

/// The slot of a comment item; `None` when there is none.
///
/// Its span starts behind the first line's marks, which stay as they are: sops takes all of them off, so that
/// `## text` becomes `## ENC[…]`.
pub(super) fn slot(text: &str, path: PathId, lines: &[Range<usize>], behind: Option<Behind>) -> Option<Slot> {
    let inline = behind.as_ref().map(|behind| behind.comment.clone());
    let first = lines.first().or(inline.as_ref())?.start;
    let mark = text[first..].chars().next().filter(|mark| MARKS.contains(mark))?;
    let marks = text[first..].len() - text[first..].trim_start_matches([mark, ' ']).len();
    let lines_end = lines.last().map(|last| last.start + text[last.clone()].trim_end().len());
    let (last, style) = match (&inline, lines_end) {
        (_, Some(end)) => (end, Style::Comment),
        (Some(inline), None) => (inline.end, Style::InlineComment),
        (None, None) => return None,
    };
    let start = first + marks;
    Some(Slot {
        path,
        span: start.min(last)..last,
        tail: behind.filter(|_| lines_end.is_some()).map(|behind| behind.whole).into_iter().collect(),
        kind: Kind::Comment,
        style,
        flow: false,
        indent: 0,
        content: content(text, start, last, lines, inline.filter(|_| lines_end.is_some())),
    })
}

/// The item's text: its lines without indentation and without the blank lines between them. An empty first
/// line is left out, because sops can't write it back (spec, quirks Q32).
fn content(
    text: &str,
    start: usize,
    last: usize,
    lines: &[Range<usize>],
    inline: Option<Range<usize>>,
) -> Content {
    if inline.is_none() && lines.windows(2).all(|pair| pair[0].end == pair[1].start) {
        let start = start.min(last);
        return Content::AsWritten(start + empty_line(&text[start..last])..last);
    }
    let mut whole = Zeroizing::new(String::new());
    for line in lines {
        whole.push_str(&text[line.start.max(start)..line.end]);
    }
    whole.push_str(&text[inline.unwrap_or(0..0)]);
    let whole = whole.trim_end();
    Content::Cooked(Zeroizing::new(whole.as_bytes()[empty_line(whole)..].into()))
}

/// The length of an empty first line.
fn empty_line(text: &str) -> usize {
    ["\n", "\r\n"].iter().find(|end| text.starts_with(**end)).map_or(0, |end| end.len())
}
