//! Every value of every committed file changed in every way: the change is made or refused for an alias, and the
//! lines of other entries stay as they are.

use super::{parse, value};
use crate::document::Document;
use crate::document::edit::{Change, EditError};
use crate::document::path::Component;
use crate::document::slot::{Slot, Style};
use crate::document::step::{self, Step};
use crate::document::tree::Node;
use std::ops::Range;
use std::path::Path;

/// What a file's changes came to.
#[derive(Default)]
pub(super) struct Count {
    pub made: usize,
    pub refused: usize,
    pub wrong: Vec<String>,
}

#[test]
fn every_value_of_the_fixtures_can_be_changed_and_nothing_else_does() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/plain/yaml");
    let mut count = Count::default();
    for file in std::fs::read_dir(folder).unwrap() {
        let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
        sweep(&text, &mut count);
    }
    assert!(count.wrong.is_empty(), "{} wrong\n{}", count.wrong.len(), count.wrong.join("\n"));
    assert!(count.made > 1000 && count.refused > 0, "{} made, {} refused", count.made, count.refused);
}

/// Makes every change to every value of the first document.
pub(super) fn sweep(text: &str, count: &mut Count) {
    let document = parse(text);
    let new = [value("new text"), value("42"), value("{p: 1, q: [x, \"m\\nn\\n\"]}"), value("\"m\\nn\"")];
    let paths = document.paths();
    let values = document.slots().iter().filter(|slot| !slot.is_comment() && paths.document(slot.path) == 0);
    let mut last: Vec<Step> = Vec::new();
    for slot in values {
        let steps: Vec<Step> = paths.components(slot.path).into_iter().map(to_step).collect();
        for node in &new {
            let span = touched(&document, slot, false);
            change(&document, slot, &steps, Change::Set(node), span, count);
        }
        let span = touched(&document, slot, true);
        change(&document, slot, &steps, Change::Remove, span, count);
        let mut sibling = steps.clone();
        if let Some(last) = sibling.last_mut() {
            *last = match last {
                Step::Key(_) => Step::Key("a new key".into()),
                Step::Index(_) => Step::Index(usize::MAX),
            };
        }
        let container = |path: &[Step]| path.split_last().map(|(_, container)| container.to_vec());
        if container(&steps) != container(&last) {
            change(&document, slot, &sibling, Change::Set(&Node::str("new text")), 0..0, count);
            change(&document, slot, &sibling, Change::Set(&new[2]), 0..0, count);
        }
        // Around the value, only that the change can be made.
        let new_from = steps.iter().zip(&last).take_while(|(a, b)| a == b).count();
        for level in new_from.max(1)..steps.len() {
            for change in [Change::Set(&new[0]), Change::Set(&new[2]), Change::Remove] {
                made(&document, &steps[..level], change, count);
            }
        }
        last = steps;
    }
}

fn to_step(component: Component<'_>) -> Step {
    match component {
        Component::Key(key) => Step::Key(key.to_owned()),
        Component::Index(index) => Step::Index(index as usize),
    }
}

/// The lines of the value's entry; with `all`, also those of comments that belong to it.
fn touched(document: &Document, slot: &Slot, all: bool) -> Range<usize> {
    let text = document.text();
    let line = |at: usize| text[..at].matches('\n').count();
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let mut first = line(slot.span.start);
    let mut end = line(slot.tail.last().map_or(slot.span.end, |tail| tail.end - 1)) + 1;
    let indent = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let start = text[..slot.span.start].rfind('\n').map_or(0, |at| at + 1);
    if text[start..slot.span.start].trim().is_empty() && !slot.flow {
        // The key stands in a line above.
        while first > 0 && (first == line(slot.span.start) || is_blank_or_comment(lines[first])) {
            first -= 1;
        }
    }
    // A key of its own lines.
    while first > 0 && (lines[first].trim_start().starts_with(':') || lines[first - 1].trim() == "? |") {
        first -= 1;
    }
    while all
        && lines.get(end).is_some_and(|below| {
            below.trim().is_empty() || below.trim().starts_with('#') && indent(below) > indent(lines[first])
        })
    {
        end += 1;
    }
    first..end
}

fn is_blank_or_comment(line: &str) -> bool {
    line.trim().is_empty() || line.trim().starts_with('#')
}

fn made(document: &Document, path: &[Step], change: Change<'_>, count: &mut Count) -> Option<String> {
    match document.edited(path, change) {
        Ok(made) => {
            count.made += 1;
            Some(made.to_string())
        }
        Err(EditError::Syntax(error)) if error.reason.contains("repeat") => {
            count.refused += 1;
            None
        }
        Err(error) => {
            let what = if matches!(change, Change::Set(_)) { "set" } else { "unset" };
            let text = document.text();
            count.wrong.push(format!(
                "{what} {}: {error:?} in\n{}",
                step::display(path),
                &text[..text.len().min(200)]
            ));
            None
        }
    }
}

/// Makes a change; of the lines outside `touched` all must be there again but for one that the entry shares
/// with another one: its dash, bracket or comma.
fn change(
    document: &Document,
    slot: &Slot,
    path: &[Step],
    change: Change<'_>,
    touched: Range<usize>,
    count: &mut Count,
) {
    let Some(after) = made(document, path, change, count) else { return };
    let old: Vec<&str> = document.text().split_inclusive('\n').collect();
    let new: Vec<&str> = after.split_inclusive('\n').collect();
    let above = old.iter().zip(&new).take_while(|(old, new)| old == new).count();
    let below = old.iter().rev().zip(new.iter().rev()).take_while(|(old, new)| old == new).count();
    let below = below.min(old.len() - above).min(new.len() - above);
    let rest = &new[above..new.len() - below];
    let differs = |number: &usize| !touched.contains(number) && !rest.contains(&old[*number]);
    let lost: Vec<usize> = (above..old.len() - below).filter(differs).collect();
    let shared = matches!(change, Change::Remove) || touched.is_empty();
    if lost.len() > usize::from(shared) {
        let what = if matches!(change, Change::Set(_)) { "set" } else { "unset" };
        let lines: Vec<&str> = lost.iter().map(|number| old[*number]).collect();
        let alias = slot.style == Style::Alias;
        count.wrong.push(format!(
            "{what} {} ({alias}): lost {lines:?}\n--- made\n{}",
            step::display(path),
            rest.concat()
        ));
    }
}
