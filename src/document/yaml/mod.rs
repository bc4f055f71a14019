//! YAML, as sops reads it (spec, stores 2). The text is parsed for its spans and never written anew.

mod alias;
mod collection;
mod comments;
mod edit;
mod emit;
mod fault;
mod frame;
mod gap;
mod group;
mod leaf;
mod metadata;
mod order;
mod part;
mod place;
mod quote;
mod scalar;
mod scan;
mod spell;
mod time;

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
use super::value::ValueRef;
use zeroize::Zeroizing;

pub struct Yaml;

impl Syntax for Yaml {
    fn scan(&self, text: &str, limits: &Limits) -> Result<Scan, SyntaxError> {
        scan::scan(text, limits)
    }

    fn token_style(&self, slot: &Slot) -> Style {
        spell::token_style(slot)
    }

    fn token(&self, slot: &Slot, token: &str, out: &mut String) {
        spell::token(slot, token, out);
    }

    fn spell(&self, spot: &Spot, value: ValueRef<'_>) -> Result<Spelling, SyntaxError> {
        spell::spell(spot, value)
    }

    fn metadata(&self, text: &str, part: &Part, tree: &Node) -> Edit {
        metadata::insert(text, part, tree)
    }

    fn edit(
        &self,
        document: &Document,
        path: &[Step],
        change: Change<'_>,
    ) -> Result<Vec<splice::Edit>, SyntaxError> {
        edit::edit(document, path, change)
    }

    fn emit(&self, documents: &[Node], how: Emit) -> Result<Zeroizing<String>, SyntaxError> {
        Ok(emit::documents(documents, how))
    }

    fn emit_value(&self, node: &Node, how: Emit) -> Result<Zeroizing<String>, SyntaxError> {
        Ok(emit::value(node, how))
    }

    fn emit_inline(&self, node: &Node) -> Zeroizing<String> {
        emit::inline(node)
    }
}
