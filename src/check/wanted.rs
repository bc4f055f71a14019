//! Who should be able to read a file, by the creation rule for it.

use crate::config::Rule;
use crate::keys::{Recipient, Stanza, WrapError};
use crate::metadata::Metadata;

/// Recipients of a file by key group.
pub type Groups = Vec<Vec<Recipient>>;

/// The recipients that a file names.
pub fn groups_of(metadata: &Metadata) -> Groups {
    let group = |group: &Vec<Stanza>| group.iter().map(|stanza| stanza.recipient.clone()).collect();
    metadata.groups.iter().map(group).collect()
}

/// A rule that no file can follow.
#[derive(Debug, thiserror::Error)]
pub enum WantedError {
    #[error("the creation rule of line {line} has a key group without keys")]
    EmptyGroup { line: usize },
    #[error(transparent)]
    Threshold(#[from] WrapError),
}

/// The key groups that a file is to have.
#[derive(Clone)]
pub struct Wanted {
    pub groups: Groups,
    /// As it is to be stored.
    pub threshold: u32,
}

impl Wanted {
    /// Groups with as many of them needed as `asked` says; 0 is what the file has, or all of them.
    pub fn new(groups: Groups, asked: u32, file: &Metadata) -> Wanted {
        let count = groups.len() as u32;
        let threshold = match (count, asked, file.shamir_threshold) {
            // With one group the number means nothing, and one that does not fit breaks the next change.
            (1, _, stored) => u32::from(stored == 1),
            // A file that names none needs all of its groups.
            (_, 0, 0) if file.groups.len() as u32 == count => 0,
            (_, 0, 0) => count,
            (_, 0, stored) => stored.min(count),
            (_, asked, _) => asked,
        };
        Wanted { groups, threshold }
    }

    /// What a rule wants of a file: entries that the file already has are meant as they are there. `asked` is the
    /// threshold, 0 for what the file has.
    pub fn by(rule: &Rule, asked: u32, file: &Metadata) -> Result<Wanted, WantedError> {
        if rule.groups.iter().any(Vec::is_empty) {
            return Err(WantedError::EmptyGroup { line: rule.place.line });
        }
        let as_in_file = |number: usize, meant: &Recipient| {
            let entries = file.groups.get(number).into_iter().chain(&file.groups).flatten();
            let mut entries = entries.map(|stanza| &stanza.recipient);
            entries.find(|recipient| recipient.is_meant_by(meant)).unwrap_or(meant).clone()
        };
        let group = |(number, keys): (usize, &Vec<Recipient>)| -> Vec<Recipient> {
            keys.iter().map(|key| as_in_file(number, key)).collect()
        };
        let groups = rule.groups.iter().enumerate().map(group).collect();
        let wanted = Wanted::new(groups, asked, file);
        crate::keys::threshold(wanted.groups.len(), wanted.threshold as usize)?;
        Ok(wanted)
    }
}
