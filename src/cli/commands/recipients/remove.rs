//! `recipients remove`: a recipient leaves the config, and its files get new data keys.

use super::rules::{change, rules_called, title};
use super::{files_of, recipient};
use crate::cli::batch::{self, File, Outcome};
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::exit;
use crate::cli::gate;
use crate::cli::input::Types;
use crate::cli::keys;
use crate::cli::rekey::{self, Wanted};
use crate::cli::rewrite::{self, Rewrite};
use crate::cli::roster::{Edit, Roster};
use crate::cli::trust::{self, Strangers};
use crate::config::Rule;
use crate::config::absolute;
use crate::disk::Options;
use crate::keys::Recipient;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Let somebody read no new version of files: edits the config, and makes new data keys for the files
#[derive(clap::Args)]
pub struct Args {
    /// The reader, or their name in the config
    recipient: String,
    /// Only this creation rule, by its name or path_regex, instead of all that list the reader
    #[arg(long, value_name = "RULE")]
    rule: Option<String>,
    #[command(flatten)]
    strangers: Strangers,
    #[command(flatten)]
    batch: batch::Flags,
    #[command(flatten)]
    order: keys::Order,
}

pub fn run(args: Args, context: &mut Context) -> Result<(), CliError> {
    let roster = Roster::load(None, context)?;
    let gone = recipient(&args.recipient, &roster)?;
    let reader = Recipient::Age(gone.clone());
    let rules = match &args.rule {
        Some(name) => rules_called(&roster, name)?,
        None => (0..roster.rules().len()).collect(),
    };
    let is_it = |key: &Recipient| *key == reader;
    let lists = |rule: &Rule| rule.groups.iter().flatten().any(is_it);
    let listing: Vec<usize> = rules.iter().copied().filter(|&it| lists(&roster.rules()[it])).collect();
    for rule in listing.iter().map(|&number| &roster.rules()[number]) {
        if rule.groups.iter().any(|group| !group.is_empty() && group.iter().all(is_it)) {
            let message = format!("the rule {} would be left with a key group without keys", title(rule));
            return Err(CliError::new(exit::GENERIC, message)
                .hint("add another recipient first, with `sops-rs recipients add`"));
        }
    }
    let selection = files_of(&roster, &rules, context)?;
    if listing.is_empty() {
        context.say(&format!("{} does not list {reader}", roster.config.path().display()));
    } else {
        change(&roster, &listing, &gone, &Edit::Remove, args.batch.is_dry(), context)?;
    }
    let rotated = AtomicUsize::new(0);
    let done = batch::run(&selection, &args.batch, context, |file, context| {
        let outcome = each(&args, &reader, file, context)?;
        rotated.fetch_add(usize::from(matches!(outcome, Outcome::Changed(_))), Ordering::Relaxed);
        Ok(outcome)
    });
    if rotated.into_inner() > 0 && !args.batch.is_dry() {
        context.say(&format!(
            "{reader} can't open new versions of these files; what they could read stays readable to them, in the git \
             history and in copies: change the secrets themselves where they are used"
        ));
    }
    done?;
    match args.batch.check && !listing.is_empty() {
        true => Err(CliError::silent(exit::GENERIC)),
        false => Ok(()),
    }
}

/// One of the rules' files: a new data key, for everybody else.
fn each(args: &Args, gone: &Recipient, file: &File, context: &mut Context) -> Result<Outcome, CliError> {
    let Some((sealed, ..)) = rewrite::found(file, &Types::BY_NAME, context)? else {
        return Ok(Outcome::Passed);
    };
    let mut groups = rekey::groups_of(sealed.metadata());
    if !groups.iter().flatten().any(|recipient| recipient == gone) {
        return Ok(Outcome::Same("not theirs"));
    }
    groups.iter_mut().for_each(|group| group.retain(|recipient| recipient != gone));
    if groups.iter().any(Vec::is_empty) {
        let message = format!("{} would be left with a key group without keys", file.name());
        return Err(CliError::new(exit::GENERIC, message)
            .hint("give it other recipients first, with `sops-rs updatekeys`"));
    }
    let path = absolute(&file.path, &context.directory()?);
    let subject = gate::File { name: &file.name(), path: Some(&path) };
    trust::check_strangers(&args.strangers, &groups, &[], subject, &args.order.allowed, context)?;
    let Some(mut rewrite) = Rewrite::found(file, &Types::BY_NAME, &args.order, context)? else {
        return Ok(Outcome::Passed);
    };
    trust::check_tampering(&rewrite, context)?;
    let metadata = rewrite.open.sealed().metadata().clone();
    let plain = rewrite.plain(context)?;
    let wanted = Wanted::new(groups, 0, &metadata);
    let text = rekey::anew(&plain, metadata, &wanted, &file.name(), context)?;
    if !args.batch.is_dry() {
        rewrite.replace(&text, Options::default())?;
    }
    Ok(Outcome::Changed("rotated"))
}
