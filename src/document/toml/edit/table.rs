//! Tables with headers, and lists of them: put in, replaced, taken out.

use super::super::write::{Writer, is_section};
use super::line::{Home, empty_table};
use super::outline::{Entry, Section, sections};
use super::{Toml, is_below};
use crate::document::edit::Change;
use crate::document::error::SyntaxError;
use crate::document::lines;
use crate::document::splice::{Edit, splice};
use crate::document::step::{self, Step};
use crate::document::tree::Node;
use std::ops::Range;
use zeroize::Zeroizing;

impl<'t> Toml<'t> {
    /// A new value: the last step of `path` is new, the table or list that the others lead to is there.
    pub(super) fn added(&self, path: &[Step], node: &Node) -> Result<Edit, SyntaxError> {
        let table = &path[..path.len() - 1];
        if let Some(Step::Index(_)) = path.last() {
            return self.new_sections(path, &self.element(path, node)?);
        }
        match self.home(table, |_| false) {
            Some(Home::Section(_) | Home::Above(_)) if is_section(node) => {
                self.new_sections(path, &self.under_headers(path, node)?)
            }
            Some(home) => self.new_line(&home, path, node, false),
            None => Err(SyntaxError::whole("the table is not there")),
        }
    }

    /// A table or list of tables replaced or removed.
    pub(super) fn table_changed(&self, path: &[Step], change: Change<'_>) -> Result<Vec<Edit>, SyntaxError> {
        let blocks = self.blocks(path);
        let dotted = self.dotted(path);
        let (new, replaced) = match change {
            Change::Set(node) => self.replacement(path, node, &blocks, &dotted)?,
            Change::Remove => self.remnant(path, &blocks, &dotted)?,
        };
        let entries = dotted.iter().map(|(_, entry)| entry.lines.clone());
        let sections = blocks.into_iter().map(|block| lines::with_gap(self.text, block));
        // What is replaced is the first of the entries, or else of the blocks.
        let gone = entries.chain(sections).skip(usize::from(replaced));
        // A new line may stand between blank lines that go with a table.
        let line = new.as_ref().map(|(span, _)| span.start).filter(|_| !replaced);
        let cut = |span: Range<usize>| match line.filter(|at| span.contains(at)) {
            Some(at) => at..span.end,
            None => span,
        };
        let gone: Vec<Edit> = gone.map(|span| (cut(span), Zeroizing::default())).collect();
        Ok(new.into_iter().chain(gone).collect())
    }

    /// What comes in place of a table, and whether it stands in place of the table's first piece.
    fn replacement(
        &self,
        path: &[Step],
        node: &Node,
        blocks: &[Range<usize>],
        dotted: &[(&Section<'t>, &Entry<'t>)],
    ) -> Result<(Option<Edit>, bool), SyntaxError> {
        if let Some((section, entry)) = dotted.first() {
            let key = &path[section.path.len()..];
            let new = self.line(Some(section), "", key, path, node)?;
            return Ok((Some((entry.key.span.start..entry.value.end, new)), true));
        }
        let text = match path.split_last() {
            Some((Step::Index(_), _)) => self.element(path, node)?,
            _ if is_section(node) => self.under_headers(path, node)?,
            _ if matches!(node, Node::Map(_)) => self.header(path),
            Some((_, table)) => {
                let gone = |section: &Section<'t>| is_below(section, path);
                match self.home(table, gone) {
                    Some(home) => {
                        let alone = self.sections.iter().skip(1).all(gone);
                        return Ok((Some(self.new_line(&home, path, node, alone)?), false));
                    }
                    None => self.header_and_line(path, node)?,
                }
            }
            None => return Ok((None, false)),
        };
        Ok((blocks.first().map(|block| self.in_place(block, &text)).transpose()?, true))
    }

    /// What has to stay when a table goes: the table or list that it was in, if nothing else is in it.
    fn remnant(
        &self,
        path: &[Step],
        blocks: &[Range<usize>],
        dotted: &[(&Section<'t>, &Entry<'t>)],
    ) -> Result<(Option<Edit>, bool), SyntaxError> {
        let Some((last, table)) = path.split_last() else { return Ok((None, false)) };
        let gone = |section: &Section<'t>| is_below(section, path);
        let is_list = matches!(last, Step::Index(_));
        if is_list {
            let is_left = self.sections.iter().any(|section| is_below(section, table) && !gone(section));
            let empty = Node::List(Vec::new());
            return if is_left { Ok((None, false)) } else { self.replacement(table, &empty, blocks, dotted) };
        }
        let is_left = |(section, entry): (&Section<'t>, &Entry<'t>)| {
            table.strip_prefix(&section.path[..]).is_some_and(|rest| entry.key.is_below(rest))
                && !path.strip_prefix(&section.path[..]).is_some_and(|rest| entry.key.is_below(rest))
        };
        let mut entries = self
            .sections
            .iter()
            .flat_map(|section| section.entries.iter().map(move |entry| (section, entry)));
        let sections = self.sections.iter().any(|section| is_below(section, table) && !gone(section));
        if table.is_empty() || sections || entries.any(is_left) {
            return Ok((None, false));
        }
        if let Some((section, entry)) = dotted.first() {
            let new = empty_table(&table[section.path.len()..]);
            return Ok((Some((entry.key.span.start..entry.value.end, new)), true));
        }
        Ok((blocks.first().map(|block| self.in_place(block, &self.header(table))).transpose()?, true))
    }

