//! Texts before and after one change.

mod anchors;
mod append;
mod files;
mod remove;
mod replace;
mod sweep;

use crate::document::Document;
use crate::document::edit::{Change, EditError};
use crate::document::format::Format;
use crate::document::step::Step;
use crate::document::syntax::Limits;
use crate::document::tree::Node;
use zeroize::Zeroizing;

fn parse(text: &str) -> Document {
    match Document::from_text(Zeroizing::new(text.to_owned()), Format::Yaml, &Limits::default()) {
        Ok(document) => document,
        Err(error) => panic!("{error} {:?}\n{text}", error.place),
    }
}

/// `a.b.0`: keys and positions.
fn path(path: &str) -> Vec<Step> {
    let step = |step: &str| step.parse().map_or(Step::Key(step.to_owned()), Step::Index);
    path.split('.').filter(|step| !step.is_empty()).map(step).collect()
}

/// A value in YAML.
fn value(text: &str) -> Node {
    let tree = parse(&format!("v: {text}\n")).trees().remove(0);
    tree.get("v").cloned().unwrap()
}

fn try_set(before: &str, at: &str, new: &Node) -> Result<String, EditError> {
    parse(before).edited(&path(at), Change::Set(new)).map(|text| text.to_string())
}

fn try_unset(before: &str, at: &str) -> Result<String, EditError> {
    parse(before).edited(&path(at), Change::Remove).map(|text| text.to_string())
}

/// Each case: the text, the path, the new value in YAML, the text behind the change.
#[track_caller]
fn set(cases: &[(&str, &str, &str, &str)]) {
    let made = cases
        .iter()
        .map(|(before, at, new, after)| compare(before, at, try_set(before, at, &value(new)), after));
    none(made);
}

/// Each case: the text, the path, the text behind the removal.
#[track_caller]
fn unset(cases: &[(&str, &str, &str)]) {
    none(cases.iter().map(|(before, at, after)| compare(before, at, try_unset(before, at), after)));
}

/// What is wrong with the outcome of a change.
fn compare(before: &str, at: &str, found: Result<String, EditError>, after: &str) -> Option<String> {
    let made = found.unwrap_or_else(|error| error.to_string());
    (made != after).then(|| format!("{at} in\n{before}\n--- made\n{made}\n--- wanted\n{after}\n"))
}

#[track_caller]
fn none(wrong: impl Iterator<Item = Option<String>>) {
    let wrong: Vec<String> = wrong.flatten().collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
