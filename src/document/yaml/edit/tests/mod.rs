//! Texts before and after one change.

mod anchors;
mod append;
mod files;
mod remove;
mod replace;

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
    for (before, at, new, after) in cases {
        let found = try_set(before, at, &value(new));
        compare(before, at, found, after);
    }
}

/// Each case: the text, the path, the text behind the removal.
#[track_caller]
fn unset(cases: &[(&str, &str, &str)]) {
    for (before, at, after) in cases {
        compare(before, at, try_unset(before, at), after);
    }
}

#[track_caller]
fn compare(before: &str, at: &str, found: Result<String, EditError>, after: &str) {
    match found {
        Ok(found) => assert!(found == after, "{at}\n{before}\n--- made\n{found}\n--- wanted\n{after}"),
        Err(error) => panic!("{at}: {error}\n{before}"),
    }
}
