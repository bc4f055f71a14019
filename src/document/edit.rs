//! Changing one value of a plain text and nothing else: `set` and `unset` (spec, cli 8).
//!
//! Each format finds the bytes to replace by its own means ([`super::syntax::Syntax::edit`]). Whatever it does is
//! checked here against the same change made to the tree, so that an edit can refuse but never go astray.

use super::error::SyntaxError;
use super::format::Format;
use super::splice::splice;
use super::step::{self, Step};
use super::syntax::Limits;
use super::tree::{Item, Node};
use super::value::Value;
use super::{Document, flat};
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
        let mut expected = self.trees().into_iter().next().unwrap_or(Node::Map(Vec::new()));
        apply(&mut expected, path, change)?;
        let mut edits = self.syntax().edit(self, path, change)?;
        edits.sort_by_key(|(span, _)| (span.start, span.end));
        let text = splice(self.text(), edits.iter().map(|(span, text)| (span.clone(), text.as_str())));
        let limits = Limits { bytes: usize::MAX, ..Limits::default() };
        let made = Document::from_text(text.clone(), self.format(), &limits)?;
        let found = made.trees().into_iter().next().unwrap_or(Node::Map(Vec::new()));
        match same(&expected, &found, self.format()) {
            true => Ok(text),
            false => Err(EditError::Syntax(
                SyntaxError::whole("the change can't be made in this text without touching other values")
                    .path(step::display(path))
                    .hint("make it with `sops-rs edit`"),
            )),
        }
    }
}

/// The change on a tree, as sops makes it, with errors in place of its crashes (quirk Q47): missing keys go to the end
/// of their map, a position at or behind the end is one more element, a scalar in the way is replaced.
fn apply(node: &mut Node, path: &[Step], change: Change<'_>) -> Result<(), EditError> {
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
        // An empty map is what an empty document has in place of a list.
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
        (None, Change::Set(_), _) => {
            let key = match step {
                Step::Key(key) => key.clone(),
                Step::Index(_) => String::new(),
            };
            let mut node = rest.first().map_or(Node::Map(Vec::new()), empty_for);
            apply(&mut node, rest, change)?;
            items.push(Item::Entry { key, node });
            Ok(())
        }
    }
}

/// The container that a step leads into.
fn empty_for(step: &Step) -> Node {
    match step {
        Step::Key(_) => Node::Map(Vec::new()),
        Step::Index(_) => Node::List(Vec::new()),
    }
}

/// Whether two trees hold the same values. The order of keys and comments do not count; flat formats hold only text.
fn same(a: &Node, b: &Node, format: Format) -> bool {
    match (a, b) {
        (Node::Scalar(a), Node::Scalar(b)) => match format {
            Format::Dotenv | Format::Ini => plain_text(a) == plain_text(b),
            _ => a == b,
        },
        (Node::List(_), Node::List(_)) => {
            a.entries().count() == b.entries().count()
                && a.entries().zip(b.entries()).all(|((_, a), (_, b))| same(a, b, format))
        }
        (Node::Map(_), Node::Map(_)) => {
            let by_key: std::collections::HashMap<_, _> = b.entries().collect();
            a.entries().count() == b.entries().count()
                && a.entries().all(|(key, a)| by_key.get(key).is_some_and(|b| same(a, b, format)))
        }
        _ => false,
    }
}

fn plain_text(value: &Value) -> Option<Zeroizing<String>> {
    flat::as_text(value.borrow())
}
