//! Changing one value of a JSON text in the text's own style.

mod container;
mod style;
#[cfg(test)]
mod tests;

use super::lex;
use crate::document::Document;
use crate::document::edit::{Change, nested};
use crate::document::error::SyntaxError;
use crate::document::lines;
use crate::document::splice::Edit;
use crate::document::step::{self, Step};
use crate::document::tree::{Item, Node};
use container::{Container, Place, locate};
use std::ops::Range;
use style::{Shape, Style};
use zeroize::Zeroizing;

pub(super) fn edit(document: &Document, path: &[Step], change: Change<'_>) -> Result<Vec<Edit>, SyntaxError> {
    let text = document.text();
    if let (Change::Set(node), []) = (change, path) {
        return whole(text, document.newline(), node);
    }
    let place = locate(text, path)
        .ok_or_else(|| SyntaxError::whole("the path does not fit the text").path(step::display(path)))?;
    match (change, place.found) {
        (Change::Remove, Some(entry)) => {
            Ok(vec![(removal(text, &place.container, entry), Zeroizing::default())])
        }
        (Change::Remove, None) => Ok(Vec::new()),
        (Change::Set(node), found) => {
            let node = nested(place.rest, node);
            let style = Style::of(text, document.newline(), &place.container);
            match found {
                Some(entry) => replace(text, &style, &place, entry, &node),
                None => append(text, &style, &place, node),
            }
            .map(|edit| vec![edit])
            .map_err(|error| error.path(step::display(path)))
        }
    }
}

/// Another map in place of the root.
fn whole(text: &str, newline: &str, node: &Node) -> Result<Vec<Edit>, SyntaxError> {
    let Some(root) = text.find('{').and_then(|open| Container::read(text, open)) else {
        return Ok(Vec::new());
    };
    let style = Style::of(text, newline, &root);
    let shape = if root.text(text).contains('\n') { Shape::Lines } else { Shape::Line };
    let mut out = Zeroizing::new(String::new());
    style.write(node, lines::indent(text, root.span.start), shape, &mut out)?;
    Ok(vec![(root.span, out)])
}

fn replace(
    text: &str,
    style: &Style<'_>,
    place: &Place<'_>,
    entry: usize,
    node: &Node,
) -> Result<Edit, SyntaxError> {
    let entry = &place.container.entries[entry];
    let old = &text[entry.value.clone()];
    let same_kind = match node {
        Node::Scalar(_) => false,
        Node::Map(_) => old.starts_with('{'),
        Node::List(_) => old.starts_with('['),
    };
    let filled = old.len() > 2 && !lines::is_blank(&old[1..old.len() - 1]);
    let shape = match old.contains('\n') {
        _ if is_in_line(text, place) => Shape::Line,
        true if same_kind && filled => Shape::Lines,
        false if same_kind && filled => Shape::Line,
        _ => Shape::Usual,
    };
    let mut out = Zeroizing::new(String::new());
    style.write(node, lines::indent(text, entry.start), shape, &mut out)?;
    Ok((entry.value.clone(), out))
}

/// One more entry behind the last one, set off from it as that one is from its own neighbour.
fn append(text: &str, style: &Style<'_>, place: &Place<'_>, node: Node) -> Result<Edit, SyntaxError> {
    let container = &place.container;
    let mut out = Zeroizing::new(String::new());
    let Some(last) = container.entries.last() else { return fill(text, style, place, node) };
    let start = last.start;
    let before = container.entries.len().checked_sub(2).map(|n| &container.entries[n]);
    match before {
        Some(before) => out.push_str(&one_break(&text[before.value.end..start], style.newline)),
        None => {
            let gap = &text[container.span.start + 1..start];
            match gap.contains('\n') {
                true => {
                    out.push(',');
                    out.push_str(&one_break(gap, style.newline));
                }
                false => out.push_str(style.comma),
            }
        }
    }
    if let Step::Key(key) = place.step {
        style.key(key, &mut out);
    }
    let shape = if is_in_line(text, place) { Shape::Line } else { Shape::Usual };
    style.write(&node, lines::indent(text, start), shape, &mut out)?;
    Ok((last.value.end..last.value.end, out))
}

/// The first entry of an empty container.
fn fill(text: &str, style: &Style<'_>, place: &Place<'_>, node: Node) -> Result<Edit, SyntaxError> {
    let container = &place.container;
    let inside = &text[container.inside()];
    let is_root = lines::is_blank(text[..container.span.start].trim_start_matches('\u{feff}'));
    let shape = match inside.contains('\n') {
        _ if place.in_line => Shape::Line,
        true => Shape::Lines,
        // Nothing to learn from: a line for each key, unless the file is not even one line.
        false if is_root && text.ends_with('\n') => Shape::Lines,
        false if is_root => Shape::Line,
        false => Shape::Usual,
    };
    let node = match place.step {
        Step::Key(key) => Node::Map(vec![Item::Entry { key: key.clone(), node }]),
        Step::Index(_) => Node::List(vec![Item::Entry { key: String::new(), node }]),
    };
    let mut out = Zeroizing::new(String::new());
    style.write(&node, lines::indent(text, container.span.start), shape, &mut out)?;
    Ok((container.span.clone(), out))
}

/// Whether what is in the container has to stay on one line.
fn is_in_line(text: &str, place: &Place<'_>) -> bool {
    place.in_line || !place.container.text(text).contains('\n')
}

/// What separates two entries, blank lines in it left out.
fn one_break(gap: &str, newline: &str) -> String {
    let blanks = |gap: &str| match gap.rfind('\n') {
        Some(feed) => format!("{newline}{}", &gap[feed + 1..]),
        None => gap.to_owned(),
    };
    match gap.split_once(',') {
        Some((before, after)) => format!("{},{}", blanks(before), blanks(after)),
        None => blanks(gap),
    }
}

/// The entry with one comma, and with its line if it has one to itself.
fn removal(text: &str, container: &Container, entry: usize) -> Range<usize> {
    let entries = &container.entries;
    let Range { start, end } = entries[entry].start..entries[entry].value.end;
    let next = entries.get(entry + 1).map(|next| next.start);
    let before = entry.checked_sub(1).map(|before| entries[before].value.end);
    match (before, next) {
        (None, None) => container.inside(),
        (_, Some(next)) if lines::is_first(text, start) => {
            let comma = lex::skip_blanks(text.as_bytes(), end);
            let line_end = lines::end(text, end);
            match comma < line_end && lines::is_blank(&text[comma + 1..line_end]) {
                true => lines::start(text, start)..line_end,
                false => before.map_or(start..next, |before| before..end),
            }
        }
        (None, Some(next)) => start..next,
        (Some(before), _) => before..end,
    }
}
