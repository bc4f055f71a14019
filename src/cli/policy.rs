//! Who may read a new file and what in it is secret: flags, then the config's creation rule, then the defaults
//! (spec, config 3).

use super::config;
use super::context::Context;
use super::error::CliError;
use super::exit;
pub use super::key_flags::KeyFlags;
use super::trust::{self, Claim};
use crate::keys::Recipient;
use crate::rules::Selection;
use std::path::Path;

/// What sops says when it has no recipients.
const NO_KEYS: &str =
    "config file not found, or has no creation rules, and no keys provided through command line options";

/// Flags that say what is secret; at most one.
#[derive(clap::Args, Default)]
#[command(next_help_heading = "Which values are secret, instead of what the config says (one rule at most)")]
pub struct RuleFlags {
    /// Keep values in clear whose key, or one above it, ends with this
    #[arg(long, value_name = "SUFFIX")]
    unencrypted_suffix: Option<String>,
    /// Encrypt only values whose key, or one above it, ends with this
    #[arg(long, value_name = "SUFFIX")]
    encrypted_suffix: Option<String>,
    /// Keep values in clear whose key, or one above it, matches
    #[arg(long, value_name = "REGEX")]
    unencrypted_regex: Option<String>,
    /// Encrypt only values whose key, or one above it, matches
    #[arg(long, value_name = "REGEX")]
    encrypted_regex: Option<String>,
    /// Keep values in clear under a comment that matches
    #[arg(long, value_name = "REGEX")]
    unencrypted_comment_regex: Option<String>,
    /// Encrypt only values under a comment that matches
    #[arg(long, value_name = "REGEX")]
    encrypted_comment_regex: Option<String>,
    /// Let the MAC cover encrypted values only
    #[arg(long)]
    mac_only_encrypted: bool,
}

/// What a new file is sealed with.
pub struct Policy {
    /// Recipients by key group.
    pub groups: Vec<Vec<Recipient>>,
    /// 0: as many as there are groups.
    pub threshold: u32,
    pub selection: Option<Selection>,
    pub mac_only_encrypted: bool,
    /// The creation rule that the recipients are from; `None` when the command line names them.
    claim: Option<Claim>,
}

/// Combines flags, the creation rule for `path`, and the defaults.
pub fn resolve(
    keys: &KeyFlags,
    rule: &RuleFlags,
    path: Option<&Path>,
    context: &Context,
) -> Result<Policy, CliError> {
    let config = config::load(path, context)?;
    let creation = match (&config, path) {
        // Rules of which none matches are an error even beside recipients by flag: people use it as a guard.
        (Some(config), Some(path)) => config.rule_for(path).map_err(config::fault)?,
        _ => None,
    };
    let given = keys.keys()?;
    context.consent.name(&given);
    let from_rule = creation.filter(|_| given.is_empty());
    let claim = config.as_ref().zip(from_rule).map(|(config, rule)| Claim::of(config, rule));
    let groups = match creation {
        _ if !given.is_empty() => vec![given],
        // The context given by flag is for the config's KMS keys as well (quirk Q40).
        Some(rule) => {
            let groups = rule.groups.iter().map(|group| keys.aws().complete(group.clone(), false));
            groups.collect::<Result<_, _>>()?
        }
        None => {
            let message = "there is no config file with a creation rule, and no recipient was given";
            return Err(CliError::new(exit::GENERIC, message)
                .hint("write a config with `sops-rs init`, or name recipients with --age")
                .in_sops(NO_KEYS));
        }
    };
    let selection = match (rule.selection()?, creation.and_then(|rule| rule.selection.clone())) {
        (Some(flag), Some(config)) if flag.field().0 != config.field().0 => {
            let (flag, config) = (flag.field().0.replace('_', "-"), config.field().0);
            let message = format!("--{flag} and the config's {config} are two rules for one file");
            return Err(
                CliError::new(exit::CONFLICTING, message).hint("leave the flag out, or change the config")
            );
        }
        (flag, config) => flag.or(config),
    };
    Ok(Policy {
        groups,
        threshold: match keys.shamir_secret_sharing_threshold {
            0 => creation.and_then(|rule| rule.shamir_threshold).unwrap_or(0),
            threshold => threshold,
        },
        selection,
        mac_only_encrypted: rule.mac_only_encrypted || creation.is_some_and(|rule| rule.mac_only_encrypted),
        claim,
    })
}

impl Policy {
    /// The creation rule that the recipients are from, if there is one.
    pub fn claim(&self) -> Option<&Claim> {
        self.claim.as_ref()
    }

    /// Refuses recipients that the user has not approved (security R1): to be called before a data key is wrapped.
    pub fn check(&self, keys: &KeyFlags, context: &Context) -> Result<(), CliError> {
        self.claim.as_ref().map_or(Ok(()), |claim| trust::check(claim, &keys.trust, context))
    }
}

impl RuleFlags {
    /// Says that rules do not hold for binary files: a rule could switch encryption off (quirk Q74).
    pub fn warn_ignored(&self, context: &Context) {
        if self.mac_only_encrypted || matches!(self.selection(), Ok(Some(_))) {
            context.warn("a binary file is encrypted as a whole: the rule given by flag is ignored");
        }
    }

    /// The rule named by flags; more than one is an error (exit 8).
    fn selection(&self) -> Result<Option<Selection>, CliError> {
        let flags = [
            &self.unencrypted_suffix,
            &self.encrypted_suffix,
            &self.unencrypted_regex,
            &self.encrypted_regex,
            &self.unencrypted_comment_regex,
            &self.encrypted_comment_regex,
        ];
        let mut named = Selection::FIELDS
            .iter()
            .zip(flags)
            .filter_map(|(name, value)| Some((*name, value.as_deref().filter(|value| !value.is_empty())?)));
        let Some((name, value)) = named.next() else { return Ok(None) };
        if let Some((second, _)) = named.next() {
            let (first, second) = (name.replace('_', "-"), second.replace('_', "-"));
            let message = format!("--{first} and --{second} are two rules for one file");
            return Err(CliError::new(exit::CONFLICTING, message).hint("keep one of them"));
        }
        let selection = Selection::from_field(name, value).transpose();
        selection
            .map_err(|error| CliError::new(exit::GENERIC, format!("--{}: {error}", name.replace('_', "-"))))
    }
}
