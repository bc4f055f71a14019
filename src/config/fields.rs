//! A map whose keys are known, and its values by type.

use super::error::Fault;
use super::node::{Entry, Kind, Node};
use super::scalar::Scalar;
use super::suggest;
use crate::document::error::Place;

pub(super) struct Fields<'a> {
    place: Place,
    entries: &'a [Entry],
}

impl<'a> Fields<'a> {
    /// The fields of a map; any key that isn't known is a fault. `what` is what the map is, for messages.
    pub(super) fn of(node: &'a Node, what: &str, known: &[&str]) -> Result<Fields<'a>, Fault> {
        Fields::with(node, what, known, |_| false)
    }

    /// As [`Fields::of`], for the map of the whole file: other keys may hold what aliases repeat elsewhere.
    pub(super) fn top(node: &'a Node, what: &str, known: &[&str]) -> Result<Fields<'a>, Fault> {
        Fields::with(node, what, known, |entry| entry.value.anchors)
    }

    fn with(
        node: &'a Node,
        what: &str,
        known: &[&str],
        pardon: impl Fn(&Entry) -> bool,
    ) -> Result<Fields<'a>, Fault> {
        let Kind::Map(entries) = &node.kind else {
            return Err(Fault::at(node.place, format!("{what} must be a map, found {}", node.found())));
        };
        match entries.iter().find(|entry| !known.contains(&entry.key.as_str()) && !pardon(entry)) {
            Some(entry) => Err(unknown(entry, what, known)),
            None => Ok(Fields { place: node.place, entries }),
        }
    }

    /// The value of a key; nothing when it is null, as in sops.
    pub(super) fn get(&self, key: &str) -> Option<&'a Node> {
        let entry = self.entries.iter().find(|entry| entry.key == key)?;
        Some(&entry.value).filter(|node| !node.is_null())
    }

    /// A fault at the value of a key, or at the map when it has none.
    pub(super) fn fault(&self, key: &str, reason: impl Into<String>) -> Fault {
        Fault::at(self.get(key).map_or(self.place, |node| node.place), reason)
    }

    /// A scalar as it is spelled; empty text is as good as none.
    pub(super) fn text(&self, key: &str) -> Result<Option<&'a str>, Fault> {
        match self.get(key) {
            Some(Node { kind: Kind::Scalar { text, .. }, .. }) => {
                Ok(Some(text.as_str()).filter(|text| !text.is_empty()))
            }
            Some(node) => Err(node.wrong(key, "text")),
            None => Ok(None),
        }
    }

    pub(super) fn integer(&self, key: &str) -> Result<Option<i64>, Fault> {
        match self.get(key) {
            Some(Node { kind: Kind::Scalar { means: Scalar::Integer(Some(number)), .. }, .. }) => {
                Ok(Some(*number))
            }
            Some(node) => Err(node.wrong(key, "a whole number")),
            None => Ok(None),
        }
    }

    /// `true` and `false`, and the words of YAML 1.1, which sops takes where it wants one.
    pub(super) fn boolean(&self, key: &str) -> Result<bool, Fault> {
        match self.get(key) {
            None => Ok(false),
            Some(Node { kind: Kind::Scalar { means: Scalar::Bool(value), .. }, .. }) => Ok(*value),
            Some(node) => match &node.kind {
                Kind::Scalar { text, .. } if matches!(text.as_str(), "y" | "Y" | "yes" | "on") => Ok(true),
                Kind::Scalar { text, .. } if matches!(text.as_str(), "n" | "N" | "no" | "off") => Ok(false),
                _ => Err(node.wrong(key, "true or false")),
            },
        }
    }

    /// The items of a list, of which there are none when the key is missing.
    pub(super) fn list(&self, key: &str) -> Result<&'a [Node], Fault> {
        match self.get(key) {
            Some(Node { kind: Kind::List(items), .. }) => Ok(items),
            Some(node @ Node { kind: Kind::Map(_), .. }) => {
                Err(node.wrong(key, "a list").hint("begin each item with `- `"))
            }
            Some(node) => Err(node.wrong(key, "a list")),
            None => Ok(&[]),
        }
    }

    /// The entries of a map from text to text, of which there are none when the key is missing.
    pub(super) fn texts_by_key(&self, key: &str) -> Result<Vec<(&'a str, &'a str)>, Fault> {
        let Some(node) = self.get(key) else { return Ok(Vec::new()) };
        let Kind::Map(entries) = &node.kind else { return Err(node.wrong(key, "a map")) };
        let pair = |entry: &'a Entry| match &entry.value.kind {
            Kind::Scalar { text, means } if *means != Scalar::Null => Ok((entry.key.as_str(), text.as_str())),
            _ => Err(entry.value.wrong(&entry.key, "text")),
        };
        entries.iter().map(pair).collect()
    }
}

/// Real text: what YAML does not take for a number or the like, as sops wants it where it also takes lists.
pub(super) fn strict_text<'a>(node: &'a Node, key: &str, wanted: &str) -> Result<&'a str, Fault> {
    match &node.kind {
        Kind::Scalar { text, means: Scalar::Text } => Ok(text),
        Kind::Scalar { means: Scalar::Null, .. } => {
            Err(Fault::at(node.place, format!("an empty item in `{key}`")))
        }
        Kind::Scalar { .. } => Err(node.wrong(key, wanted).hint("put it in quotes")),
        _ => Err(node.wrong(key, wanted)),
    }
}

fn unknown(entry: &Entry, what: &str, known: &[&str]) -> Fault {
    let fault = Fault::at(entry.place, format!("unknown key `{}` in {what}", entry.key));
    match suggest::nearest(&entry.key, known) {
        Some(near) => fault.hint(format!("did you mean `{near}`?")),
        None => fault.hint(format!("known are {}", known.join(", "))),
    }
}
