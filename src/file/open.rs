//! Tokens → values: decrypting every slot, checking the MAC, and giving the text back as it was.

use super::layout::{self, Entry, Layout};
use super::sealed::Sealed;
use super::{FileError, write_aad};
use crate::crypto::{Cipher, CryptoError, Mac, Token};
use crate::document::Document;
use crate::document::error::Place;
use crate::document::format::Format;
use crate::document::path::{Component, PathId, Paths};
use crate::document::slot::Slot;
use crate::document::splice::splice;
use crate::document::syntax::{Limits, Spelling};
use crate::document::tree::Node;
use crate::document::value::{Kind, Value, ValueRef};
use crate::rules::select::select;
use std::cmp::Ordering;
use std::collections::HashMap;
use std::ops::Range;
use zeroize::Zeroizing;

/// The comments that warnings name.
const MOST_WARNINGS: usize = 20;

/// Whether opening insists on the MAC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MacCheck {
    Verify,
    /// `--ignore-mac`: visible in the command that asks for it.
    Waive,
}

/// Something a person should know about a file that opened all the same. Holds no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Warning {
    /// An encrypted comment did not open and is kept as it is.
    Comment(Place),
    /// A comment that the rule has encrypted is in clear.
    ClearComment(Place),
    /// There are more comments of the two kinds above than are named.
    MoreComments,
    /// The layout no longer fits the values, so they have their default spelling.
    Layout,
    /// The MAC was not checked.
    MacWaived,
}

/// An opened file. Exists only after the MAC was verified, or its check was waived.
pub struct Open {
    sealed: Sealed,
    /// The decrypted values by slot; `None` for slots in clear.
    values: Vec<Option<Value>>,
    layout: Option<Layout>,
    /// The MAC over the values, in hex.
    mac: String,
    pub warnings: Vec<Warning>,
}

/// Opens a sealed file with its data key.
pub fn open(sealed: Sealed, cipher: &Cipher, check: MacCheck) -> Result<Open, FileError> {
    let (document, metadata) = (sealed.document(), sealed.metadata());
    let selected = select(document, &metadata.rule());
    let mut warnings = Vec::new();
    let mut values: Vec<Option<Value>> = (0..document.slots().len()).map(|_| None).collect();
    let mut mac = Mac::new(metadata.mac_only_encrypted);
    let mut aad = Vec::new();
    for number in document.tree_order() {
        let slot = &document.slots()[number];
        let sealed_value = document.value(slot);
        if selected[number] {
            write_aad(document.paths(), slot.path, &mut aad);
            values[number] = if slot.is_comment() {
                open_comment(document, slot, cipher, &mut aad, &mut warnings)
            } else {
                open_value(document, slot, cipher, &aad)?
            };
        }
        let value = values[number].as_ref().map_or(sealed_value, Value::borrow);
        mac.add(value, selected[number]);
    }
    let mac = mac.finish();
    match check {
        MacCheck::Verify => verify(&mac, &metadata.mac, &metadata.mac_aad(), cipher)?,
        MacCheck::Waive => warnings.push(Warning::MacWaived),
    }
    let layout = metadata.layout.as_deref().map(|token| open_layout(token, cipher)).transpose()?;
    Ok(Open { values, layout, mac, warnings, sealed })
}

/// Null and empty values stand for themselves; everything else must be a token.
fn open_value(
    document: &Document,
    slot: &Slot,
    cipher: &Cipher,
    aad: &[u8],
) -> Result<Option<Value>, FileError> {
    let value = document.value(slot);
    if !value.is_sealable() {
        return Ok(None);
    }
    let fail = |error| FileError::value(document, slot, error);
    if value.kind != Kind::Str {
        return Err(fail(CryptoError::NotAToken));
    }
    let opened = cipher.open(&value.text(), aad).map_err(fail)?;
    // sops turns a comment in a list into an element; anywhere else the type was tampered with (security R5).
    let in_list = matches!(document.paths().last(slot.path), Some(Component::Index(_)));
    if opened.kind == Kind::Comment && !in_list {
        return Err(fail(CryptoError::NotOfType("value: its type says comment")));
    }
    Ok(Some(opened))
}

