//! Trees as TOML text.

use super::spell::{basic, comment, key, multi_line, scalar};
use crate::document::error::SyntaxError;
use crate::document::path::Component;
use crate::document::slot::Style;
use crate::document::tree::{Item, Node};
use crate::document::value::Kind;
use zeroize::Zeroizing;

/// How long a list on one line may get.
const WIDTH: usize = 100;

pub(super) struct Writer<'a> {
    newline: &'a str,
    out: Zeroizing<String>,
    /// The way to what is being written.
    trail: Vec<Component<'a>>,
    /// Whether nothing may be an error (see [`Writer::under`]).
    lenient: bool,
}

/// Comments in front of an entry, and the entry.
struct Entry<'a> {
    comments: Vec<&'a str>,
    behind: Option<&'a str>,
    key: &'a str,
    node: &'a Node,
}

impl<'a> Writer<'a> {
    pub(super) fn new(newline: &'a str) -> Writer<'a> {
        Writer { newline, out: Zeroizing::new(String::new()), trail: Vec::new(), lenient: false }
    }

    /// Writes what stands under the key `key`, and never fails: a null is left out, anything else that TOML has no word
    /// for becomes text.
    pub(super) fn under(mut self, key: &'a str) -> Writer<'a> {
        self.lenient = true;
        self.trail.push(Component::Key(key));
        self
    }

    /// Writes what stands at a path.
    pub(super) fn at(newline: &'a str, trail: Vec<Component<'a>>) -> Writer<'a> {
        Writer { trail, ..Writer::new(newline) }
    }

    pub(super) fn finish(self) -> Zeroizing<String> {
        self.out
    }

    pub(super) fn line_end(&mut self) {
        self.out.push_str(self.newline);
    }

    /// A header for the table that the trail leads to: `[…]`, or `[[…]]` for an element of a list.
    pub(super) fn header(&mut self) {
        let element = matches!(self.trail.last(), Some(Component::Index(_)));
        self.out.push_str(if element { "[[" } else { "[" });
        let names = self.trail.iter().filter_map(|step| match step {
            Component::Key(name) => Some(*name),
            Component::Index(_) => None,
        });
        for (n, name) in names.enumerate() {
            if n > 0 {
                self.out.push('.');
            }
            key(name, &mut self.out);
        }
        self.out.push_str(if element { "]]" } else { "]" });
        self.line_end();
    }

    /// The entries of a table: what fits on lines of its own first, since a header can't be left again. Recurses as
    /// deep as the tree is, which the scan that it came from has limited.
    pub(super) fn table(&mut self, node: &'a Node) -> Result<(), SyntaxError> {
        let (entries, trailing) = entries(node);
        let (tables, lines): (Vec<_>, Vec<_>) = entries.into_iter().partition(|entry| is_section(entry.node));
        for entry in lines {
            if self.lenient && is_null(entry.node) {
                continue;
            }
            self.comments(&entry.comments)?;
            self.trail.push(Component::Key(entry.key));
            key(entry.key, &mut self.out);
            self.out.push_str(" = ");
            self.value(entry.node, true)?;
            if let Some(comment) = entry.behind {
                self.out.push_str(" #");
                self.comment_text(comment)?;
            }
            self.line_end();
            self.trail.pop();
        }
        self.comments(&trailing)?;
        for entry in tables {
            self.trail.push(Component::Key(entry.key));
            match entry.node {
                Node::List(_) => self.sections(&entry)?,
                _ => self.section(&entry)?,
            }
            self.trail.pop();
        }
        Ok(())
    }

    /// What stands where the trail leads to, under headers ([`is_section`]).
    pub(super) fn under_headers(&mut self, node: &'a Node) -> Result<(), SyntaxError> {
        let entry = Entry { comments: Vec::new(), behind: None, key: "", node };
        match node {
            Node::List(_) => self.sections(&entry),
            _ => self.section(&entry),
        }
    }

    fn section(&mut self, entry: &Entry<'a>) -> Result<(), SyntaxError> {
        // A table that has only tables in it is implied by their headers.
        let implied = entry.comments.is_empty()
            && entry.behind.is_none()
            && entry
                .node
                .items()
                .iter()
                .all(|item| matches!(item, Item::Entry { node, .. } if is_section(node)));
        if !implied {
            self.blank_line();
            self.comments(&entry.comments)?;
            self.comments(entry.behind.as_slice())?;
            self.header();
        }
        self.table(entry.node)
    }

    fn sections(&mut self, list: &Entry<'a>) -> Result<(), SyntaxError> {
        let (elements, trailing) = entries(list.node);
        for (element, position) in elements.into_iter().zip(0..) {
            self.blank_line();
            if position == 0 {
                self.comments(&list.comments)?;
                self.comments(list.behind.as_slice())?;
            }
            self.comments(&element.comments)?;
            self.comments(element.behind.as_slice())?;
            self.trail.push(Component::Index(position));
            self.header();
            self.table(element.node)?;
            self.trail.pop();
        }
        self.comments(&trailing)
    }

    /// A value on the line of its key, or below it where it is a long list. `lines`: a text may go over lines.
    pub(super) fn value(&mut self, node: &'a Node, lines: bool) -> Result<(), SyntaxError> {
        match node {
            Node::Scalar(value) => {
                let value = value.borrow();
                let text = value.text();
                if lines
                    && self.newline == "\n"
                    && matches!(value.kind, Kind::Str | Kind::Bytes)
                    && text.contains('\n')
                {
                    multi_line(&text, &mut self.out);
                    return Ok(());
                }
                match scalar(value, Style::Double, &mut self.out) {
                    Err(_) if self.lenient => basic(&text, &mut self.out),
                    written => written.map_err(|error| self.located(error))?,
                }
            }
            Node::Map(_) => self.inline_table(node)?,
            Node::List(items) => {
                let start = self.out.len();
                let commented = items.iter().any(|item| matches!(item, Item::Comment { .. }));
                if !(lines && commented) {
                    self.list(node)?;
                }
                if lines && (commented || self.out.len() - start > WIDTH) {
                    self.out.truncate(start);
                    self.tall_list(node)?;
                }
            }
        }
        Ok(())
    }

    fn inline_table(&mut self, node: &'a Node) -> Result<(), SyntaxError> {
        self.out.push('{');
        for (n, (name, node)) in node.entries().enumerate() {
            self.out.push_str(if n > 0 { ", " } else { " " });
            self.trail.push(Component::Key(name));
            key(name, &mut self.out);
            self.out.push_str(" = ");
            self.value(node, false)?;
            self.trail.pop();
        }
        self.out.push_str(if node.entries().next().is_some() { " }" } else { "}" });
        Ok(())
    }

    fn list(&mut self, node: &'a Node) -> Result<(), SyntaxError> {
        self.out.push('[');
        for ((_, node), n) in node.entries().zip(0..) {
            if n > 0 {
                self.out.push_str(", ");
            }
            self.trail.push(Component::Index(n));
            self.value(node, false)?;
            self.trail.pop();
        }
        self.out.push(']');
        Ok(())
    }

    /// A list with a line for each element and comment.
    fn tall_list(&mut self, node: &'a Node) -> Result<(), SyntaxError> {
        const INDENT: &str = "    ";
        self.out.push('[');
        self.line_end();
        let (elements, trailing) = entries(node);
        for (element, n) in elements.into_iter().zip(0..) {
            for comment in element.comments {
                self.out.push_str(INDENT);
                self.comment(comment)?;
            }
            self.out.push_str(INDENT);
            self.trail.push(Component::Index(n));
            self.value(element.node, false)?;
            self.trail.pop();
            self.out.push(',');
            if let Some(comment) = element.behind {
                self.out.push_str(" #");
                self.comment_text(comment)?;
            }
            self.line_end();
        }
        for comment in trailing {
            self.out.push_str(INDENT);
            self.comment(comment)?;
        }
        self.out.push(']');
        Ok(())
    }

    fn blank_line(&mut self) {
        if !self.out.is_empty() {
            self.line_end();
        }
    }

    fn comments(&mut self, comments: &[&str]) -> Result<(), SyntaxError> {
        comments.iter().try_for_each(|comment| self.comment(comment))
    }

    fn comment(&mut self, text: &str) -> Result<(), SyntaxError> {
        for line in text.split('\n') {
            self.out.push('#');
            self.comment_text(line)?;
            self.line_end();
        }
        Ok(())
    }

    fn comment_text(&mut self, text: &str) -> Result<(), SyntaxError> {
        comment(text, &mut self.out).map_err(|error| self.located(error))
    }

    fn located(&self, error: SyntaxError) -> SyntaxError {
        error.path(Component::display_all(&self.trail))
    }
}

/// A map's or list's entries, each with the comments before it, and the comments behind the last.
fn entries(node: &Node) -> (Vec<Entry<'_>>, Vec<&str>) {
    let mut entries = Vec::new();
    let (mut comments, mut behind) = (Vec::new(), None);
    for item in node.items() {
        match item {
            Item::Comment { text, inline: true } if behind.is_none() && !text.contains('\n') => {
                behind = Some(text.as_str());
            }
            Item::Comment { text, .. } => comments.push(text.as_str()),
            Item::Entry { key, node } => {
                let comments = std::mem::take(&mut comments);
                entries.push(Entry { comments, behind: behind.take(), key, node });
            }
        }
    }
    comments.extend(behind);
    (entries, comments)
}

/// Whether a value is written under a header rather than behind its key.
pub(super) fn is_section(node: &Node) -> bool {
    match node {
        Node::Scalar(_) => false,
        Node::Map(items) => !items.is_empty(),
        Node::List(_) => {
            let mut elements = node.entries().peekable();
            elements.peek().is_some() && elements.all(|(_, element)| matches!(element, Node::Map(_)))
        }
    }
}

fn is_null(node: &Node) -> bool {
    matches!(node, Node::Scalar(value) if value.kind == Kind::Null)
}
