//! Which slots of a document are secret.

pub mod pattern;

use pattern::Pattern;

/// The one selection setting that a file or a creation rule may carry (spec, file-format 5).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selection {
    UnencryptedSuffix(String),
    EncryptedSuffix(String),
    UnencryptedRegex(Pattern),
    EncryptedRegex(Pattern),
    UnencryptedCommentRegex(Pattern),
    EncryptedCommentRegex(Pattern),
}
