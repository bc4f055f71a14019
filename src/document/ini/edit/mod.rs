//! Changing one key or section of an INI text.
//!
//! Comment lines stay when the key or header below them goes; those inside a section go with it.

mod outline;
#[cfg(test)]
mod tests;

use super::value::MARKS;
use super::{SOPS, spell};
use crate::document::edit::{Change, whole};
use crate::document::error::SyntaxError;
use crate::document::slot::Style;
use crate::document::spacing::Spacing;
use crate::document::splice::{Edit, joined};
use crate::document::step::{self, Step};
use crate::document::tree::Node;
use crate::document::value::Value;
use crate::document::{Document, lines};
use outline::{Key, Section, sections};
use std::collections::HashMap;
use zeroize::Zeroizing;

pub(super) fn edit(document: &Document, path: &[Step], change: Change<'_>) -> Result<Vec<Edit>, SyntaxError> {
    if path.is_empty() {
        return whole(document, change);
    }
    let text = document.text();
    let ini = Ini { text, newline: document.newline(), sections: sections(text)? };
    let edits = match (path, change) {
        ([Step::Key(section)], Change::Remove) => Ok(ini.without_section(section)),
        ([Step::Key(section), Step::Key(key)], Change::Remove) => Ok(ini.without_key(section, key)),
        ([Step::Key(section)], Change::Set(node)) => ini.with_section(section, node),
        ([Step::Key(section), Step::Key(key)], Change::Set(Node::Scalar(value))) => {
            ini.with_key(section, key, value)
        }
        ([Step::Key(_), Step::Key(_)], _) => Err(not_nested("INI can't hold a map or list inside a section")),
        _ => Err(not_nested("INI holds keys in sections, so a path in it is a section and a key")),
    };
    edits.map_err(|fault| fault.path(step::display(path)))
}

fn not_nested(reason: &str) -> SyntaxError {
    SyntaxError::whole(reason).hint("use a format that nests freely, such as YAML or JSON")
}

struct Ini<'t> {
    text: &'t str,
    newline: &'static str,
    sections: Vec<Section<'t>>,
}

/// A key with its value as they are to be written.
struct Line {
    key: String,
    value: Zeroizing<String>,
}

impl Line {
    fn new(key: &str, value: &Value) -> Result<Line, SyntaxError> {
        let key = spell::key(key).ok_or_else(|| {
            SyntaxError::whole("INI has no quotes for this key")
                .hint("choose a name without line breaks and blanks around it")
        })?;
        Ok(Line { key, value: spell::value(Style::Plain, false, value.borrow())? })
    }
}

impl<'t> Ini<'t> {
    fn with_key(&self, section: &str, key: &str, value: &Value) -> Result<Vec<Edit>, SyntaxError> {
        if let Some(key) = self.named(section).find_map(|section| section.key(key)) {
            return Ok(vec![self.replaced(key, value)?]);
        }
        let line = Line::new(key, value)?;
        Ok(vec![match self.home(section) {
            Some(place) => self.appended(place, &[line]),
            None => self.new_section(section, &[line])?,
        }])
    }

    /// A section that gets exactly these keys: those that it has already keep their lines.
    fn with_section(&self, name: &str, node: &Node) -> Result<Vec<Edit>, SyntaxError> {
        let Node::Map(_) = node else {
            return Err(not_nested("INI holds only sections at the top level, and this is a value or list"));
        };
        let mut wanted: HashMap<&str, &Value> = HashMap::new();
        for (key, node) in node.entries() {
            let Node::Scalar(value) = node else {
                return Err(not_nested("INI can't hold a map or list inside a section"));
            };
            wanted.insert(key, value);
        }
        let mut edits = Vec::new();
        for key in self.named(name).flat_map(|section| &section.keys) {
            edits.push(match wanted.remove(&*key.name) {
                Some(value) => self.replaced(key, value)?,
                None => (key.lines.clone(), Zeroizing::default()),
            });
        }
        let new = node.entries().filter_map(|(key, _)| Some((key, *wanted.get(key)?)));
        let lines: Vec<Line> = new.map(|(key, value)| Line::new(key, value)).collect::<Result<_, _>>()?;
        match self.home(name) {
            Some(_) if lines.is_empty() => {}
            Some(place) => edits.push(self.appended(place, &lines)),
            None => edits.push(self.new_section(name, &lines)?),
        }
        Ok(edits)
    }

    fn without_key(&self, section: &str, key: &str) -> Vec<Edit> {
        let key = self.named(section).find_map(|section| section.key(key));
        key.map(|key| (key.lines.clone(), Zeroizing::default())).into_iter().collect()
    }

    fn without_section(&self, name: &str) -> Vec<Edit> {
        let mut blocks: Vec<std::ops::Range<usize>> = Vec::new();
        let mut before_is_gone = false;
        for section in &self.sections {
            let is_gone = section.name == name;
            let first = section.keys.first().map_or(section.end, |key| key.lines.start);
            let block =
                if section.is_headed() { section.header.start..section.end } else { first..section.end };
            match blocks.last_mut() {
                Some(last) if is_gone && before_is_gone => last.end = block.end,
                _ if is_gone && !block.is_empty() => blocks.push(block),
                _ => {}
            }
            before_is_gone = is_gone && !blocks.is_empty();
        }
        let gone = |block| (lines::with_gap(self.text, block), Zeroizing::default());
        blocks.into_iter().map(gone).collect()
    }

