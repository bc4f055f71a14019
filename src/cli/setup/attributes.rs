//! The lines in `.gitattributes`; in a bare repository, in `info/attributes`.

use super::hand::{self, Hand};
use super::survey::Survey;
use super::{Finding, shown};
use crate::cli::error::CliError;
use crate::cli::shell;
use crate::git::Repository;
use crate::git::attributes::{Attributes, DRIVER, LONGEST_LINE};
use crate::git::block::{self, Place};
use std::path::PathBuf;

const FIX: &str = "sops-rs git-setup";

/// The file and what to call it.
struct Target {
    path: PathBuf,
    name: &'static str,
}

impl Target {
    fn of(repository: &Repository) -> Result<Target, CliError> {
        match repository.is_bare() {
            true => Ok(Target {
                path: repository.git_path("info/attributes").map_err(CliError::git)?,
                name: "info/attributes",
            }),
            false => Ok(Target { path: repository.top().join(".gitattributes"), name: ".gitattributes" }),
        }
    }
}

/// Puts the lines of a survey between the marks, and nothing where there are none.
pub fn apply(repository: &Repository, survey: &Survey, hand: &Hand<'_>) -> Result<(), CliError> {
    let target = Target::of(repository)?;
    // git does not follow one in the work tree, either.
    hand::refuse_link(&target.path, target.name, format!("put a file in its place, then run `{FIX}` again"))?;
    let changed = hand.change(&target.path, |old| {
        let old_or_none = old.unwrap_or_default();
        if survey.lines.is_empty() {
            return Ok(old.map(|old| block::without(old).unwrap_or_else(|| old.to_vec())));
        }
        let new = block::with(old_or_none, &survey.lines, Place::Bottom);
        // An empty file is there again when the lines go; one that we make is not.
        Ok(Some(if old.is_none() { block::fresh(&survey.lines) } else { new }))
    })?;
    let count = survey.lines.len();
    if changed {
        hand.say("wrote", "would write", &format!("{count} line(s) in {}", target.name));
    }
    Ok(())
}

/// Takes the lines out; a file that we made goes.
pub fn remove(repository: &Repository, hand: &Hand<'_>) -> Result<(), CliError> {
    let target = Target::of(repository)?;
    if target.path.is_symlink() {
        return Ok(()); // nothing of ours is behind it
    }
    let changed = hand.change(&target.path, |old| {
        let Some(old) = old else { return Ok(None) };
        let Some(rest) = block::without(old) else { return Ok(Some(old.to_vec())) };
        let is_ours_alone = rest.is_empty() && !block::is_below_a_text(old);
        Ok((!is_ours_alone).then_some(rest))
    })?;
    if changed {
        hand.say("removed", "would remove", &format!("the lines in {}", target.name));
    }
    Ok(())
}

/// What git has otherwise than the survey says, and what of it is not ours.
pub fn check(repository: &Repository, survey: &Survey) -> Result<Vec<Finding>, CliError> {
    let target = Target::of(repository)?;
    if target.path.is_symlink() {
        let text = format!("{} is a symbolic link, which git does not follow", target.name);
        return Ok(vec![Finding::new("attributes-link", text, "put a file in its place")]);
    }
    let text = hand::read(&target.path).unwrap_or_default();
    let there = block::lines(&text).unwrap_or_default();
    let missing: Vec<&String> = survey.lines.iter().filter(|line| !there.contains(line)).collect();
    let stale: Vec<&String> = there.iter().filter(|line| !survey.lines.contains(line)).collect();
    let mut findings = Vec::new();
    if let Some(first) = missing.first() {
        let text =
            format!("{} lacks {} line(s) for what the rules match: {first}", target.name, missing.len());
        findings.push(Finding::new("attributes", text, FIX));
    }
    if let Some(first) = stale.first() {
        let text = format!("{} has {} line(s) that no rule stands behind: {first}", target.name, stale.len());
        findings.push(Finding::new("attributes-stale", text, FIX));
    }
    if let Some(line) = survey.lines.iter().find(|line| line.len() >= LONGEST_LINE) {
        let text = format!("a line of {} has {} bytes, more than git reads", target.name, line.len());
        findings.push(Finding::new("attributes-long", text, "make the path_regex of the rule shorter"));
    }
    // Before the lines are there, no file has what they give.
    if missing.is_empty() {
        let found = repository.attributes(&survey.secret).map_err(CliError::git)?;
        findings.extend(found.iter().filter(|found| !has_both(found)).map(overridden));
    }
    findings.extend(strange(repository, survey, &text, target.name)?);
    Ok(findings)
}

fn has_both(found: &Attributes) -> bool {
    found.diff == DRIVER && found.merge == DRIVER
}

fn overridden(found: &Attributes) -> Finding {
    let name = shown(&found.path.to_string_lossy());
    let (diff, merge) = (shown(&found.diff), shown(&found.merge));
    let text = format!("{name} has diff={diff} and merge={merge}, as other attributes override ours");
    let fix = format!(
        "take them out where they are (`git check-attr -a -- {}`): in a .gitattributes nearer to the file, or in \
         .git/info/attributes",
        shell::word(&name)
    );
    Finding::new("attributes-overridden", text, fix)
}

/// A line of the user's own that names our drivers, when a file has them that no rule matches.
fn strange(
    repository: &Repository,
    survey: &Survey,
    text: &[u8],
    name: &str,
) -> Result<Option<Finding>, CliError> {
    let own = block::others(text).into_iter().find(|(_, line)| names_us(line));
    let Some((number, _)) = own else { return Ok(None) };
    let found = repository.attributes(&survey.others).map_err(CliError::git)?;
    let file = found.iter().find(|found| found.diff == DRIVER || found.merge == DRIVER);
    Ok(file.map(|file| {
        let text = format!(
            "{name}:{number} names {DRIVER}, and {} has its drivers although no rule matches it",
            shown(&file.path.to_string_lossy())
        );
        Finding::new("attributes-foreign", text, "take the line out, or add a rule to the config")
    }))
}

fn names_us(line: &str) -> bool {
    !line.starts_with('#') && ["diff", "merge"].iter().any(|kind| line.contains(&format!("{kind}={DRIVER}")))
}
