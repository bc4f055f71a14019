//! YAML, as sops reads it (spec, stores 2). The text is parsed for its spans and never written anew.

mod alias;
mod comments;
mod fault;
mod frame;
mod gap;
mod order;
mod part;
mod scalar;
mod scan;
mod time;

use super::error::SyntaxError;
use super::slot::{Slot, Style};
use super::syntax::{Edit, Emit, Limits, Part, Scan, Spelling, Spot, Syntax};
use super::tree::Node;
use super::value::ValueRef;
use zeroize::Zeroizing;

pub struct Yaml;

impl Syntax for Yaml {
    fn scan(&self, text: &str, limits: &Limits) -> Result<Scan, SyntaxError> {
        scan::scan(text, limits)
    }

    fn token_style(&self, _: &Slot) -> Style {
        todo!()
    }

    fn token(&self, _: &Slot, _: &str, _: &mut String) {
        todo!()
    }

    fn spell(&self, _: &Spot, _: ValueRef<'_>) -> Result<Spelling, SyntaxError> {
        todo!()
    }

    fn metadata(&self, _: &str, _: &Part, _: &Node) -> Edit {
        todo!()
    }

    fn emit(&self, _: &[Node], _: Emit) -> Result<Zeroizing<String>, SyntaxError> {
        todo!()
    }

    fn emit_value(&self, _: &Node, _: Emit) -> Result<Zeroizing<String>, SyntaxError> {
        todo!()
    }
}
