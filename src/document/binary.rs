//! A whole binary file as one value: the JSON envelope `{"data": …}` (spec, stores 6).

use super::error::SyntaxError;
use super::format::Format;
use super::slot::{Content, Slot, Style};
use super::step::{self, Step};
use super::syntax::{Fit, Part, Scan};
use super::value::Kind;
use super::{Document, path::Paths};
use zeroize::Zeroizing;

/// The envelope that a plain file is sealed into, as sops writes it.
const ENVELOPE: &str = "{\n\t\"data\": \"\"\n}\n";

/// A JSON document whose only value is the file's bytes.
pub(super) fn wrap(bytes: &[u8]) -> Document {
    let quotes = ENVELOPE.find("\"\"").expect("the envelope has an empty value");
    let mut paths = Paths::default();
    let root = paths.root(0);
    let slot = Slot {
        path: paths.key(root, "data"),
        span: quotes..quotes + 2,
        tail: Box::default(),
        kind: Kind::Str,
        style: Style::Double,
        flow: false,
        indent: 0,
        content: Content::Cooked(Zeroizing::new(bytes.into())),
    };
    let part =
        Part { root, metadata: Vec::new(), blocks: Vec::new(), insert: quotes + 2, fit: Fit::FlowNext };
    let scan = Scan { paths, slots: vec![slot], parts: vec![part], ..Scan::default() };
    Document { format: Format::Binary, text: Zeroizing::new(ENVELOPE.to_owned()), newline: "\n", scan }
}

/// Why nothing in a binary file can be set or removed.
pub(super) fn no_edit(path: &[Step]) -> SyntaxError {
    SyntaxError::whole("a binary file is one value without keys, so none can be set or removed")
        .path(step::display(path))
        .hint("decrypt it, change the file, and encrypt it again")
}
