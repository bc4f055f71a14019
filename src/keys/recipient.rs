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

/// `text` fit for a terminal: control characters replaced, the middle of a long text left out.
pub(super) fn printable(text: &str, most: usize) -> String {
    let clean = |c: char| if c.is_control() { '\u{FFFD}' } else { c };
    let length = text.chars().count();
    if length <= most {
        return text.chars().map(clean).collect();
    }
    let (head, tail) = (most - most / 4 - 1, most / 4);
    let start = text.chars().take(head).map(clean);
    let end = text.chars().skip(length - tail).map(clean);
    start.chain(['…']).chain(end).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_from_a_file_cannot_speak_to_the_terminal() {
        let other = Recipient::Other { list: "kms".into(), identity: "arn\u{1b}[2J\nx\u{9b}".into() };
        assert_eq!(other.to_string(), "kms arn\u{FFFD}[2J\u{FFFD}x\u{FFFD}");
    }

    #[test]
    fn a_long_name_is_shortened_in_the_middle() {
        assert_eq!(printable("abcdefghijkl", 8), "abcde…kl");
        assert_eq!(printable("abcdefgh", 8), "abcdefgh");
    }
}
