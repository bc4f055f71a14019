//! A wrapped data key as the metadata stores it.

use super::recipient::Recipient;
use crate::document::tree::{Item, Node};

/// One key entry of a file.
#[derive(Clone)]
pub struct Stanza {
    pub recipient: Recipient,
    /// The wrapped data key or share, as text (spec, file-format 8).
    pub enc: String,
    /// The entry as it was read, so that fields unknown to this build survive a rewrite. That of a stanza that was
    /// just made holds no more than the time.
    pub entry: Node,
}

impl Stanza {
    /// A stanza that was made at the time `now` (RFC 3339), which all kinds but age store.
    pub fn new(recipient: Recipient, enc: String, now: &str) -> Stanza {
        let time = || Item::Entry { key: "created_at".into(), node: Node::str(now) };
        let fields = match recipient {
            Recipient::Age(_) => Vec::new(),
            _ => vec![time()],
        };
        Stanza { recipient, enc, entry: Node::Map(fields) }
    }
}
