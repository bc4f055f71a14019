//! Bytes ↔ slots. A document is the exact text and the ordered slots in it; nothing here is ever
//! re-serialised, tokens and values are spliced into the text at the slots' spans.

pub mod difference;
pub mod edit;
pub mod error;
pub mod flat;
pub mod format;
pub mod markers;
pub mod merge;
pub mod path;
pub mod slot;
pub mod splice;
pub mod step;
pub mod syntax;
pub mod timestamp;
pub mod tree;
pub mod value;

mod binary;
mod dotenv;
mod duplicates;
mod ini;
mod json;
#[cfg(test)]
mod laws;
mod lines;
mod mask;
mod recognize;
mod spacing;
mod toml;
mod yaml;

use error::SyntaxError;
use format::Format;
use slot::{Content, Slot, Style};
use syntax::{Limits, Scan, Spot, Syntax};
use tree::{Leaf, Node};
use value::{Kind, Value, ValueRef};
use zeroize::Zeroizing;

/// A parsed file.
///
/// ```
/// use sops_rs::document::{Document, format::Format, syntax::Limits};
///
/// let document = Document::parse(b"db:\n  password: hunter2 # rotate me\n", Format::Yaml, &Limits::default())?;
/// let slot = &document.slots()[0];
/// assert_eq!(document.paths().display(slot.path), "db.password");
/// assert_eq!(document.value(slot).bytes, b"hunter2");
/// assert_eq!(&document.text()[slot.span.clone()], "hunter2");
/// # Ok::<(), sops_rs::document::error::SyntaxError>(())
/// ```
pub struct Document {
    format: Format,
    text: Zeroizing<String>,
    /// Found once: it is asked for with every slot, and a text may be one long line.
    newline: &'static str,
    scan: Scan,
}

impl Document {
    /// Parses the text of a file. For [`Format::Binary`] the bytes are the JSON envelope of a sealed file; a
    /// plain binary file is made into a document by [`Document::binary`].
    pub fn parse(bytes: &[u8], format: Format, limits: &Limits) -> Result<Document, SyntaxError> {
        Document::from_bytes(Zeroizing::new(bytes.to_vec()), format, limits)
    }

    /// As [`Document::parse`], keeping the bytes that were read instead of a copy.
    pub fn from_bytes(
        mut bytes: Zeroizing<Vec<u8>>,
        format: Format,
        limits: &Limits,
    ) -> Result<Document, SyntaxError> {
        if bytes.len() > limits.bytes {
            return Err(SyntaxError::whole(format!(
                "the file has {} bytes, more than the limit of {}",
                bytes.len(),
                limits.bytes
            ))
            .hint("raise the limit with --max-size if the file is what you expect"));
        }
        let text = String::from_utf8(std::mem::take(&mut *bytes)).map_err(|fault| {
            let offset = fault.utf8_error().valid_up_to();
            not_text(&Zeroizing::new(fault.into_bytes()), offset)
        })?;
        Document::from_text(Zeroizing::new(text), format, limits)
    }

    /// As [`Document::parse`], without a copy of a text that is already owned.
    pub fn from_text(
        text: Zeroizing<String>,
        format: Format,
        limits: &Limits,
    ) -> Result<Document, SyntaxError> {
        let scan = format.syntax().scan(&text, limits)?;
        let newline = line_end(&text, format);
        Ok(Document { format, text, newline, scan })
    }

    /// The document of a plain binary file: one text value under the key `data` (spec, stores 6).
    pub fn binary(bytes: &[u8]) -> Document {
        binary::wrap(bytes)
    }

    pub fn format(&self) -> Format {
        self.format
    }

    /// The exact text, metadata included.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The slots outside the metadata, in the order of the text.
    pub fn slots(&self) -> &[Slot] {
        &self.scan.slots
    }

