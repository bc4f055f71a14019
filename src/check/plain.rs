//! Files in clear that a creation rule wants encrypted.

use super::finding::{Finding, Kind};
use super::placeholder::is_placeholder;
use super::values::{MOST, path_of, place_of};
use super::{Ruled, leftovers};
use crate::crypto::Token;
use crate::document::Document;
use crate::document::format::Format;
use crate::document::slot::Slot;
use crate::document::syntax::Limits;
use crate::rules::select::select;

/// What is wrong with a file without sops metadata that a rule is for. Nothing, when the rule leaves all of it in clear.
pub fn plain(bytes: &[u8], format: Format, ruled: &Ruled<'_>, limits: &Limits) -> Vec<Finding> {
    let rule = format!("the creation rule of {}:{}", ruled.config, ruled.rule.place.line);
    if bytes.trim_ascii().is_empty() {
        return Vec::new();
    }
    if format == Format::Binary {
        let what = format!("the file is not encrypted, and {rule} is for it");
        return vec![Finding::new(Kind::PlaintextFile, what)];
    }
    let document = match Document::parse(bytes, format, limits) {
        Ok(document) => document,
        Err(error) => return vec![leftovers::syntax(error, format)],
    };
    if let Some(token) =
        document.slots().iter().find(|slot| Token::parse(&document.value(slot).text()).is_ok())
    {
        let what = "the file has encrypted values and no sops metadata: nobody can open it";
        return vec![Finding::new(Kind::LostMetadata, what).at(place_of(&document, token))];
    }
    let selected = select(&document, &ruled.rule.selection.clone().unwrap_or_default());
    let is_secret = |slot: &Slot| !slot.is_comment() && document.value(slot).is_sealable();
    let slots = document.slots().iter().zip(selected);
    let secrets = slots.filter(|(slot, selected)| *selected && is_secret(slot));
    let mut secrets = secrets.map(|(slot, _)| slot).peekable();
    let Some(first) = secrets.peek().copied() else { return Vec::new() };
    let (mut count, mut unfilled) = (0, Vec::new());
    for slot in secrets {
        count += 1;
        if unfilled.len() < MOST && is_placeholder(&document.value(slot).text()) {
            unfilled.push(
                Finding::new(Kind::Placeholder, "a placeholder still stands here")
                    .at(place_of(&document, slot))
                    .key(path_of(&document, slot))
                    .fix("fill it in before the file is encrypted"),
            );
        }
    }
    let values = if count == 1 { "1 value".to_owned() } else { format!("{count} values") };
    let what = format!("the file is not encrypted: {rule} encrypts {values} of it");
    let finding = Finding::new(Kind::PlaintextFile, what);
    let finding = finding.at(place_of(&document, first)).key(path_of(&document, first));
    std::iter::once(finding).chain(unfilled).collect()
}
