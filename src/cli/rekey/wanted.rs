//! Who should be able to read a file, in the words of the command line.

use crate::check::{Wanted, WantedError};
use crate::cli::config;
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::exit;
use crate::config::Rule;
use crate::metadata::Metadata;
use std::path::Path;

/// What the rule wants of a file ([`Wanted::by`]). `asked` is a threshold given by flag, 0 if none was.
pub fn wanted_by(rule: &Rule, asked: u32, file: &Metadata, context: &Context) -> Result<Wanted, CliError> {
    // sops keeps the file's threshold whatever the config says (quirk Q53).
    let ruled = rule.shamir_threshold.filter(|_| !context.is_sops()).unwrap_or(0);
    // Said before anybody is asked for anything.
    Wanted::by(rule, if asked == 0 { ruled } else { asked }, file).map_err(|error| {
        let hint = match error {
            WantedError::EmptyGroup { .. } => "name the recipients of the file in it",
            WantedError::Threshold(_) => {
                "say with --shamir-secret-sharing-threshold how many key groups must come together"
            }
        };
        CliError::new(exit::GENERIC, error.to_string()).hint(hint)
    })
}

/// Whether a rule picks a file of a directory by its path. A rule for every file says nothing about this one.
pub fn is_picked(path: &Path, context: &Context) -> Result<bool, CliError> {
    Ok(config::rule_for(path, context)?.is_some_and(|(_, rule)| rule.path_regex.is_some()))
}
