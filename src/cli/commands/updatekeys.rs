//! `updatekeys`: the recipients of existing files become those of their creation rule (spec, cli 12).

use crate::cli::batch::{self, File, Outcome, Selection};
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::exit;
use crate::cli::gate;
use crate::cli::input::InputType;
use crate::cli::keys;
use crate::cli::prompt;
use crate::cli::rekey::{self, Difference, Wanted};
use crate::cli::rewrite;
use crate::cli::trust::{self, Claim};
use crate::config::Rule;
use crate::config::absolute;
use crate::disk::{Options, Snapshot};
use crate::file::Sealed;
use crate::keys::Recipient;
use std::path::{Path, PathBuf};

/// Give files the recipients of their creation rule; values are not touched
#[derive(clap::Args)]
pub struct Args {
    /// Encrypted files, directories, or globs in quotes
    files: Vec<PathBuf>,
    /// Do not ask
    #[arg(short, long)]
    yes: bool,
    #[command(flatten)]
    input: InputType,
    /// How many key groups must come together, instead of what the rule or the file says
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    shamir_secret_sharing_threshold: u32,
    #[command(flatten)]
    trust: trust::Approvals,
    #[command(flatten)]
    batch: batch::Flags,
    #[command(flatten)]
    order: keys::Order,
}

pub fn run(args: Args, context: &mut Context) -> Result<(), CliError> {
    if args.files.is_empty() {
        return Err(CliError::new(exit::NO_FILE, "no file specified")
            .hint("name files, directories, or globs in quotes"));
    }
    let selection = batch::select(&args.files, context)?;
    if selection.many && !args.batch.is_dry() {
        trust::check_ahead(&selection, context, |_, claim| args.check(claim, context))?;
    }
    match selection.files.as_slice() {
        [file] if !selection.many && !args.batch.is_dry() => one(&args, file, context),
        files if context.is_sops() && !args.batch.is_dry() => one_by_one(&args, files, context),
        _ if args.yes || args.batch.is_dry() => at_once(&args, &selection, context),
        _ => ask_for_all(&args, &selection, context),
    }
}

/// A single file, in sops' words.
fn one(args: &Args, file: &File, context: &Context) -> Result<(), CliError> {
    let name = file.name();
    context.say(&format!("Syncing keys for file {name}"));
    // sops has no number of its own for a file that is not there, as it has for other commands.
    let generic = |error: CliError| match error.code {
        exit::NO_FILE => CliError { code: exit::GENERIC, ..error },
        _ => error,
    };
    let Some(change) = args.plan(file, context).map_err(generic)?.and_then(Plan::change) else {
        context.say(&format!("File {name} already up to date"));
        return Ok(());
    };
    context.print(change.shown.as_bytes())?;
    if !args.yes && !prompt::is_okay(context)? {
        context.say(&format!("File {name} left unchanged"));
        return Ok(());
    }
    change.apply(args, context)?;
    context.say(&format!("File {name} synced with new keys"));
    Ok(())
}

/// Under the name `sops`: each file is shown and asked for on its own.
fn one_by_one(args: &Args, files: &[File], context: &Context) -> Result<(), CliError> {
    let mut failed = 0;
    for file in files {
        if let Err(error) = one(args, file, context) {
            context.say(&error.of_file(&file.name()).to_string());
            failed += 1;
        }
    }
    match failed {
        0 => Ok(()),
        _ => Err(CliError::bare(exit::GENERIC, &format!("failed updating {failed} key(s)"))),
    }
}

/// All files in parallel, without a question.
fn at_once(args: &Args, selection: &Selection, context: &Context) -> Result<(), CliError> {
    let mut report = batch::Report::new(&args.batch);
    let work = |file: &File, context: &mut Context| {
        let Some(plan) = args.plan(file, context)? else { return Ok((Outcome::Passed, String::new())) };
        let Some(change) = plan.change() else { return Ok((SAME, String::new())) };
        if !args.batch.is_dry() {
            change.apply(args, context)?;
        }
        Ok((CHANGED, change.shown))
    };
    batch::each(&selection.files, &args.batch, context, work, |file, result, said, bar| {
        bar.pause(|| {
            let result = result.map(|(outcome, shown)| {
                report.print(&shown, context);
                outcome
            });
            report.add(file, result, said, context);
        });
    });
    report.finish(context)
}

