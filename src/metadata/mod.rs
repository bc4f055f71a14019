//! The `sops` block ↔ [`Metadata`] (spec, file-format 6). Unknown fields and key types are kept as they are.

mod entry;
mod fields;

use crate::crypto::typed::rfc3339_seconds;
use crate::document::tree::{Item, Node};
use crate::document::value::{Kind, Value};
use crate::keys::Stanza;
use crate::rules::Selection;
use crate::rules::pattern::{Pattern, PatternError};
use fields::{Fields, wrong};

/// The version of sops whose format we write: readers compare it, so it is not our own.
pub const SOPS_VERSION: &str = "3.13.2";

/// The field that holds the sealed layout. sops and rops ignore it.
pub const LAYOUT_FIELD: &str = "x_layout";

/// The names of the key lists, in the order in which sops loads them.
pub const KEY_LISTS: [&str; 7] = ["kms", "gcp_kms", "hckms", "azure_kv", "hc_vault", "pgp", "age"];

/// All that a file says about its own encryption.
#[derive(Clone)]
pub struct Metadata {
    /// Key groups. One group: each stanza holds the data key; more: each holds its group's share.
    pub groups: Vec<Vec<Stanza>>,
    /// 0 when the file names none.
    pub shamir_threshold: u32,
    /// RFC 3339 as it stands in the file.
    pub lastmodified: String,
    /// The MAC's token; empty when there is none.
    pub mac: String,
    /// `None` when the file names no rule: then [`Selection::default`] holds.
    pub selection: Option<Selection>,
    pub mac_only_encrypted: bool,
    pub version: String,
    /// The token of the sealed layout.
    pub layout: Option<String>,
    /// Fields that this program does not know, in their order.
    pub unknown: Vec<(String, Node)>,
}

