//! Nodes to the text of variables.

use crate::document::flat;
use crate::document::format::Format;
use crate::document::tree::Node;
use zeroize::Zeroizing;

/// Makes a node the value of a variable; `None` for a list where there is no text for one.
pub(super) type Spell = fn(&Node) -> Option<Zeroizing<Vec<u8>>>;

/// A scalar as a variable holds it (spec, stores 8); null is empty (quirk Q30).
pub(super) fn scalar(node: &Node) -> Option<Zeroizing<Vec<u8>>> {
    let Node::Scalar(value) = node else { return None };
    Some(match flat::as_text(value.borrow()) {
        Some(text) => Zeroizing::new(text.as_bytes().to_vec()),
        // Null has no bytes; what is no text is handed over as it is.
        None => value.bytes.clone(),
    })
}

/// As [`scalar`]; maps and lists as compact JSON.
pub(super) fn any(node: &Node) -> Option<Zeroizing<Vec<u8>>> {
    scalar(node).or_else(|| Some(Zeroizing::new(Format::Json.syntax().emit_inline(node).as_bytes().to_vec())))
}
