//! `--show-master-keys`: the metadata block in the text, to be looked at (quirk Q4).

use crate::cli::error::CliError;
use crate::cli::exit;
use crate::document::Document;
use crate::document::splice::splice;
use crate::document::tree::Node;
use crate::metadata::Metadata;
use zeroize::Zeroizing;

/// A plaintext with the metadata block in it.
pub struct Shown {
    pub text: Zeroizing<String>,
    block: Node,
    /// The block starts with a line end that the text lacked.
    added_newline: bool,
}

impl Shown {
    pub fn of(plain: &Document, metadata: &Metadata) -> Shown {
        let block = metadata.to_node();
        let text = plain.text();
        let Some(part) = plain.scanned().parts.first() else {
            return Shown { text: Zeroizing::new(text.to_owned()), block, added_newline: false };
        };
        let edit = plain.syntax().metadata(text, part, &block);
        let text = splice(text, [(edit.span, edit.text.as_str())].into_iter());
        Shown { text, block, added_newline: edit.added_newline }
    }

    /// The text without the block. A block that was changed is refused: who may read a file is no matter of its text.
    pub fn hidden(&self, edited: &Document, name: &str) -> Result<Zeroizing<Vec<u8>>, CliError> {
        let same = edited.metadata().is_some_and(|block| as_text(&block) == as_text(&self.block));
        if !same {
            let message = format!("{name}: the sops block was changed, and edit does not change it");
            return Err(CliError::new(exit::GENERIC, message).hint(
                "put it back as it was; recipients are changed in the config with `sops-rs updatekeys`, the data key with `sops-rs rotate`",
            ));
        }
        Ok(self.without_block(edited))
    }

    /// The text without its block, whatever that says.
    pub fn without_block(&self, edited: &Document) -> Zeroizing<Vec<u8>> {
        let parts = edited.scanned().parts.iter();
        let blocks = parts.flat_map(|part| &part.blocks).map(|block| (block.clone(), ""));
        let mut text = splice(edited.text(), blocks);
        if self.added_newline && text.ends_with('\n') {
            text.pop();
            if text.ends_with('\r') {
                text.pop();
            }
        }
        Zeroizing::new(text.as_bytes().to_vec())
    }
}

/// A block's values as text, since some formats have nothing else.
fn as_text(block: &Node) -> Vec<(String, String)> {
    let mut leaves = Vec::new();
    let mut open: Vec<(String, &Node)> = vec![(String::new(), block)];
    while let Some((path, node)) = open.pop() {
        match node {
            Node::Scalar(value) => leaves.push((path, value.borrow().text().to_lowercase())),
            Node::Map(_) | Node::List(_) => {
                let inner = node.entries().enumerate();
                open.extend(inner.map(|(at, (key, node))| match key.is_empty() {
                    true => (format!("{path}/{at}"), node),
                    false => (format!("{path}/{key}"), node),
                }));
            }
        }
    }
    leaves.sort();
    leaves
}
