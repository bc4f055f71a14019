//! The metadata block's place in the text (spec, file-format 6).

use super::emit;
use super::gap::newline;
use crate::document::syntax::{Edit, Fit, Part};
use crate::document::tree::Node;
use zeroize::Zeroizing;

/// Puts a block into a text without one. See [`crate::document::syntax::Syntax::metadata`].
pub(super) fn insert(text: &str, part: &Part, tree: &Node) -> Edit {
    let at = part.insert.min(text.len());
    let flow = |before: &str, after: &str| {
        let mut out = Zeroizing::new(before.to_owned());
        out.push_str("sops: ");
        out.push_str(&emit::inline(tree));
        out.push_str(after);
        out
    };
    match part.fit {
        Fit::FlowFirst => {
            let comma = if entries_follow(&text[at..]) { ", " } else { "" };
            Edit { span: at..at, text: flow("", comma), added_newline: false }
        }
        Fit::FlowNext => {
            // `{a:, b: 1}` has no key `a`.
            let comma = if text[..at].ends_with([':', '?']) { " , " } else { ", " };
            Edit { span: at..at, text: flow(comma, ""), added_newline: false }
        }
        Fit::Block { indent } => {
            let newline = newline(text);
            let started = text[..at].trim_start_matches('\u{feff}');
            let added_newline = !(started.is_empty() || started.ends_with(['\n', '\r']));
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

/// Whether there is something before the closing brace.
fn entries_follow(mut rest: &str) -> bool {
    loop {
        rest = rest.trim_start();
        match rest.strip_prefix('#') {
            Some(comment) => rest = comment.split_once('\n').map_or("", |(_, below)| below),
            None => return !rest.starts_with('}'),
        }
    }
}

/// The length of the null that is the whole document and makes room for the block.
fn null_length(rest: &str) -> usize {
    let word = ["null", "Null", "NULL", "~"].into_iter().find(|word| rest.starts_with(word)).unwrap_or("");
    let behind = rest[word.len()..].lines().next().unwrap_or("").trim();
    if behind.is_empty() || behind.starts_with('#') { word.len() } else { 0 }
}