/// A comment never makes opening fail: files of old versions have them in clear (spec, file-format 5.4).
/// Tools that re-indent a file can move a comment into another container, so those around it are tried too.
fn open_comment(
    document: &Document,
    slot: &Slot,
    cipher: &Cipher,
    aad: &mut Vec<u8>,
    warnings: &mut Vec<Warning>,
) -> Option<Value> {
    let value = document.value(slot);
    let text = value.text();
    // A formatter may have put a blank before the token (quirk Q8).
    let token = text.trim_start();
    if token.is_empty() {
        return None;
    }
    // Counting lines is only worth it for a warning.
    let place = || Place::of(document.text().as_bytes(), slot.span.start);
    if !Token::looks_like(token) {
        warn(warnings, || Warning::ClearComment(place()));
        return None;
    }
    let mut container: Option<PathId> = Some(slot.path);
    while let Some(path) = container {
        write_aad(document.paths(), path, aad);
        match cipher.open(token, aad) {
            Ok(value) if value.kind == Kind::Comment => return Some(value),
            _ => container = document.paths().parent(path),
        }
    }
    warn(warnings, || Warning::Comment(place()));
    None
}

/// Places are found by counting lines, so only so many are: a file full of clear comments must not take long.
fn warn(warnings: &mut Vec<Warning>, warning: impl FnOnce() -> Warning) {
    match warnings.len().cmp(&MOST_WARNINGS) {
        Ordering::Less => warnings.push(warning()),
        Ordering::Equal => warnings.push(Warning::MoreComments),
        Ordering::Greater => {}
    }
}

fn verify(mac: &str, token: &str, aad: &[u8], cipher: &Cipher) -> Result<(), FileError> {
    if token.is_empty() {
        return Err(FileError::MacMissing);
    }
    let stored = cipher.open(token, aad).map_err(FileError::MacUnreadable)?;
    // Both are hashes of what the caller can read anyway: no need for constant time.
    (stored.bytes.as_slice() == mac.as_bytes()).then_some(()).ok_or(FileError::MacMismatch)
}

fn open_layout(token: &str, cipher: &Cipher) -> Result<Layout, FileError> {
    let opened = cipher.open(token, layout::AAD).map_err(FileError::Layout)?;
    Layout::decode(&opened.bytes).ok_or(FileError::Layout(CryptoError::NotOfType("layout")))
}

impl Open {
    pub fn sealed(&self) -> &Sealed {
        &self.sealed
    }

    /// Whether the file's MAC was checked, so that it may stay in a file that holds the same values.
    pub fn is_verified(&self) -> bool {
        !self.warnings.contains(&Warning::MacWaived)
    }

    /// The MAC over the values: 128 hex digits.
    pub fn mac(&self) -> &str {
        &self.mac
    }

    /// The layout's canonical bytes; empty when the file has none.
    pub fn layout(&self) -> Option<&Layout> {
        self.layout.as_ref()
    }

