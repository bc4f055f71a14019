//! The edit that puts a metadata block at the end of a TOML text: a table `[sops]`.

use super::block::is_line_start;
use super::write::Writer;
use crate::document::syntax::{Edit, Part};
use crate::document::tree::Node;

/// One blank line, then the block, in rops' layout: texts over several lines in `"""` (where lines end with LF), lists
/// of maps as arrays of tables.
pub(super) fn edit(text: &str, part: &Part, tree: &Node) -> Edit {
    let newline = match text.find('\n') {
        Some(at) if text[..at].ends_with('\r') => "\r\n",
        _ => "\n",
    };
    let added_newline = !is_line_start(&text[..part.insert]);
    let mut writer = Writer::new(newline).under("sops");
    if added_newline {
        writer.line_end();
    }
    writer.line_end();
    writer.header();
    writer.table(tree).expect("a lenient writer has a word for everything");
    Edit { span: part.insert..part.insert, text: writer.finish(), added_newline }
}
