//! Comment lines of their own, cut into groups.

use super::comments::Around;
use super::gap::{line_end, line_start, newline};

/// A group of comment lines that is still to be taken by a token.
pub(super) struct Group {
    /// Comments of what stands above; otherwise of what comes next.
    pub foot: bool,
    /// Tokens that start here or later take the group; 0 for the token above.
    pub mark: usize,
    pub start: usize,
    pub column: usize,
    /// How many of its comments are still to come.
    pub lines: u32,
    pub slots: Vec<u32>,
}

/// Cuts the comment lines from `at` on into groups, up to the next token.
pub(super) fn cut(text: &str, at: usize, breaks: usize, can_be_foot: bool, around: &Around) -> Vec<Group> {
    let bytes = text.as_bytes();
    let mut cutter = Cutter {
        groups: Vec::new(),
        open: None,
        mark: 0,
        fresh: breaks <= 1,
        blank: false,
        can_be_foot,
        around,
    };
    let mut column = at - line_start(text, at);
    let mut at = at;
    while at < bytes.len() && !is_marker(bytes, at, column) {
        match bytes[at] {
            b' ' | b'\t' => {
                at += 1;
                column += 1;
            }
            b'\n' | b'\r' => {
                cutter.blank_line(at);
                at += 1;
                column = 0;
            }
            b'#' => {
                cutter.comment(at, column);
                at = line_end(bytes, at);
                // The break belongs to the comment. Of a CRLF only the CR does, so that the LF is a blank line.
                at += usize::from(at < bytes.len());
                column = 0;
                if at == bytes.len() && !text.ends_with('\n') && newline(text) == "\r\n" {
                    // As the line end will that goes between the text and a metadata block.
                    cutter.blank_line(at);
                }
            }
            b']' | b'}' if around.flow => {
                cutter.close_flow(at);
                return cutter.finish();
            }
            _ => {
                cutter.dedent(at, column);
                return cutter.finish();
            }
        }
    }
    if column > 0 && at == bytes.len() {
        cutter.blank_line(at);
    }
    // A metadata block would follow here.
    if !around.flow {
        cutter.dedent(at, around.root);
    }
    cutter.finish()
}

fn is_marker(bytes: &[u8], at: usize, column: usize) -> bool {
    let rest = &bytes[at..];
    column == 0
        && (rest.starts_with(b"---") || rest.starts_with(b"..."))
        && rest.get(3).is_none_or(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n'))
}

struct Cutter<'a> {
    groups: Vec<Group>,
    open: Option<Group>,
    /// The mark of the next foot that isn't dedented.
    mark: usize,
    /// No blank line so far, neither above the comments nor between them.
    fresh: bool,
    /// The last line was blank.
    blank: bool,
    can_be_foot: bool,
    around: &'a Around,
}

impl Cutter<'_> {
    fn comment(&mut self, at: usize, column: usize) {
        self.dedent(at, column);
        let group = self.open.get_or_insert(Group {
            foot: false,
            mark: at,
            start: at,
            column,
            lines: 0,
            slots: Vec::new(),
        });
        group.lines += 1;
        self.blank = false;
    }

    /// The first blank line below comments that stand right below a value makes them its feet.
    fn blank_line(&mut self, at: usize) {
        if !self.blank && self.fresh {
            let dedented = |group: &Group| group.column < self.around.indent;
            if self.open.as_ref().is_some_and(|group| self.is_right_below() || dedented(group)) {
                self.foot(at);
            }
        }
        self.fresh = false;
        self.blank = true;
    }

    /// Whether the open group starts in the line below the token.
    fn is_right_below(&self) -> bool {
        self.can_be_foot && self.groups.is_empty()
    }

    /// Content at a smaller indentation than the block's makes the comments above it feet.
    fn dedent(&mut self, at: usize, column: usize) {
        if column < self.around.indent && self.open.as_ref().is_some_and(|group| group.column != column) {
            let mark = self.mark;
            self.close(mark, at);
        }
    }

    /// The last comments in a flow collection are feet.
    fn close_flow(&mut self, at: usize) {
        self.foot(at);
    }

    fn foot(&mut self, at: usize) {
        if let Some(group) = &self.open {
            let mark = if group.column < self.around.indent { group.start } else { self.mark };
            self.close(mark, at);
        }
    }

    fn close(&mut self, mark: usize, at: usize) {
        self.groups.extend(self.open.take().map(|group| Group { foot: true, mark, ..group }));
        self.mark = at;
    }

    fn finish(mut self) -> Vec<Group> {
        self.groups.extend(self.open.take());
        self.groups
    }
}
