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
use super::value::{Kind, Value};
use super::{Document, binary, flat};
use std::collections::HashMap;
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
        if path.is_empty() {
            return Err(EditError::Path("the path is empty: name a key of the document".into()));
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
        let mut expected = first_tree(self);
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
        let found = written(first_tree(&made), self.format());
        match same(&written(expected, self.format()), &found, self.format()) {
            true => Ok(text),
            false => Err(refused("the change can't be made in this text without touching other values")),
        }
    }
}

/// The values of the first document, several sections of one name as one (INI).
fn first_tree(document: &Document) -> Node {
    match document.trees().into_iter().next() {
        Some(Node::Map(items)) => Node::Map(merged(items)),
        other => other.unwrap_or(Node::Map(Vec::new())),
    }
}

/// Without what is in a tree of this format even if nothing in the text stands for it: INI's section of the keys
/// above all headers.
fn written(mut tree: Node, format: Format) -> Node {
    let is_empty = |node: &Node| matches!(node, Node::Map(_)) && node.entries().next().is_none();
    if let (Node::Map(items), Format::Ini) = (&mut tree, format) {
        items.retain(|item| !matches!(item, Item::Entry { key, node } if key == "DEFAULT" && is_empty(node)));
    }
    tree
}

/// The entries with the items of maps that have the same key put together.
fn merged(items: Vec<Item>) -> Vec<Item> {
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut out: Vec<Item> = Vec::with_capacity(items.len());
    for item in items {
        let Item::Entry { key, node: Node::Map(more) } = item else {
            out.push(item);
            continue;
        };
        match places.get(&key).and_then(|&place| out.get_mut(place)) {
            Some(Item::Entry { node: Node::Map(before), .. }) => before.extend(more),
            _ => {
                places.insert(key.clone(), out.len());
                out.push(Item::Entry { key, node: Node::Map(more) });
            }
        }
    }
    out
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

/// Whether two trees hold the same values. The order of keys and comments do not count.
fn same(expected: &Node, found: &Node, format: Format) -> bool {
    match (expected, found) {
        (Node::Scalar(expected), Node::Scalar(found)) => same_value(expected, found, format),
        (Node::List(_), Node::List(_)) => {
            expected.entries().count() == found.entries().count()
                && expected.entries().zip(found.entries()).all(|((_, a), (_, b))| same(a, b, format))
        }
        (Node::Map(_), Node::Map(_)) => {
            let (expected, found) = (by_key(expected), by_key(found));
            expected.len() == found.len()
                && expected.iter().zip(found).all(|(a, b)| a.0 == b.0 && same(a.1, b.1, format))
        }
        _ => false,
    }
}

/// Entries of one key stay in their order.
fn by_key(map: &Node) -> Vec<(&str, &Node)> {
    let mut entries: Vec<_> = map.entries().collect();
    entries.sort_by_key(|(key, _)| *key);
    entries
}

/// Flat formats hold only text, and no format has bytes or all points in time.
fn same_value(expected: &Value, found: &Value, format: Format) -> bool {
    match format {
        Format::Dotenv | Format::Ini => flat::as_text(expected.borrow()) == flat::as_text(found.borrow()),
        _ => {
            expected.bytes == found.bytes
                && (expected.kind == found.kind
                    || found.kind == Kind::Str && matches!(expected.kind, Kind::Bytes | Kind::Time))
        }
    }
}

#[cfg(test)]
mod tests;