    /// The value of slot `number`, decrypted if it was sealed.
    pub fn value(&self, number: usize) -> ValueRef<'_> {
        let document = self.sealed.document();
        match &self.values[number] {
            Some(value) => value.borrow(),
            None => document.value(&document.slots()[number]),
        }
    }

    /// Whether slot `number` was sealed.
    pub fn was_sealed(&self, number: usize) -> bool {
        self.values[number].is_some()
    }

    /// The values as one tree per document.
    pub fn trees(&self) -> Vec<Node> {
        let document = self.sealed.document();
        let values: Vec<Value> = (0..document.slots().len()).map(|n| self.value(n).to_value()).collect();
        document.trees_of(&values)
    }

    /// Trees of the same shape as [`Open::trees`], with `True` in place of each scalar that was sealed, and `False` in
    /// place of the others.
    pub fn sealed_trees(&self) -> Vec<Node> {
        let document = self.sealed.document();
        let flag = |number| match (self.value(number).kind, self.was_sealed(number)) {
            // What shapes the tree stays.
            (kind @ (Kind::Comment | Kind::EmptyMap | Kind::EmptyList), _) => Value::new(kind, ""),
            (_, true) => Value::new(Kind::Bool, "True"),
            (_, false) => Value::new(Kind::Bool, "False"),
        };
        document.trees_of(&(0..document.slots().len()).map(flag).collect::<Vec<Value>>())
    }

    /// The plaintext, byte for byte what was sealed if sops-rs sealed it.
    pub fn plaintext(&mut self) -> Result<Zeroizing<Vec<u8>>, FileError> {
        if self.sealed.document().format() == Format::Binary {
            return self.binary();
        }
        if let Some(layout) = &self.layout {
            let text = match &layout.whole {
                Some(text) => Ok(text.clone()),
                None => self.text(Some(layout)),
            };
            match text {
                Ok(text) if self.has_same_values(&text) => return Ok(into_bytes(text)),
                _ => self.warnings.push(Warning::Layout),
            }
        }
        self.text(None).map(into_bytes)
    }

    /// The bytes under `data` of a binary file's envelope (spec, stores 6).
    fn binary(&self) -> Result<Zeroizing<Vec<u8>>, FileError> {
        let document = self.sealed.document();
        let data = document
            .slots()
            .iter()
            .position(|slot| document.paths().keys(slot.path) == ["data"])
            .map(|number| self.value(number))
            .filter(|value| matches!(value.kind, Kind::Str));
        let no_data = || {
            crate::document::error::SyntaxError::whole(
                "the file holds no binary data: it has no text under the key data",
            )
            .hint("say what it is with --output-type json")
        };
        Ok(Zeroizing::new(data.ok_or_else(no_data)?.bytes.to_vec()))
    }

    /// The sealed text with its metadata gone and every token replaced by the value's spelling.
    fn text(&self, layout: Option<&Layout>) -> Result<Zeroizing<String>, FileError> {
        let document = self.sealed.document();
        let text = document.text();
        let mut edits: Vec<(Range<usize>, Zeroizing<String>)> = Vec::new();
        let collections: HashMap<PathId, Range<usize>> = match layout {
            Some(_) => document.scanned().collections.iter().cloned().collect(),
            None => HashMap::new(),
        };
        let mut remembered = layout.map_or(&[][..], |layout| &layout.entries).iter().peekable();
        for (number, slot) in document.slots().iter().enumerate() {
            let entry = remembered.next_if(|(at, _)| *at as usize == number).map(|(_, entry)| entry);
            let spelling = match (entry, &self.values[number]) {
                (Some(Entry::Alias { up, name }), _) => {
                    let written_out =
                        above(document.paths(), slot.path, *up).and_then(|id| collections.get(&id));
                    edits.push((written_out.ok_or(FileError::NotExact)?.clone(), name.clone()));
                    continue;
                }
                (Some(Entry::Spelled(spelling)), _) => spelling.clone(),
                (Some(Entry::Bare), _) => Spelling::new(self.value(number).text().as_ref()),
                (None, None) => continue,
                (None, Some(value)) if value.kind == Kind::Comment && !slot.is_comment() => {
                    let (span, mut comment) = list_comment(text, slot, value);
                    if self.ends_an_empty_list(number) {
                        let column =
                            text[..span.start].rfind('\n').map_or(span.start, |at| span.start - at - 1);
                        comment.push_str(&format!("{}{:column$} []", document.newline(), ""));
                    }
                    edits.push((span, comment));
                    continue;
                }
                (None, Some(value)) => document.syntax().spell(&document.spot(slot), value.borrow())?,
            };
            edits.push((slot.span.clone(), spelling.head));
            for piece in spelling.tail {
                let at = line_below(text, slot.span.end, piece.lines_down, piece.at_end);
                edits.push((at..at, piece.text));
            }
        }
        let open_ended = layout.map_or(&[][..], |layout| &layout.open_ended);
        for (number, part) in document.scanned().parts.iter().enumerate() {
            for (nth, block) in part.blocks.iter().enumerate() {
                let added = nth == 0 && open_ended.contains(&(number as u32));
                let start = if added { before_line_end(text, block.start) } else { block.start };
                edits.push((start..block.end, Zeroizing::new(String::new())));
            }
        }
        edits.sort_by_key(|(span, _)| (span.start, span.end));
        Ok(splice(text, edits.iter().map(|(span, new)| (span.clone(), new.as_str()))))
    }

    /// Whether this list element of type comment is the last of a list that has no other elements. sops writes an
    /// empty list with a comment so.
    fn ends_an_empty_list(&self, number: usize) -> bool {
        let document = self.sealed.document();
        let (slots, paths) = (document.slots(), document.paths());
        let list = paths.parent(slots[number].path);
        let mut next = slots.get(number + 1).map(|slot| slot.path);
        while let Some(path) = next {
            if Some(path) == list {
                return false;
            }
            next = paths.parent(path);
        }
        let elements = slots[..=number].iter().rev().zip((0..=number).rev());
        let first = elements
            .take_while(|(slot, number)| {
                paths.parent(slot.path) == list && self.value(*number).kind == Kind::Comment
            })
            .last();
        let first = first.map(|(slot, _)| paths.last(slot.path));
        matches!(first, Some(Some(Component::Index(0))))
    }

    /// Whether a text made with the layout holds just the decrypted values.
    fn has_same_values(&self, text: &Zeroizing<String>) -> bool {
        let document = self.sealed.document();
        let limits = Limits { bytes: usize::MAX, depth: usize::MAX };
        let Ok(made) = Document::from_text(text.clone(), document.format(), &limits) else { return false };
        made.slots().len() == document.slots().len()
            && !made.has_metadata()
            && made.slots().iter().zip(document.slots()).enumerate().all(|(number, (new, old))| {
                made.value(new) == self.value(number)
                    && made.paths().document(new.path) == document.paths().document(old.path)
                    && made.paths().components(new.path) == document.paths().components(old.path)
            })
    }
}

