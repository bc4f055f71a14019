//! Who may read a new file and what in it is secret: flags, then the config's creation rule, then the defaults
//! (spec, config 3).

use super::context::Context;
use super::error::CliError;
use super::exit;
use crate::config::{self, Config, KeySpec};
use crate::keys::Recipient;
use crate::rules::Selection;
use std::path::Path;

/// Flags that name recipients.
#[derive(clap::Args)]
pub struct KeyFlags {
    /// age recipients, comma-separated: age1…, age1pq1…, age1PLUGIN1…, ssh-ed25519 …, ssh-rsa …
    #[arg(short, long, value_name = "RECIPIENTS", env = "SOPS_AGE_RECIPIENTS")]
    age: Option<String>,
    /// How many key groups must come together to open the file
    #[arg(long, value_name = "N", default_value_t = 0)]
    shamir_secret_sharing_threshold: u32,
}

/// Flags that say what is secret; at most one.
#[derive(clap::Args)]
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
}
