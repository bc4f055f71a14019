//! Sealing with stand-in tokens: what the layer above does with a document, without keys.

use crate::document::Document;
use crate::document::format::Format;
use crate::document::path::PathId;
use crate::document::slot::{Slot, Style};
use crate::document::syntax::Limits;
use crate::document::tree::{Item, Leaf, Node};
use crate::document::value::Value;
use std::collections::HashMap;
use std::ops::Range;

pub(crate) fn parse(text: &str) -> Result<Document, String> {
    Document::parse(text.as_bytes(), Format::Yaml, &Limits::default()).map_err(|error| error.to_string())
}

/// Replaces ranges of a text, ascending and apart; of several with the same range only the first.
fn splice(text: &str, mut edits: Vec<(Range<usize>, String)>) -> String {
    edits.sort_by_key(|(range, _)| (range.start, range.end));
    edits.dedup_by_key(|(range, _)| range.clone());
    let (mut out, mut at) = (String::new(), 0);
    for (range, new) in edits {
        out.push_str(&text[at..range.start]);
        out.push_str(&new);
        at = range.end;
    }
    out.push_str(&text[at..]);
    out
}

fn token(number: usize) -> String {
    format!("ENC[AES256_GCM,data:{number},iv:+/a=,tag:b==,type:str]")
}

fn block() -> Node {
    let entry = |key: &str, node| Item::Entry { key: key.into(), node };
    let age = Node::Map(vec![
        entry("enc", Node::str("-----BEGIN\nx\n-----END\n")),
        entry("recipient", Node::str("age1x")),
    ]);
    Node::Map(vec![
        entry("age", Node::List(vec![entry("", age)])),
        entry("lastmodified", Node::str("2026-11-22T00:46:58Z")),
        entry("mac", Node::str(&token(0))),
        entry("version", Node::str("3.13.2")),
    ])
}

pub(crate) struct Sealed {
    pub text: String,
    pub line_end_added: bool,
}

/// Every value and comment that can be sealed as a token, and a metadata block in every document.
pub(crate) fn seal(document: &Document) -> Sealed {
    let (text, scan, syntax) = (document.text(), document.scanned(), document.syntax());
    let mut edits = Vec::new();
    for (number, slot) in document.slots().iter().enumerate() {
        if !document.value(slot).is_sealable() || slot.style == Style::Alias {
            continue;
        }
        let mut out = String::new();
        syntax.token(slot, &token(number), &mut out);
        edits.push((slot.span.clone(), out));
        edits.extend(slot.tail.iter().map(|range| (range.clone(), String::new())));
    }
    for alias in &scan.aliases {
        let slots = &document.slots()[alias.slots.clone()];
        if !slots.iter().any(|slot| document.value(slot).is_sealable()) {
            continue;
        }
        let sealed: Vec<Value> = alias.slots.clone().map(|number| sealed_value(document, number)).collect();
        let new = if slots.len() == 1 && slots[0].path == alias.path {
            let mut out = String::new();
            syntax.token(&slots[0], &token(alias.slots.start), &mut out);
            out
        } else {
            syntax.emit_inline(&subtree(document, alias.path, slots, &sealed)).to_string()
        };
        edits.push((alias.span.clone(), new));
    }
    let mut line_end_added = false;
    for part in &scan.parts {
        let edit = syntax.metadata(text, part, &block());
        line_end_added |= edit.added_newline;
        edits.push((edit.span, edit.text.to_string()));
    }
    Sealed { text: splice(text, edits), line_end_added }
}

fn sealed_value(document: &Document, number: usize) -> Value {
    let value = document.value(&document.slots()[number]);
    if value.is_sealable() { Value::str(&token(number)) } else { value.to_value() }
}

/// The tree under `path`, from the slots in it.
fn subtree(document: &Document, path: PathId, slots: &[Slot], values: &[Value]) -> Node {
    let leaves = slots.iter().zip(values).map(|(slot, value)| Leaf { path: slot.path, value, inline: false });
    let root = Node::build(document.paths(), leaves);
    // Only this subtree was built, so each step down has just one entry.
    let down = |node: Node| node.entries().next().expect("an entry").1.clone();
    (0..document.paths().components(path).len()).fold(root, |node, _| down(node))
}

