//! A wrapped data key as the metadata stores it.

use super::recipient::Recipient;
use crate::document::tree::Node;

/// One key entry of a file.
#[derive(Clone)]
pub struct Stanza {
    pub recipient: Recipient,
    /// The wrapped data key or share, as text (spec, file-format 8).
    pub enc: String,
    /// The entry as it was read, so that fields and kinds unknown to this build survive a rewrite; an empty
    /// map for a stanza that was just made.
    pub entry: Node,
}

impl Stanza {
    /// A stanza that was just made.
    pub fn new(recipient: Recipient, enc: String) -> Stanza {
        Stanza { recipient, enc, entry: Node::Map(Vec::new()) }
    }
}
