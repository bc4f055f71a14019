//! A file's metadata against its creation rule, and on its own.

use super::Ruled;
use super::drift::Drift;
use super::finding::{Finding, Kind};
use crate::crypto::Token;
use crate::document::Document;
use crate::document::error::Place;
use crate::document::path::{Component, PathId, Paths};
use crate::document::slot::Slot;
use crate::document::tree::{Leaf, Node};
use crate::document::value::Value;
use crate::file::Sealed;
use crate::keys::{Recipient, printable};
use crate::metadata::{self, MetadataError};

/// The first versions of sops wrote a word of warning into each block.
const OLD_FIELD: &str = "attention";

/// What the block itself lacks, and what of it is no metadata.
pub fn block(sealed: &Sealed) -> Vec<Finding> {
    let mac = &sealed.metadata().mac;
    let place = |name| field(sealed.document(), name).or(Some(sealed.place()));
    // Newer versions of sops may have more lists of keys. A text is rather a value of somebody who took the end of the
    // file for the end of the values.
    let is_stray = |(name, node): &&(String, Node)| {
        matches!(node, Node::Scalar(_)) && !name.eq_ignore_ascii_case(OLD_FIELD)
    };
    let stray = sealed.metadata().unknown.iter().filter(is_stray);
    let mut findings: Vec<Finding> = stray
        .map(|(name, _)| {
            let what = format!("the sops block has {}, which is no field of it", printable(name, 80));
            Finding::new(Kind::StrayMetadata, what).at(place(name))
        })
        .collect();
    match Token::parse(mac) {
        Ok(_) => {}
        Err(_) if mac.is_empty() => {
            findings.push(Finding::new(Kind::NoMac, "the file has no mac").at(place("mac")));
        }
        Err(error) => {
            let what = format!("the mac can't be read: {error}");
            findings.push(Finding::new(Kind::DamagedToken, what).at(place("mac")));
        }
    }
    findings
}

/// What the file has otherwise than its rule says.
pub fn policy(sealed: &Sealed, ruled: &Ruled<'_>) -> Vec<Finding> {
    let (document, metadata) = (sealed.document(), sealed.metadata());
    let rule = format!("the creation rule of {}:{}", ruled.config, ruled.rule.place.line);
    let start = || Some(sealed.place());
    let drift = Drift::between(ruled.rule, metadata, document.format());
    let called = |recipient: &Recipient| match (ruled.name)(recipient) {
        Some(name) => format!("{recipient} ({})", printable(&name, 60)),
        None => recipient.to_string(),
    };
    let mut findings = Vec::new();
    for recipient in &drift.missing {
        let what = format!("{} can't read the file, and {rule} lists it", called(recipient));
        findings.push(Finding::new(Kind::MissingRecipient, what).at(start()));
    }
    for recipient in &drift.excess {
        let what = format!("{} can read the file, and {rule} does not list it", called(recipient));
        let place = entry(document, recipient).or_else(start);
        findings.push(Finding::new(Kind::ExcessRecipient, what).at(place));
    }
    if let Some(error) = &drift.impossible {
        findings.push(
            Finding::new(Kind::KeyGroups, error.to_string()).at(start()).fix("correct the creation rule"),
        );
    }
    if drift.regrouped {
        let what = format!("other key groups or another threshold than {rule} says");
        findings.push(Finding::new(Kind::KeyGroups, what).at(start()));
    }
    if let Some(wanted) = &drift.selection {
        let shown = |(field, value): (&str, &str)| format!("{field} {}", printable(value, 80));
        let own = metadata.rule();
        let what = format!("the file follows {} instead of {}", shown(own.field()), shown(wanted.field()));
        findings.push(Finding::new(Kind::Selection, what).at(field(document, own.field().0).or_else(start)));
    }
    if let Some(only) = drift.mac_only_encrypted {
        let covers = if only { "encrypted values only" } else { "all values" };
        let what = format!("the file's mac covers {covers}, other than {rule} says");
        findings.push(Finding::new(Kind::MacScope, what).at(start()));
    }
    findings
}

/// Where a field of the metadata stands.
fn field(document: &Document, name: &str) -> Option<Place> {
    let mut fields = document.scanned().parts.first()?.metadata.iter();
    let of_name = |keys: Vec<&str>| keys.get(1).is_some_and(|key| key.eq_ignore_ascii_case(name));
    let slot = fields.find(|slot| of_name(document.paths().keys(slot.path)))?;
    Some(Place::of(document.text().as_bytes(), slot.span.start))
}

/// The fields by which people know a key, one for each kind.
const NAMING: [&str; 7] = ["recipient", "fp", "arn", "resource_id", "key_id", "vault_url", "key_name"];

/// Where a recipient's entry stands.
fn entry(document: &Document, recipient: &Recipient) -> Option<Place> {
    let (slots, paths) = (&document.scanned().parts.first()?.metadata, document.paths());
    let of_kind = |slot: &Slot| entry_of(paths, slot.path, recipient.list());
    let is_it = |slots: &&[Slot]| {
        let values: Vec<Value> = slots.iter().map(|slot| document.value(slot).to_value()).collect();
        let leaves = slots.iter().zip(&values);
        let leaves = leaves.map(|(slot, value)| Leaf { path: slot.path, value, inline: false });
        let block = Node::build(paths, leaves);
        let groups = block.get("sops").and_then(|block| metadata::stanzas(block).ok()).unwrap_or_default();
        groups.iter().flatten().any(|stanza| stanza.recipient == *recipient)
    };
    let mut entries = slots.chunk_by(|a, b| of_kind(a) == of_kind(b));
    let entry = entries.find(|slots| of_kind(&slots[0]).is_some() && is_it(slots))?;
    let names_it = |slot: &&Slot| match paths.last(slot.path) {
        Some(Component::Key(field)) => NAMING.iter().any(|name| name.eq_ignore_ascii_case(field)),
        _ => false,
    };
    let slot = entry.iter().find(names_it).unwrap_or(&entry[0]);
    Some(Place::of(document.text().as_bytes(), slot.span.start))
}

/// The key entry of a list that a path leads into.
fn entry_of(paths: &Paths, path: PathId, list: &str) -> Option<PathId> {
    let mut at = path;
    loop {
        let above = paths.parent(at)?;
        match (paths.last(above), paths.last(at)) {
            // A map may stand in place of a list with one.
            (Some(Component::Key(name)), Some(Component::Key(_))) if name == list => return Some(above),
            (Some(Component::Key(name)), _) if name == list => return Some(at),
            _ => at = above,
        }
    }
}

/// A block that can't be read.
pub fn unreadable(error: &MetadataError, place: Place) -> Finding {
    let kind = match error {
        MetadataError::Twice(_) => Kind::DuplicateMetadata,
        _ => Kind::BadMetadata,
    };
    Finding::new(kind, error.to_string()).at(Some(place))
}
