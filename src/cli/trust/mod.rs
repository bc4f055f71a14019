//! Who is trusted. Whoever can write the repository can write its config and its files; no data key is wrapped for
//! a recipient that only he has chosen (security R1), and what has changed about a file is said (R2, R3, R6).
//!
//! Approved are recipients that the command line names and those that are pinned for the creation rule. What a
//! repository says when it is first met is believed, and pinned; what comes later needs a yes.

mod claim;
mod committed;
mod continuity;
mod drift;
mod strangers;
mod tampering;

pub use claim::Claim;
pub use drift::warn_of_drift;
pub use strangers::{Strangers, check_strangers};

use super::batch::{File, Selection};
use super::context::Context;
use super::error::CliError;
use super::exit;
use super::pins::Pins;
use super::prompt::Terminal;
use super::rewrite::Rewrite;
use super::shell;
use crate::config::absolute;
use crate::git::Repository;
use crate::keys::Recipient;
use crate::keys::printable;
use committed::Committed;

/// The flag that approves.
#[derive(clap::Args, Default)]
pub struct Approvals {
    /// Approve this recipient of the creation rule, for which you have not encrypted before
    #[arg(long, value_name = "RECIPIENT")]
    add_recipient: Vec<String>,
}

impl Approvals {
    /// Approves other recipients as well.
    pub fn and(&self, recipients: &[Recipient]) -> Approvals {
        let others = recipients.iter().map(|recipient| recipient.text().into_owned());
        Approvals { add_recipient: self.add_recipient.iter().cloned().chain(others).collect() }
    }

    fn name(&self, recipient: &Recipient) -> bool {
        self.add_recipient.iter().any(|given| recipient.is_called(given))
    }
}

/// Refuses recipients of a creation rule that the user has not approved. At a terminal it asks first. Under the name
/// `sops` everybody is welcome.
pub fn check(claim: &Claim, flags: &Approvals, context: &Context) -> Result<(), CliError> {
    if context.is_sops() {
        return Ok(());
    }
    let repository = Repository::of(&claim.config);
    let place = repository.as_ref().map_or(claim.directory(), Repository::top);
    let (pins, rule) = (Pins::of(place, context), claim.key(place));
    let mut left = claim.wanted.clone();
    left.retain(|recipient| !pins.has(&rule, recipient));
    if left.is_empty() {
        return Ok(());
    }
    let (mut base, mut approved) = (None, Vec::new());
    if !pins.has_rule(&rule) {
        base = repository.as_ref().and_then(Repository::head);
        approved = claim.believed(repository.as_ref(), base.as_deref(), &pins);
        left.retain(|recipient| !approved.contains(recipient));
    }
    let (named, left): (Vec<_>, Vec<_>) = left.into_iter().partition(|recipient| flags.name(recipient));
    approved.extend(named);
    let story = claim.story(&left, repository.as_ref());
    let refused = !left.is_empty() && !ask(claim, &story, context);
    if !refused {
        approved.extend(left.iter().cloned());
    }
    let kept = pins.add(base.as_deref(), &rule, &approved);
    if !kept && !refused && !left.is_empty() {
        context.caution(
            "your answer can't be remembered: there is no place for it below XDG_STATE_HOME or HOME",
        );
    }
    if refused { Err(not_approved(claim, &left, story)) } else { Ok(()) }
}

/// As [`check`], where nothing may be asked and no program started: only what is pinned counts.
pub fn check_pinned(claim: &Claim, context: &Context) -> Result<(), CliError> {
    let Some(repository) = Repository::of(&claim.config) else { return Ok(()) };
    let (pins, rule) = (Pins::of(repository.top(), context), claim.key(repository.top()));
    let mut left = claim.wanted.clone();
    left.retain(|recipient| !pins.has(&rule, recipient));
    if context.is_sops() || left.is_empty() {
        return Ok(());
    }
    let names = left.iter().map(|recipient| recipient.identity());
    Err(names.fold(CliError::new(exit::GENERIC, claim.surprise()), CliError::cause))
}

/// Asks what there is to ask about the rules of many files, before several threads work on them, none of which may ask.
pub fn check_ahead(
    selection: &Selection,
    context: &Context,
    check: impl Fn(&File, &Claim) -> Result<(), CliError>,
) -> Result<(), CliError> {
    if context.is_sops() || !Terminal.can_ask() {
        return Ok(());
    }
    let directory = context.directory()?;
    for file in &selection.files {
        // What is wrong with a config is said with the file.
        if let Ok(Some(claim)) = Claim::for_file(&absolute(&file.path, &directory), context) {
            check(file, &claim)?;
        }
    }
    Ok(())
}

/// Says what was done to a file, that is now open to be written again, behind the user's back. In CI some of it is an
/// error.
pub fn check_changes(rewrite: &Rewrite, context: &Context) -> Result<(), CliError> {
    if context.is_sops() {
        return Ok(());
    }
    if let Some(path) = &rewrite.input.path {
        let metadata = rewrite.open.sealed().metadata();
        warn_of_drift(&rewrite.input.name, path, metadata, rewrite.format(), context);
    }
    let committed = Committed::of(rewrite, context);
    if let Some(committed) = &committed {
        continuity::warn_of_another_key(committed, rewrite, context);
    }
    tampering::check_tampering(committed, rewrite, context)
}

/// As [`check_changes`], of a file that gets a new data key: then only what its values are counts.
pub fn check_tampering(rewrite: &Rewrite, context: &Context) -> Result<(), CliError> {
    match context.is_sops() {
        true => Ok(()),
        false => tampering::check_tampering(Committed::of(rewrite, context), rewrite, context),
    }
}

fn ask(claim: &Claim, story: &[String], context: &Context) -> bool {
    if context.is_worker() || !Terminal.can_ask() {
        return false;
    }
    context.say(&format!("{}:", claim.surprise()));
    story.iter().for_each(|line| context.say(&format!("  {line}")));
    Terminal.agrees("encrypt for them from now on?")
}

fn not_approved(claim: &Claim, left: &[Recipient], story: Vec<String>) -> CliError {
    let flags: Vec<String> = left
        .iter()
        .map(|recipient| {
            format!("--add-recipient {}", shell::word(&printable(&recipient.text(), usize::MAX)))
        })
        .collect();
    let error = CliError::new(exit::GENERIC, claim.surprise());
    story.into_iter().fold(error, CliError::cause).hint(format!(
        "if they belong there, say so: {} (with encrypt, edit, rotate or updatekeys), or answer y at a terminal",
        flags.join(" ")
    ))
}
