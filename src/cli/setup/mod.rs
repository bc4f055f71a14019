//! What makes a clone of a repository know encrypted files: attributes, settings, hooks.

mod attributes;
mod call;
mod drivers;
mod hand;
mod hook;
mod manager;
mod source;
mod survey;

pub use manager::Manager;

use super::context::Context;
use super::error::CliError;
use super::exit;
use crate::git::Repository;
use hand::Hand;
use survey::{Survey, survey};

/// Something that is missing in a clone, or in the way.
pub struct Finding {
    /// A word for programs, which stays the same from version to version.
    pub id: &'static str,
    /// One line for people.
    pub text: String,
    /// What to do about it.
    pub fix: String,
}

impl Finding {
    fn new(id: &'static str, text: String, fix: impl Into<String>) -> Finding {
        Finding { id, text, fix: fix.into() }
    }
}

/// What the user wants of a setup.
pub struct Wishes {
    /// Whether there is to be a hook.
    pub hooks: bool,
    /// Managers of hooks that get an entry; then no hook of our own is written.
    pub managers: Vec<Manager>,
    /// Put a line into a hook that is shared with others.
    pub edit_hook: bool,
    /// Put our settings in the place of others.
    pub force: bool,
    /// Change nothing.
    pub is_dry: bool,
}

impl Default for Wishes {
    fn default() -> Wishes {
        Wishes { hooks: true, managers: Vec::new(), edit_hook: false, force: false, is_dry: false }
    }
}

/// The repository around the working directory. Exit code 2 when there is none.
pub fn repository(context: &Context) -> Result<Repository, CliError> {
    let repository = Repository::around(&context.directory()?).map_err(CliError::git)?;
    // Inside of `.git` there is neither a work tree nor a bare repository.
    if !repository.is_bare() && !repository.top().join(".git").exists() {
        let message = format!("{} is not in the work tree", context.directory()?.display());
        return Err(
            CliError::new(exit::READ_INPUT, message).hint("run this in the work tree of the repository")
        );
    }
    Ok(repository)
}

/// Sets up the clone, and says what is still missing then: that is for the user to do.
pub fn apply(repository: &Repository, wishes: &Wishes, context: &Context) -> Result<Vec<Finding>, CliError> {
    let found = survey(repository, context)?;
    if !found.has_rules {
        return Err(CliError::new(
            exit::GENERIC,
            "there is no config with creation rules, so no file is known to be secret",
        )
        .hint("write one with `sops-rs init`"));
    }
    let hand = Hand { is_dry: wishes.is_dry, context };
    attributes::apply(repository, &found, &hand)?;
    found.notes.iter().for_each(|note| context.say(note));
    drivers::apply(repository, wishes.force, &hand)?;
    if wishes.hooks {
        for &manager in &wishes.managers {
            if repository.is_bare() {
                continue;
            }
            manager::apply(manager, repository, &hand)?;
        }
        if wishes.managers.is_empty() && !is_managed(repository) {
            hook::apply(repository, wishes.edit_hook, &hand)?;
        }
    }
    match wishes.is_dry {
        true => Ok(Vec::new()),
        false => missing(repository, &found, wishes.hooks, context),
    }
}

/// What is missing in this clone.
pub fn check(repository: &Repository, hooks: bool, context: &Context) -> Result<Vec<Finding>, CliError> {
    missing(repository, &survey(repository, context)?, hooks, context)
}

fn missing(
    repository: &Repository,
    found: &Survey,
    hooks: bool,
    context: &Context,
) -> Result<Vec<Finding>, CliError> {
    let mut findings = Vec::new();
    if !found.has_rules {
        let text = "there is no config with creation rules".to_owned();
        findings.push(Finding::new("config", text, "sops-rs init"));
    }
    findings.extend(attributes::check(repository, found)?);
    findings.extend(drivers::check(repository, context)?);
    if hooks && !repository.is_bare() {
        let managers: Vec<Manager> = managers(repository).collect();
        match managers.first() {
            Some(&manager) => findings.extend(manager::check(manager, repository)),
            None => findings.extend(hook::check(repository)?),
        }
    }
    Ok(findings)
}

/// A text that the repository had a part in, without what would steer a terminal.
fn shown(text: &str) -> String {
    text.replace(char::is_control, "\u{fffd}")
}

/// Undoes what [`apply`] did.
pub fn remove(repository: &Repository, is_dry: bool, context: &Context) -> Result<(), CliError> {
    let hand = Hand { is_dry, context };
    attributes::remove(repository, &hand)?;
    drivers::remove(repository, &hand)?;
    if !repository.is_bare() {
        for manager in Manager::ALL {
            manager::remove(manager, repository, &hand)?;
        }
        hook::remove(repository, &hand)?;
    }
    Ok(())
}

/// The managers of hooks that have our entry.
fn managers(repository: &Repository) -> impl Iterator<Item = Manager> {
    Manager::ALL.into_iter().filter(|&manager| !repository.is_bare() && manager::has(manager, repository))
}

fn is_managed(repository: &Repository) -> bool {
    managers(repository).next().is_some()
}