    /// The lines of the sections at and below a path: runs of sections without their leading comments.
    fn blocks(&self, path: &[Step]) -> Vec<Range<usize>> {
        let mut blocks: Vec<Range<usize>> = Vec::new();
        let mut goes_on = false;
        for section in &self.sections {
            let is_gone = is_below(section, path);
            match blocks.last_mut() {
                Some(last) if is_gone && goes_on => last.end = section.end,
                _ if is_gone => blocks.push(section.header.start..section.end),
                _ => {}
            }
            goes_on = is_gone;
        }
        blocks
    }

    /// The keys whose dots make the table at a path.
    fn dotted<'a>(&'a self, path: &[Step]) -> Vec<(&'a Section<'t>, &'a Entry<'t>)> {
        let mut found = Vec::new();
        for section in &self.sections {
            let Some(rest) = path.strip_prefix(&section.path[..]).filter(|rest| !rest.is_empty()) else {
                continue;
            };
            let below = section.entries.iter().filter(|entry| entry.key.is_below(rest));
            found.extend(below.map(|entry| (section, entry)));
        }
        found
    }

    /// The element of a list of tables: its header and what is below it.
    fn element(&self, path: &[Step], node: &Node) -> Result<Zeroizing<String>, SyntaxError> {
        let Node::Map(_) = node else {
            return Err(SyntaxError::whole("this list is written as `[[tables]]`, which can only hold maps")
                .hint("give a map, or set the whole list"));
        };
        let mut writer = Writer::at(self.newline, step::components(path));
        writer.header();
        writer.table(node)?;
        Ok(writer.finish())
    }

    fn under_headers(&self, path: &[Step], node: &Node) -> Result<Zeroizing<String>, SyntaxError> {
        let mut writer = Writer::at(self.newline, step::components(path));
        writer.under_headers(node)?;
        Ok(writer.finish())
    }

    fn header_and_line(&self, path: &[Step], node: &Node) -> Result<Zeroizing<String>, SyntaxError> {
        let (above, key) = path.split_at(path.len() - 1);
        let mut out = self.header(above);
        out.push_str(&self.line(None, "", key, path, node)?);
        out.push_str(self.newline);
        Ok(out)
    }

    /// Sections in place of others.
    fn in_place(&self, block: &Range<usize>, new: &str) -> Result<Edit, SyntaxError> {
        let old = self.sections.iter().find(|section| section.header.start == block.start);
        let new = self.indented(new, old)?;
        let open = !self.text[block.clone()].ends_with('\n');
        let new = if open { new.strip_suffix(self.newline).unwrap_or(&new) } else { &new };
        Ok((block.clone(), Zeroizing::new(new.to_owned())))
    }

    /// Sections behind the last one of the table or list that the path's last step is new in.
    fn new_sections(&self, path: &[Step], new: &str) -> Result<Edit, SyntaxError> {
        let table = &path[..path.len() - 1];
        let below = |section: &&Section<'t>| is_below(section, table) && section.is_headed();
        let sibling =
            self.sections.iter().rev().filter(below).find(|section| section.path.len() == path.len());
        let new = self.indented(new, sibling.or_else(|| self.sections.iter().find(below)))?;
        let last = self.sections.iter().rposition(|section| is_below(section, table)).unwrap_or(0);
        let at = self.sections[last].end;
        let first = lines::first(self.text);
        let mut pairs = self.sections.windows(2).filter(|pair| pair[0].end > first).peekable();
        let is_apart = pairs.peek().is_none() || pairs.any(|pair| pair[1].lead > pair[0].end);
        let is_last = self.sections.len() == last + 1;
        let mut out = Zeroizing::new(String::new());
        if is_apart && at > first {
            out.push_str(self.newline);
        }
        out.push_str(new.strip_suffix(self.newline).unwrap_or(&new));
        if is_apart && !is_last && self.sections[last + 1].lead == at {
            out.push_str(self.newline);
        }
        Ok((at..at, lines::inserted(self.text, at, &out, self.newline)))
    }

    /// New sections with the indentation of one that is there.
    fn indented(&self, new: &str, like: Option<&Section<'t>>) -> Result<Zeroizing<String>, SyntaxError> {
        let Some(like) = like else { return Ok(Zeroizing::new(new.to_owned())) };
        let header = lines::indent(self.text, like.header.start);
        let keys = like.entries.first().map_or(header, |entry| lines::indent(self.text, entry.lines.start));
        let mut edits = Vec::new();
        for section in &sections(new)? {
            if section.is_headed() {
                edits.push((section.header.start, header));
            }
            edits.extend(section.entries.iter().map(|entry| (entry.lines.start, keys)));
        }
        Ok(splice(new, edits.iter().map(|&(at, indent)| (at..at, indent))))
    }
}
