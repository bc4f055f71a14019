//! JSON (spec, stores 3), strictly RFC 8259 with an object as its root.
//!
//! Stricter than sops in what it refuses: duplicate keys, data behind the root, half surrogate pairs and
//! nesting beyond the limit. Wider in one point: a byte order mark is kept where sops stops at it.

mod edit;
mod lex;
mod metadata;
mod scan;
#[cfg(test)]
mod tests;
mod top;
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
use write::{Dialect, Layout, Writer};
use zeroize::Zeroizing;

pub struct Json;

impl Syntax for Json {
    fn scan(&self, text: &str, limits: &Limits) -> Result<Scan, SyntaxError> {
        scan::scan(text, limits)
    }

    fn token_style(&self, _: &Slot) -> Style {
        Style::Double
    }

    fn token(&self, _: &Slot, token: &str, out: &mut String) {
        write::quote(token, Dialect::Own, out);
    }

    fn spell(&self, _: &Spot, value: ValueRef<'_>) -> Result<Spelling, SyntaxError> {
        let mut spelling = Spelling::new(String::new());
        write::scalar(value, Dialect::Own, &mut spelling.head)?;
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

    /// The first document only, as sops does (spec, quirks Q29).
    fn emit(&self, documents: &[Node], how: Emit) -> Result<Zeroizing<String>, SyntaxError> {
        let Some(document) = documents.first() else { return Ok(Zeroizing::new(String::new())) };
        let mut text = pretty(document, how)?;
        text.push('\n');
        Ok(text)
    }

    fn emit_value(&self, node: &Node, how: Emit) -> Result<Zeroizing<String>, SyntaxError> {
        match node {
            Node::Map(_) => self.emit(std::slice::from_ref(node), how),
            _ => pretty(node, how),
        }
    }

    /// What JSON has no word for (infinite numbers) becomes text.
    fn emit_inline(&self, node: &Node) -> Zeroizing<String> {
        let mut writer = Writer::new(Layout::Compact, Dialect::Own).lenient();
        // A lenient writer refuses nothing.
        let _ = writer.node(node);
        writer.finish()
    }
}

fn pretty(node: &Node, how: Emit) -> Result<Zeroizing<String>, SyntaxError> {
    let unit = how.indent.map_or("\t".to_owned(), |blanks| " ".repeat(blanks as usize));
    let mut writer = Writer::new(Layout::Lines { base: "", unit: &unit, newline: "\n" }, Dialect::Sops);
    writer.node(node)?;
    Ok(writer.finish())
}
