//! Files that are not as their creation rule says (security R2): who can read them, and what in them is secret.

use crate::check::Drift;
use crate::cli::config;
use crate::cli::context::Context;
use crate::cli::shell;
use crate::document::format::Format;
use crate::keys::{Recipient, printable};
use crate::metadata::Metadata;
use crate::rules::Selection;
use std::path::Path;

/// The recipients that a warning names.
const MOST_NAMED: usize = 3;

/// Says in one line what about a file differs from the creation rule for `path`, and what mends it. No reason not to
/// open the file, nor is a config that can't be read.
pub fn warn_of_drift(name: &str, path: &Path, metadata: &Metadata, format: Format, context: &Context) {
    if context.is_sops() {
        return;
    }
    let rule = match config::rule_for(path, context) {
        Ok(Some((_, rule))) => rule,
        Ok(None) => return,
        Err(error) => return context.warn(&error.message),
    };
    let drift = Drift::between(&rule, metadata, format);
    let mut differences = readers(&drift);
    let mends = match differences.is_empty() {
        true => "decrypt and encrypt it to change that".to_owned(),
        false => format!("`sops-rs updatekeys {}` mends who can read it", shell::file(name)),
    };
    differences.extend(selection(&drift, metadata));
    if !differences.is_empty() {
        context
            .warn(&format!("{name} is not as its creation rule says: {}; {mends}", differences.join(", ")));
    }
}

fn readers(drift: &Drift) -> Vec<String> {
    let (missing, surplus) = (listed(&drift.missing), listed(&drift.excess));
    let mut said = Vec::new();
    said.extend(missing.map(|names| format!("{names} can't read it")));
    said.extend(surplus.map(|names| format!("{names} can read it")));
    if drift.regrouped {
        said.push("it has other key groups or another threshold".into());
    }
    said
}

fn selection(drift: &Drift, metadata: &Metadata) -> Option<String> {
    if let Some(wanted) = &drift.selection {
        return Some(follows(&metadata.rule(), wanted));
    }
    let covers = |only: bool| if only { "encrypted values only" } else { "all values" };
    drift.mac_only_encrypted.map(|only| format!("its mac covers {}", covers(only)))
}

/// What is to be secret in a file, and what should be.
pub fn follows(found: &Selection, wanted: &Selection) -> String {
    let shown = |(field, value): (&str, &str)| format!("{field} {}", printable(value, 80));
    format!("it follows {} instead of {}", shown(found.field()), shown(wanted.field()))
}

fn listed(recipients: &[Recipient]) -> Option<String> {
    let mut names: Vec<String> = recipients.iter().map(Recipient::to_string).collect();
    let more = names.len().saturating_sub(MOST_NAMED);
    names.truncate(MOST_NAMED);
    let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
    (!names.is_empty()).then(|| names.join(" and ") + &rest)
}
