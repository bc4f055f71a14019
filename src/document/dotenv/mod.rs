//! Dotenv as sops reads it (spec, stores 4): `KEY=value` lines and `#` comments, nothing trimmed or unquoted.
//!
//! In a value, the two characters `\n` stand for a line feed; there is no spelling for a backslash before an
//! `n`, which such a value therefore turns into (spec, quirks Q62).

mod edit;
mod emit;
mod scan;

#[cfg(test)]
mod tests;

use super::Document;
use super::edit::Change;
use super::error::SyntaxError;
use super::flat;
use super::slot::{Slot, Style};
use super::splice;
use super::step::Step;
use super::syntax::{Edit, Emit, Limits, Part, Scan, Spelling, Spot, Syntax};
use super::tree::Node;
use super::value::{Kind, ValueRef};
use zeroize::Zeroizing;

/// What the keys of the metadata start with.
const PREFIX: &str = "sops_";

pub struct Dotenv;

impl Syntax for Dotenv {
    fn scan(&self, text: &str, limits: &Limits) -> Result<Scan, SyntaxError> {
        scan::scan(text, limits)
    }

    fn token_style(&self, slot: &Slot) -> Style {
        slot.style
    }

    fn token(&self, slot: &Slot, token: &str, out: &mut String) {
        if slot.is_comment() {
            out.push('#');
        }
        out.push_str(token);
    }

    fn spell(&self, _: &Spot, value: ValueRef<'_>) -> Result<Spelling, SyntaxError> {
        let text = emit::text(value)?;
        let head = match value.kind {
            Kind::Comment => emit::comment(&text),
            _ => flat::escape(&text),
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
            Node::Scalar(value) => emit::text(value.borrow()),
            _ => Err(SyntaxError::whole("dotenv has no spelling for a map or list")
                .hint("ask for one key, or print the map with --output-type json")),
        }
    }

    fn reserves(&self, key: &str) -> bool {
        key.starts_with(PREFIX)
    }
}
