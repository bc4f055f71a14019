//! Values: scalars, lists and inline tables, without recursion.

use super::scan::Scanner;
use super::tables::TableId;
use crate::document::error::SyntaxError;
use crate::document::path::PathId;
use crate::document::slot::Style;
use toml_parser::lexer::TokenKind;

/// A list or inline table whose end is not reached yet.
struct Open {
    table: TableId,
    list: bool,
    state: State,
    /// The table that the last entry went into: this one, or one below it for a dotted key.
    last: TableId,
    /// Whether an entry has ended on this line, so that a comment is one behind it.
    behind: bool,
}

#[derive(PartialEq)]
enum State {
    First,
    AfterValue,
    AfterComma,
}

impl Scanner<'_> {
    /// The value at `path` in `table`.
    pub(super) fn value(&mut self, table: TableId, path: PathId) -> Result<(), SyntaxError> {
        let mut open: Vec<Open> = Vec::new();
        let mut wanted = Some((table, path));
        loop {
            if let Some((table, path)) = wanted.take() {
                self.tokens.skip_blanks();
                let list = match self.tokens.peek() {
                    TokenKind::LeftSquareBracket => true,
                    TokenKind::LeftCurlyBracket => false,
                    TokenKind::Atom
                    | TokenKind::Dot
                    | TokenKind::LiteralString
                    | TokenKind::BasicString
                    | TokenKind::MlLiteralString
                    | TokenKind::MlBasicString => {
                        self.scalar(table, path)?;
                        match open.last_mut() {
                            Some(open) => open.ended(),
                            None => return Ok(()),
                        }
                        continue;
                    }
                    _ => return Err(self.tokens.unexpected("a value")),
                };
                let at = self.tokens.at();
                self.tokens.take();
                let table = self.tables.open(table, path, at)?;
                open.push(Open { table, list, state: State::First, last: table, behind: false });
            }
            let Some(top) = open.last_mut() else { return Ok(()) };
            wanted = self.next_entry(top)?;
            if wanted.is_none() {
                open.pop();
                match open.last_mut() {
                    Some(open) => open.ended(),
                    None => return Ok(()),
                }
            }
        }
    }

    /// Goes on to the next entry's value; `None` at the closing bracket.
    fn next_entry(&mut self, open: &mut Open) -> Result<Option<(TableId, PathId)>, SyntaxError> {
        let close = if open.list { TokenKind::RightSquareBracket } else { TokenKind::RightCurlyBracket };
        loop {
            match self.tokens.peek() {
                TokenKind::Whitespace => self.tokens.skip_blanks(),
                TokenKind::Newline => {
                    self.tokens.take_newline()?;
                    open.behind = false;
                }
                TokenKind::Comment => {
                    let comment = self.tokens.take_comment()?;
                    match open.behind {
                        true => self.comment(open.last, comment, Style::InlineComment),
                        false => self.comment(open.table, comment, Style::Comment),
                    }
                }
                TokenKind::Comma if open.state == State::AfterValue => {
                    self.tokens.take();
                    open.state = State::AfterComma;
                }
                kind if kind == close => {
                    let end = self.tokens.take().span().end();
                    self.tables.close(open.table, end);
                    return Ok(None);
                }
                _ if open.state == State::AfterValue => {
                    return Err(self.tokens.unexpected(if open.list {
                        "a comma or `]`"
                    } else {
                        "a comma or `}`"
                    }));
                }
                _ if open.list => return Ok(Some((open.table, self.tables.element(open.table)))),
                _ => {
                    let parts = self.tokens.take_key()?;
                    if self.tokens.take_if(TokenKind::Equals).is_none() {
                        return Err(self.tokens.unexpected("`=`"));
                    }
                    let Some((last, above)) = parts.split_last() else { continue };
                    open.last = self.tables.dotted(open.table, above)?;
                    return Ok(Some((open.last, self.tables.key(open.last, last))));
                }
            }
        }
    }
}

impl Open {
    fn ended(&mut self) {
        self.state = State::AfterValue;
        self.behind = true;
    }
}
