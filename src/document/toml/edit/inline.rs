//! Values inside lists and inline tables.

use super::super::tokens::{Tokens, span};
use super::super::write::Writer;
use super::Toml;
use super::line::{dotted, empty_table};
use super::outline::{Key, key, value};
use crate::document::edit::{Change, apply, nested};
use crate::document::error::SyntaxError;
use crate::document::lines;
use crate::document::spacing::Spacing;
use crate::document::splice::{Edit, joined};
use crate::document::step::{self, Step};
use crate::document::tree::Node;
use std::ops::Range;
use toml_parser::lexer::TokenKind;
use zeroize::Zeroizing;

/// A list or an inline table.
struct Container<'t> {
    span: Range<usize>,
    list: bool,
    members: Vec<Member<'t>>,
}

struct Member<'t> {
    start: usize,
    key: Option<Key<'t>>,
    value: Range<usize>,
    /// The end of the comma behind it.
    comma: Option<usize>,
}

impl<'t> Container<'t> {
    /// `None` for any other value.
    fn read(text: &'t str, span: &Range<usize>) -> Result<Option<Container<'t>>, SyntaxError> {
        let list = match text.as_bytes().get(span.start) {
            Some(b'[') => true,
            Some(b'{') => false,
            _ => return Ok(None),
        };
        let inside = &text[span.clone()];
        let mut tokens = Tokens::new(inside);
        let mut members: Vec<Member<'t>> = Vec::new();
        tokens.take();
        loop {
            match tokens.peek() {
                TokenKind::Eof | TokenKind::RightSquareBracket | TokenKind::RightCurlyBracket => break,
                TokenKind::Comma => {
                    let end = self::span(tokens.take()).end;
                    if let Some(last) = members.last_mut() {
                        last.comma = Some(span.start + end);
                    }
                }
                TokenKind::Whitespace | TokenKind::Newline | TokenKind::Comment => {
                    tokens.take();
                }
                _ => {
                    let start = span.start + tokens.at();
                    let moved = |range: Range<usize>| span.start + range.start..span.start + range.end;
                    let key = if list { None } else { Some(key(inside, &mut tokens)?) };
                    let key = key.map(|key| Key { span: moved(key.span.clone()), ..key });
                    let value = moved(value(&mut tokens));
                    members.push(Member { start, key, value, comma: None });
                }
            }
        }
        Ok(Some(Container { span: span.clone(), list, members }))
    }

    /// The member that the first steps of a path lead to, and how many steps that are.
    fn position(&self, path: &[Step]) -> Option<(usize, usize)> {
        match path.first()? {
            Step::Index(index) => (self.list && *index < self.members.len()).then_some((*index, 1)),
            Step::Key(_) => self.members.iter().enumerate().find_map(|(number, member)| {
                let key = member.key.as_ref().filter(|key| key.starts(path))?;
                Some((number, key.parts.len()))
            }),
        }
    }

    /// How many members the dots of whose keys make a table of this path.
    fn below(&self, path: &[Step]) -> usize {
        let is_below = |member: &&Member<'_>| member.key.as_ref().is_some_and(|key| key.is_below(path));
        self.members.iter().filter(is_below).count()
    }
}

impl<'t> Toml<'t> {
    /// A change inside the value at `span`; the last `steps` of the path lead there from it.
    pub(super) fn inside(
        &self,
        span: &Range<usize>,
        path: &[Step],
        steps: usize,
        change: Change<'_>,
    ) -> Result<Vec<Edit>, SyntaxError> {
        let mut span = span.clone();
        let mut rest = &path[path.len() - steps..];
        loop {
            let Some(container) = Container::read(self.text, &span)? else {
                // A scalar in the way.
                let Change::Set(node) = change else { return Ok(Vec::new()) };
                let above = &path[..path.len() - rest.len()];
                return Ok(vec![self.replaced(&span, above, &nested(rest, node), false)?]);
            };
            let Some((number, length)) = container.position(rest) else {
                return match change {
                    _ if container.below(rest) > 0 => self.rewritten(&container, path, rest, change),
                    Change::Set(node) => self.appended(&container, path, rest, node),
                    Change::Remove => Ok(Vec::new()),
                };
            };
            let member = &container.members[number];
            if rest.len() > length {
                span = member.value.clone();
                rest = &rest[length..];
                continue;
            }
            return match change {
                Change::Set(node) => Ok(vec![self.replaced(&member.value, path, node, false)?]),
                // A table that is nothing but the dots of a key stays, empty.
                Change::Remove if length > 1 && container.below(&rest[..length - 1]) == 1 => {
                    Ok(vec![(member.start..member.value.end, empty_table(&rest[..length - 1]))])
                }
                Change::Remove => Ok(vec![(self.removal(&container, number), Zeroizing::default())]),
            };
        }
    }

