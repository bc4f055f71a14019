//! TOML 1.0, and of 1.1 the inline tables over several lines, the times without seconds, `\e` and `\x41`.
//!
//! sops has no TOML; its types and rules apply, and where they leave a choice we do as rops 0.1.7 does, so that files
//! move over:
//!
//! - The metadata is a table `[sops]` at the end. It is read from anywhere, in any spelling.
//! - The tree order, which is the order of the MAC, is that of the first appearance of each table, its
//!   sub-tables merged into it. A table whose header comes after headers of its sub-tables stands where its own
//!   header is. (rops keeps the order of `toml` 0.8 with `preserve_order`.)
//! - Dates and times become timestamps, those without an offset in UTC. A time of day is text, and so is a leap second,
//!   which no timestamp of sops can be.
//!
//! rops opens what we seal but for dates (a type that it lacks), infinities (it hashes another word), and empty texts,
//! which sops' format leaves in clear. It takes the clear text `null` for a null. It hashes a file in its own order before
//! it rewrites it with the values of a table first, so there are files of its own that nobody can verify.
//!
//! Comments stand in the tree where YAML's do (spec, stores 2.4). In particular: lines directly above a header are in
//! the container that the header adds to, before its table; a comment on the header's line is the first thing in the
//! table; lines above a key are in the table that the key's last part is in; a comment behind a value is before
//! that value; other comments are in the table among whose lines they are.

mod block;
#[cfg(test)]
mod conformance;
mod edit;
mod metadata;
mod order;
mod scalar;
mod scan;
mod spell;
mod tables;
#[cfg(test)]
mod tests;
mod time;
mod tokens;
mod value;
mod write;

use super::Document;
use super::edit::Change;
use super::error::SyntaxError;
use super::slot::{Slot, Style};
use super::splice;
use super::step::Step;
use super::syntax::{Edit, Emit, Limits, Part, Scan, Spelling, Spot, Syntax};
use super::tree::Node;
use super::value::ValueRef;
use write::Writer;
use zeroize::Zeroizing;

pub struct Toml;

impl Syntax for Toml {
    fn scan(&self, text: &str, limits: &Limits) -> Result<Scan, SyntaxError> {
        scan::scan(text, limits)
    }

    fn token_style(&self, slot: &Slot) -> Style {
        match slot.style {
            Style::Single | Style::TripleSingle => Style::Single,
            Style::Comment | Style::InlineComment => slot.style,
            _ => Style::Double,
        }
    }

    fn token(&self, slot: &Slot, token: &str, out: &mut String) {
        match self.token_style(slot) {
            Style::Comment | Style::InlineComment => {
                out.push('#');
                out.push_str(token);
            }
            style => spell::quoted(token, style, out),
        }
    }

    fn spell(&self, spot: &Spot, value: ValueRef<'_>) -> Result<Spelling, SyntaxError> {
        let mut spelling = Spelling::new(String::new());
        spell::scalar(value, spot.style, &mut spelling.head)?;
        Ok(spelling)
    }

    fn metadata(&self, text: &str, part: &Part, tree: &Node) -> Edit {
        metadata::edit(text, part, tree)
    }

    fn edit(
        &self,
        document: &Document,
        path: &[Step],
        change: Change<'_>,
    ) -> Result<Vec<splice::Edit>, SyntaxError> {
        edit::edit(document, path, change)
    }

    /// The first document only: a TOML file holds one.
    fn emit(&self, documents: &[Node], _: Emit) -> Result<Zeroizing<String>, SyntaxError> {
        let mut writer = Writer::new("\n");
        if let Some(document) = documents.first() {
            writer.table(document)?;
        }
        Ok(writer.finish())
    }

    fn emit_value(&self, node: &Node, how: Emit) -> Result<Zeroizing<String>, SyntaxError> {
        match node {
            Node::Map(_) => self.emit(std::slice::from_ref(node), how),
            _ => {
                let mut writer = Writer::new("\n");
                writer.value(node, false)?;
                Ok(writer.finish())
            }
        }
    }
}
