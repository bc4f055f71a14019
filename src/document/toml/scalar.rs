//! The typed value of a TOML scalar.

use super::time;
use super::tokens::{Decoded, Tokens, quotes, span};
use crate::document::error::SyntaxError;
use crate::document::slot::{Content, Style};
use crate::document::value::{Kind, canonical_float};
use std::ops::Range;
use toml_datetime::Datetime;
use toml_parser::decoder::{Encoding, ScalarKind};
use toml_parser::lexer::TokenKind;
use zeroize::Zeroizing;

pub(super) struct Scalar {
    pub span: Range<usize>,
    pub kind: Kind,
    pub style: Style,
    pub content: Content,
}

impl Tokens<'_> {
    /// Takes the tokens of a scalar.
    pub(super) fn take_scalar(&mut self) -> Result<Scalar, SyntaxError> {
        let first = self.take();
        let mut span = span(first);
        let quotes = quotes(first.kind());
        if quotes.is_none() {
            span.end = self.take_unquoted(span.end);
        }
        let mut decoded = Decoded::of(&span);
        let kind = self.check(|raw, faults| raw.decode_scalar(&mut decoded, faults), span.clone(), quotes)?;
        let number = decoded.text();
        let (kind, content) = match kind {
            ScalarKind::String => (Kind::Str, self.text_content(&span, &decoded)),
            ScalarKind::Boolean(yes) => (Kind::Bool, cooked(if yes { "True" } else { "False" })),
            ScalarKind::Integer(radix) => {
                let number = i64::from_str_radix(number, radix.value())
                    .map_err(|_| self.fault(span.start, "the integer does not fit 64 bits"))?;
                (Kind::Int, self.content(&span, &number.to_string()))
            }
            ScalarKind::Float => {
                let spelled_out = number.ends_with("inf") || number.ends_with("nan");
                let number = number
                    .parse::<f64>()
                    .ok()
                    .filter(|number| number.is_finite() || spelled_out)
                    .ok_or_else(|| self.fault(span.start, "the number is out of the range of a double"))?;
                (Kind::Float, self.content(&span, &canonical_float(number)))
            }
            ScalarKind::DateTime => {
                let datetime = number.parse::<Datetime>().map_err(|_| {
                    self.fault(span.start, "this looks like a date or time, but is not a possible one")
                })?;
                match time::canonical(&datetime) {
                    Some(time) => (Kind::Time, self.content(&span, &time)),
                    None => (Kind::Str, Content::AsWritten(span.clone())),
                }
            }
        };
        let style = match quotes {
            None => Style::Plain,
            Some(Encoding::LiteralString) => Style::Single,
            Some(Encoding::BasicString) => Style::Double,
            Some(Encoding::MlLiteralString) => Style::TripleSingle,
            Some(Encoding::MlBasicString) => Style::TripleDouble,
        };
        Ok(Scalar { span, kind, style, content })
    }

    /// Numbers, words and dates come in pieces, cut at their dots and at the blank that a date may have.
    fn take_unquoted(&mut self, mut end: usize) -> usize {
        loop {
            match self.peek() {
                TokenKind::Atom | TokenKind::Dot => {}
                TokenKind::Whitespace if self.peek_second() == TokenKind::Atom => {
                    self.take();
                }
                _ => return end,
            }
            end = self.take().span().end();
        }
    }

    fn content(&self, span: &Range<usize>, canonical: &str) -> Content {
        if &self.text[span.clone()] == canonical {
            Content::AsWritten(span.clone())
        } else {
            cooked(canonical)
        }
    }

    fn text_content(&self, span: &Range<usize>, decoded: &Decoded<'_>) -> Content {
        match decoded.piece() {
            Some("") => Content::AsWritten(span.end..span.end),
            Some(piece) => {
                let start = piece.as_ptr() as usize - self.text.as_ptr() as usize;
                Content::AsWritten(start..start + piece.len())
            }
            None => cooked(decoded.text()),
        }
    }
}

fn cooked(canonical: &str) -> Content {
    Content::Cooked(Zeroizing::new(canonical.as_bytes().into()))
}
