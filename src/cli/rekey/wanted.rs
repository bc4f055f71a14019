//! Who should be able to read a file, by the creation rule for it.

use super::Groups;
use crate::cli::config;
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::exit;
use crate::config::{KeySpec, Rule};
use crate::keys::Recipient;
use crate::metadata::Metadata;
use std::path::Path;

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
}

/// What the rule wants of a file: entries that the file already has are meant as they are there. `asked` is a
/// threshold given by flag, 0 if none was.
pub fn wanted_by(rule: &Rule, asked: u32, file: &Metadata, context: &Context) -> Result<Wanted, CliError> {
    if rule.groups.iter().any(Vec::is_empty) {
        let message = format!("the creation rule of line {} has a key group without keys", rule.place.line);
        return Err(CliError::new(exit::GENERIC, message).hint("name the recipients of the file in it"));
    }
    let as_in_file = |number: usize, spec: &KeySpec| {
        let meant = spec.recipient();
        let entries = file.groups.get(number).into_iter().chain(&file.groups).flatten();
        let mut entries = entries.map(|stanza| &stanza.recipient);
        entries.find(|recipient| recipient.is_meant_by(&meant)).cloned().unwrap_or(meant)
    };
    let group = |(number, keys): (usize, &Vec<KeySpec>)| -> Vec<Recipient> {
        keys.iter().map(|spec| as_in_file(number, spec)).collect()
    };
    let groups = rule.groups.iter().enumerate().map(group).collect();
    // sops keeps the file's threshold whatever the config says (quirk Q53).
    let ruled = rule.shamir_threshold.filter(|_| !context.is_sops()).unwrap_or(0);
    let wanted = Wanted::new(groups, if asked == 0 { ruled } else { asked }, file);
    // Said before anybody is asked for anything.
    crate::keys::threshold(wanted.groups.len(), wanted.threshold as usize).map_err(|error| {
        CliError::new(exit::GENERIC, error.to_string())
            .hint("say with --shamir-secret-sharing-threshold how many key groups must come together")
    })?;
    Ok(wanted)
}

/// Whether a rule picks a file of a directory by its path. A rule for every file says nothing about this one.
pub fn is_picked(path: &Path, context: &Context) -> Result<bool, CliError> {
    Ok(config::rule_for(path, context)?.is_some_and(|(_, rule)| rule.path_regex.is_some()))
}
