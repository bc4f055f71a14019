//! TOML's tokens with two of look-ahead, and its faults as ours.

use super::tables::Part;
use crate::document::error::SyntaxError;
use std::borrow::Cow;
use std::ops::Range;
use toml_parser::decoder::{Encoding, StringBuilder};
use toml_parser::lexer::{Lexer, Token, TokenKind};
use toml_parser::{Expected, ParseError, Raw, Source};
use zeroize::Zeroizing;

pub(super) struct Tokens<'t> {
    pub text: &'t str,
    lexer: Lexer<'t>,
    ahead: [Token; 2],
}

impl<'t> Tokens<'t> {
    pub(super) fn new(text: &'t str) -> Tokens<'t> {
        let mut lexer = Source::new(text).lex();
        // A lexer's first token is at least the end of the file, and the end repeats (see `take`).
        let first = lexer.next().expect("a lexer ends with the end of the file");
        let second = lexer.next().unwrap_or(first);
        Tokens { text, lexer, ahead: [first, second] }
    }

    pub(super) fn peek(&self) -> TokenKind {
        self.ahead[0].kind()
    }

    pub(super) fn peek_second(&self) -> TokenKind {
        self.ahead[1].kind()
    }

    /// Where the next token starts.
    pub(super) fn at(&self) -> usize {
        self.ahead[0].span().start()
    }

    pub(super) fn take(&mut self) -> Token {
        let [first, second] = self.ahead;
        self.ahead = [second, self.lexer.next().unwrap_or(second)];
        first
    }

    pub(super) fn skip_blanks(&mut self) {
        if self.peek() == TokenKind::Whitespace {
            self.take();
        }
    }

    /// Takes the next token if it is a `kind`.
    pub(super) fn take_if(&mut self, kind: TokenKind) -> Option<Token> {
        (self.peek() == kind).then(|| self.take())
    }

    /// Takes a line end, which must be LF or CRLF.
    pub(super) fn take_newline(&mut self) -> Result<usize, SyntaxError> {
        let token = self.take();
        self.check(|raw, faults| raw.decode_newline(faults), span(token), None)?;
        Ok(token.span().end())
    }

    /// Takes a comment: its bytes from `#` on.
    pub(super) fn take_comment(&mut self) -> Result<Range<usize>, SyntaxError> {
        let token = span(self.take());
        self.check(|raw, faults| raw.decode_comment(faults), token.clone(), None)?;
        Ok(token)
    }

    /// Takes a key, the blanks behind it included.
    pub(super) fn take_key(&mut self) -> Result<Vec<Part<'t>>, SyntaxError> {
        let mut parts = Vec::with_capacity(1);
        loop {
            if !self.at_key() {
                return Err(self.unexpected("a key"));
            }
            let token = self.take();
            parts.push(self.part(token)?);
            self.skip_blanks();
            if self.take_if(TokenKind::Dot).is_none() {
                return Ok(parts);
            }
            self.skip_blanks();
        }
    }

    fn part(&self, token: Token) -> Result<Part<'t>, SyntaxError> {
        let span = span(token);
        let mut name = Decoded::of(&span);
        let at = span.start;
        self.check(|raw, faults| raw.decode_key(&mut name, faults), span, quotes(token.kind()))?;
        Ok(Part { name: name.into_name(), at })
    }

    /// Whether the next token can start a key.
    pub(super) fn at_key(&self) -> bool {
        quotes(self.peek()).is_some() || self.peek() == TokenKind::Atom
    }

    /// Runs one of the decoders over a piece of the text.
    pub(super) fn check<T>(
        &self,
        decode: impl FnOnce(Raw<'t>, &mut Option<ParseError>) -> T,
        span: Range<usize>,
        quotes: Option<Encoding>,
    ) -> Result<T, SyntaxError> {
        let mut fault = None;
        let place = toml_parser::Span::new_unchecked(span.start, span.end);
        let decoded = decode(Raw::new_unchecked(&self.text[span.clone()], quotes, place), &mut fault);
        match fault {
            None => Ok(decoded),
            Some(fault) => Err(located(self.text, span.start, fault)),
        }
    }

    pub(super) fn fault(&self, at: usize, reason: impl Into<String>) -> SyntaxError {
        SyntaxError::at(self.text.as_bytes(), at, reason)
    }

    /// Names the kind of the token that was found, not its text.
    pub(super) fn unexpected(&self, expected: &str) -> SyntaxError {
        let found = match self.peek() {
            TokenKind::Eof => "the end of the file",
            TokenKind::Newline => "the end of the line",
            TokenKind::Atom => "something else",
            kind => kind.description(),
        };
        self.fault(self.at(), format!("expected {expected}, found {found}"))
    }
}

