//! Whole texts and the metadata lines in sops' layout (spec, stores 4.2 and 4.3).

use super::PREFIX;
use crate::document::error::SyntaxError;
use crate::document::flat;
use crate::document::syntax::{Edit, Part};
use crate::document::tree::{Item, Node};
use crate::document::value::ValueRef;
use zeroize::Zeroizing;

/// A scalar as dotenv's text (spec, stores 8).
pub(super) fn text(value: ValueRef<'_>) -> Result<Zeroizing<String>, SyntaxError> {
    flat::as_text(value).ok_or_else(|| {
        SyntaxError::whole("dotenv holds only text, and this value is null, empty or not UTF-8")
            .hint("delete the key, or give it a value")
    })
}

/// A comment, each line behind a `#`.
pub(super) fn comment(text: &str) -> Zeroizing<String> {
    Zeroizing::new(format!("#{}", text.replace('\n', "\n#")))
}

pub(super) fn documents(documents: &[Node]) -> Result<Zeroizing<String>, SyntaxError> {
    let mut out = Zeroizing::new(String::new());
    let [document] = documents else {
        return match documents.len() {
            0 => Ok(out),
            count => Err(SyntaxError::whole(format!("dotenv holds one document, and the file has {count}"))
                .hint("take a format that holds them all, such as YAML")),
        };
    };
    for item in document.items() {
        match item {
            Item::Comment { text, .. } => out.push_str(&comment(text)),
            Item::Entry { key, node } => {
                let fault = |fault: SyntaxError| fault.path(flat::display(&[key]));
                let Node::Scalar(value) = node else {
                    return Err(fault(
                        SyntaxError::whole("dotenv can't hold a map or list")
                            .hint("use a format that nests, such as YAML or JSON"),
                    ));
                };
                if key.contains(['\n', '=']) || key.starts_with('#') {
                    return Err(fault(SyntaxError::whole(
                        "dotenv can't hold a key with `=` or a line break, or with `#` in front",
                    )));
                }
                out.push_str(key);
                out.push('=');
                out.push_str(&flat::escape(&text(value.borrow()).map_err(fault)?));
            }
        }
        out.push('\n');
    }
    Ok(out)
}

/// The edit that adds the metadata lines. Always with LF: a CR would be part of the value.
pub(super) fn metadata(text: &str, part: &Part, tree: &Node) -> Edit {
    let before = &text[..part.insert];
    let added_newline = !before.is_empty() && !before.ends_with('\n');
    let mut out = Zeroizing::new(String::from(if added_newline { "\n" } else { "" }));
    for (name, text) in flat::flatten(tree) {
        out.push_str(&format!("{PREFIX}{name}={}\n", flat::escape(&text).as_str()));
    }
    Edit { span: part.insert..part.insert, text: out, added_newline }
}