/// Shows what would change in all files, asks once, and changes them in parallel.
fn ask_for_all(args: &Args, selection: &Selection, context: &Context) -> Result<(), CliError> {
    let mut report = batch::Report::new(&args.batch);
    let mut changes = Vec::new();
    let plan = |file: &File, context: &mut Context| args.plan(file, context);
    batch::each(&selection.files, &args.batch, context, plan, |file, result, said, bar| {
        bar.pause(|| match result.map(|plan| plan.map(Plan::change)) {
            Ok(None) => report.add(file, Ok(Outcome::Passed), said, context),
            Ok(Some(None)) => report.add(file, Ok(SAME), said, context),
            Err(error) => report.add(file, Err(error), said, context),
            Ok(Some(Some(change))) => {
                report.print(&format!("{}\n{}", file.name(), change.shown), context);
                report.said(said, context);
                changes.push((file, change));
            }
        });
    });
    if !changes.is_empty() && !prompt::is_okay(context)? {
        for (file, _) in changes {
            report.add(file, Ok(Outcome::Same("left unchanged")), Vec::new(), context);
        }
        return report.finish(context);
    }
    let apply = |(_, change): &(&File, Change), context: &mut Context| change.apply(args, context);
    batch::each(&changes, &args.batch, context, apply, |(file, _), result, said, bar| {
        bar.pause(|| report.add(file, result.map(|()| CHANGED), said, context));
    });
    report.finish(context)
}

const SAME: Outcome = Outcome::Same("already up to date");
const CHANGED: Outcome = Outcome::Changed("synced with new keys");

/// A file, and what its rule wants of it.
struct Plan {
    sealed: Sealed,
    file: Snapshot,
    /// Absolute.
    path: PathBuf,
    name: String,
    /// The keys of its rule.
    rule: Vec<Recipient>,
    wanted: Wanted,
    difference: Difference,
}

/// A plan that has something to do.
struct Change {
    plan: Plan,
    /// For standard output.
    shown: String,
}

impl Args {
    /// `None` for a file of a directory that is not encrypted.
    fn plan(&self, file: &File, context: &Context) -> Result<Option<Plan>, CliError> {
        let types = self.input.types();
        let path = absolute(&file.path, &context.directory()?);
        let Some((sealed, file, name)) = rewrite::found(file, &types, context)? else { return Ok(None) };
        let (rule, claim) = rule(&path, context)?;
        let asked = self.shamir_secret_sharing_threshold;
        let wanted = rekey::wanted_by(&rule, asked, sealed.metadata(), context)?;
        let difference = Difference::between(sealed.metadata(), &wanted);
        // To be shown what would change commits to nothing.
        if !difference.is_empty() && !self.batch.is_dry() {
            self.check(&claim, context)?;
        }
        let rule = rule.groups.into_iter().flatten().collect();
        Ok(Some(Plan { sealed, file, path, name, rule, wanted, difference }))
    }

    /// Refuses recipients of the rule that the user has not approved. `-y` is an answer to that only where the config is
    /// in no repository, so that no commit of somebody else can have brought them.
    fn check(&self, claim: &Claim, context: &Context) -> Result<(), CliError> {
        match self.yes && !claim.is_in_repository() {
            true => trust::check(claim, &self.trust.and(&claim.recipients), context),
            false => trust::check(claim, &self.trust, context),
        }
    }
}

/// The creation rule of a file, which there must be.
fn rule(path: &Path, context: &Context) -> Result<(Rule, Claim), CliError> {
    use crate::cli::config;
    let none = || {
        CliError::new(exit::GENERIC, "config file not found, or has no creation rules")
            .hint("updatekeys takes recipients from a config: write one with `sops-rs init`")
    };
    let config = config::load(Some(path), context)?.ok_or_else(none)?;
    let rule = config.rule_for(path).map_err(config::fault)?.ok_or_else(none)?;
    Ok((rule.clone(), Claim::of(&config, rule)))
}

impl Plan {
    fn change(self) -> Option<Change> {
        let shown = (!self.difference.is_empty()).then(|| self.difference.to_string())?;
        Some(Change { plan: self, shown })
    }
}

impl Change {
    fn apply(&self, args: &Args, context: &Context) -> Result<(), CliError> {
        let Plan { sealed, file, path, name, rule, wanted, difference } = &self.plan;
        let subject = gate::File { name, path: Some(path) };
        let key = keys::unwrap(sealed, subject, &args.order, context)?;
        // Entries of the file may stand for keys of the rule, with a profile that only the file names.
        if wanted.groups.len() > 1 || sealed.metadata().groups.len() > 1 {
            let unknown = wanted.groups.iter().flatten().filter(|key| !gate::is_one_of(key, rule));
            gate::check(unknown, subject, &args.order.allowed, context)?;
        }
        let text = rekey::regroup(sealed, &key, wanted, context)?;
        rewrite::replace(file, &text, Options::default())?;
        // Security R3.
        for gone in difference.removed(&wanted.groups) {
            context.warn(&format!(
                "{name}: {gone} was removed and may have kept the data key, which still opens the file: \
                 `sops-rs rotate -i` makes a new one"
            ));
        }
        Ok(())
    }
}