pub(super) fn span(token: Token) -> Range<usize> {
    token.span().start()..token.span().end()
}

/// The quotes of a string token.
pub(super) fn quotes(kind: TokenKind) -> Option<Encoding> {
    match kind {
        TokenKind::LiteralString => Some(Encoding::LiteralString),
        TokenKind::BasicString => Some(Encoding::BasicString),
        TokenKind::MlLiteralString => Some(Encoding::MlLiteralString),
        TokenKind::MlBasicString => Some(Encoding::MlBasicString),
        _ => None,
    }
}

/// The decoder's words are fixed ones; what it read is not among them.
fn located(text: &str, start: usize, fault: ParseError) -> SyntaxError {
    let mut reason = fault.description().to_owned();
    let expected: Vec<String> = fault
        .expected()
        .unwrap_or_default()
        .iter()
        .filter_map(|expected| match expected {
            Expected::Literal(literal) => Some(format!("`{}`", literal.replace('\n', "\\n"))),
            Expected::Description(description) => Some((*description).to_owned()),
            _ => None,
        })
        .collect();
    if !expected.is_empty() {
        reason.push_str(", expected ");
        reason.push_str(&expected.join(" or "));
    }
    let at = fault.unexpected().map_or(start, |span| span.start());
    let at = (start..=at.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(start);
    SyntaxError::at(text.as_bytes(), at, reason)
}

/// Takes decoded text: a piece of the source as long as there is one, or else a copy that never moves.
#[derive(Default)]
pub(super) struct Decoded<'t> {
    piece: &'t str,
    copy: Option<Zeroizing<String>>,
    /// The most bytes that a copy can get.
    room: usize,
}

impl<'t> Decoded<'t> {
    pub(super) fn of(span: &Range<usize>) -> Decoded<'t> {
        Decoded { room: span.len(), ..Decoded::default() }
    }

    pub(super) fn text(&self) -> &str {
        self.copy.as_deref().map_or(self.piece, |copy| copy)
    }

    /// The text where it stands in the source, if it is a piece of it.
    pub(super) fn piece(&self) -> Option<&'t str> {
        self.copy.is_none().then_some(self.piece)
    }

    pub(super) fn into_name(self) -> Cow<'t, str> {
        match self.copy {
            Some(copy) => Cow::Owned(copy.as_str().to_owned()),
            None => Cow::Borrowed(self.piece),
        }
    }

    fn copy(&mut self) -> &mut String {
        let Decoded { piece, copy, room } = self;
        copy.get_or_insert_with(|| {
            let mut copy = Zeroizing::new(String::with_capacity(*room));
            copy.push_str(piece);
            copy
        })
    }
}

impl<'t> StringBuilder<'t> for Decoded<'t> {
    fn clear(&mut self) {
        self.piece = "";
        self.copy = None;
    }

    fn push_str(&mut self, append: &'t str) -> bool {
        if self.copy.is_none() && self.piece.is_empty() {
            self.piece = append;
        } else {
            self.copy().push_str(append);
        }
        true
    }

    fn push_char(&mut self, append: char) -> bool {
        self.copy().push(append);
        true
    }
}
