//! The metadata block's place in the text (spec, file-format 6).

use super::emit;
use crate::document::syntax::{Edit, Fit, Part};
use crate::document::tree::Node;
use zeroize::Zeroizing;

/// Puts a block into a text without one. See [`crate::document::syntax::Syntax::metadata`].
pub(super) fn insert(text: &str, part: &Part, tree: &Node) -> Edit {
    let at = part.insert.min(text.len());
    let flow = |before: &str| {
        let mut out = Zeroizing::new(before.to_owned());
        out.push_str("sops: ");
        out.push_str(&emit::inline(tree));
        out
    };
    match part.fit {
        Fit::FlowFirst => Edit { span: at..at, text: flow(""), added_newline: false },
        Fit::FlowNext => {
            // `{a:, b: 1}` has no key `a`.
            let comma = if text[..at].ends_with([':', '?']) { " , " } else { ", " };
            Edit { span: at..at, text: flow(comma), added_newline: false }
        }
        Fit::Block { indent } => {
            let newline = newline(text);
            let started = text[..at].trim_start_matches('\u{feff}');
            let added_newline = !(started.is_empty() || started.ends_with('\n'));
            let mut out = Zeroizing::new(String::new());
            if added_newline {
                out.push_str(newline);
            }
            block(tree, indent as usize, newline, &mut out);
            Edit { span: at..at + null_length(&text[at..]), text: out, added_newline }
        }
    }
}

fn block(tree: &Node, indent: usize, newline: &'static str, out: &mut String) {
    let lines = emit::entry("sops", tree, newline);
    for line in lines.split_inclusive('\n') {
        if !line.trim_end().is_empty() {
            out.extend(std::iter::repeat_n(' ', indent));
        }
        out.push_str(line);
    }
}

/// The length of the null that is the whole document and makes room for the block.
fn null_length(rest: &str) -> usize {
    let word = ["null", "Null", "NULL", "~"].into_iter().find(|word| rest.starts_with(word)).unwrap_or("");
    let behind = rest[word.len()..].lines().next().unwrap_or("").trim();
    if behind.is_empty() || behind.starts_with('#') { word.len() } else { 0 }
}

fn newline(text: &str) -> &'static str {
    match text.find('\n') {
        Some(at) if text[..at].ends_with('\r') => "\r\n",
        _ => "\n",
    }
}
