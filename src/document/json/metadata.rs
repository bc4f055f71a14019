//! The edit that puts a metadata block into a JSON text, in the text's own style.

use super::lex;
use super::write::{Dialect, Layout, Writer};
use crate::document::syntax::{Edit, Fit, Part};
use crate::document::tree::Node;

pub(super) fn edit(text: &str, part: &Part, tree: &Node) -> Edit {
    let style = Style::of(text);
    let layout = match style {
        Some(Style { indent, unit, newline }) => Layout::Lines { base: indent, unit, newline },
        None => Layout::Compact,
    };
    let mut writer = Writer::new(layout, Dialect::Own).lenient();
    if part.fit == Fit::FlowNext {
        writer.raw(",");
    }
    if let Some(style) = style {
        writer.raw(style.newline);
        writer.raw(style.indent);
    }
    writer.key("sops");
    writer.node(tree).expect("a lenient writer has a word for everything");
    Edit { span: part.insert..part.insert, text: writer.finish(), added_newline: false }
}

/// How a text whose root object goes over several lines is laid out.
#[derive(Clone, Copy)]
struct Style<'t> {
    /// The blanks before the first key.
    indent: &'t str,
    /// What one more level adds.
    unit: &'t str,
    newline: &'static str,
}

impl<'t> Style<'t> {
    /// `None` for a root object on one line.
    fn of(text: &'t str) -> Option<Style<'t>> {
        let open = text.find('{')?;
        let close = text.rfind('}')?;
        let inside = text.get(open + 1..close)?;
        let first_line = inside.find('\n')?;
        let newline = if inside[..first_line].ends_with('\r') { "\r\n" } else { "\n" };
        let blanks = &inside[..lex::skip_blanks(inside.as_bytes(), 0)];
        let after = &inside[inside.rfind('\n')? + 1..];
        let base = if after.trim_start_matches([' ', '\t']).is_empty() { after } else { "" };
        let default = Style { indent: "\t", unit: "\t", newline };
        if blanks.len() == inside.len() {
            return Some(default);
        }
        let Some(start) = blanks.rfind('\n') else { return Some(default) };
        let indent = &blanks[start + 1..];
        let unit = indent.strip_prefix(base).unwrap_or(indent);
        Some(Style { indent, unit, newline })
    }
}