/// Puts the original spellings back into a sealed text.
pub(crate) fn open(sealed: &Document, original: &Document, line_end_added: bool) -> String {
    let (text, scan) = (sealed.text(), sealed.scanned());
    let mut edits: Vec<(Range<usize>, String)> = Vec::new();
    for (slot, was) in sealed.slots().iter().zip(original.slots()) {
        if was.style == Style::Alias || !original.value(was).is_sealable() {
            continue;
        }
        edits.push((slot.span.clone(), original.text()[was.span.clone()].to_owned()));
        for tail in &was.tail {
            let line = text[slot.span.end..].find('\n').map_or(text.len(), |at| slot.span.end + at + 1);
            edits.push((line..line, original.text()[tail.clone()].to_owned()));
        }
    }
    let paths: HashMap<_, _> =
        scan.collections.iter().map(|(path, range)| (place(sealed, *path), range)).collect();
    for alias in &original.scanned().aliases {
        let first = &sealed.slots()[alias.slots.start];
        let range = match paths.get(&place(original, alias.path)) {
            _ if first.style == Style::Alias => continue,
            Some(range) => (*range).clone(),
            None => first.span.clone(),
        };
        edits.push((range, original.text()[alias.span.clone()].to_owned()));
    }
    for part in &scan.parts {
        for range in &part.blocks {
            let newline = if text[..range.start].ends_with("\r\n") { 2 } else { 1 };
            let start =
                if line_end_added && range.end == text.len() { range.start - newline } else { range.start };
            edits.push((start..range.end, String::new()));
        }
    }
    splice(text, edits)
}

fn place(document: &Document, path: PathId) -> (u32, String) {
    (document.paths().document(path), document.paths().display(path))
}

/// Seals, scans the result, compares it with the original, opens it. The sealed text, or what went wrong.
pub(crate) fn round_trip(text: &str) -> Result<String, String> {
    let original = parse(text).map_err(|error| format!("refused: {error}"))?;
    let Sealed { text: sealed_text, line_end_added } = seal(&original);
    let sealed =
        parse(&sealed_text).map_err(|error| format!("the sealed text is refused: {error}\n{sealed_text}"))?;
    let list = |document: &Document| -> Vec<_> {
        let slots = document.slots().iter();
        slots.map(|slot| (place(document, slot.path), slot.is_comment(), slot.flow)).collect()
    };
    let (was, is) = (list(&original), list(&sealed));
    if was.len() != is.len() {
        return Err(format!("{} slots became {}\n{sealed_text}", was.len(), is.len()));
    }
    for (number, ((place, comment, _), (sealed_place, sealed_comment, _))) in was.iter().zip(&is).enumerate()
    {
        if place != sealed_place || comment != sealed_comment {
            return Err(format!("slot {number} moved from {place:?} to {sealed_place:?}\n{sealed_text}"));
        }
        let value = sealed.value(&sealed.slots()[number]);
        let before = original.value(&original.slots()[number]);
        let same = match before.is_sealable() {
            true => value.bytes == token(number).as_bytes(),
            false => value == before,
        };
        if !same {
            return Err(format!("slot {number} at {place:?} reads as something else\n{sealed_text}"));
        }
    }
    if original.tree_order().collect::<Vec<_>>() != sealed.tree_order().collect::<Vec<_>>() {
        let orders = [&original, &sealed].map(|document| document.tree_order().collect::<Vec<_>>());
        return Err(format!("the tree order changed\n{orders:?}\n{sealed_text}"));
    }
    if sealed.scanned().parts.iter().any(|part| part.blocks.len() != 1) {
        return Err(format!("a metadata block is not found again\n{sealed_text}"));
    }
    let opened = open(&sealed, &original, line_end_added);
    if opened != text {
        return Err(format!("opened to something else\n--- sealed\n{sealed_text}\n--- opened\n{opened}"));
    }
    Ok(sealed_text)
}
