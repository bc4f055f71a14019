//! Whole texts from trees, in sops' layout (spec, stores 2.5), and one-line flow collections.

use super::quote::{Traits, double, single};
use super::spell::{float, literal_body, literal_header};
use crate::document::syntax::Emit;
use crate::document::tree::{Item, Node};
use crate::document::value::{Kind, ValueRef};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

/// Blanks per level: sops' default, and what it makes of sizes that it can't use.
fn step(how: Emit) -> usize {
    match how.indent {
        None | Some(0) => 4,
        Some(size @ 2..=9) => size as usize,
        Some(_) => 2,
    }
}

pub(super) fn documents(documents: &[Node], how: Emit) -> Zeroizing<String> {
    let mut out = Zeroizing::new(String::new());
    for (number, root) in documents.iter().enumerate() {
        if number > 0 {
            out.push_str("---\n");
        }
        out.push_str(&document(root, how));
    }
    out
}

fn document(root: &Node, how: Emit) -> Zeroizing<String> {
    let mut writer = Writer::new(step(how), "\n");
    match root {
        Node::Scalar(_) => writer.leaf(root, writer.step, 0, &mut Vec::new()),
        _ if !has_entries(root) => {
            writer.head_comments(root.items(), 0);
            writer.out.push_str(if matches!(root, Node::List(_)) { "[]\n" } else { "{}\n" });
        }
        _ => writer.collection(root, 0),
    }
    writer.out
}

pub(super) fn value(node: &Node, how: Emit) -> Zeroizing<String> {
    document(node, how)
}

/// An entry of a map in lines of its own, for the metadata block.
pub(super) fn entry(key: &str, node: &Node, newline: &'static str) -> Zeroizing<String> {
    let mut writer = Writer::new(4, newline);
    writer.entry(key, node, 0, &mut Vec::new());
    writer.out
}

struct Writer {
    out: Zeroizing<String>,
    step: usize,
    newline: &'static str,
    /// Where a comment behind the last entry of a container stood: what follows at the same column is
    /// separated from it by a blank line.
    foot: Option<usize>,
}

impl Writer {
    fn new(step: usize, newline: &'static str) -> Writer {
        Writer { out: Zeroizing::new(String::new()), step, newline, foot: None }
    }

    /// The column of what is nested under a key at `column`: the next multiple of the step.
    fn below(&self, column: usize) -> usize {
        (column + self.step) / self.step * self.step
    }

    fn indent(&mut self, column: usize) {
        if self.foot.take() == Some(column) {
            self.end_line();
        }
        self.out.extend(std::iter::repeat_n(' ', column));
    }

    fn end_line(&mut self) {
        self.out.push_str(self.newline);
    }

    /// A comment on lines of its own: one, unless the comment came from a format with longer ones.
    fn comment(&mut self, text: &str, column: usize) {
        for line in comment_lines(text) {
            self.indent(column);
            self.out.push_str(&line);
            self.end_line();
        }
    }

    fn head_comments(&mut self, items: &[Item], column: usize) {
        for item in items {
            if let Item::Comment { text, .. } = item {
                self.comment(text, column);
            }
        }
    }

    /// The entries of a map or list, each starting in a line of its own at `column`.
    fn collection(&mut self, node: &Node, column: usize) {
        self.rest_of_collection(node, column, false);
    }

