//! Changing one value of a plain text and nothing else: `set` and `unset` (spec, cli 8).
//!
//! Each format finds the bytes to replace by its own means ([`super::syntax::Syntax::edit`]). Whatever it does is
//! checked here against the same change made to the tree, so that an edit can refuse but never go astray.

mod outcome;
#[cfg(test)]
mod tests;

use super::error::SyntaxError;
use super::format::Format;
use super::splice::{self, splice};
use super::step::{self, Step};
use super::syntax::{Emit, Limits};
use super::tree::{Item, Node};
use super::{Document, binary, lines};
use zeroize::Zeroizing;

/// What happens to the value at a path.
#[derive(Clone, Copy)]
pub enum Change<'a> {
    /// It becomes this; missing parents are made.
    Set(&'a Node),
    /// It goes, with its key or its place in the list.
    Remove,
}

/// Why a change can't be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// What is to be removed is not there (spec, cli 8: exit 1, or 0 with `--idempotent`).
    #[error("{0}")]
    Missing(String),
    /// The path does not fit the document: a key into a list, a position into a map.
    #[error("{0}")]
    Path(String),
    /// The format can't hold the result.
    #[error(transparent)]
    Syntax(#[from] SyntaxError),
}

impl Document {
    /// The text with one value of its first document changed. Everything else, comments and spelling
    /// included, stays letter by letter.
    pub fn edited(&self, path: &[Step], change: Change<'_>) -> Result<Zeroizing<String>, EditError> {
        let depth = Limits::default().depth;
        match change {
            Change::Remove if path.is_empty() => {
                return Err(EditError::Path("the path is empty: name what is to be removed".into()));
            }
            Change::Set(node) if path.is_empty() && !matches!(node, Node::Map(_)) => {
                return Err(EditError::Syntax(
                    SyntaxError::whole("the document as a whole must be a map")
                        .hint("set a key, or a map in place of the document"),
                ));
            }
            _ => {}
        }
        if path.len() > depth {
            let steps = path.len();
            return Err(EditError::Path(format!(
                "the path has {steps} steps, more than the limit of {depth}"
            )));
        }
        if self.format() == Format::Binary {
            return Err(EditError::Syntax(binary::no_edit(path)));
        }
        let mut expected = outcome::first_tree(self);
        apply(&mut expected, path, change)?;
        let mut edits = self.syntax().edit(self, path, change)?;
        edits.sort_by_key(|(span, _)| (span.start, span.end));
        let text = splice(self.text(), edits.iter().map(|(span, text)| (span.clone(), text.as_str())));
        let refused = |reason: &str| {
            EditError::Syntax(
                SyntaxError::whole(reason).path(step::display(path)).hint("make it with `sops-rs edit`"),
            )
        };
        let limits = Limits { bytes: usize::MAX, ..Limits::default() };
        // A place in the new text would mislead: nobody has seen that text.
        let made = Document::from_text(text.clone(), self.format(), &limits)
            .map_err(|error| refused(&format!("the text can't take the change: {}", error.reason)))?;
        match outcome::is(&made, expected) {
            true => Ok(text),
            false => Err(refused("the change can't be made in this text without touching other values")),
        }
    }
}

/// The change on a tree, as sops makes it, with errors in place of its crashes (quirk Q47): missing keys go to the end
/// of their map, a position at or behind the end is one more element, a scalar in the way is replaced. Recurses as
/// deep as the path is long.
pub(super) fn apply(node: &mut Node, path: &[Step], change: Change<'_>) -> Result<(), EditError> {
    let Some((step, rest)) = path.split_first() else {
        if let Change::Set(new) = change {
            *node = new.clone();
        }
        return Ok(());
    };
    let shown = || step::display(std::slice::from_ref(step));
    if let (Node::Scalar(_), Change::Set(_)) = (&*node, change) {
        *node = empty_for(step);
    }
    let (items, position) = match (node, step) {
        (Node::Map(items), Step::Key(key)) => {
            let place = |item: &Item| matches!(item, Item::Entry { key: name, .. } if name == key);
            let position = items.iter().position(place);
            (items, position)
        }
        (Node::List(items), Step::Index(index)) => {
            let mut entries = items.iter().enumerate().filter(|(_, item)| matches!(item, Item::Entry { .. }));
            let position = entries.nth(*index).map(|(position, _)| position);
            (items, position)
        }
        (Node::Scalar(_), _) => {
            return Err(EditError::Path(format!("{} leads into a value that is no map or list", shown())));
        }
        (Node::Map(_), Step::Index(index)) => {
            return Err(EditError::Path(format!("position {index} leads into a map, which has keys")));
        }
        (Node::List(_), Step::Key(key)) => {
            return Err(EditError::Path(format!("the key {key:?} leads into a list, which has positions")));
        }
    };
    match (position, change, rest.is_empty()) {
        (Some(position), Change::Remove, true) => {
            items.remove(position);
            Ok(())
        }
        (Some(position), ..) => match &mut items[position] {
            Item::Entry { node, .. } => apply(node, rest, change),
            Item::Comment { .. } => Ok(()),
        },
        (None, Change::Remove, _) => Err(EditError::Missing(match step {
            Step::Key(key) => format!("Key not found: {key}"),
            Step::Index(index) => format!("Index {index} out of bounds"),
        })),
        (None, Change::Set(node), _) => {
            let key = match step {
                Step::Key(key) => key.clone(),
                Step::Index(_) => String::new(),
            };
            items.push(Item::Entry { key, node: nested(rest, node) });
            Ok(())
        }
    }
}

/// The edit that puts another map in place of the whole document, for formats that keep nothing of it.
pub(super) fn whole(document: &Document, change: Change<'_>) -> Result<Vec<splice::Edit>, SyntaxError> {
    let Change::Set(node) = change else { return Ok(Vec::new()) };
    let text = document.syntax().emit(std::slice::from_ref(node), Emit { indent: None })?;
    Ok(vec![(lines::first(document.text())..document.text().len(), text)])
}

/// A value with the maps and lists around it that steps to it call for.
pub(super) fn nested(path: &[Step], node: &Node) -> Node {
    path.iter().rev().fold(node.clone(), |node, step| match step {
        Step::Key(key) => Node::Map(vec![Item::Entry { key: key.clone(), node }]),
        Step::Index(_) => Node::List(vec![Item::Entry { key: String::new(), node }]),
    })
}

/// The container that a step leads into.
fn empty_for(step: &Step) -> Node {
    match step {
        Step::Key(_) => Node::Map(Vec::new()),
        Step::Index(_) => Node::List(Vec::new()),
    }
}