    /// The numbers of the slots in sops' tree order: the order of the MAC and of comment rules.
    pub fn tree_order(&self) -> impl Iterator<Item = usize> + '_ {
        let order = self.scan.order.as_deref();
        (0..self.scan.slots.len()).map(move |n| order.map_or(n, |order| order[n] as usize))
    }

    pub fn paths(&self) -> &path::Paths {
        &self.scan.paths
    }

    /// Everything else the scan found.
    pub fn scanned(&self) -> &Scan {
        &self.scan
    }

    pub fn syntax(&self) -> &'static dyn Syntax {
        self.format.syntax()
    }

    /// The canonical value of a slot of this document.
    pub fn value<'a>(&'a self, slot: &'a Slot) -> ValueRef<'a> {
        let bytes = match &slot.content {
            Content::AsWritten(range) => &self.text.as_bytes()[range.clone()],
            Content::Cooked(bytes) => bytes,
        };
        ValueRef { kind: slot.kind, bytes }
    }

    /// The file's line end: that of its first line. In dotenv a carriage return belongs to the value.
    pub fn newline(&self) -> &'static str {
        self.newline
    }

    /// Where an opened value is spelled when a token stood (or would stand) at this slot.
    pub fn spot(&self, slot: &Slot) -> Spot {
        Spot {
            style: self.syntax().token_style(slot),
            flow: slot.flow,
            indent: slot.indent,
            newline: self.newline(),
            step: self.scan.step,
        }
    }

    /// Whether the file carries a metadata block.
    pub fn has_metadata(&self) -> bool {
        self.scan.parts.iter().any(|part| !part.blocks.is_empty())
    }

    /// The values as they stand, one tree per document.
    pub fn trees(&self) -> Vec<Node> {
        let values: Vec<Value> = self.slots().iter().map(|slot| self.value(slot).to_value()).collect();
        self.trees_of(&values)
    }

    /// Other values in the places of this document's slots, one tree per document; `values` by slot.
    pub fn trees_of(&self, values: &[Value]) -> Vec<Node> {
        let paths = self.paths();
        let mut leaves: Vec<Vec<Leaf<'_>>> = self.scan.parts.iter().map(|_| Vec::new()).collect();
        for number in self.tree_order() {
            let slot = &self.slots()[number];
            let value = &values[number];
            // An element of a list that is a comment belongs to the list.
            let moved = value.kind == Kind::Comment && !slot.is_comment();
            let path = if moved { paths.parent(slot.path).unwrap_or(slot.path) } else { slot.path };
            let inline = slot.style == Style::InlineComment;
            if let Some(part) = leaves.get_mut(paths.document(slot.path) as usize) {
                part.push(Leaf { path, value, inline });
            }
        }
        leaves.into_iter().map(|leaves| Node::build(paths, leaves.into_iter())).collect()
    }

    /// The metadata block of the first document as a tree: the map under `sops`.
    pub fn metadata(&self) -> Option<Node> {
        let part = self.scan.parts.first().filter(|part| !part.blocks.is_empty())?;
        let values: Vec<Value> = part.metadata.iter().map(|slot| self.value(slot).to_value()).collect();
        let leaves = part.metadata.iter().zip(&values).map(|(slot, value)| Leaf {
            path: slot.path,
            value,
            inline: false,
        });
        let root = Node::build(&self.scan.paths, leaves);
        Some(root.get("sops").cloned().unwrap_or(Node::Map(Vec::new())))
    }
}

impl Format {
    pub(crate) fn syntax(self) -> &'static dyn Syntax {
        match self {
            Format::Yaml => &yaml::Yaml,
            Format::Json | Format::Binary => &json::Json,
            Format::Toml => &toml::Toml,
            Format::Dotenv => &dotenv::Dotenv,
            Format::Ini => &ini::Ini,
        }
    }
}

fn line_end(text: &str, format: Format) -> &'static str {
    match text.find('\n').filter(|_| format != Format::Dotenv) {
        Some(at) if text[..at].ends_with('\r') => "\r\n",
        _ => "\n",
    }
}

fn not_text(bytes: &[u8], offset: usize) -> SyntaxError {
    let hint = match bytes {
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => {
            "the file is UTF-16: convert it with `iconv -f UTF-16 -t UTF-8`"
        }
        _ => "convert the file to UTF-8, or encrypt it as a whole with --input-type binary",
    };
    SyntaxError::at(bytes, offset, format!("byte 0x{:02x} is not UTF-8", bytes[offset])).hint(hint)
}