    /// As [`Writer::collection`]; with `inside_line` the first entry goes on in a line that is indented already,
    /// and the comments above it stand above that line.
    fn rest_of_collection(&mut self, node: &Node, column: usize, inside_line: bool) {
        let is_list = matches!(node, Node::List(_));
        let mut inside_line = inside_line;
        let (mut above, mut behind) = (Vec::new(), Vec::new());
        for item in node.items() {
            match item {
                Item::Comment { text, inline: true } => behind.push(text.as_str()),
                Item::Comment { text, inline: false } => above.push(text.as_str()),
                Item::Entry { key, node } => {
                    if is_list && has_entries(node) {
                        above.append(&mut behind);
                        leading_comments(node, &mut above);
                    }
                    if !std::mem::take(&mut inside_line) {
                        for text in &above {
                            self.comment(text, column);
                        }
                        self.indent(column);
                    }
                    above.clear();
                    match is_list {
                        true => self.item(node, column, &mut behind),
                        false => self.entry(key, node, column, &mut behind),
                    }
                }
            }
        }
        if !(above.is_empty() && behind.is_empty()) {
            for text in above.into_iter().chain(behind) {
                self.comment(text, column);
            }
            self.foot = Some(column);
        }
    }

    /// A key at `column`, to which the line is indented already, and its value.
    fn entry(&mut self, key: &str, node: &Node, column: usize, behind: &mut Vec<&str>) {
        self.key(key, column);
        let below = self.below(column);
        if has_entries(node) {
            self.comments_behind(behind, column);
            self.end_line();
            return self.collection(node, below);
        }
        self.out.push(' ');
        self.leaf(node, below, column, behind);
    }

    /// A list's entry behind its dash at `column`.
    fn item(&mut self, node: &Node, column: usize, behind: &mut Vec<&str>) {
        self.out.push_str("- ");
        if has_entries(node) {
            return self.rest_of_collection(node, column + 2, true);
        }
        self.leaf(node, column + 2, column, behind);
    }

    /// A scalar or an empty collection, and the end of its line.
    fn leaf(&mut self, node: &Node, below: usize, column: usize, behind: &mut Vec<&str>) {
        match node {
            Node::Scalar(value) => {
                // A list's lines have the dash's column, not a multiple of the step.
                if let Some(text) = literal(value.borrow()) {
                    self.out.push_str(&literal_header(text, below - column));
                    self.comments_behind(behind, column);
                    self.end_line();
                    return literal_body(text, below, self.newline, &mut self.out);
                }
                self.scalar(value.borrow());
            }
            Node::Map(_) => self.out.push_str("{}"),
            Node::List(_) => self.out.push_str("[]"),
        }
        self.comments_behind(behind, column);
        self.end_line();
        self.head_comments(node.items(), column);
    }

    fn comments_behind(&mut self, behind: &mut Vec<&str>, column: usize) {
        for (number, line) in behind.drain(..).flat_map(comment_lines).enumerate() {
            if number == 0 {
                self.out.push(' ');
            } else {
                self.end_line();
                self.out.extend(std::iter::repeat_n(' ', column));
            }
            self.out.push_str(&line);
        }
    }

    /// A key and its colon; in the explicit form where a key must be short and on one line, as sops does.
    fn key(&mut self, key: &str, column: usize) {
        let literal = key.contains('\n') && Traits::of(key).literal();
        if !literal && key.len() <= 128 {
            self.out.push_str(&spelled(key));
            return self.out.push(':');
        }
        self.out.push_str("? ");
        if literal {
            let below = self.below(column);
            self.out.push_str(&literal_header(key, below - column));
            self.end_line();
            literal_body(key, below, self.newline, &mut self.out);
        } else {
            self.out.push_str(&spelled(key));
            self.end_line();
        }
        self.out.extend(std::iter::repeat_n(' ', column));
        self.out.push(':');
    }

    /// A scalar on one line.
    fn scalar(&mut self, value: ValueRef<'_>) {
        let text = value.text();
        match value.kind {
            Kind::Null => self.out.push_str("null"),
            Kind::EmptyMap => self.out.push_str("{}"),
            Kind::EmptyList => self.out.push_str("[]"),
            Kind::Bool => self.out.push_str(&text.to_ascii_lowercase()),
            Kind::Int | Kind::Time => self.out.push_str(&text),
            Kind::Float => self.out.push_str(&float(&text)),
            Kind::Str | Kind::Bytes | Kind::Comment => self.out.push_str(&string(value)),
        }
    }
}

