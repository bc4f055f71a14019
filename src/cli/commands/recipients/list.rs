//! `recipients list`: everybody in the config, and which files each can read.

use super::files_of;
use crate::cli::batch::{self, File};
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::exit;
use crate::cli::input::Types;
use crate::cli::rekey;
use crate::cli::rewrite;
use crate::cli::roster::Roster;
use crate::keys::Recipient;

/// List the recipients of the config, with the encrypted files that each can read
#[derive(clap::Args)]
pub struct Args {}

pub fn run(_: Args, context: &mut Context) -> Result<(), CliError> {
    let roster = Roster::load(None, context)?;
    let every: Vec<usize> = (0..roster.rules().len()).collect();
    let selection = files_of(&roster, &every, context)?;
    // In the config's order, then those that only files have.
    let mut readers: Vec<(Recipient, Vec<String>)> =
        roster.recipients().into_iter().map(|recipient| (recipient, Vec::new())).collect();
    let listed = readers.len();
    let mut failed = false;
    let groups = |file: &File, context: &mut Context| {
        let found = rewrite::found(file, &Types::BY_NAME, context)?;
        Ok(found.map(|(sealed, ..)| rekey::groups_of(sealed.metadata())))
    };
    let flags = batch::Flags { dry_run: true, check: false, jobs: None };
    batch::each(&selection.files, &flags, context, groups, |file, result: Result<_, CliError>, _, bar| {
        let name = file.name();
        let groups = result.unwrap_or_else(|error| {
            failed = true;
            bar.pause(|| context.say(&error.of_file(&name).to_string()));
            None
        });
        for recipient in groups.into_iter().flatten().flatten() {
            match readers.iter_mut().find(|(known, _)| recipient.is_meant_by(known)) {
                Some((_, files)) if files.last() == Some(&name) => {}
                Some((_, files)) => files.push(name.clone()),
                None => readers.push((recipient, vec![name.clone()])),
            }
        }
    });
    let mut text = String::new();
    for (number, (recipient, files)) in readers.iter().enumerate() {
        text.push_str(&recipient.identity());
        roster.names.name(recipient).iter().for_each(|name| text.push_str(&format!("  {name}")));
        text.push_str(if number < listed { "\n" } else { "  (in no creation rule)\n" });
        files.iter().for_each(|file| text.push_str(&format!("    {file}\n")));
    }
    context.print(text.as_bytes())?;
    if failed { Err(CliError::silent(exit::GENERIC)) } else { Ok(()) }
}