/// The path `up` levels above another.
fn above(paths: &Paths, path: PathId, up: u32) -> Option<PathId> {
    (0..up).try_fold(path, |path, _| paths.parent(path))
}

/// sops' list element of type comment becomes a comment line again: from its dash, or with its comma.
fn list_comment(text: &str, slot: &Slot, value: &Value) -> (Range<usize>, Zeroizing<String>) {
    let before = text[..slot.span.start].trim_end_matches([' ', '\t']);
    if before.ends_with('-') {
        let comment = Zeroizing::new(format!("#{}", value.borrow().text()));
        return (before.len() - 1..slot.span.end, comment);
    }
    let after = text[slot.span.end..].trim_start();
    let comma = text.len() - after.len();
    let end = if after.starts_with(',') { comma + 1 } else { slot.span.end };
    (slot.span.start..end, Zeroizing::new(String::new()))
}

/// The offset `lines` line ends below `from`: the start of that line, or its end.
fn line_below(text: &str, from: usize, lines: u32, at_end: bool) -> usize {
    let mut at = from;
    for _ in 0..lines {
        at = text[at..].find('\n').map_or(text.len(), |found| at + found + 1);
    }
    if !at_end {
        return at;
    }
    let end = text[at..].find('\n').map_or(text.len(), |found| at + found);
    if text[..end].ends_with('\r') { end - 1 } else { end }
}

/// `at` without the line end before it.
fn before_line_end(text: &str, at: usize) -> usize {
    let line = text[..at].strip_suffix('\n').unwrap_or(&text[..at]);
    line.strip_suffix('\r').unwrap_or(line).len()
}

/// The text's own buffer as bytes, without a copy.
fn into_bytes(mut text: Zeroizing<String>) -> Zeroizing<Vec<u8>> {
    Zeroizing::new(std::mem::take(&mut *text).into_bytes())
}