    /// The whole container on one line, for changes of several of its members.
    fn rewritten(
        &self,
        container: &Container<'t>,
        path: &[Step],
        rest: &[Step],
        change: Change<'_>,
    ) -> Result<Vec<Edit>, SyntaxError> {
        let above = &path[..path.len() - rest.len()];
        let trees = self.document.trees();
        let old = trees.first().and_then(|tree| step::find(tree, above).ok());
        let mut node = old.cloned().unwrap_or(Node::Map(Vec::new()));
        apply(&mut node, rest, change).map_err(|_| SyntaxError::whole("the path does not fit the text"))?;
        let mut writer = Writer::at(self.newline, step::components(above));
        writer.value(&node, false)?;
        Ok(vec![(container.span.clone(), writer.finish())])
    }

    /// One more member.
    fn appended(
        &self,
        container: &Container<'t>,
        path: &[Step],
        rest: &[Step],
        node: &Node,
    ) -> Result<Vec<Edit>, SyntaxError> {
        // A key goes to a table that dots make as one more dotted key.
        let known = (1..rest.len()).rev().find(|&length| container.below(&rest[..length]) > 0).unwrap_or(0);
        let node = nested(&rest[known + 1..], node);
        let path = &path[..path.len() - rest.len() + known + 1];
        let mut new = Zeroizing::new(String::new());
        if !container.list {
            let pair = |member: &Member<'t>| {
                let Range { start, end } = member.key.as_ref()?.span;
                Some((&self.text[start..end], &self.text[end..member.value.start]))
            };
            let spacing = Spacing::of(container.members.iter().rev().filter_map(pair));
            spacing.unwrap_or(Spacing::USUAL).write(&dotted(&rest[..=known]), &mut new);
        }
        new.push_str(&self.spelled("", path, &node, false)?);
        Ok(match container.members.last() {
            Some(last) => self.behind(container, last, &new),
            None => vec![self.first(container, &new)],
        })
    }

    /// A new member behind the last one: on a line of its own if that has one.
    fn behind(&self, container: &Container<'t>, last: &Member<'t>, new: &str) -> Vec<Edit> {
        let text = self.text;
        let end = last.value.end;
        let behind = last.comma.unwrap_or(end);
        let line_end = behind + text[behind..lines::end(text, behind)].trim_end().len();
        let rest = text[behind..line_end].trim_start();
        let insert = |at: usize, pieces: &[&str]| (at..at, joined(pieces));
        if !lines::is_first(text, last.start) {
            let before = container.members.len().checked_sub(2).map(|n| container.members[n].value.end);
            let gap = before.map(|before| &text[before..last.start]);
            let gap = gap.filter(|gap| !gap.contains(['\n', '#'])).unwrap_or(", ");
            return vec![insert(end, &[gap, new])];
        }
        let line = joined(&[self.newline, lines::indent(text, last.start), new]);
        match last.comma {
            _ if !rest.is_empty() && !rest.starts_with('#') => {
                vec![insert(end, &[",", &line])]
            }
            Some(_) => vec![insert(line_end, &[&line, ","])],
            None => vec![insert(end, &[","]), (line_end..line_end, line)],
        }
    }

    /// The first member of an empty container, which may hold comments.
    fn first(&self, container: &Container<'t>, new: &str) -> Edit {
        let inside = container.span.start + 1..container.span.end - 1;
        if !self.text[inside.clone()].contains('\n') {
            let pad = if container.list { "" } else { " " };
            return (inside, joined(&[pad, new, pad]));
        }
        let at = lines::start(self.text, inside.end);
        let indent = lines::indent(self.text, container.span.start);
        let comma = if container.list { "," } else { "" };
        (at..at, joined(&[indent, "    ", new, comma, self.newline]))
    }

    /// A member with one comma, and with its line if it has one to itself.
    fn removal(&self, container: &Container<'t>, number: usize) -> Range<usize> {
        let text = self.text;
        let member = &container.members[number];
        let Range { start, end } = member.start..member.value.end;
        let behind = member.comma.unwrap_or(end);
        let line_end = lines::end(text, behind);
        let rest = text[behind..line_end].trim_start();
        if lines::is_first(text, start) && (rest.is_empty() || rest.starts_with('#')) {
            return lines::start(text, start)..line_end;
        }
        let before = number.checked_sub(1).map(|before| container.members[before].value.end);
        let next = container.members.get(number + 1).map(|next| next.start);
        let has_comment = |gap: Range<usize>| text[gap].contains('#');
        match (before, next) {
            (None, None) if !text[container.span.clone()].contains('\n') => {
                container.span.start + 1..container.span.end - 1
            }
            (_, Some(next))
                if (before.is_none() || lines::is_first(text, start)) && !has_comment(behind..next) =>
            {
                start..next
            }
            (Some(before), _) if !has_comment(before..start) => before..end,
            _ => start..behind,
        }
    }
}