    fn named(&self, name: &str) -> impl Iterator<Item = &Section<'t>> {
        self.sections.iter().filter(move |section| section.name == name)
    }

    /// Where a new key of a section goes: to other keys, or else below a header; the section above all headers
    /// is there even without keys.
    fn home(&self, name: &str) -> Option<&Section<'t>> {
        self.named(name)
            .find(|section| !section.keys.is_empty())
            .or_else(|| self.named(name).find(|section| section.is_headed()))
            .or_else(|| self.named(name).next())
    }

    fn replaced(&self, key: &Key<'t>, value: &Value) -> Result<Edit, SyntaxError> {
        let old = &key.value;
        let spelled = self.spelled(old, value)?;
        if !old.span.is_empty() || spelled.is_empty() {
            return Ok((old.span.clone(), spelled));
        }
        // An empty value has no blanks of its own around it.
        let between = key.between(self.text);
        let blank = [' ', '\t'];
        let before = if between.starts_with(blank) && !between.ends_with(blank) { " " } else { "" };
        let behind = if self.text[old.span.end..].starts_with(MARKS) { " " } else { "" };
        Ok((old.span.clone(), joined(&[before, &spelled, behind])))
    }

    /// A value in the quotes of an old one, if they can hold it.
    fn spelled(&self, old: &super::value::Value, value: &Value) -> Result<Zeroizing<String>, SyntaxError> {
        let comment = old.comment.as_ref().map_or("", |comment| &self.text[comment.clone()]);
        for style in [old.style, Style::Backtick, Style::TripleDouble] {
            let spelled = spell::value(style, !comment.is_empty(), value.borrow())?;
            // Quotes over several lines end at the last mark of a line, which may be one in the comment.
            let mark = if spelled.starts_with('`') { "`" } else { "\"\"\"" };
            if !spelled.contains('\n') || !comment.contains(mark) {
                return Ok(spelled);
            }
        }
        Err(SyntaxError::whole(
            "INI has no quotes for a value of several lines before a comment with quotes in it",
        )
        .hint("move the comment to a line of its own"))
    }

    /// Lines behind the last key of a section.
    fn appended(&self, section: &Section<'t>, new: &[Line]) -> Edit {
        let last = section.keys.last();
        let headed = section.is_headed();
        let next = self.sections.get(1).filter(|_| last.is_none() && !headed);
        let at = match (last, next) {
            (Some(key), _) => key.lines.end,
            _ if headed => section.header.end,
            (_, Some(next)) => next.lead,
            _ => self.text.len(),
        };
        let indent = last.map_or("", |key| lines::indent(self.text, key.lines.start));
        let mut out = self.lines(section, indent, new);
        if next.is_some() {
            out.push_str(self.newline);
        }
        (at..at, lines::inserted(self.text, at, &out, self.newline))
    }

    fn new_section(&self, name: &str, new: &[Line]) -> Result<Edit, SyntaxError> {
        if name.is_empty() || name.contains(['\n', '\r']) {
            return Err(SyntaxError::whole(
                "INI can't hold a section whose name is empty or has a line break",
            )
            .hint("choose another name"));
        }
        if name == SOPS {
            return Err(SyntaxError::whole(format!("the section `{SOPS}` is that of the metadata"))
                .hint("choose another name"));
        }
        let text = self.text;
        let is_apart = |section: &Section<'_>| {
            let above = &text[..section.lead];
            lines::is_blank(above) || lines::is_blank(&above[lines::start(above, above.len() - 1)..])
        };
        let mut headed = self.sections.iter().skip(2).peekable();
        let apart = headed.peek().is_none() || headed.any(is_apart);
        let is_open = !text.is_empty() && !lines::is_blank(&text[lines::start(text, text.len() - 1)..]);
        let mut out = Zeroizing::new(String::new());
        if apart && is_open {
            out.push_str(self.newline);
        }
        out.push_str(&format!("[{name}]"));
        if !new.is_empty() {
            out.push_str(self.newline);
            let like = self.sections.last().unwrap_or(&self.sections[0]);
            out.push_str(&self.lines(like, "", new));
        }
        Ok((text.len()..text.len(), lines::inserted(text, text.len(), &out, self.newline)))
    }

    /// Keys with their values as the last key of a section has them, or the last one of the file; without the last
    /// line end.
    fn lines(&self, section: &Section<'t>, indent: &str, new: &[Line]) -> Zeroizing<String> {
        let spaced = |section: &'_ Section<'t>| {
            let filled = section.keys.iter().rev().filter(|key| !key.value.span.is_empty());
            Spacing::of(filled.map(|key| (&self.text[key.written.clone()], key.between(self.text))))
        };
        let spacing =
            spaced(section).or_else(|| self.sections.iter().find_map(spaced)).unwrap_or(Spacing::USUAL);
        let mut out = Zeroizing::new(String::new());
        for (number, line) in new.iter().enumerate() {
            if number > 0 {
                out.push_str(self.newline);
            }
            out.push_str(indent);
            spacing.write(&line.key, &mut out);
            out.push_str(&line.value);
        }
        out
    }
}
