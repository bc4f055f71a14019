//! `recipients who`: who can read a file, by the file itself.

use crate::cli::batch::File;
use crate::cli::config;
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::input::Types;
use crate::cli::rekey::{self, Difference};
use crate::cli::rewrite;
use crate::cli::roster::Roster;
use crate::config::absolute;
use std::path::PathBuf;

/// Show who can read a file; needs no key
#[derive(clap::Args)]
pub struct Args {
    /// The encrypted file
    file: PathBuf,
}

pub fn run(args: Args, context: &mut Context) -> Result<(), CliError> {
    let file = File { path: args.file, named: true };
    let Some((sealed, _, name)) = rewrite::found(&file, &Types::BY_NAME, context)? else { return Ok(()) };
    let path = absolute(&file.path, &context.directory()?);
    // Names and a rule are more than this needs: a file without a config has readers too.
    let roster = Roster::load(Some(&path), context).ok();
    let rule = config::rule_for(&path, context).ok().flatten();
    let metadata = sealed.metadata();
    let groups = rekey::groups_of(metadata);
    let mut text = String::new();
    for (number, group) in groups.iter().enumerate() {
        if groups.len() > 1 {
            text.push_str(&format!("Group {}\n", number + 1));
        }
        for recipient in group {
            text.push_str(&recipient.identity());
            let known = roster.as_ref().and_then(|roster| roster.names.name(recipient));
            known.iter().for_each(|known| text.push_str(&format!("  {known}")));
            text.push('\n');
        }
    }
    context.print(text.as_bytes())?;
    if groups.len() > 1 {
        let all = groups.len() as u32;
        let needed = if metadata.shamir_threshold == 0 { all } else { metadata.shamir_threshold };
        context.say(&format!("keys of {needed} of the {all} groups must come together"));
    }
    let wanted = rule.map(|(_, rule)| rekey::wanted_by(&rule, 0, metadata, context));
    if let Some(Ok(wanted)) = wanted
        && !Difference::between(metadata, &wanted).is_empty()
    {
        let hint = "`sops-rs updatekeys --dry-run` shows how";
        context.warn(&format!("{name} differs from its creation rule: {hint}"));
    }
    Ok(())
}
