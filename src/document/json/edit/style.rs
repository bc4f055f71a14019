//! How a JSON text is laid out, learned from the text, and new values in the same style.

use super::super::lex;
use super::super::write::{Dialect, quote, scalar};
use super::container::Container;
use crate::document::error::SyntaxError;
use crate::document::lines;
use crate::document::tree::Node;
use zeroize::Zeroizing;

pub(super) struct Style<'t> {
    pub newline: &'t str,
    /// What one more level adds.
    unit: &'t str,
    /// From behind a key to its value.
    pub colon: &'t str,
    /// Between entries on one line.
    pub comma: &'t str,
    /// Inside the braces of an object on one line.
    pad: &'t str,
    /// Whether objects and lists below the root are mostly on one line.
    objects_in_line: bool,
    lists_in_line: bool,
}

/// Where the entries of a new container go.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Shape {
    Line,
    Lines,
    /// As is usual in the text.
    Usual,
}

impl<'t> Style<'t> {
    /// `near`: the container that is changed, which counts more than the rest.
    pub(super) fn of(text: &'t str, newline: &'t str, near: &Container) -> Style<'t> {
        let seen = Seen::of(text);
        let colon =
            near.entries.iter().rev().find_map(|entry| one_line(&text[entry.key_end?..entry.value.start]));
        let unit = near.entries.first().and_then(|entry| unit(text, near.span.start, entry.start));
        let colon = colon.or(seen.colon);
        let default_comma = if colon == Some(":") { "," } else { ", " };
        let is_minified = seen.comma.or(colon) == Some(",");
        Style {
            newline,
            unit: unit.or(seen.unit).unwrap_or("\t"),
            colon: colon.unwrap_or(if is_minified { ":" } else { ": " }),
            comma: seen.comma.unwrap_or(default_comma),
            pad: seen.pad.unwrap_or(""),
            objects_in_line: seen.objects.in_line > seen.objects.over_lines,
            lists_in_line: seen.lists.in_line > seen.lists.over_lines,
        }
    }

    /// Writes a value that starts on a line with this indentation.
    pub(super) fn write(
        &self,
        node: &Node,
        indent: &str,
        shape: Shape,
        out: &mut Zeroizing<String>,
    ) -> Result<(), SyntaxError> {
        let (open, close, pad, usually_in_line) = match node {
            Node::Scalar(value) => return scalar(value.borrow(), Dialect::Own, out),
            Node::Map(_) => ('{', '}', self.pad, self.objects_in_line),
            Node::List(_) => ('[', ']', "", self.lists_in_line),
        };
        out.push(open);
        let in_line = shape == Shape::Line || shape == Shape::Usual && usually_in_line;
        let below = if in_line { Shape::Line } else { Shape::Usual };
        let deeper = format!("{indent}{}", self.unit);
        let line = |indent: &str| format!("{}{indent}", self.newline);
        let mut empty = true;
        for (key, entry) in node.entries() {
            match (in_line, empty) {
                (true, true) => out.push_str(pad),
                (true, false) => out.push_str(self.comma),
                (false, true) => out.push_str(&line(&deeper)),
                (false, false) => {
                    out.push(',');
                    out.push_str(&line(&deeper));
                }
            }
            empty = false;
            if matches!(node, Node::Map(_)) {
                self.key(key, out);
            }
            self.write(entry, &deeper, below, out)?;
        }
        if !empty {
            out.push_str(if in_line { pad } else { "" });
            out.push_str(&if in_line { String::new() } else { line(indent) });
        }
        out.push(close);
        Ok(())
    }

    pub(super) fn key(&self, key: &str, out: &mut String) {
        quote(key, Dialect::Own, out);
        out.push_str(self.colon);
    }
}

/// What is seen first, and how often, in a whole text.
#[derive(Default)]
struct Seen<'t> {
    unit: Option<&'t str>,
    colon: Option<&'t str>,
    comma: Option<&'t str>,
    pad: Option<&'t str>,
    objects: Count,
    lists: Count,
}

#[derive(Default)]
struct Count {
    in_line: usize,
    over_lines: usize,
}

impl<'t> Seen<'t> {
    fn of(text: &'t str) -> Seen<'t> {
        let bytes = text.as_bytes();
        let mut seen = Seen::default();
        let mut depth = 0;
        // The end of the token before the punctuation.
        let mut before = 0;
        let mut at = text.find('{').unwrap_or(text.len());
        while let Some(&byte) = bytes.get(at) {
            let next = lex::skip_blanks(bytes, at + 1);
            match byte {
                b'"' => {
                    let Ok(quoted) = lex::string(bytes, at) else { break };
                    at = quoted.inner.end;
                }
                b'{' | b'[' => {
                    depth += 1;
                    seen.container(text, at, next, depth);
                }
                b'}' | b']' => depth -= 1,
                b':' => seen.colon = seen.colon.or(one_line(&text[before..next])),
                b',' => seen.comma = seen.comma.or(one_line(&text[before..next])),
                _ => {}
            }
            before = at + 1;
            at = lex::skip_blanks(bytes, before);
        }
        seen
    }

    /// A container opens at `at`, and `next` is the first thing in it.
    fn container(&mut self, text: &'t str, at: usize, next: usize, depth: usize) {
        let object = text.as_bytes()[at] == b'{';
        if matches!(text.as_bytes().get(next), Some(b'}' | b']') | None) {
            return;
        }
        let blanks = one_line(&text[at + 1..next]);
        if object {
            self.pad = self.pad.or(blanks);
        }
        self.unit = self.unit.or_else(|| unit(text, at, next));
        let count = if object { &mut self.objects } else { &mut self.lists };
        match blanks {
            _ if depth < 2 => {}
            Some(_) => count.in_line += 1,
            None => count.over_lines += 1,
        }
    }
}

fn one_line(text: &str) -> Option<&str> {
    (!text.contains('\n')).then_some(text)
}

/// What the indentation of an entry adds to that of the line on which its container opens.
fn unit(text: &str, open: usize, entry: usize) -> Option<&str> {
    one_line(&text[open..entry])
        .is_none()
        .then(|| lines::indent(text, entry).strip_prefix(lines::indent(text, open)))?
        .filter(|unit| !unit.is_empty())
}
