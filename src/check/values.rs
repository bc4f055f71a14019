//! Value by value: whether what is to be encrypted is.

use super::finding::{Finding, Kind, Level};
use super::placeholder::is_placeholder;
use crate::config::Rule;
use crate::crypto::Token;
use crate::document::Document;
use crate::document::error::Place;
use crate::document::format::Format;
use crate::document::slot::Slot;
use crate::document::value::Kind as ValueKind;
use crate::file::Sealed;
use crate::rules::select::select;
use std::collections::HashMap;

/// The findings of one kind in one file that are named; finding a place means counting lines.
pub(super) const MOST: usize = 20;

pub(super) fn place_of(document: &Document, slot: &Slot) -> Option<Place> {
    Some(Place::of(document.text().as_bytes(), slot.span.start))
}

pub(super) fn path_of(document: &Document, slot: &Slot) -> Option<String> {
    Some(document.paths().display(slot.path))
}

/// The findings about the values of a file, in the order of its text.
pub fn values(sealed: &Sealed, rule: Option<&Rule>) -> Vec<Finding> {
    let document = sealed.document();
    let own = sealed.metadata().rule();
    let by_file = select(document, &own);
    let ruled = rule.map(|rule| rule.selection.clone().unwrap_or_default());
    // Comments are tokens by now, so another rule that looks at comments finds nothing in them.
    let ruled = ruled.filter(|rule| *rule != own && rule.comment_pattern().is_none());
    let ruled = ruled.filter(|_| document.format() != Format::Binary);
    let by_rule = ruled.map_or_else(Vec::new, |rule| select(document, &rule));
    let mut found = Found { document, findings: Vec::new(), counts: HashMap::new() };
    let mut tokens = 0;
    for (number, slot) in document.slots().iter().enumerate() {
        let value = document.value(slot);
        if !value.is_sealable() {
            continue;
        }
        let is_wanted = by_rule.get(number) == Some(&true);
        match (state(document, slot), by_file[number]) {
            (State::Token, by_file) => {
                tokens += 1;
                if !by_file && !is_wanted && !slot.is_comment() {
                    found.add(
                        Kind::TokenInClear,
                        slot,
                        "the file's rule has this value in clear, and it is a token",
                    );
                }
            }
            (State::Damaged(why), true) => {
                tokens += 1;
                found.add(Kind::DamagedToken, slot, &why);
            }
            (_, true) if slot.is_comment() => {
                found.add(Kind::PlaintextComment, slot, "this comment should be encrypted and is in clear");
            }
            (_, true) => {
                found.add(Kind::PlaintextValue, slot, "this value should be encrypted and is in clear")
            }
            (_, false) if is_wanted && !slot.is_comment() => {
                let what = "this value is in clear by the file's own rule, and should be encrypted by the creation rule";
                found.add(Kind::PlaintextValue, slot, what);
            }
            (_, false) if !slot.is_comment() && is_placeholder(&value.text()) => {
                found.add(Kind::Placeholder, slot, "a placeholder still stands here");
            }
            _ => {}
        }
    }
    let clear = found.counts.contains_key(&Kind::PlaintextValue);
    let mut findings = found.finish();
    if tokens == 0 && document.slots().iter().any(|slot| document.value(slot).is_sealable()) {
        let what = "the file has sops metadata, and nothing in it is encrypted";
        let finding = Finding::new(Kind::NoTokens, what);
        findings.insert(0, match clear {
            true => finding,
            false => finding.level(Level::Warning).fix(
                "check the rule's spelling against the keys of the file; one without secrets needs no sops block: \
                 `sops-rs decrypt -i {file}`",
            ),
        });
    }
    findings
}

/// What stands in a slot.
enum State {
    Token,
    /// The start of a token, and why the rest is none.
    Damaged(String),
    Clear,
}

fn state(document: &Document, slot: &Slot) -> State {
    let value = document.value(slot);
    if !matches!(value.kind, ValueKind::Str | ValueKind::Comment) {
        return State::Clear;
    }
    let text = value.text();
    // A formatter may have put a blank before the token of a comment.
    let text = if slot.is_comment() { text.trim_start() } else { &text };
    match Token::parse(text) {
        Ok(_) => State::Token,
        Err(error) if Token::looks_like(text) => State::Damaged(error.to_string()),
        Err(_) => State::Clear,
    }
}

/// Findings, with only so many of each kind by name.
struct Found<'d> {
    document: &'d Document,
    findings: Vec<Finding>,
    counts: HashMap<Kind, usize>,
}

impl Found<'_> {
    fn add(&mut self, kind: Kind, slot: &Slot, what: &str) {
        let count = self.counts.entry(kind).or_default();
        *count += 1;
        if *count <= MOST {
            let finding = Finding::new(kind, what).at(place_of(self.document, slot));
            self.findings.push(finding.key(path_of(self.document, slot)));
        }
    }

    fn finish(self) -> Vec<Finding> {
        let mut findings = self.findings;
        for kind in Kind::ALL {
            let more = self.counts.get(kind).map_or(0, |count| count.saturating_sub(MOST));
            if more > 0 {
                findings.push(Finding::new(*kind, format!("{more} more of these")));
            }
        }
        findings
    }
}
