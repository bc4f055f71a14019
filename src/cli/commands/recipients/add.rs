//! `recipients add`: a recipient comes into rules of the config, and gets the data keys of their files.

use super::rules::{change, rules_called, title, titles};
use super::{files_of, recipient};
use crate::cli::batch::{self, File, Outcome};
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::exit;
use crate::cli::gate;
use crate::cli::input::Types;
use crate::cli::keys;
use crate::cli::rekey::{self, Wanted};
use crate::cli::rewrite;
use crate::cli::roster::{Edit, Roster};
use crate::cli::trust::{self, Claim, Strangers};
use crate::config::absolute;
use crate::disk::Options;
use crate::keys::Recipient;

/// Let somebody read the files of creation rules: edits the config, and gives them the data key of each file
#[derive(clap::Args)]
pub struct Args {
    /// The new reader: age1…, age1pq1…, ssh-ed25519 …
    recipient: String,
    /// What to call them: a comment in the config
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// The creation rule, by its name or path_regex; needed when there are several
    #[arg(long, value_name = "RULE", conflicts_with = "all_rules")]
    rule: Option<String>,
    /// All creation rules
    #[arg(long)]
    all_rules: bool,
    /// The key group, from 0 on; needed when the rule has several
    #[arg(long, value_name = "N")]
    group: Option<usize>,
    #[command(flatten)]
    strangers: Strangers,
    #[command(flatten)]
    batch: batch::Flags,
    #[command(flatten)]
    order: keys::Order,
}

pub fn run(args: Args, context: &mut Context) -> Result<(), CliError> {
    let roster = Roster::load(None, context)?;
    let new = recipient(&args.recipient, &roster)?;
    let rules = args.rules(&roster)?;
    let group = args.group(&roster, &rules)?;
    let reader = Recipient::Age(new.clone());
    let lists =
        |number: &usize| roster.rules()[*number].groups.get(group).is_some_and(|keys| keys.contains(&reader));
    let missing: Vec<usize> = rules.iter().copied().filter(|number| !lists(number)).collect();
    let selection = files_of(&roster, &rules, context)?;
    if missing.is_empty() {
        context.say(&format!("{} lists {reader} already", roster.config.path().display()));
    } else {
        let approved = args.strangers.trust.and(std::slice::from_ref(&reader));
        for rule in missing.iter().filter(|_| !args.batch.is_dry()) {
            let claim = Claim::of(&roster.config, &roster.rules()[*rule]).with(&reader);
            trust::check(&claim, &approved, context)?;
        }
        let edit = Edit::Add { group, name: args.name() };
        change(&roster, &missing, &new, &edit, args.batch.is_dry(), context)?;
    }
    let work = |file: &File, context: &mut Context| each(&args, &reader, group, file, context);
    batch::run(&selection, &args.batch, context, work)?;
    match args.batch.check && !missing.is_empty() {
        true => Err(CliError::silent(exit::GENERIC)),
        false => Ok(()),
    }
}

impl Args {
    fn rules(&self, roster: &Roster) -> Result<Vec<usize>, CliError> {
        match (&self.rule, roster.rules().len()) {
            (_, 0) => Err(CliError::new(exit::GENERIC, "the config has no creation rules")
                .hint("write one with `sops-rs init`")),
            (Some(name), _) => rules_called(roster, name),
            (None, 1) => Ok(vec![0]),
            (None, count) if self.all_rules => Ok((0..count).collect()),
            (None, _) => Err(CliError::new(exit::GENERIC, "the config has several creation rules")
                .hint(format!("choose with --rule or --all-rules: {}", titles(roster, None)))),
        }
    }

    fn group(&self, roster: &Roster, rules: &[usize]) -> Result<usize, CliError> {
        for rule in rules.iter().map(|&number| &roster.rules()[number]) {
            let (count, title) = (rule.groups.len(), title(rule));
            if count > 1 && self.group.is_none() {
                return Err(CliError::new(exit::GENERIC, format!("the rule {title} has {count} key groups"))
                    .hint(format!("choose one with --group, from 0 to {}", count - 1)));
            }
            if let Some(group) = self.group.filter(|group| *group >= count) {
                return Err(CliError::new(
                    exit::GENERIC,
                    format!("the rule {title} has no key group {group}"),
                )
                .hint(format!("groups count from 0, and it has {count}")));
            }
        }
        Ok(self.group.unwrap_or(0))
    }

    fn name(&self) -> Option<&str> {
        self.name.as_deref().filter(|name| !name.trim().is_empty() && !name.contains(char::is_control))
    }
}

/// One of the rules' files.
fn each(
    args: &Args,
    reader: &Recipient,
    group: usize,
    file: &File,
    context: &Context,
) -> Result<Outcome, CliError> {
    let Some((sealed, old, name)) = rewrite::found(file, &Types::BY_NAME, context)? else {
        return Ok(Outcome::Passed);
    };
    let mut groups = rekey::groups_of(sealed.metadata());
    let Some(members) = groups.get_mut(group) else {
        let message = format!("{name} has no key group {group}, as its creation rule has");
        return Err(
            CliError::new(exit::GENERIC, message).hint("bring it up to date with `sops-rs updatekeys`")
        );
    };
    if members.contains(reader) {
        return Ok(Outcome::Same("readable already"));
    }
    members.push(reader.clone());
    let path = absolute(&file.path, &context.directory()?);
    let subject = gate::File { name: &name, path: Some(&path) };
    if groups.len() > 1 {
        // Every group gets a new share, so everybody in them is wrapped for.
        let named = std::slice::from_ref(reader);
        trust::check_strangers(&args.strangers, &groups, named, subject, &args.order.allowed, context)?;
    }
    let key = keys::unwrap(&sealed, subject, &args.order, context)?;
    let text = rekey::resplit(&sealed, &key, &Wanted::new(groups, 0, sealed.metadata()), context)?;
    if !args.batch.is_dry() {
        rewrite::replace(&old, &text, Options::default())?;
    }
    Ok(Outcome::Changed("re-wrapped"))
}
