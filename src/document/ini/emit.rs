//! Whole texts and the metadata section in sops' layout (spec, stores 5.2 and 5.3).

use super::value::MARKS;
use super::{SOPS, scan, spell};
use crate::document::error::SyntaxError;
use crate::document::flat;
use crate::document::slot::Style;
use crate::document::syntax::{Edit, Part};
use crate::document::tree::{Item, Node};
use crate::document::value::Value;
use zeroize::Zeroizing;

/// One `name = value` with the comment lines above it.
struct Line {
    comments: Zeroizing<String>,
    key: String,
    value: Zeroizing<String>,
}

/// The sections of all documents, one after another.
pub(super) fn documents(documents: &[Node]) -> Result<Zeroizing<String>, SyntaxError> {
    let mut out = Zeroizing::new(String::new());
    for document in documents {
        for (name, node) in document.entries() {
            let Node::Map(items) = node else {
                return Err(SyntaxError::whole(
                    "INI holds only sections at the top level, and this is a value or list",
                )
                .path(flat::display(&[name]))
                .hint("use a format that nests freely, such as YAML or JSON"));
            };
            section(name, items, &mut out)?;
        }
    }
    Ok(out)
}

fn section(name: &str, items: &[Item], out: &mut Zeroizing<String>) -> Result<(), SyntaxError> {
    let (heading, lines) = lines(name, items)?;
    // The keys at the top of the file are in this section by themselves.
    let headless = name == scan::DEFAULT && out.is_empty();
    if !headless && (name.is_empty() || name.contains('\n')) {
        return Err(SyntaxError::whole("INI can't hold a section whose name is empty or has a line break")
            .path(flat::display(&[name])));
    }
    if !out.is_empty() {
        out.push('\n');
    }
    out.push_str(&heading);
    if !headless {
        out.push_str(&format!("[{name}]\n"));
    }
    write(&lines, "\n", out);
    Ok(())
}

/// The comment lines of a section and its keys. A comment follows the key above which it is written, as in
/// sops' trees.
fn lines(section: &str, items: &[Item]) -> Result<(Zeroizing<String>, Vec<Line>), SyntaxError> {
    let mut heading = Zeroizing::new(String::new());
    let mut lines: Vec<Line> = Vec::new();
    for item in items {
        match item {
            Item::Comment { text, .. } => {
                comment(text, lines.last_mut().map_or(&mut heading, |line| &mut line.comments));
            }
            Item::Entry { key: name, node } => {
                let path = |fault: SyntaxError| fault.path(flat::display(&[section, name]));
                let Node::Scalar(value) = node else {
                    return Err(path(SyntaxError::whole("INI can't hold a map or list inside a section")));
                };
                let key = spell::key(name)
                    .ok_or_else(|| path(SyntaxError::whole("INI has no quotes for this key")))?;
                let value = spell::value(Style::Plain, false, value.borrow()).map_err(path)?;
                lines.push(Line { comments: Zeroizing::new(String::new()), key, value });
            }
        }
    }
    Ok((heading, lines))
}

/// Adds a comment as lines of its own.
fn comment(text: &str, out: &mut String) {
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let mark = line.chars().next().filter(|mark| MARKS.contains(mark));
        out.push(mark.unwrap_or(';'));
        out.push(' ');
        out.push_str(line[mark.map_or(0, char::len_utf8)..].trim());
        out.push('\n');
    }
}

/// Writes keys with their `=` below each other.
fn write(lines: &[Line], newline: &str, out: &mut String) {
    let width = lines.iter().map(|line| line.key.len()).max().unwrap_or(0);
    for Line { comments, key, value } in lines {
        out.push_str(comments);
        out.push_str(key);
        out.extend(std::iter::repeat_n(' ', width - key.len()));
        out.push_str(" = ");
        out.push_str(value);
        out.push_str(newline);
    }
}

/// The edit that puts the `[sops]` section behind an empty line.
pub(super) fn metadata(text: &str, part: &Part, tree: &Node) -> Edit {
    let newline = match text.find('\n') {
        Some(at) if text[..at].ends_with('\r') => "\r\n",
        _ => "\n",
    };
    let before = &text[scan::start(text).min(part.insert)..part.insert];
    let added_newline = !before.is_empty() && !before.ends_with('\n');
    let mut out = Zeroizing::new(String::new());
    if added_newline {
        out.push_str(newline);
    }
    if !before.is_empty() {
        out.push_str(newline);
    }
    out.push_str(&format!("[{SOPS}]{newline}"));
    let lines: Vec<Line> = flat::flatten(tree)
        .into_iter()
        .map(|(name, text)| {
            let value = Value::str(&flat::escape(&text));
            Line {
                comments: Zeroizing::new(String::new()),
                key: spell::key(&name).unwrap_or(name),
                // Without line feeds every text has quotes that hold it.
                value: spell::value(Style::Plain, false, value.borrow()).unwrap_or_default(),
            }
        })
        .collect();
    write(&lines, newline, &mut out);
    Edit { span: part.insert..part.insert, text: out, added_newline }
}
