//! Three plaintexts → one: what two sides made of a common ancestor, by key path, with the text of both sides kept.
//!
//! What one side changed is taken, what both changed alike too, and what both changed differently is a conflict.

use super::Document;
use super::step::Step;
use zeroize::Zeroizing;

/// What a merge comes to.
pub struct Merged {
    /// The merged text, with our side of every conflict.
    pub ours: Zeroizing<String>,
    /// The same with their side of every conflict; `None` without conflicts. The two differ only there.
    pub theirs: Option<Zeroizing<String>>,
    pub conflicts: Vec<Conflict>,
}

/// A place that both sides changed, each in its own way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// Which document of the file, from 0.
    pub document: usize,
    /// Empty for the file as a whole.
    pub path: Vec<Step>,
}

/// Merges two plain documents of one format. Without `base`, both sides added the file. Never fails: a text that can't
/// be merged piece by piece is one conflict as a whole.
pub fn merge(base: Option<&Document>, ours: &Document, theirs: &Document) -> Merged {
    let unchanged = |side: &Document| base.is_some_and(|base| base.text() == side.text());
    let text = |document: &Document| Zeroizing::new(document.text().to_owned());
    if ours.text() == theirs.text() || unchanged(theirs) {
        return Merged { ours: text(ours), theirs: None, conflicts: Vec::new() };
    }
    if unchanged(ours) {
        return Merged { ours: text(theirs), theirs: None, conflicts: Vec::new() };
    }
    let whole = Conflict { document: 0, path: Vec::new() };
    Merged { ours: text(ours), theirs: Some(text(theirs)), conflicts: vec![whole] }
}
