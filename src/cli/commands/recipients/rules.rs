//! The rules that a change is for, and the config's new text, checked to say what it should and nothing else.

use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::exit;
use crate::cli::roster::{Edit, Roster, edited};
use crate::config::{Config, Rule};
use crate::document::edit::EditError;
use crate::keys::Recipient;
use crate::keys::age::AgeRecipient;

/// A rule as messages name it.
pub fn title(rule: &Rule) -> String {
    let line = rule.place.line;
    match (&rule.name, &rule.path_regex) {
        (Some(name), _) => format!("{name} (line {line})"),
        (None, Some(pattern)) => format!("{} (line {line})", pattern.as_str()),
        (None, None) => format!("for every file (line {line})"),
    }
}

/// The titles of some rules, or of all.
pub fn titles(roster: &Roster, rules: Option<&[usize]>) -> String {
    let every: Vec<usize> = (0..roster.rules().len()).collect();
    let rules = rules.unwrap_or(&every).iter();
    rules.map(|&number| title(&roster.rules()[number])).collect::<Vec<_>>().join(", ")
}

/// The rules with this name or pattern.
pub fn rules_called(roster: &Roster, name: &str) -> Result<Vec<usize>, CliError> {
    let called = |rule: &Rule| {
        rule.name.as_deref() == Some(name) || rule.path_regex.as_ref().is_some_and(|it| it.as_str() == name)
    };
    let rules = roster.rules().iter().enumerate();
    let found: Vec<usize> = rules.filter(|(_, rule)| called(rule)).map(|(number, _)| number).collect();
    match found.is_empty() {
        true => Err(CliError::new(exit::GENERIC, format!("no creation rule is called {name:?}"))
            .hint(format!("these are there: {}", titles(roster, None)))),
        false => Ok(found),
    }
}

/// Changes these rules in the config, and says so; with `dry`, only says so.
pub fn change(
    roster: &Roster,
    rules: &[usize],
    recipient: &AgeRecipient,
    edit: &Edit<'_>,
    dry: bool,
    context: &Context,
) -> Result<(), CliError> {
    let text = changed(roster, rules, recipient, edit, context)?;
    if !dry {
        roster.replace(&text)?;
    }
    let what = match (edit, dry) {
        (Edit::Add { .. }, true) => "would be added to",
        (Edit::Add { .. }, false) => "added to",
        (Edit::Remove, true) => "would be removed from",
        (Edit::Remove, false) => "removed from",
    };
    let (config, titles) = (roster.config.path().display(), titles(roster, Some(rules)));
    let shown = Recipient::Age(recipient.clone());
    context.say(&format!("{config}: {shown} {what} the rule(s) {titles}"));
    if let Edit::Add { name: Some(name), .. } = edit {
        let comments = |text: &[u8]| String::from_utf8_lossy(text).matches(&format!("# {name}")).count();
        if comments(&text) == comments(roster.text()) {
            context.warn(&format!(
                "{config} has no place for the name {name:?}: only a recipient on a line of its own, behind a dash, can \
                 have one"
            ));
        }
    }
    Ok(())
}

fn changed(
    roster: &Roster,
    rules: &[usize],
    recipient: &AgeRecipient,
    edit: &Edit<'_>,
    context: &Context,
) -> Result<Vec<u8>, CliError> {
    let mut text = roster.text().to_vec();
    for &number in rules {
        let by_hand = |error| by_hand(error, roster, number, recipient, edit);
        text = edited(&text, number, recipient, edit).map_err(by_hand)?.as_bytes().to_vec();
        let new = Config::parse(roster.config.path(), &context.directory()?, &text);
        let done = &rules[..=rules.iter().position(|&rule| rule == number).unwrap_or(0)];
        if !new.is_ok_and(|new| is_expected(roster, &new, done, recipient, edit)) {
            let fault = "other rules would change with it, or the recipient would stay";
            return Err(by_hand(EditError::Path(fault.into())));
        }
    }
    Ok(text)
}

/// Whether the recipient, and nothing else, came to or left the rules.
fn is_expected(
    roster: &Roster,
    new: &Config,
    rules: &[usize],
    recipient: &AgeRecipient,
    edit: &Edit<'_>,
) -> bool {
    let key = Recipient::Age(recipient.clone());
    let new = new.creation_rules.as_deref().unwrap_or_default();
    let fits = |number: usize, old: &Rule, new: &Rule| {
        let mut groups = old.groups.clone();
        match edit {
            _ if !rules.contains(&number) => {}
            Edit::Add { group, .. } => groups.get_mut(*group).into_iter().for_each(|it| it.push(key.clone())),
            Edit::Remove => groups.iter_mut().for_each(|group| group.retain(|known| *known != key)),
        }
        let same = |(a, b): (&Vec<Recipient>, &Vec<Recipient>)| {
            a.len() == b.len() && a.iter().all(|key| b.contains(key))
        };
        groups.len() == new.groups.len() && groups.iter().zip(&new.groups).all(same)
    };
    let mut pairs = roster.rules().iter().zip(new).enumerate();
    new.len() == roster.rules().len() && pairs.all(|(number, (old, new))| fits(number, old, new))
}

/// What to do when the config's text has no place for a change.
fn by_hand(
    error: EditError,
    roster: &Roster,
    rule: usize,
    recipient: &AgeRecipient,
    edit: &Edit<'_>,
) -> CliError {
    let (config, line) = (roster.config.path().display(), roster.rules()[rule].place.line);
    let (what, then) = match edit {
        Edit::Add { .. } => ("add this to its recipients", "`sops-rs updatekeys`"),
        Edit::Remove => ("take this out of its recipients", "`sops-rs updatekeys` and `sops-rs rotate -i`"),
    };
    CliError::new(exit::GENERIC, format!("{config}: the rule of line {line} has to be changed by hand"))
        .cause(error)
        .hint(format!("{what}: {}; then run {then} on its files", recipient.text()))
}
