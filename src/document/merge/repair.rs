//! A text made to hold what it should by changing its values one by one, everything else letter by letter.

use super::draft::{Budget, Goal};
use super::plain::{self, Difference, differences};
use crate::document::Document;
use crate::document::edit::Change;
use crate::document::splice::splice;
use crate::document::step;
use crate::document::tree::Node;

/// The text with the values of the goal; `None` if they can't be brought about. `sources`: trees whose order of keys and
/// comments new maps and lists get.
///
/// As many values as possible are changed at once, or a long text with many changes would be parsed as many times.
pub(super) fn repaired(
    document: &Document,
    goal: Goal<'_>,
    sources: &[&Node],
    budget: &mut Budget,
) -> Option<Document> {
    let mut current: Option<Document> = None;
    let mut size = usize::MAX;
    loop {
        let at = current.as_ref().unwrap_or(document);
        let left = differences(&plain::trees(at), goal.trees)?;
        // An edit reaches the first document only.
        if left.iter().any(|difference| difference.document > 0) {
            return None;
        }
        if left.is_empty() {
            return current.or_else(|| budget.parse(document.text().to_owned().into(), document.format()));
        }
        let batch = size.min(left.len());
        let is_good = |made: &Document| goal.values(made) == left.len() - batch;
        match changed(at, &left[..batch], sources, budget).filter(is_good) {
            Some(made) => {
                size = batch.saturating_mul(2);
                current = Some(made);
            }
            None if batch == 1 => return None,
            None => size = batch / 2,
        }
    }
}

/// The text with some differences taken away, if their edits do not get in each other's way.
fn changed(
    at: &Document,
    batch: &[Difference<'_>],
    sources: &[&Node],
    budget: &mut Budget,
) -> Option<Document> {
    let mut edits = Vec::new();
    for difference in batch {
        let original = difference.wanted.map(|wanted| original(wanted, &difference.path, sources));
        let change = original.as_ref().map_or(Change::Remove, Change::Set);
        edits.extend(at.syntax().edit(at, &difference.path, change).ok()?);
    }
    edits.sort_by_key(|(span, _)| (span.start, span.end));
    if edits.windows(2).any(|pair| pair[1].0.start < pair[0].0.end) {
        return None;
    }
    let text = splice(at.text(), edits.iter().map(|(span, text)| (span.clone(), text.as_str())));
    budget.parse(text, at.format())
}

/// A value as a side has it, with its comments and the order of its keys.
fn original(wanted: &Node, path: &[step::Step], sources: &[&Node]) -> Node {
    let mut found = sources.iter().filter_map(|source| step::find(source, path).ok());
    found.find(|node| plain::sorted((*node).clone()) == *wanted).unwrap_or(wanted).clone()
}
