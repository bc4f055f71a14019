//! The lines of a file.

use super::PREFIX;
use crate::document::error::{Place, SyntaxError};
use crate::document::flat::{self, Entry};
use crate::document::path::PathId;
use crate::document::slot::{Content, Slot, Style};
use crate::document::syntax::{Fit, Limits, Part, Scan};
use crate::document::value::Kind;
use std::collections::hash_map::{self, HashMap};
use std::ops::Range;

pub(super) fn scan(text: &str, limits: &Limits) -> Result<Scan, SyntaxError> {
    let mut scan = Scan { step: 2, ..Scan::default() };
    let root = scan.paths.root(0);
    let mut keys: HashMap<&str, usize> = HashMap::new();
    let mut entries = Vec::new();
    let mut blocks: Vec<Range<usize>> = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let whole = at..at + line.len();
        at = whole.end;
        let line = line.strip_suffix('\n').unwrap_or(line);
        let end = whole.start + line.len();
        if line.is_empty() {
            continue;
        }
        if line.starts_with('#') {
            let content = Content::AsWritten(whole.start + 1..end);
            scan.slots.push(slot(root, whole.start..end, Style::Comment, content));
            continue;
        }
        let Some(equals) = line.find('=') else { return Err(no_key(text, whole.start, line)) };
        let name = &line[..equals];
        match keys.entry(name) {
            hash_map::Entry::Vacant(place) => place.insert(whole.start),
            hash_map::Entry::Occupied(first) => return Err(duplicate(text, name, *first.get(), whole.start)),
        };
        let span = whole.start + equals + 1..end;
        let content = flat::unescape(text, span.clone());
        if let Some(name) = name.strip_prefix(PREFIX) {
            entries.push(Entry { name, slot: slot(root, span, Style::Plain, content) });
            match blocks.last_mut() {
                Some(block) if block.end == whole.start => block.end = whole.end,
                _ => blocks.push(whole),
            }
        } else {
            let path = scan.paths.key(root, name);
            scan.slots.push(slot(path, span, Style::Plain, content));
        }
    }
    let metadata = flat::nest(text, &mut scan.paths, root, entries, limits.depth)?;
    let insert = blocks.first().map_or(text.len(), |block| block.start);
    scan.parts = vec![Part { root, metadata, blocks, insert, fit: Fit::Block { indent: 0 } }];
    Ok(scan)
}

fn slot(path: PathId, span: Range<usize>, style: Style, content: Content) -> Slot {
    let kind = if style == Style::Comment { Kind::Comment } else { Kind::Str };
    Slot { path, span, tail: Box::default(), kind, style, flow: false, indent: 0, content }
}

fn no_key(text: &str, at: usize, line: &str) -> SyntaxError {
    let fault = SyntaxError::at(text.as_bytes(), at, "this line has no `=` and is no comment");
    let first = line.trim_start_matches('\u{feff}').trim_start();
    match first {
        "" if line == "\r" => fault.hint(
            "an empty line of a dotenv file ends with a line feed alone: convert the file's line ends, with `dos2unix`",
        ),
        "" => fault.hint("delete the blanks: only lines without any character are empty in a dotenv file"),
        _ if first.starts_with('#') => fault.hint("a comment starts with `#` in the first column"),
        _ => fault.hint("write a value of several lines on one line, with \\n for each line break"),
    }
}

fn duplicate(text: &str, name: &str, first: usize, second: usize) -> SyntaxError {
    let line = Place::of(text.as_bytes(), first).line;
    SyntaxError::at(text.as_bytes(), second, format!("the file has this key on line {line} and again"))
        .repeated()
        .path(flat::display(&[name]))
        .hint("delete one of the two lines: programs differ in which one they use")
}
