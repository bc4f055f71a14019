//! The settings of one clone that name the diff and merge drivers.

use super::Finding;
use super::call;
use super::hand::Hand;
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::git::{Repository, Setting};
use std::collections::BTreeSet;

const SECTIONS: [&str; 2] = ["diff.sops-rs", "merge.sops-rs"];
const STARTS: [&str; 2] = ["diff.sops-rs.", "merge.sops-rs."];
const CACHE: &str = "diff.sops-rs.cachetextconv";
const TITLE: &str = "three-way merge of encrypted files (sops-rs)";
/// Where git keeps what a textconv gave, if it may: in plaintext, and `push --mirror` sends it.
const NOTES: &str = "refs/notes/textconv/sops-rs";

const FIX: &str = "sops-rs git-setup";

/// A setting that has to be there.
struct Wanted {
    name: &'static str,
    value: String,
    /// For a command: what stands behind the program's name.
    job: Option<&'static str>,
}

fn wanted(program: &str) -> [Wanted; 4] {
    let of = |name, value, job| Wanted { name, value, job };
    [
        of("diff.sops-rs.textconv", format!("{program} {}", call::TEXTCONV), Some(call::TEXTCONV)),
        of(CACHE, "false".to_owned(), None),
        of("merge.sops-rs.name", TITLE.to_owned(), None),
        of("merge.sops-rs.driver", call::merge_driver(program), Some(call::MERGE)),
    ]
}

impl Wanted {
    /// Whether a value is one that this program wrote, now or when it was elsewhere.
    fn is_ours(&self, value: &str) -> bool {
        value == self.value || self.job.is_some_and(|job| call::is_ours(value, job))
    }

    /// Values that the user has set himself, of which ours would take the place. A cache of plaintext never stays.
    fn is_kept(&self, values: &[&str], force: bool) -> bool {
        !force && self.name != CACHE && values.iter().any(|value| !self.is_ours(value))
    }
}

fn values<'a>(settings: &'a [Setting], name: &str) -> Vec<&'a str> {
    settings.iter().filter(|setting| setting.name == name).map(|setting| setting.value.as_str()).collect()
}

/// Sets what is not set; with `force` in place of settings that are somebody else's.
pub fn apply(repository: &Repository, force: bool, hand: &Hand<'_>) -> Result<(), CliError> {
    let there = repository.settings(&STARTS).map_err(CliError::git)?;
    for wanted in wanted(&call::program(hand.context)?) {
        let values = values(&there, wanted.name);
        if values == [wanted.value.as_str()] || wanted.is_kept(&values, force) {
            continue;
        }
        if !hand.is_dry {
            repository.set(wanted.name, &wanted.value).map_err(CliError::git)?;
        }
        let was = values.last().map(|value| format!(" (it was {value:?})")).unwrap_or_default();
        hand.say("set", "would set", &format!("{} = {}{was}", wanted.name, wanted.value));
    }
    Ok(())
}

/// What is missing, overridden or dangerous, notes with plaintext included.
pub fn check(repository: &Repository, context: &Context) -> Result<Vec<Finding>, CliError> {
    let there = repository.settings(&STARTS).map_err(CliError::git)?;
    let everywhere = repository.all_settings(&STARTS).map_err(CliError::git)?;
    let mut findings = Vec::new();
    for wanted in wanted(&call::program(context)?) {
        let (values, counts) = (values(&there, wanted.name), values(&everywhere, wanted.name));
        let name = wanted.name;
        let Some(counts) = counts.last() else {
            findings.push(Finding::new("settings", format!("{name} is not set in this clone"), FIX));
            continue;
        };
        if name == CACHE && !is_false(counts) {
            let text = format!("{name} is {counts:?}: git keeps plaintext in {NOTES}");
            findings.push(Finding::new(
                "settings-cache",
                text,
                "git config --local diff.sops-rs.cachetextconv false",
            ));
        } else if name != CACHE && !wanted.is_ours(counts) {
            let text = format!("{name} is {counts:?}, which somebody else has set");
            findings.push(Finding::new("settings-other", text, format!("{FIX} --force")));
        } else if values.is_empty() {
            findings.push(Finding::new("settings", format!("{name} is not set in this clone"), FIX));
        } else if wanted.job.is_some() && !call::leads_somewhere(counts, context) {
            let text = format!("{name} calls a program that is not there: {counts:?}");
            findings.push(Finding::new("settings-program", text, FIX));
        }
    }
    if repository.has_ref(NOTES) {
        let text = format!("{NOTES} holds plaintext that git has kept from an earlier textconv");
        findings.push(Finding::new(
            "plaintext-notes",
            text,
            format!("git update-ref -d {NOTES} && git gc --prune=now"),
        ));
    }
    Ok(findings)
}

fn is_false(value: &str) -> bool {
    value.is_empty() || ["false", "no", "off", "0"].iter().any(|word| value.eq_ignore_ascii_case(word))
}

/// Takes out the settings that are ours.
pub fn remove(repository: &Repository, hand: &Hand<'_>) -> Result<(), CliError> {
    let there = repository.settings(&STARTS).map_err(CliError::git)?;
    let wanted = wanted(&call::program(hand.context)?);
    let is_ours = |setting: &Setting| {
        wanted.iter().any(|wanted| wanted.name == setting.name && wanted.is_ours(&setting.value))
    };
    for section in SECTIONS {
        let inside =
            |setting: &&Setting| setting.name.strip_prefix(section).is_some_and(|rest| rest.starts_with('.'));
        let settings: Vec<&Setting> = there.iter().filter(inside).collect();
        let (ours, others): (Vec<&Setting>, Vec<&Setting>) =
            settings.into_iter().partition(|one| is_ours(one));
        for other in &others {
            hand.context.warn(&format!("{} = {:?} is not from git-setup and stays", other.name, other.value));
        }
        if ours.is_empty() {
            continue;
        }
        if !hand.is_dry {
            match others.is_empty() {
                true => repository.remove_section(section).map_err(CliError::git)?,
                false => {
                    let kept = |name: &str| others.iter().any(|other| other.name == name);
                    let names: BTreeSet<&str> = ours.iter().map(|setting| setting.name.as_str()).collect();
                    for name in names.into_iter().filter(|name| !kept(name)) {
                        repository.unset(name).map_err(CliError::git)?;
                    }
                }
            }
        }
        hand.say("removed", "would remove", &format!("the settings {section}.*"));
    }
    Ok(())
}
