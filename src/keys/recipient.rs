//! Who can unwrap a data key.

use super::age::AgeRecipient;
use std::fmt;

/// One key of a key group, by its public side. Two recipients are equal when they name the same key,
/// whatever a comment behind an SSH key says.
#[derive(Clone, PartialEq, Eq, Hash)]
pub enum Recipient {
    Age(AgeRecipient),
    /// A key of a service (or PGP) that this build stores and keeps, and may have no back end for.
    Other {
        /// The metadata list it stands in: `kms`, `pgp`, …
        list: String,
        /// What names it in messages and comparisons (spec, file-format 8).
        identity: String,
    },
}

impl Recipient {
    /// The metadata list of its kind, which is also its identifier in a decryption order.
    pub fn list(&self) -> &str {
        match self {
            Recipient::Age(_) => "age",
            Recipient::Other { list, .. } => list,
        }
    }

    /// What names the key, whole, without control characters: for lists of keys.
    pub fn identity(&self) -> String {
        match self {
            Recipient::Age(recipient) => recipient.shown(usize::MAX),
            Recipient::Other { identity, .. } => printable(identity, usize::MAX),
        }
    }

    /// Whether this entry of a file is the key that a config or flag means. An Azure key without a version is any
    /// version of it, a KMS key without context and profile is the key with any.
    pub fn is_meant_by(&self, wanted: &Recipient) -> bool {
        match (self, wanted) {
            (Recipient::Other { list, identity }, Recipient::Other { list: kind, identity: meant }) => {
                let same = match kind.as_str() {
                    "azure_kv" if meant.ends_with('/') => identity.starts_with(meant),
                    "kms" if !meant.contains('|') => identity.split('|').next() == Some(meant),
                    _ => identity == meant,
                };
                list == kind && same
            }
            _ => self == wanted,
        }
    }
}

/// For messages: short, on one line, without control characters.
impl fmt::Display for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Recipient::Age(recipient) => recipient.fmt(f),
            Recipient::Other { list, identity } => {
                write!(f, "{} {}", printable(list, 40), printable(identity, 200))
            }
        }
    }
}

impl fmt::Debug for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Recipient({self})")
    }
}

/// `text` fit for a terminal: what could steer it is replaced, the middle of a long text left out.
pub fn printable(text: &str, most: usize) -> String {
    let isolate = |c: &char| matches!(c, '\u{2066}'..='\u{2069}');
    let clean = |c: char| match c {
        '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' => '\u{FFFD}',
        c if c.is_control() => '\u{FFFD}',
        c => c,
    };
    let shown = || text.chars().filter(|c| !isolate(c)).map(clean);
    let length = shown().count();
    if length <= most {
        return shown().collect();
    }
    let (head, tail) = (most - most / 4 - 1, most / 4);
    shown().take(head).chain(['…']).chain(shown().skip(length - tail)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_config_leaves_open_may_be_anything() {
        let key =
            |list: &str, identity: &str| Recipient::Other { list: list.into(), identity: identity.into() };
        let azure = key("azure_kv", "https://v/keys/n/1");
        assert!(azure.is_meant_by(&key("azure_kv", "https://v/keys/n/")));
        assert!(!azure.is_meant_by(&key("azure_kv", "https://v/keys/n/2")));
        let kms = key("kms", "arn:a+arn:r|Env:x|lab");
        assert!(kms.is_meant_by(&key("kms", "arn:a+arn:r")) && !kms.is_meant_by(&key("kms", "arn:a")));
        assert!(!kms.is_meant_by(&key("kms", "arn:a+arn:r|Env:y|lab")));
        assert!(!kms.is_meant_by(&key("pgp", "arn:a+arn:r")));
    }

    #[test]
    fn a_name_from_a_file_cannot_speak_to_the_terminal() {
        let other = Recipient::Other {
            list: "kms".into(),
            identity: "arn\u{1b}[2J\nx\u{9b}\u{202E}y\u{2068}".into(),
        };
        assert_eq!(other.to_string(), "kms arn\u{FFFD}[2J\u{FFFD}x\u{FFFD}\u{FFFD}y");
    }

    #[test]
    fn a_long_name_is_shortened_in_the_middle() {
        assert_eq!(printable("abcdefghijkl", 8), "abcde…kl");
        assert_eq!(printable("abcdefgh", 8), "abcdefgh");
    }
}
