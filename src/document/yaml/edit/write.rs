//! New values in the habits of the text around them.

use super::trail::{Holder, HolderKind, Trail};
use crate::document::Document;
use crate::document::error::SyntaxError;
use crate::document::slot::Style;
use crate::document::syntax::{Limits, Spot};
use crate::document::tree::Node;
use crate::document::value::{Kind, Value};
use crate::document::yaml::quote::{Traits, double, single};
use crate::document::yaml::spell;
use zeroize::Zeroizing;

/// Keys beyond this length are written with a `?`: readers look ahead only so far for the colon.
pub(super) const LONG_KEY: usize = 128;

/// How the text is written.
#[derive(Clone, Copy)]
pub(super) struct Habits {
    pub newline: &'static str,
    /// What one level of nesting adds.
    pub step: usize,
    /// What a list under a key adds: the step or nothing.
    pub list_step: usize,
}

impl Habits {
    pub(super) fn of(document: &Document, trail: &Trail) -> Habits {
        let step = (document.scanned().step as usize).max(1);
        let indented = trail.indented_lists.unwrap_or(true);
        Habits { newline: document.newline(), step, list_step: if indented { step } else { 0 } }
    }
}

/// How one value is to be written in block context.
#[derive(Clone, Copy)]
pub(super) struct Manner {
    pub holder: Holder,
    /// The quotes that it had.
    pub style: Style,
    /// The column of the lines of a map or list; `None` for the habit.
    pub column: Option<usize>,
    /// How far a block scalar's lines are indented; `None` for the habit.
    pub block_step: Option<usize>,
    /// Whether a map or list starts in the line of its dash.
    pub compact: bool,
    /// Whether there may be block scalars.
    pub block_scalars: bool,
}

impl Manner {
    pub(super) fn new(holder: Holder) -> Manner {
        let (style, compact) = (Style::Plain, holder.kind == HolderKind::List);
        Manner { holder, style, column: None, block_step: None, compact, block_scalars: true }
    }
}

/// A value behind its key or dash.
pub(super) struct Written {
    /// What goes on in the line.
    pub head: Zeroizing<String>,
    /// Whole lines below, with line ends.
    pub body: Zeroizing<String>,
    /// The last line end is part of a value.
    pub closed: bool,
}

/// Writes a value in block context.
pub(super) fn block(node: &Node, habits: Habits, manner: Manner) -> Result<Written, SyntaxError> {
    let mut writer = Writer::new(habits, manner.block_scalars);
    if manner.holder.kind == HolderKind::Document {
        writer.lines(node, manner.column.unwrap_or(0), false, 0)?;
        return Ok(Written { head: Zeroizing::default(), body: writer.out, closed: writer.closed });
    }
    writer.value(node, manner, 0)?;
    let (head, body) = writer.out.split_once('\n').unwrap_or((&writer.out, ""));
    let head = head.trim_end_matches('\r').trim_start_matches(' ');
    Ok(Written { head: text(head), body: text(body), closed: writer.closed })
}

/// Writes an entry in block context as whole lines, the first one without its indentation: behind a key, or
/// behind a dash and what separates it from the item.
pub(super) fn entry(lead: &str, node: &Node, habits: Habits, manner: Manner) -> Result<Written, SyntaxError> {
    let mut writer = Writer::new(habits, manner.block_scalars);
    writer.out.extend(std::iter::repeat_n(' ', manner.holder.column));
    writer.out.push_str(lead);
    writer.value(node, manner, 0)?;
    Ok(Written { head: Zeroizing::default(), body: writer.out, closed: writer.closed })
}

fn text(text: &str) -> Zeroizing<String> {
    Zeroizing::new(text.to_owned())
}

struct Writer {
    habits: Habits,
    block_scalars: bool,
    out: Zeroizing<String>,
    closed: bool,
}

impl Writer {
    fn new(habits: Habits, block_scalars: bool) -> Writer {
        Writer { habits, block_scalars, out: Zeroizing::default(), closed: false }
    }

    fn end_line(&mut self) {
        self.out.push_str(self.habits.newline);
    }

