//! `recipients`: who can read which files, and one recipient more or less in the rules and their files.

mod add;
mod list;
mod remove;
mod rules;
mod who;

use crate::cli::batch::{self, File, Selection};
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::exit;
use crate::cli::roster::Roster;
use crate::config::absolute;
use crate::keys::Recipient;
use crate::keys::age::AgeRecipient;
use std::path::{Path, PathBuf};

/// List recipients, see who can read a file, add or remove a recipient
#[derive(clap::Subcommand)]
pub enum Command {
    List(list::Args),
    Who(who::Args),
    Add(add::Args),
    Remove(remove::Args),
}

pub fn run(command: Command, context: &mut Context) -> Result<(), CliError> {
    match command {
        Command::List(args) => list::run(args, context),
        Command::Who(args) => who::run(args, context),
        Command::Add(args) => add::run(args, context),
        Command::Remove(args) => remove::run(args, context),
    }
}

/// The files below the config's directory that have one of these rules, by number; encrypted or not.
fn files_of(roster: &Roster, rules: &[usize], context: &Context) -> Result<Selection, CliError> {
    let here = context.directory()?;
    let above = absolute(roster.config.path(), &here);
    let above = relative(above.parent().unwrap_or(Path::new("/")), &here);
    let mut selection = batch::select(&[above], context)?;
    let mut fault = None;
    let rule_of = |file: &File| roster.rule_number(&absolute(&file.path, &here), context);
    selection.files.retain(|file| match rule_of(file) {
        Ok(number) => number.is_some_and(|number| rules.contains(&number)),
        Err(error) => {
            fault.get_or_insert(error);
            false
        }
    });
    fault.map_or(Ok(selection), Err)
}

/// A directory as a person would type it.
fn relative(path: &Path, here: &Path) -> PathBuf {
    match path.strip_prefix(here) {
        Ok(below) if below.as_os_str().is_empty() => PathBuf::from("."),
        Ok(below) => below.to_owned(),
        Err(_) => path.to_owned(),
    }
}

/// An age recipient, as text or by the name that the config has for it.
fn recipient(text: &str, roster: &Roster) -> Result<AgeRecipient, CliError> {
    let all = roster.recipients();
    match roster.names.find(text, &all).as_slice() {
        [Recipient::Age(recipient)] => return Ok(recipient.clone()),
        [other] => {
            return Err(CliError::new(exit::GENERIC, format!("{other} is no age recipient"))
                .hint("change keys of other kinds in the config, then run `sops-rs updatekeys`"));
        }
        [_, _, ..] => {
            return Err(CliError::new(exit::GENERIC, format!("several recipients are called {text:?}"))
                .hint("name the recipient itself: age1…"));
        }
        [] => {}
    }
    AgeRecipient::parse(text).map_err(|error| {
        CliError::new(exit::GENERIC, "that is neither a name in the config nor an age recipient")
            .cause(error)
            .hint("`sops-rs recipients list` shows names and recipients")
    })
}
