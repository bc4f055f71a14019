//! The work on each file, in parallel.

use super::configs::{Configs, Loaded};
use super::scope::Scope;
use super::source::{File, Unread};
use super::{Located, Report};
use crate::check::{Checked, Finding, Kind, Level, Policy, Ruled, check, decrypted, verify};
use crate::cli::batch;
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::exit;
use crate::cli::gate;
use crate::cli::keys;
use crate::file::Sealed;
use crate::keys::Recipient;
use std::sync::Arc;

/// What came of a file.
#[derive(Default)]
struct Outcome {
    findings: Vec<Finding>,
    is_there: bool,
    is_sealed: bool,
}

/// Checks all files of a scope; with `verify` they are opened as well, with the user's keys in this order.
pub fn guard(
    scope: &Scope,
    verify: Option<&keys::Order>,
    flags: &batch::Flags,
    context: &Context,
) -> Result<Report, CliError> {
    let mut configs = Configs::of(scope, context)?;
    let found = std::mem::take(&mut configs.found);
    let mut report = Report { found, configs: configs.count(), ..Report::default() };
    let files: Vec<&File> = scope.files().collect();
    let mut failed = None;
    let work = |file: &&File, context: &mut Context| one(file, &configs, scope, verify, context);
    batch::each(&files, flags, context, work, |file, outcome, said, bar| {
        bar.pause(|| said.iter().for_each(|line| context.say(line)));
        match outcome {
            Ok(outcome) => {
                report.files += usize::from(outcome.is_there);
                report.encrypted += usize::from(outcome.is_sealed);
                let name = (!outcome.findings.is_empty()).then(|| scope.places.name(&file.path));
                let located = outcome.findings.into_iter().zip(name.iter().cycle());
                report
                    .found
                    .extend(located.map(|(finding, name)| Located { file: Arc::clone(name), finding }));
            }
            Err(error) => failed = failed.take().or(Some(error)),
        }
    });
    failed.map_or(Ok(report), Err)
}

fn one(
    file: &File,
    configs: &Configs,
    scope: &Scope,
    verify: Option<&keys::Order>,
    context: &Context,
) -> Result<Outcome, CliError> {
    let there = |findings| Outcome { findings, is_there: true, is_sealed: false };
    if file.in_conflict {
        return Ok(there(vec![Finding::new(Kind::Unmerged, "the file is in conflict in the index")]));
    }
    let loaded = configs.of_file(&file.path);
    let name = |recipient: &_| loaded.and_then(|loaded| loaded.names.name(recipient));
    let policy = policy(file, loaded, &name);
    let bytes = match scope.source.read(file, context.limits.bytes) {
        Ok(bytes) => bytes,
        Err(Unread::Gone) => return Ok(Outcome::default()),
        Err(why) => return Ok(there(vec![unread(why, policy.expects(&file.path), context)])),
    };
    let Checked { findings, sealed } = check(&file.path, bytes, &policy, &context.limits);
    let mut outcome = Outcome { findings, is_there: true, is_sealed: sealed.is_some() };
    if sealed.is_none() && outcome.findings.is_empty() {
        let before = scope.source.read_before(file, context.limits.bytes);
        outcome.findings.extend(before.and_then(|before| decrypted(&file.path, &before, &context.limits)));
    }
    if let (Some(sealed), Some(verify)) = (sealed, verify) {
        let more = verified(sealed, file, scope, verify, context)?;
        let known = |new: &Finding| {
            outcome.findings.iter().any(|old| (&old.place, &old.key) == (&new.place, &new.key))
        };
        let more: Vec<Finding> = more.into_iter().filter(|new| new.place.is_none() || !known(new)).collect();
        outcome.findings.extend(more);
    }
    Ok(outcome)
}

fn policy<'a>(
    file: &File,
    loaded: Option<&'a Loaded>,
    name: &'a dyn Fn(&Recipient) -> Option<String>,
) -> Policy<'a> {
    let Some((loaded, config)) = loaded.and_then(|loaded| Some((loaded, loaded.config.as_ref()?))) else {
        return Policy::Absent;
    };
    let shown = loaded.name.shown.as_str();
    match config.rules_for(&file.path).next() {
        Some((_, rule)) => Policy::Ruled(Ruled { rule, config: shown, name }),
        None if config.creation_rules.is_none() => Policy::Absent,
        None => Policy::Unmatched(shown),
    }
}

/// A file that no rule is for is none of ours, but it is not passed over without a word.
fn unread(why: Unread, is_expected: bool, context: &Context) -> Finding {
    match why {
        Unread::Failed(why) => Finding::new(Kind::Unreadable, format!("the file can't be read: {why}")),
        Unread::TooLarge | Unread::Gone => {
            let limit = context.limits.bytes >> 20;
            let what =
                format!("the file has more than {limit} MiB, or git has no copy of it, and was not checked");
            let level = if is_expected { Level::Error } else { Level::Note };
            Finding::new(Kind::TooLarge, what).level(level)
        }
    }
}

fn verified(
    sealed: Sealed,
    file: &File,
    scope: &Scope,
    order: &keys::Order,
    context: &Context,
) -> Result<Vec<Finding>, CliError> {
    let name = &scope.places.name(&file.path).shown;
    match keys::unwrap(&sealed, gate::File { name, path: Some(&file.path) }, order, context) {
        Ok(key) => Ok(verify(sealed, &key)),
        Err(error) if error.code == exit::NO_KEY => {
            let what = "no key at hand opens the file, so that its mac was not checked";
            let finding = Finding::new(Kind::Unverified, what);
            let is_of_service =
                sealed.metadata().groups.iter().flatten().any(|key| key.recipient.is_remote());
            Ok(vec![match error.hint.filter(|_| is_of_service) {
                Some(hint) => finding.fix(hint.replace("\n  hint:", ";")),
                None => finding,
            }])
        }
        Err(error) => Err(error),
    }
}