fn comment_lines(text: &str) -> impl Iterator<Item = Zeroizing<String>> + '_ {
    text.split(['\n', '\r']).enumerate().map(|(number, line)| {
        let mark = if number == 0 { "#" } else { "# " };
        Zeroizing::new(if number > 0 && line.starts_with('#') {
            line.to_owned()
        } else {
            format!("{mark}{line}")
        })
    })
}

fn has_entries(node: &Node) -> bool {
    node.entries().next().is_some()
}

/// The comments at the start of a list's entry, which go above its dash.
fn leading_comments<'a>(node: &'a Node, above: &mut Vec<&'a str>) {
    let is_list = matches!(node, Node::List(_));
    let mut behind = Vec::new();
    for item in node.items() {
        match item {
            Item::Comment { text, inline: true } => behind.push(text.as_str()),
            Item::Comment { text, inline: false } => above.push(text.as_str()),
            Item::Entry { node, .. } if is_list && has_entries(node) => {
                above.append(&mut behind);
                return leading_comments(node, above);
            }
            Item::Entry { .. } => return,
        }
    }
}

/// The text, if it is one that is written as a literal block scalar.
fn literal(value: ValueRef<'_>) -> Option<&str> {
    let text = std::str::from_utf8(value.bytes).ok().filter(|_| value.kind.tag().is_some())?;
    let traits = Traits::of(text);
    (traits.literal() && !traits.astral).then_some(text)
}

/// A text on one line.
fn string(value: ValueRef<'_>) -> Zeroizing<String> {
    Zeroizing::new(match std::str::from_utf8(value.bytes) {
        Ok(text) => spelled(text),
        Err(_) => format!("!!binary {}", STANDARD.encode(value.bytes)),
    })
}

fn spelled(text: &str) -> String {
    let traits = Traits::of(text);
    if traits.special
        || traits.astral
        || traits.line_feed
        || traits.other_kind
        || traits.old_value
        || text == "<<"
    {
        double(text, true)
    } else if traits.plain(false) {
        text.to_owned()
    } else {
        single(text)
    }
}

/// A map or list on one line. Comments are left out.
pub(super) fn inline(node: &Node) -> Zeroizing<String> {
    let mut out = Zeroizing::new(String::new());
    flow(node, &mut out);
    out
}

fn flow(node: &Node, out: &mut String) {
    match node {
        Node::Scalar(value) => flow_scalar(value.borrow(), out),
        Node::Map(_) => {
            out.push('{');
            for (number, (key, node)) in node.entries().enumerate() {
                out.push_str(if number > 0 { ", " } else { "" });
                // An implicit key has at most 1,024 characters.
                out.push_str(if key.len() > 128 { "? " } else { "" });
                flow_text(key, out);
                out.push_str(": ");
                flow(node, out);
            }
            out.push('}');
        }
        Node::List(_) => {
            out.push('[');
            for (number, (_, node)) in node.entries().enumerate() {
                out.push_str(if number > 0 { ", " } else { "" });
                flow(node, out);
            }
            out.push(']');
        }
    }
}

fn flow_scalar(value: ValueRef<'_>, out: &mut String) {
    match (value.kind, std::str::from_utf8(value.bytes)) {
        (Kind::Str | Kind::Bytes | Kind::Comment, Ok(text)) => flow_text(text, out),
        _ => {
            let mut writer = Writer::new(4, "\n");
            writer.scalar(value);
            out.push_str(&writer.out);
        }
    }
}

/// Only words that nothing can take for something else go without quotes.
fn flow_text(text: &str, out: &mut String) {
    let traits = Traits::of(text);
    let word =
        text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'/'));
    let safe = word
        && text.starts_with(|c: char| c.is_ascii_alphabetic())
        && traits.plain(true)
        && !traits.old_value;
    match safe {
        true => out.push_str(text),
        false => out.push_str(&double(text, false)),
    }
}
