//! Files that are not as their creation rule says (security R2): who can read them, and what in them is secret.

use crate::cli::config;
use crate::cli::context::Context;
use crate::cli::rekey::{self, Difference};
use crate::cli::shell;
use crate::config::Rule;
use crate::document::format::Format;
use crate::keys::{Recipient, printable};
use crate::metadata::Metadata;
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
    let mut differences = readers(&rule, metadata, context);
    let mends = match differences.is_empty() {
        true => "decrypt and encrypt it to change that".to_owned(),
        false => format!("`sops-rs updatekeys {}` mends who can read it", shell::file(name)),
    };
    differences.extend(selection(&rule, metadata, format));
    if !differences.is_empty() {
        context
            .warn(&format!("{name} is not as its creation rule says: {}; {mends}", differences.join(", ")));
    }
}

fn readers(rule: &Rule, metadata: &Metadata, context: &Context) -> Vec<String> {
    if rule.groups.iter().any(Vec::is_empty) {
        return Vec::new();
    }
    let meant: Vec<Recipient> = rule.groups.iter().flatten().map(|key| key.recipient()).collect();
    let there: Vec<&Recipient> = metadata.groups.iter().flatten().map(|stanza| &stanza.recipient).collect();
    let missing = meant.iter().filter(|wanted| !there.iter().any(|one| one.is_meant_by(wanted)));
    let surplus = there.iter().filter(|one| !meant.iter().any(|wanted| one.is_meant_by(wanted)));
    let (missing, surplus) = (listed(missing), listed(surplus.copied()));
    let mut said = Vec::new();
    said.extend(missing.map(|names| format!("{names} can't read it")));
    said.extend(surplus.map(|names| format!("{names} can read it")));
    let changes = || {
        let wanted = rekey::wanted_by(rule, 0, metadata, context).ok()?;
        Some(!Difference::between(metadata, &wanted).is_empty())
    };
    if said.is_empty() && changes() == Some(true) {
        said.push("it has other key groups or another threshold".into());
    }
    said
}

/// A binary file has no rule, whatever the config says.
fn selection(rule: &Rule, metadata: &Metadata, format: Format) -> Option<String> {
    if format == Format::Binary {
        return None;
    }
    let (wanted, found) = (rule.selection.clone().unwrap_or_default(), metadata.rule());
    if wanted != found {
        let shown = |(field, value): (&str, &str)| format!("{field} {}", printable(value, 80));
        return Some(format!("it follows {} instead of {}", shown(found.field()), shown(wanted.field())));
    }
    let covers = |only: bool| if only { "encrypted values only" } else { "all values" };
    (rule.mac_only_encrypted != metadata.mac_only_encrypted)
        .then(|| format!("its mac covers {}", covers(metadata.mac_only_encrypted)))
}

fn listed<'a>(recipients: impl Iterator<Item = &'a Recipient>) -> Option<String> {
    let mut names: Vec<String> = Vec::new();
    for recipient in recipients {
        let name = recipient.to_string();
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let more = names.len().saturating_sub(MOST_NAMED);
    names.truncate(MOST_NAMED);
    let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
    (!names.is_empty()).then(|| names.join(" and ") + &rest)
}
