//! Where two versions of a plain document differ, by key path.

use crate::document::Document;
use crate::document::path::{PathId, Paths};
use crate::document::value::ValueRef;
use std::collections::{BTreeSet, HashMap};

/// Key paths of the values that one version has otherwise than the other, or not at all; comments aside.
pub fn changes(before: &Document, after: &Document) -> Vec<String> {
    let (old, new) = (values(before), values(after));
    let changed = |this: &Values<'_>, other: &Values<'_>, document: &Document| -> BTreeSet<String> {
        let differing =
            this.iter().filter(|(key, (_, value))| other.get(*key).is_none_or(|(_, there)| there != value));
        differing.map(|(_, (path, _))| name(document, *path)).collect()
    };
    let mut all = changed(&new, &old, after);
    all.extend(changed(&old, &new, before));
    all.into_iter().collect()
}

/// By document and steps.
type Values<'a> = HashMap<Vec<u8>, (PathId, ValueRef<'a>)>;

fn values(document: &Document) -> Values<'_> {
    let slots = document.slots().iter().filter(|slot| !slot.is_comment());
    slots.map(|slot| (key(document.paths(), slot.path), (slot.path, document.value(slot)))).collect()
}

fn key(paths: &Paths, path: PathId) -> Vec<u8> {
    use crate::document::path::Component::{Index, Key};
    let mut key = paths.document(path).to_le_bytes().to_vec();
    for step in paths.components(path) {
        match step {
            Index(index) => {
                key.push(b'i');
                key.extend_from_slice(&index.to_le_bytes());
            }
            Key(text) => {
                key.push(b'k');
                key.extend_from_slice(&(text.len() as u32).to_le_bytes());
                key.extend_from_slice(text.as_bytes());
            }
        }
    }
    key
}

/// A path for people; in a file of several documents with the document's number, from 1.
fn name(document: &Document, path: PathId) -> String {
    let shown = document.paths().display(path);
    match document.scanned().parts.len() {
        0 | 1 => shown,
        _ => format!("{shown} (document {})", document.paths().document(path) + 1),
    }
}
