//! Putting the metadata block into a sealed text: the previous file's own block with its changed fields
//! replaced where that is possible, a new one otherwise.

use super::plan::Plan;
use super::sealed::Sealed;
use crate::document::Document;
use crate::document::slot::Style;
use crate::document::splice::{Edit, splice};
use crate::document::syntax::Part;
use crate::document::value::Kind;
use crate::metadata::{LAYOUT_FIELD, Metadata};
use std::ops::Range;
use zeroize::Zeroizing;

/// One edit per document of the file.
pub fn block_edits(
    document: &Document,
    metadata: &Metadata,
    plan: &Plan<'_>,
    previous: Option<&Sealed>,
) -> Vec<Edit> {
    let node = metadata.to_node();
    let kept = previous.filter(|previous| keeps_block(document, metadata, previous));
    let parts = document.scanned().parts.iter().enumerate();
    parts
        .map(|(number, part)| {
            let line_end = match plan.layout.open_ended.contains(&(number as u32)) {
                true => document.newline(),
                false => "",
            };
            if let Some(block) = kept.and_then(|previous| old_block(part, number, metadata, previous)) {
                return (part.insert..part.insert, Zeroizing::new(format!("{line_end}{}", *block)));
            }
            let edit = document.syntax().metadata(document.text(), part, &node);
            let surplus = edit.added_newline && plan.tail_ends.contains(&part.insert);
            let text = match surplus {
                true => Zeroizing::new(edit.text[document.newline().len()..].to_owned()),
                false => edit.text,
            };
            (edit.span, text)
        })
        .collect()
}

/// Whether only fields that stand as single scalars differ.
fn keeps_block(document: &Document, metadata: &Metadata, previous: &Sealed) -> bool {
    let rest = |metadata: &Metadata| {
        let mut rest = metadata.clone();
        rest.mac.clear();
        rest.lastmodified.clear();
        rest.layout = rest.layout.map(|_| String::new());
        rest.to_node()
    };
    previous.document().format() == document.format()
        && previous.document().scanned().parts.len() == document.scanned().parts.len()
        && rest(metadata) == rest(previous.metadata())
}

/// The text of document `number`'s block in the previous file with the new MAC, time and layout.
fn old_block(
    part: &Part,
    number: usize,
    metadata: &Metadata,
    previous: &Sealed,
) -> Option<Zeroizing<String>> {
    let document = previous.document();
    let old = document.scanned().parts.get(number)?;
    if old.fit != part.fit || old.blocks.is_empty() {
        return None;
    }
    let mut edits: Vec<(Range<usize>, String)> = Vec::new();
    for slot in &old.metadata {
        let keys = document.paths().keys(slot.path);
        let new = match keys.as_slice() {
            ["sops", field] if field.eq_ignore_ascii_case("mac") => &metadata.mac,
            ["sops", field] if field.eq_ignore_ascii_case("lastmodified") => &metadata.lastmodified,
            ["sops", field] if field.eq_ignore_ascii_case(LAYOUT_FIELD) => metadata.layout.as_ref()?,
            _ => continue,
        };
        // An unquoted timestamp would not read back as text everywhere; folded tokens span lines.
        let one_line =
            matches!(slot.style, Style::Plain | Style::Single | Style::Double) && slot.tail.is_empty();
        if !one_line || slot.kind != Kind::Str {
            return None;
        }
        let mut text = String::new();
        document.syntax().token(slot, new, &mut text);
        edits.push((slot.span.clone(), text));
    }
    let text = document.text();
    let mut block = Zeroizing::new(String::new());
    for range in &old.blocks {
        let inside = edits
            .iter()
            .filter(|(span, _)| range.contains(&span.start))
            .map(|(span, new)| (span.start - range.start..span.end - range.start, new.as_str()));
        block.push_str(&splice(&text[range.clone()], inside));
    }
    Some(block)
}
