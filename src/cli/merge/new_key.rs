//! A new data key for the outcome of a merge whose sides have none in common (security R10). Only recipients that our
//! side and our policy both know get it, as the other side may have brought its own.

use super::{Access, Three, report};
use crate::cli::config;
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::exit;
use crate::cli::fresh;
use crate::cli::gate;
use crate::cli::policy::{self, KeyFlags, RuleFlags};
use crate::cli::rekey::{self, Groups};
use crate::cli::shell;
use crate::cli::trust::Claim;
use crate::file::merge::{Fresh, Side, Sides};
use crate::keys::Recipient;
use crate::metadata::Metadata;

/// A new data key and the metadata that holds it: for our recipients, or for those of the creation rule where only
/// their side is encrypted.
pub fn fresh(
    three: &Three<'_>,
    sides: &Sides,
    access: &Access<'_>,
    context: &mut Context,
) -> Result<Fresh, CliError> {
    let fresh = match sides.ours.metadata() {
        Some(ours) => anew(three, ours, access, context)?,
        None => first(three, &sides.ours, access, context)?,
    };
    tell_left_out(three, sides, &fresh.metadata, context);
    Ok(fresh)
}

/// Says who could read a side and can't read the outcome.
fn tell_left_out(three: &Three<'_>, sides: &Sides, outcome: &Metadata, context: &Context) {
    let readers = |metadata: &Metadata| rekey::groups_of(metadata).into_iter().flatten();
    let now: Vec<Recipient> = readers(outcome).collect();
    let before = [&sides.ours, &sides.theirs].into_iter().filter_map(Side::metadata).flat_map(readers);
    let mut left_out: Vec<String> = Vec::new();
    for recipient in before.filter(|recipient| !now.contains(recipient)) {
        let name = recipient.to_string();
        if !left_out.contains(&name) {
            left_out.push(name);
        }
    }
    if !left_out.is_empty() {
        context.warn(&format!(
            "{} has a new data key, as its sides had different ones, and without {}; `sops-rs updatekeys {}` gives it to \
             those of the creation rule",
            report::shown(&three.name),
            report::listed(&left_out),
            shell::file(&three.name)
        ));
    }
}

/// Our side is encrypted already.
fn anew(
    three: &Three<'_>,
    ours: &Metadata,
    access: &Access<'_>,
    context: &mut Context,
) -> Result<Fresh, CliError> {
    let mut groups = rekey::groups_of(ours);
    let rule = three.path.as_deref().map(|path| config::rule_for(path, context)).transpose()?.flatten();
    let mut known: Vec<Recipient> = Vec::new();
    if let Some((config, rule)) = rule {
        known.extend(rule.groups.iter().flatten().cloned());
        if !known.is_empty() {
            groups = known_to(&known, groups, &three.name)?;
            access.check(&Claim::of(&config, &rule).about(groups.iter().flatten(), &[]), context)?;
        }
    }
    let unknown: Vec<Recipient> =
        groups.iter().flatten().filter(|key| !gate::is_one_of(key, &known)).cloned().collect();
    access.check_use(&unknown, three.file(), context)?;
    let (key, groups) = access.new_data_key(&groups, ours.shamir_threshold, context)?;
    Ok(Fresh { key, metadata: Metadata { groups, ..ours.clone() } })
}

/// The groups without recipients that the policy does not know.
fn known_to(known: &[Recipient], mut groups: Groups, name: &str) -> Result<Groups, CliError> {
    for group in &mut groups {
        group.retain(|recipient| known.iter().any(|known| recipient.is_meant_by(known)));
    }
    if groups.iter().any(Vec::is_empty) {
        let message = format!(
            "{name} needs a new data key, as the sides have different ones, and the creation rule knows none of our \
             side's recipients"
        );
        return Err(CliError::new(exit::GENERIC, message)
            .hint("add the recipients to the rule, or take one side and run `sops-rs updatekeys` on it"));
    }
    Ok(groups)
}

/// Only their side is encrypted.
fn first(
    three: &Three<'_>,
    ours: &Side,
    access: &Access<'_>,
    context: &mut Context,
) -> Result<Fresh, CliError> {
    let policy = policy::resolve(&KeyFlags::default(), &RuleFlags::default(), three.path.as_deref(), context)
        .map_err(|error| {
            let message = format!("{} is encrypted on their side only, and no rule says for whom", three.name);
            CliError::new(exit::GENERIC, message).cause(error.message).hint(
                "write a config with `sops-rs init`, or take their side with `git checkout --theirs FILE` and add your \
                 changes with `sops-rs edit`",
            )
        })?;
    if let Some(claim) = policy.claim() {
        access.check(claim, context)?;
    }
    let (key, groups) = access.new_data_key(&policy.groups, policy.threshold, context)?;
    Ok(Fresh { key, metadata: fresh::metadata(&policy, groups, ours.format()) })
}