/// A metadata block that can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MetadataError {
    #[error("the sops metadata is no map")]
    NotAMap,
    #[error("the sops metadata has no {0}")]
    Missing(&'static str),
    #[error("the sops metadata's {field} is no {expected}")]
    Wrong { field: String, expected: &'static str },
    #[error("the sops metadata has two selection rules, {0} and {1}")]
    TwoRules(&'static str, &'static str),
    #[error("the sops metadata's {field}: {error}")]
    Pattern { field: &'static str, error: PatternError },
    #[error("the sops metadata names no key that could open the file")]
    NoKeys,
    #[error("the sops metadata has the field {0} twice")]
    Twice(String),
}

impl Metadata {
    /// The metadata of a new file under the default rule; sealing fills in the rest.
    pub fn new(groups: Vec<Vec<Stanza>>) -> Metadata {
        Metadata {
            groups,
            shamir_threshold: 0,
            lastmodified: String::new(),
            mac: String::new(),
            selection: Some(Selection::default()),
            mac_only_encrypted: false,
            version: SOPS_VERSION.into(),
            layout: None,
            unknown: Vec::new(),
        }
    }

    /// Reads a block as tolerantly as sops does: field names in any case, numbers and booleans as text and the
    /// other way round, a map for a list of one (spec, file-format 6.3).
    pub fn parse(block: &Node) -> Result<Metadata, MetadataError> {
        let Node::Map(_) = block else { return Err(MetadataError::NotAMap) };
        let mut fields = Fields::of(block)?;
        let lastmodified = fields.text("lastmodified")?.ok_or(MetadataError::Missing("lastmodified"))?;
        if rfc3339_seconds(&lastmodified).is_none() {
            return Err(wrong("lastmodified", "timestamp such as 2026-01-31T12:00:00Z"));
        }
        let selection = selection(&mut fields)?;
        let groups = groups(&mut fields)?;
        if groups.iter().all(Vec::is_empty) {
            return Err(MetadataError::NoKeys);
        }
        Ok(Metadata {
            groups,
            shamir_threshold: fields.number("shamir_threshold")?,
            lastmodified,
            mac: fields.text("mac")?.unwrap_or_default(),
            selection,
            mac_only_encrypted: fields.boolean("mac_only_encrypted")?,
            version: fields.text("version")?.unwrap_or_default(),
            layout: fields.text(LAYOUT_FIELD)?,
            unknown: fields.rest,
        })
    }

    /// The block as it is written: keys ascending at every level (spec, file-format 6.2).
    pub fn to_node(&self) -> Node {
        let mut fields: Vec<(String, Node)> = self.unknown.clone();
        let mut put = |name: &str, node: Node| fields.push((name.to_owned(), node));
        match self.groups.as_slice() {
            [group] => key_lists(group, false).into_iter().for_each(|(name, list)| put(name, list)),
            groups => {
                let items = groups.iter().map(|group| sorted_map(owned(key_lists(group, true))));
                put("key_groups", list(items));
            }
        }
        if let Some(selection) = &self.selection {
            let (name, value) = selection.field();
            put(name, Node::str(value));
        }
        put("lastmodified", Node::str(&self.lastmodified));
        put("mac", Node::str(&self.mac));
        if self.mac_only_encrypted {
            put("mac_only_encrypted", Node::Scalar(Value::new(Kind::Bool, "True")));
        }
        if self.shamir_threshold != 0 {
            let threshold = self.shamir_threshold.to_string();
            put("shamir_threshold", Node::Scalar(Value::new(Kind::Int, threshold)));
        }
        put("version", Node::str(&self.version));
        if let Some(layout) = &self.layout {
            put(LAYOUT_FIELD, Node::str(layout));
        }
        sorted_map(fields)
    }

    /// The rule in force. rops, which writes no version, has no default: without a rule it encrypts everything.
    pub fn rule(&self) -> Selection {
        let default = || match self.version.is_empty() {
            true => Selection::UnencryptedRegex(Pattern::never("")),
            false => Selection::default(),
        };
        self.selection.clone().unwrap_or_else(default)
    }

    /// Names the version of sops whose format we write, unless the file's own is newer. A file without a version stays
    /// so: it has another default rule.
    pub fn raise_version(&mut self) {
        let numbers = |version: &str| -> Option<Vec<u64>> {
            version.split('.').map(|number| number.parse().ok()).collect()
        };
        if numbers(&self.version).is_some_and(|old| numbers(SOPS_VERSION).is_some_and(|ours| old < ours)) {
            self.version = SOPS_VERSION.into();
        }
    }

    /// What the MAC is bound to: `lastmodified` in whole seconds.
    pub fn mac_aad(&self) -> Vec<u8> {
        rfc3339_seconds(&self.lastmodified).unwrap_or_default().into_bytes()
    }
}

/// A pattern that does not compile matches nothing, so that the file still opens (quirk Q1).
fn selection(fields: &mut Fields) -> Result<Option<Selection>, MetadataError> {
    let mut found: Option<(&'static str, String)> = None;
    for name in Selection::FIELDS {
        let value = fields.text(name)?.filter(|value| !value.is_empty());
        match (value, &found) {
            (Some(_), Some((first, _))) => return Err(MetadataError::TwoRules(first, name)),
            (Some(value), None) => found = Some((name, value)),
            (None, _) => {}
        }
    }
    let rule = found.and_then(|(name, value)| Selection::of_file(name, &value).map(|rule| (name, rule)));
    rule.map(|(name, rule)| rule.map_err(|error| MetadataError::Pattern { field: name, error })).transpose()
}

/// The key entries of a block, or of a part of one, by key group.
pub fn stanzas(block: &Node) -> Result<Vec<Vec<Stanza>>, MetadataError> {
    groups(&mut Fields::of(block)?)
}

fn groups(fields: &mut Fields) -> Result<Vec<Vec<Stanza>>, MetadataError> {
    let flat = group(fields)?;
    match fields.take("key_groups") {
        Some(groups) if flat.is_empty() => key_groups(&groups),
        _ => Ok(vec![flat]),
    }
}

/// The stanzas of all key lists at one level, in loading order.
fn group(fields: &mut Fields) -> Result<Vec<Stanza>, MetadataError> {
    let mut stanzas = Vec::new();
    for list in KEY_LISTS {
        let entries = match fields.take(list) {
            None => continue,
            Some(Node::List(items)) => items,
            Some(Node::Map(items)) if items.is_empty() => continue,
            Some(map @ Node::Map(_)) => vec![Item::Entry { key: String::new(), node: map }],
            Some(Node::Scalar(_)) => return Err(wrong(list, "list")),
        };
        for item in entries {
            if let Item::Entry { node, .. } = item {
                stanzas.push(entry::read(list, node)?);
            }
        }
    }
    Ok(stanzas)
}

fn key_groups(groups: &Node) -> Result<Vec<Vec<Stanza>>, MetadataError> {
    match groups {
        Node::List(_) => groups
            .entries()
            .map(|(_, node)| Fields::of(node).and_then(|mut fields| group(&mut fields)))
            .collect(),
        Node::Map(_) => Ok(vec![group(&mut Fields::of(groups)?)?]),
        Node::Scalar(_) => Err(wrong("key_groups", "list")),
    }
}

/// The key lists of a group. Inside `key_groups` sops always writes `age` and `hc_vault` (spec, file-format 6.2).
fn key_lists(group: &[Stanza], in_groups: bool) -> Vec<(&'static str, Node)> {
    let mut lists = Vec::new();
    for name in KEY_LISTS {
        let entries: Vec<Node> =
            group.iter().filter(|stanza| stanza.recipient.list() == name).map(entry::write).collect();
        if !entries.is_empty() || (in_groups && matches!(name, "age" | "hc_vault")) {
            lists.push((name, list(entries.into_iter())));
        }
    }
    lists
}

fn owned(fields: Vec<(&str, Node)>) -> Vec<(String, Node)> {
    fields.into_iter().map(|(name, node)| (name.to_owned(), node)).collect()
}

fn sorted_map(mut fields: Vec<(String, Node)>) -> Node {
    fields.sort_by(|(a, _), (b, _)| a.cmp(b));
    Node::Map(fields.into_iter().map(|(key, node)| Item::Entry { key, node }).collect())
}

fn list(nodes: impl Iterator<Item = Node>) -> Node {
    Node::List(nodes.map(|node| Item::Entry { key: String::new(), node }).collect())
}
