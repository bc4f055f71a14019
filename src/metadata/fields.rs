//! The fields of a map, read as tolerantly as sops does (spec, file-format 6.3).

use super::MetadataError;
use crate::document::tree::Node;
use crate::document::value::Kind;

pub(super) fn wrong(field: &str, expected: &'static str) -> MetadataError {
    MetadataError::Wrong { field: field.to_owned(), expected }
}

/// The block's fields while they are being taken out.
pub(super) struct Fields {
    /// Those that were not taken.
    pub rest: Vec<(String, Node)>,
}

impl Fields {
    pub fn of(map: &Node) -> Result<Fields, MetadataError> {
        let mut rest: Vec<(String, Node)> = Vec::new();
        for (key, node) in map.entries() {
            if rest.iter().any(|(known, _)| known.eq_ignore_ascii_case(key)) {
                return Err(MetadataError::Twice(key.to_owned()));
            }
            rest.push((key.to_owned(), node.clone()));
        }
        Ok(Fields { rest })
    }

    /// The field's value, `None` when it is missing or null.
    pub fn take(&mut self, name: &str) -> Option<Node> {
        let at = self.rest.iter().position(|(key, _)| key.eq_ignore_ascii_case(name))?;
        let (_, node) = self.rest.remove(at);
        (!matches!(&node, Node::Scalar(value) if value.kind == Kind::Null)).then_some(node)
    }

    pub fn text(&mut self, name: &str) -> Result<Option<String>, MetadataError> {
        let Some(node) = self.take(name) else { return Ok(None) };
        match &node {
            // An unquoted YAML timestamp is taken too (quirk Q16).
            Node::Scalar(value) if value.kind == Kind::Bool => {
                Ok(Some(value.borrow().text().to_ascii_lowercase()))
            }
            Node::Scalar(value) => Ok(Some(value.borrow().text().into_owned())),
            _ => Err(wrong(name, "text")),
        }
    }

    pub fn number(&mut self, name: &str) -> Result<u32, MetadataError> {
        match self.text(name)?.as_deref() {
            None | Some("") => Ok(0),
            Some(text) => text.trim().parse().map_err(|_| wrong(name, "number")),
        }
    }

    pub fn boolean(&mut self, name: &str) -> Result<bool, MetadataError> {
        match self.text(name)?.as_deref() {
            None | Some("" | "false" | "False" | "FALSE" | "F" | "f" | "0") => Ok(false),
            Some("true" | "True" | "TRUE" | "T" | "t" | "1") => Ok(true),
            Some(_) => Err(wrong(name, "boolean")),
        }
    }
}
