//! Changing one value of a TOML text.
//!
//! Comment lines stay when the key or header below them goes; those inside a table go with it.

mod inline;
mod line;
mod outline;
mod table;
#[cfg(test)]
mod tests;

use crate::document::Document;
use crate::document::edit::{Change, nested, whole};
use crate::document::error::SyntaxError;
use crate::document::splice::Edit;
use crate::document::step::{self, Step};
use outline::{Section, sections};

/// The text that is changed.
struct Toml<'t> {
    document: &'t Document,
    text: &'t str,
    newline: &'static str,
    sections: Vec<Section<'t>>,
}

pub(super) fn edit(document: &Document, path: &[Step], change: Change<'_>) -> Result<Vec<Edit>, SyntaxError> {
    if path.is_empty() {
        return whole(document, change);
    }
    let text = document.text();
    let toml = Toml { document, text, newline: document.newline(), sections: sections(text)? };
    toml.changed(path, change).map_err(|error| match error.path {
        Some(_) => error,
        None => error.path(step::display(path)),
    })
}

impl Toml<'_> {
    fn changed(&self, path: &[Step], change: Change<'_>) -> Result<Vec<Edit>, SyntaxError> {
        // A value on the way, or at its end.
        for section in self.sections.iter().filter(|section| path.starts_with(&section.path)) {
            let rest = &path[section.path.len()..];
            let Some(entry) = section.entries.iter().find(|entry| entry.key.starts(rest)) else { continue };
            let rest = &rest[entry.key.parts.len()..];
            return match (change, rest.is_empty()) {
                (Change::Remove, true) => self.without_entry(section, entry),
                (Change::Set(node), true) => Ok(vec![self.replaced(&entry.value, path, node, true)?]),
                (_, false) => self.inside(&entry.value, path, rest.len(), change),
            };
        }
        match change {
            _ if self.is_table(path) => self.table_changed(path, change),
            Change::Remove => Ok(Vec::new()),
            Change::Set(node) => {
                let known = (0..path.len()).rev().find(|&length| self.is_table(&path[..length])).unwrap_or(0);
                let new = &path[..=known];
                Ok(vec![self.added(new, &nested(&path[known + 1..], node))?])
            }
        }
    }

    /// Whether headers or dotted keys make a table, or a list of tables, of this path.
    fn is_table(&self, path: &[Step]) -> bool {
        self.sections.iter().any(|section| is_below(section, path) || section.has_dotted(path))
    }
}

/// Whether a section is the table at a path or below it.
fn is_below(section: &Section<'_>, path: &[Step]) -> bool {
    section.path.starts_with(path)
}

impl Section<'_> {
    /// Whether dotted keys in it make a table of this path.
    fn has_dotted(&self, path: &[Step]) -> bool {
        path.strip_prefix(&self.path[..])
            .is_some_and(|rest| !rest.is_empty() && self.entries.iter().any(|entry| entry.key.is_below(rest)))
    }
}
