//! INI, as sops reads it through gopkg.in/ini.v1 (spec, stores 5), byte for byte.
//!
//! Sections are maps at the top level, their values are all text. The bytes of a slot:
//! - A value with its quotes, and with the lines that a trailing backslash joins to it. [`Slot::flow`] is set
//!   when a comment stands behind it on its last line, which forbids some quotes.
//! - A comment item as sops has it: the text behind the marks of its first line, up to the end of the last line;
//!   the comment behind the key or header is the slot's tail.
//! - A comment behind a header without comment lines above it, with the blanks before it ([`Slot::flow`] is
//!   set). Its token goes to a line of its own, since the `]` of a token would end the section's name.

mod comment;
mod edit;
mod emit;
mod key;
mod scan;
mod section;
mod spell;
mod value;

#[cfg(test)]
mod tests;

use super::Document;
use super::edit::Change;
use super::error::SyntaxError;
use super::slot::{Slot, Style};
use super::splice;
use super::step::Step;
use super::syntax::{Edit, Emit, Limits, Part, Scan, Spelling, Spot, Syntax};
use super::tree::Node;
use super::value::{Kind, ValueRef};
use zeroize::Zeroizing;

/// The section of the metadata.
const SOPS: &str = "sops";

pub struct Ini;

impl Syntax for Ini {
    fn scan(&self, text: &str, limits: &Limits) -> Result<Scan, SyntaxError> {
        scan::scan(text, limits)
    }

    fn token_style(&self, slot: &Slot) -> Style {
        match slot.style {
            // On one line, the library would drop a comment behind raw quotes.
            Style::TripleDouble | Style::Backtick if slot.flow => Style::Plain,
            style => style,
        }
    }

    fn token(&self, slot: &Slot, token: &str, out: &mut String) {
        match self.token_style(slot) {
            Style::InlineComment if slot.flow => {
                out.push('\n');
                out.push_str(comment::MOVED);
                out.push_str(token);
            }
            style => spell::quoted(style, token, out),
        }
    }

    fn spell(&self, spot: &Spot, value: ValueRef<'_>) -> Result<Spelling, SyntaxError> {
        let head = match value.kind {
            Kind::Comment => spell::comment(spot, value)?,
            _ => spell::value(spot.style, spot.flow, value)?,
        };
        Ok(Spelling { head, tail: Vec::new() })
    }

    fn metadata(&self, text: &str, part: &Part, tree: &Node) -> Edit {
        emit::metadata(text, part, tree)
    }

    fn edit(
        &self,
        document: &Document,
        path: &[Step],
        change: Change<'_>,
    ) -> Result<Vec<splice::Edit>, SyntaxError> {
        edit::edit(document, path, change)
    }

    fn emit(&self, documents: &[Node], _: Emit) -> Result<Zeroizing<String>, SyntaxError> {
        emit::documents(documents)
    }

    fn emit_value(&self, node: &Node, _: Emit) -> Result<Zeroizing<String>, SyntaxError> {
        match node {
            Node::Scalar(value) => spell::text(value.borrow()),
            _ => Err(SyntaxError::whole("INI has no spelling for a section on its own")
                .hint("ask for one key, or print the section with --output-type json")),
        }
    }
}
