//! YAML text to [`Node`]s, from the parser's events and without recursion.

use super::error::Fault;
use super::merge;
use super::node::{Entry, Kind, MAX_DEPTH, MAX_SIZE, Node};
use super::scalar::Scalar;
use crate::document::error::{Place, SyntaxError};
use granit_parser::{Event, Options, Parser, ScalarStyle, Span};
use std::collections::{HashMap, HashSet};

/// Reads a text; `None` when there is nothing in it but blanks and comments.
pub(super) fn parse(bytes: &[u8]) -> Result<Option<Node>, Fault> {
    let text = std::str::from_utf8(bytes).map_err(|fault| {
        let at = SyntaxError::at(bytes, fault.valid_up_to(), "");
        let place = at.place.unwrap_or(Place { line: 1, column: 1 });
        Fault::at(place, "a byte that is not UTF-8").hint("save the config as UTF-8")
    })?;
    let mut options = Options::default();
    options.strict_indentation = true;
    options.set_emit_comments(false);
    options.block_nesting_limit = MAX_DEPTH;
    options.flow_nesting_limit = MAX_DEPTH;
    let mut builder = Builder::default();
    for event in Parser::new_from_str_with_options(text, options) {
        let (event, span) = event.map_err(|fault| {
            Fault::at(
                place_of(fault.marker().line(), fault.marker().col()),
                format!("not YAML: {}", fault.info()),
            )
        })?;
        builder.take(&event, &span)?;
    }
    Ok(builder.root)
}

fn too_large(place: Place) -> Fault {
    Fault::at(place, format!("anchors and aliases that stand for more than {} MiB", MAX_SIZE >> 20))
}

/// The parser counts columns from 0.
fn place_of(line: usize, column: usize) -> Place {
    Place { line, column: column + 1 }
}

/// A list or map whose end is yet to come.
struct Open {
    place: Place,
    anchor: usize,
    kind: Kind,
    /// In a map, the key whose value comes next.
    key: Option<Key>,
    seen: HashSet<String>,
    /// In a map, those that are merged into it.
    merged: Vec<Vec<Entry>>,
}

impl Open {
    fn close(mut self) -> Result<Node, Fault> {
        if let Kind::Map(entries) = &mut self.kind {
            merge::into(entries, self.seen, self.merged);
        }
        Node::new(self.place, self.kind, self.anchor != 0)
    }
}

struct Key {
    text: String,
    place: Place,
    /// `<<`, whose value is merged into the map.
    merge: bool,
}

#[derive(Default)]
struct Builder {
    root: Option<Node>,
    documents: usize,
    stack: Vec<Open>,
    anchors: HashMap<usize, Node>,
    /// The sizes of all copies that were made.
    copied: usize,
}

impl Builder {
    fn take(&mut self, event: &Event<'_>, span: &Span) -> Result<(), Fault> {
        let place = place_of(span.start.line(), span.start.col());
        match event {
            Event::DocumentStart(..) => {
                self.documents += 1;
                if self.documents > 1 {
                    let fault = Fault::at(place, "a second YAML document, which nobody would read");
                    return Err(fault.hint("put everything into the first one"));
                }
            }
            Event::SequenceStart(_, anchor, _) => self.open(place, *anchor, Kind::List(Vec::new()))?,
            Event::MappingStart(_, anchor, _) => self.open(place, *anchor, Kind::Map(Vec::new()))?,
            Event::SequenceEnd | Event::MappingEnd => {
                if let Some(open) = self.stack.pop() {
                    let anchor = open.anchor;
                    self.add(open.close()?, anchor)?;
                }
            }
            Event::Scalar(text, style, anchor, tag) => {
                let plain = *style == ScalarStyle::Plain && tag.is_none();
                if self.expects_key() {
                    self.key(Key { text: text.to_string(), place, merge: plain && text == "<<" })?;
                } else {
                    // The parser spells a value that is not there as `~`.
                    let text = if span.is_empty() { String::new() } else { text.to_string() };
                    let means = Scalar::of(&text, plain);
                    self.add(Node::new(place, Kind::Scalar { text, means }, *anchor != 0)?, *anchor)?;
                }
            }
            Event::Alias(anchor) => self.alias(place, *anchor)?,
            _ => {}
        }
        Ok(())
    }

    fn expects_key(&self) -> bool {
        self.stack.last().is_some_and(|open| matches!(open.kind, Kind::Map(_)) && open.key.is_none())
    }

    fn open(&mut self, place: Place, anchor: usize, kind: Kind) -> Result<(), Fault> {
        if self.expects_key() {
            return Err(Fault::at(place, "a list or map as a key"));
        }
        self.stack.push(Open { place, anchor, kind, key: None, seen: HashSet::new(), merged: Vec::new() });
        Ok(())
    }

    fn key(&mut self, key: Key) -> Result<(), Fault> {
        let Some(open) = self.stack.last_mut() else { return Ok(()) };
        if !open.seen.insert(key.text.clone()) {
            return Err(Fault::at(key.place, format!("a second `{}` in the same map", key.text)));
        }
        open.key = Some(key);
        Ok(())
    }

    fn alias(&mut self, place: Place, anchor: usize) -> Result<(), Fault> {
        let Some(target) = self.anchors.get(&anchor) else {
            return Err(Fault::at(place, "an alias inside of what it stands for"));
        };
        if self.expects_key() {
            let Kind::Scalar { text, .. } = &target.kind else {
                return Err(Fault::at(place, "a list or map as a key"));
            };
            let text = text.clone();
            return self.key(Key { text, place, merge: false });
        }
        // Before the copy is made: copies are what an alias bomb is made of.
        self.copied = self.copied.saturating_add(target.size);
        if self.copied > MAX_SIZE {
            return Err(too_large(place));
        }
        let copy = target.clone();
        self.add(copy, 0)
    }

    /// Puts a finished node where it belongs.
    fn add(&mut self, node: Node, anchor: usize) -> Result<(), Fault> {
        if anchor != 0 {
            self.copied = self.copied.saturating_add(node.size);
            if self.copied > MAX_SIZE {
                return Err(too_large(node.place));
            }
            self.anchors.insert(anchor, node.clone());
        }
        let Some(open) = self.stack.last_mut() else {
            self.root = Some(node).filter(|node| !node.is_null());
            return Ok(());
        };
        match (&mut open.kind, open.key.take()) {
            (Kind::List(items), _) => items.push(node),
            (Kind::Map(_), Some(key)) if key.merge => open.merged = merge::maps(node)?,
            (Kind::Map(entries), Some(key)) => {
                entries.push(Entry { key: key.text, place: key.place, value: node });
            }
            _ => {}
        }
        Ok(())
    }
}
