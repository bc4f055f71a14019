//! Values → tokens: sealing a document under a data key, with its MAC, layout and metadata block.

use super::block::block_edits;
use super::layout::{self, Layout};
use super::open::{MacCheck, open};
use super::plan::{Plan, plan};
use super::reuse::Reuse;
use super::sealed::Sealed;
use super::splice::splice;
use super::{FileError, write_aad};
use crate::crypto::{Cipher, Mac, Random};
use crate::document::Document;
use crate::document::error::Place;
use crate::document::format::Format;
use crate::document::syntax::Limits;
use crate::document::value::{Kind, Value};
use crate::metadata::Metadata;
use crate::rules::Selection;
use crate::rules::select::select;
use zeroize::Zeroizing;

/// Sealed texts up to this size are opened again in memory and compared with the original before anything is
/// written (security R27, step 5). Above it the same follows from the spans that were spliced.
const CHECKED_BYTES: usize = 4 << 20;

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
    let (tokens, all_kept) = tokens(document, &selected, &rule, &mut request)?;
    let mac = mac(document, &selected, request.metadata.mac_only_encrypted);
    let Plan { mut edits, mut layout } = plan(document, &tokens)?;

    let same =
        request.previous.as_ref().map(Reuse::open).filter(|open| {
            all_kept && open.mac() == mac && open.layout().cloned().unwrap_or_default() == layout
        });
    if let Some(previous) = same {
        let old = previous.sealed().metadata();
        let mut metadata = request.metadata.clone();
        metadata.mac.clone_from(&old.mac);
        metadata.lastmodified.clone_from(&old.lastmodified);
        metadata.layout.clone_from(&old.layout);
        let text = finish(document, &mut edits, &metadata, &layout, Some(previous.sealed()));
        if text.as_str() == previous.sealed().document().text() {
            return Ok(Sealing::Unchanged);
        }
    }

    request.metadata.lastmodified = request.now.to_owned();
    let mut token = String::new();
    let aad = request.metadata.mac_aad();
    let seal_mac = request.cipher.seal(Value::str(&mac).borrow(), &aad, request.random, &mut token);
    seal_mac.map_err(FileError::Crypto)?;
    request.metadata.mac = token;
    loop {
        request.metadata.layout = seal_layout(&layout, &mut request)?;
        let previous = request.previous.as_ref().map(|reuse| reuse.open().sealed());
        let text = finish(document, &mut edits, &request.metadata, &layout, previous);
        if text.len() > CHECKED_BYTES || opens_to(&text, document, request.cipher) {
            return Ok(Sealing::New(text));
        }
        if layout.whole.is_some() {
            return Err(FileError::NotExact);
        }
        // A text that can't be rebuilt from its slots is kept whole.
        layout.whole = Some(Zeroizing::new(document.text().to_owned()));
        layout.entries.clear();
    }
}

/// Nothing to encrypt, or something encrypted already.
fn check_plain(document: &Document) -> Result<(), FileError> {
    if document.scanned().parts.is_empty() {
        return Err(FileError::NoDocument);
    }
    match document.has_metadata() {
        true => Err(FileError::AlreadyEncrypted),
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

/// The token of each slot that is to be sealed, and whether all of them are the previous file's.
fn tokens(
    document: &Document,
    selected: &[bool],
    rule: &Selection,
    request: &mut Seal<'_>,
) -> Result<(Vec<Option<String>>, bool), FileError> {
    let mut aad = Vec::new();
    let mut all_kept = true;
    let mut tokens = Vec::with_capacity(selected.len());
    for (slot, &secret) in document.slots().iter().zip(selected) {
        let value = document.value(slot);
        if !secret || !value.is_sealable() {
            tokens.push(None);
            continue;
        }
        let kept = request.previous.as_mut().and_then(|reuse| reuse.token(document.paths(), slot, value));
        let token = match kept {
            Some(token) => token.to_owned(),
            None => {
                all_kept = false;
                let mut token = String::new();
                write_aad(document.paths(), slot.path, &mut aad);
                let sealed = request.cipher.seal(value, &aad, request.random, &mut token);
                sealed.map_err(|error| FileError::value(document, slot, error))?;
                token
            }
        };
        // A reader decides by the comment as it stands in the file, so a token must not match (file-format 4).
        if slot.kind == Kind::Comment
            && rule.comment_pattern().is_some_and(|pattern| pattern.is_match(&token))
        {
            let place = Place::of(document.text().as_bytes(), slot.span.start);
            return Err(FileError::CommentRule { place, path: document.paths().display(slot.path) });
        }
        tokens.push(Some(token));
    }
    Ok((tokens, all_kept))
}

fn mac(document: &Document, selected: &[bool], only_encrypted: bool) -> String {
    let mut mac = Mac::new(only_encrypted);
    for number in document.tree_order() {
        mac.add(document.value(&document.slots()[number]), selected[number]);
    }
    mac.finish()
}

/// The layout's token: the previous one when nothing changed, none when there is nothing to remember.
fn seal_layout(layout: &Layout, request: &mut Seal<'_>) -> Result<Option<String>, FileError> {
    if layout.is_empty() {
        return Ok(None);
    }
    if let Some(previous) =
        request.previous.as_ref().map(Reuse::open).filter(|open| open.layout() == Some(layout))
    {
        return Ok(previous.sealed().metadata().layout.clone());
    }
    let value = Value { kind: Kind::Str, bytes: layout.encode() };
    let mut token = String::new();
    let sealed = request.cipher.seal(value.borrow(), layout::AAD, request.random, &mut token);
    sealed.map_err(FileError::Crypto)?;
    Ok(Some(token))
}

/// The whole sealed text: the planned edits and the metadata blocks in one splice.
fn finish(
    document: &Document,
    edits: &mut Vec<super::splice::Edit>,
    metadata: &Metadata,
    layout: &Layout,
    previous: Option<&Sealed>,
) -> Zeroizing<String> {
    let planned = edits.len();
    edits.extend(block_edits(document, metadata, layout, previous));
    let mut order: Vec<usize> = (0..edits.len()).collect();
    order.sort_by_key(|&n| (edits[n].0.start, edits[n].0.end));
    let text = splice(document.text(), order.iter().map(|&n| (edits[n].0.clone(), edits[n].1.as_str())));
    edits.truncate(planned);
    text
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
