//! Values → tokens: sealing a document under a data key, with its MAC, layout and metadata block.

use super::FileError;
use super::block::block_edits;
use super::layout::{self, Layout};
use super::open::{MacCheck, Open, open};
use super::plan::plan;
use super::reuse::Reuse;
use super::sealed::Sealed;
use super::write::{Maker, write};
use crate::crypto::{Cipher, Mac, Random};
use crate::document::Document;
use crate::document::format::Format;
use crate::document::syntax::Limits;
use crate::document::value::{Kind, Value};
use crate::metadata::Metadata;
use crate::rules::Selection;
use crate::rules::select::select;
use zeroize::Zeroizing;

/// Sealed texts up to this size are opened again in memory and compared with the original before anything is
/// written (security R27, step 5). Above it the same follows from the spans that were spliced.
const CHECKED_BYTES: usize = 1 << 20;

/// All that sealing needs beside the document.
pub struct Seal<'a> {
    pub cipher: &'a Cipher,
    /// Wrapped keys, rule, version; `mac`, `lastmodified` and `layout` are filled in by sealing.
    pub metadata: Metadata,
    /// The current time, RFC 3339 in whole seconds.
    pub now: &'a str,
    pub random: &'a mut Random,
    /// The file as it was before, opened with the same data key: unchanged values keep their tokens.
    pub previous: Option<Reuse<'a>>,
}

/// What sealing comes to.
pub enum Sealing {
    /// The sealed file's text.
    New(Zeroizing<String>),
    /// The previous file already holds just this.
    Unchanged,
}

/// Seals a plain document. Refuses a rule that would leave every value in clear (security R11).
pub fn seal(document: &Document, mut request: Seal<'_>) -> Result<Sealing, FileError> {
    check_plain(document)?;
    let rule = request.metadata.rule();
    let selected = select(document, &rule);
    check_rule(document, &rule, &selected)?;
    let mac = mac(document, &selected, request.metadata.mac_only_encrypted);
    let sealable = document.slots().iter().map(|slot| document.value(slot).is_sealable());
    let sealed = selected.iter().zip(sealable).map(|(&secret, sealable)| secret && sealable).collect();
    let mut plan = plan(document, sealed, request.previous.as_mut())?;
    let previous = request.previous.as_ref().map(Reuse::open);
    let mut maker = Maker { cipher: request.cipher, random: request.random, rule: &rule };

    if let Some(open) = previous.filter(|open| open.is_verified() && open.mac() == mac && plan.keeps_all()) {
        let old = open.sealed().metadata();
        let mut metadata = request.metadata.clone();
        metadata.mac.clone_from(&old.mac);
        metadata.lastmodified.clone_from(&old.lastmodified);
        metadata.layout.clone_from(&old.layout);
        let layout = match open.layout() {
            Some(layout) if layout.whole.is_some() => plan.layout.whole_text(document.text()),
            _ => plan.layout.clone(),
        };
        if open.layout().cloned().unwrap_or_default() == layout {
            let blocks = block_edits(document, &metadata, &plan, Some(open.sealed()));
            let text = write(document, &plan, &blocks, &mut maker)?;
            if text.as_str() == open.sealed().document().text() {
                return Ok(Sealing::Unchanged);
            }
        }
    }

    let mut metadata = request.metadata;
    metadata.lastmodified = request.now.to_owned();
    metadata.mac = token(Value::str(&mac), &metadata.mac_aad(), &mut maker)?;
    loop {
        metadata.layout = layout_token(&plan.layout, previous, &mut maker)?;
        let blocks = block_edits(document, &metadata, &plan, previous.map(Open::sealed));
        let text = write(document, &plan, &blocks, &mut maker)?;
        if text.len() > CHECKED_BYTES || opens_to(&text, document, maker.cipher) {
            return Ok(Sealing::New(text));
        }
        if plan.layout.whole.is_some() {
            return Err(FileError::NotExact);
        }
        // A text that can't be rebuilt from its slots is kept whole.
        plan.layout = plan.layout.whole_text(document.text());
    }
}

/// Nothing to encrypt, or something encrypted already.
fn check_plain(document: &Document) -> Result<(), FileError> {
    if document.scanned().parts.is_empty() {
        return Err(FileError::NoDocument);
    }
    match document.has_metadata() {
        true => Err(FileError::already_encrypted(document)),
        false => Ok(()),
    }
}

fn check_rule(document: &Document, rule: &Selection, selected: &[bool]) -> Result<(), FileError> {
    let mut values = document
        .slots()
        .iter()
        .zip(selected)
        .filter(|(slot, _)| document.value(slot).is_sealable())
        .peekable();
    let (name, value) = rule.field();
    if values.peek().is_some() && values.all(|(_, &secret)| !secret) {
        return Err(FileError::AllClear(format!("the rule {name}: {value}")));
    }
    Ok(())
}

fn mac(document: &Document, selected: &[bool], only_encrypted: bool) -> String {
    let mut mac = Mac::new(only_encrypted);
    for number in document.tree_order() {
        mac.add(document.value(&document.slots()[number]), selected[number]);
    }
    mac.finish()
}

fn token(value: Value, aad: &[u8], maker: &mut Maker<'_>) -> Result<String, FileError> {
    let mut token = String::new();
    maker.cipher.seal(value.borrow(), aad, maker.random, &mut token).map_err(FileError::Crypto)?;
    Ok(token)
}

/// The layout's token: the previous one when nothing changed, none when there is nothing to remember.
fn layout_token(
    layout: &Layout,
    previous: Option<&Open>,
    maker: &mut Maker<'_>,
) -> Result<Option<String>, FileError> {
    if layout.is_empty() {
        return Ok(None);
    }
    if let Some(previous) = previous.filter(|open| open.layout() == Some(layout)) {
        return Ok(previous.sealed().metadata().layout.clone());
    }
    token(Value { kind: Kind::Str, bytes: layout.encode() }, layout::AAD, maker).map(Some)
}

/// Whether a sealed text opens to the document it was made from.
fn opens_to(text: &Zeroizing<String>, document: &Document, cipher: &Cipher) -> bool {
    let reopened = || -> Result<bool, FileError> {
        let limits = Limits { bytes: usize::MAX, depth: usize::MAX };
        let sealed = Sealed::parse(text.as_bytes(), document.format(), &limits)?;
        let mut open = open(sealed, cipher, MacCheck::Verify)?;
        let plain = open.plaintext()?;
        Ok(match document.format() {
            Format::Binary => *plain == document.value(&document.slots()[0]).bytes,
            _ => *plain == document.text().as_bytes(),
        })
    };
    reopened().unwrap_or(false)
}