    /// A value from behind its key or dash to the end of its last line.
    fn value(&mut self, node: &Node, manner: Manner, depth: usize) -> Result<(), SyntaxError> {
        let Holder { kind, column, .. } = manner.holder;
        self.closed = false;
        match node {
            Node::Scalar(value) => return self.scalar(value, manner),
            _ if node.entries().next().is_none() => {
                self.out.push_str(if matches!(node, Node::Map(_)) { " {}" } else { " []" });
                self.end_line();
                return Ok(());
            }
            _ => {}
        }
        let step = match (kind, node) {
            (HolderKind::List, _) => 2,
            (_, Node::List(_)) => self.habits.list_step,
            _ => self.habits.step,
        };
        let column = manner.column.unwrap_or(column + step);
        match manner.compact {
            true => self.out.push(' '),
            false => self.end_line(),
        }
        self.lines(node, column, manner.compact, depth + 1)
    }

    /// The entries of a map or list, each in lines of its own; the first goes on in the line with `inside_line`.
    fn lines(
        &mut self,
        node: &Node,
        column: usize,
        inside_line: bool,
        depth: usize,
    ) -> Result<(), SyntaxError> {
        check_depth(depth)?;
        let kind = if matches!(node, Node::Map(_)) { HolderKind::Map } else { HolderKind::List };
        let holder = Holder { kind, flow: false, column };
        if node.entries().next().is_none() {
            self.out.push_str(if kind == HolderKind::Map { "{}" } else { "[]" });
            self.end_line();
        }
        for (number, (name, node)) in node.entries().enumerate() {
            if number > 0 || !inside_line {
                self.out.extend(std::iter::repeat_n(' ', column));
            }
            match kind {
                HolderKind::List => self.out.push('-'),
                _ => self.out.push_str(&key(name, Style::Plain, self.habits.newline, column)),
            }
            let manner = Manner { block_scalars: self.block_scalars, ..Manner::new(holder) };
            self.value(node, manner, depth)?;
        }
        Ok(())
    }

    fn scalar(&mut self, value: &Value, manner: Manner) -> Result<(), SyntaxError> {
        let multi_line = value.kind == Kind::Str && value.bytes.contains(&b'\n');
        let style = if multi_line && !self.block_scalars { Style::Double } else { manner.style };
        let spot = Spot {
            style,
            flow: false,
            indent: manner.holder.column as u32,
            newline: self.habits.newline,
            step: manner.block_step.unwrap_or(self.habits.step) as u32,
        };
        let spelling = spell::spell(&spot, value.borrow())?;
        self.out.push(' ');
        self.out.push_str(&spelling.head);
        self.end_line();
        for piece in &spelling.tail {
            self.out.push_str(&piece.text);
            self.closed = value.bytes.ends_with(b"\n");
        }
        Ok(())
    }
}

/// A key of a block map with its colon. `column` is the map's.
pub(super) fn key(name: &str, style: Style, newline: &str, column: usize) -> Zeroizing<String> {
    let spelled = key_text(name, style, false);
    Zeroizing::new(match name.len() > LONG_KEY {
        false => format!("{spelled}:"),
        true => format!("? {spelled}{newline}{:column$}:", ""),
    })
}

pub(super) fn key_text(name: &str, style: Style, flow: bool) -> String {
    let traits = Traits::of(name);
    let word = !traits.other_kind && !traits.old_value && name != "<<";
    match style {
        Style::Double => double(name, false),
        Style::Single if traits.single() => single(name),
        _ if traits.plain(flow) && word => name.to_owned(),
        _ if traits.single() && word => single(name),
        _ => double(name, false),
    }
}

/// Refuses a value that is nested deeper than a document may be.
pub(super) fn check_depth(depth: usize) -> Result<(), SyntaxError> {
    let limit = Limits::default().depth;
    match depth > limit {
        true => {
            Err(SyntaxError::whole(format!("the value is nested deeper than {limit}"))
                .hint("flatten the value"))
        }
        false => Ok(()),
    }
}
