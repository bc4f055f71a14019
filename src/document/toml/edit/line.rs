//! A key with its value on a line: put in, replaced, taken out.

use super::super::spell;
use super::super::write::Writer;
use super::Toml;
use super::outline::{Entry, Section};
use crate::document::error::SyntaxError;
use crate::document::lines;
use crate::document::slot::Style;
use crate::document::spacing::Spacing;
use crate::document::splice::Edit;
use crate::document::step::{self, Step};
use crate::document::tree::Node;
use crate::document::value::Kind;
use std::ops::Range;
use zeroize::Zeroizing;

/// Where a new key of a table goes.
pub(super) enum Home<'a, 't> {
    /// Below the table's header.
    Section(&'a Section<'t>),
    /// Behind a key whose dots make the table.
    Dotted(&'a Section<'t>, &'a Entry<'t>),
    /// Below a header to be made above this first section of a table in it.
    Above(&'a Section<'t>),
}

impl<'t> Toml<'t> {
    /// Where a new key of the table at a path goes, if some sections are taken as gone. `None` if nothing of the
    /// table is left.
    pub(super) fn home<'a>(
        &'a self,
        table: &[Step],
        is_gone: impl Fn(&Section<'t>) -> bool,
    ) -> Option<Home<'a, 't>> {
        let left = || self.sections.iter().filter(|section| !is_gone(section));
        let dotted = |section: &'a Section<'t>| {
            let rest = table.strip_prefix(&section.path[..])?;
            let entry = section.entries.iter().rev().find(|entry| entry.key.is_below(rest))?;
            Some(Home::Dotted(section, entry))
        };
        left()
            .find(|section| section.path == table)
            .map(Home::Section)
            .or_else(|| left().find_map(dotted))
            .or_else(|| left().find(|section| super::is_below(section, table)).map(Home::Above))
    }

    /// The line of a new key. `path` ends with the key, `home` is that of its table; `alone` says whether
    /// all other sections go.
    pub(super) fn new_line(
        &self,
        home: &Home<'_, 't>,
        path: &[Step],
        node: &Node,
        alone: bool,
    ) -> Result<Edit, SyntaxError> {
        let (section, last) = match home {
            Home::Section(section) => (*section, section.entries.last()),
            Home::Dotted(section, entry) => (*section, Some(*entry)),
            Home::Above(section) => {
                let mut out = self.header(&path[..path.len() - 1]);
                out.push_str(&self.line(None, "", &path[path.len() - 1..], path, node)?);
                out.push_str(self.newline);
                out.push_str(self.newline);
                return Ok((section.lead..section.lead, out));
            }
        };
        let next = self.sections.get(1).filter(|_| last.is_none() && !section.is_headed());
        let at = match (last, next) {
            (Some(entry), _) => entry.lines.end,
            _ if section.is_headed() => section.header.end,
            (_, Some(next)) => next.lead,
            _ => self.text.len(),
        };
        let above = last.map_or(section.header.start, |entry| entry.lines.start);
        let indent = if last.is_some() || section.is_headed() { lines::indent(self.text, above) } else { "" };
        let mut out = self.line(Some(section), indent, &path[section.path.len()..], path, node)?;
        if next.is_some() && !alone {
            out.push_str(self.newline);
        }
        Ok((at..at, lines::inserted(self.text, at, &out, self.newline)))
    }

    /// `[table]`, or `[[table]]` for an element, with its line end.
    pub(super) fn header(&self, table: &[Step]) -> Zeroizing<String> {
        let mut writer = Writer::at(self.newline, step::components(table));
        writer.header();
        writer.finish()
    }

    /// A key with its value, without line end. The key's last steps are `key`; `path` is all of it.
    pub(super) fn line(
        &self,
        section: Option<&Section<'t>>,
        indent: &str,
        key: &[Step],
        path: &[Step],
        node: &Node,
    ) -> Result<Zeroizing<String>, SyntaxError> {
        let spaced = |section: &Section<'t>| {
            let pair = |entry: &Entry<'_>| {
                let Range { start, end } = entry.key.span;
                (&self.text[start..end], &self.text[end..entry.value.start])
            };
            Spacing::of(section.entries.iter().rev().map(pair))
        };
        let spacing = section
            .and_then(spaced)
            .or_else(|| self.sections.iter().find_map(spaced))
            .unwrap_or(Spacing::USUAL);
        let mut out = Zeroizing::new(indent.to_owned());
        spacing.write(&dotted(key), &mut out);
        out.push_str(&self.spelled("", path, node, true)?);
        Ok(out)
    }

    /// A new value in place of an old one. `lines`: a text may go over several.
    pub(super) fn replaced(
        &self,
        old: &Range<usize>,
        path: &[Step],
        node: &Node,
        lines: bool,
    ) -> Result<Edit, SyntaxError> {
        Ok((old.clone(), self.spelled(&self.text[old.clone()], path, node, lines)?))
    }

    /// A value in the quotes of an old one, if they can hold it.
    pub(super) fn spelled(
        &self,
        old: &str,
        path: &[Step],
        node: &Node,
        lines: bool,
    ) -> Result<Zeroizing<String>, SyntaxError> {
        let mut out = Zeroizing::new(String::new());
        if let Node::Scalar(value) = node
            && matches!(value.kind, Kind::Str | Kind::Bytes)
            && old.starts_with('\'')
        {
            let text = value.borrow().text();
            let is_long = lines && self.newline == "\n" && text.contains('\n');
            if !is_long {
                spell::scalar(value.borrow(), Style::Single, &mut out)?;
                return Ok(out);
            }
            if old.starts_with("'''") && spell::is_literal(&text) {
                for piece in ["'''\n", &text, "'''"] {
                    out.push_str(piece);
                }
                return Ok(out);
            }
        }
        let mut writer = Writer::at(self.newline, step::components(path));
        writer.value(node, lines)?;
        Ok(writer.finish())
    }

    /// The edits that take out a key. A table that is nothing but its dots stays, empty.
    pub(super) fn without_entry(
        &self,
        section: &Section<'t>,
        entry: &Entry<'t>,
    ) -> Result<Vec<Edit>, SyntaxError> {
        let key: Vec<Step> = entry.key.parts.iter().map(|part| Step::Key(part.name.to_string())).collect();
        let above = &key[..key.len() - 1];
        let table = [&section.path[..], above].concat();
        let others = section.entries.iter().filter(|other| other.key.is_below(above)).count() > 1
            || self.sections.iter().any(|section| super::is_below(section, &table));
        Ok(vec![match above.is_empty() || others {
            true => (entry.lines.clone(), Zeroizing::default()),
            false => (entry.key.span.start..entry.value.end, empty_table(above)),
        }])
    }
}

/// `key = {}`
pub(super) fn empty_table(key: &[Step]) -> Zeroizing<String> {
    Zeroizing::new(format!("{} = {{}}", dotted(key)))
}

/// Keys with dots between them.
pub(super) fn dotted(key: &[Step]) -> String {
    let mut out = String::new();
    for step in key {
        if let Step::Key(name) = step {
            if !out.is_empty() {
                out.push('.');
            }
            spell::key(name, &mut out);
        }
    }
    out
}
