//! The containers of comments (spec, stores 2.4), each case seen with the real sops.

use super::seal::{parse, round_trip};
use crate::document::slot::Style;

/// The comments of a text in tree order: text, container, and whether it is an inline one.
fn comments(text: &str) -> Vec<(String, String, bool)> {
    let document = parse(text).unwrap();
    let slots = document.tree_order().map(|number| &document.slots()[number]);
    let comments = slots.filter(|slot| slot.is_comment()).map(|slot| {
        let container = document.paths().display(slot.path);
        (document.value(slot).text().trim().to_owned(), container, slot.style == Style::InlineComment)
    });
    comments.collect()
}

fn containers(text: &str) -> Vec<(String, String)> {
    comments(text).into_iter().map(|(comment, container, _)| (comment, container)).collect()
}

#[track_caller]
fn check(text: &str, wanted: &[(&str, &str)]) {
    let wanted: Vec<_> = wanted.iter().map(|(comment, at)| (comment.to_string(), at.to_string())).collect();
    assert_eq!(containers(text), wanted, "{text}");
    round_trip(text).unwrap();
}

const TOP: &str = "top level";

#[test]
fn an_indented_comment_is_the_last_of_the_inner_map() {
    check("a:\n  b: 1\n  # t\nc: 2\n", &[("t", "a")]);
}

#[test]
fn a_dedented_comment_belongs_to_the_outer_map() {
    check("a:\n  b: 1\n# t\nc: 2\n", &[("t", TOP)]);
    check("a: 1\n\n# g1\n\n# g2\nb: 2\n", &[("g1", TOP), ("g2", TOP)]);
}

#[test]
fn a_comment_below_an_empty_value_belongs_to_the_map_of_the_key() {
    check("a:\n  # only\nb: 1\n", &[("only", TOP)]);
}

#[test]
fn a_comment_behind_a_key_belongs_to_its_map_and_the_next_line_to_the_value() {
    check("a: # c1\n  # c2\n  b: 1\n", &[("c1", TOP), ("c2", "a")]);
}

#[test]
fn comments_around_list_entries_belong_to_the_list() {
    check("a:\n  # above\n  - b # behind\n  # below\n", &[("above", "a"), ("behind", "a"), ("below", "a")]);
    check("a: [1, # x\n  2]\n", &[("x", "a")]);
}

#[test]
fn a_comment_behind_a_dash_belongs_to_the_entry() {
    check("a:\n  # above\n  - # c\n    b: 1\n", &[("above", "a"), ("c", "a[0]")]);
    check("a:\n- # c\n  b: 1\n", &[("c", "a[0]")]);
    check("a:\n  - b: 1 # x\n", &[("x", "a[0]")]);
}

#[test]
fn a_comment_behind_a_flow_collection_belongs_to_it() {
    check("a: {b: 1} # c\n", &[("c", "a")]);
    check("a:\n  - {b: 1} # c\n", &[("c", "a")]);
}

#[test]
fn a_comment_at_the_end_is_seen_with_the_metadata_behind_it() {
    // Without the block that will follow, sops would give this one to the top level.
    check("a:\n  b: 1\n\n  # t\n", &[("t", "a")]);
}

#[test]
fn a_block_scalar_counts_as_one_line() {
    check("a:\n  b: | # h\n    text\n  # t\n\nc: 1\n", &[("h", "a"), ("t", "a")]);
}

#[test]
fn a_comment_behind_a_value_is_inline_and_before_it_in_the_tree() {
    let text = "a: 1\nb: 2 # sops:enc\n";
    assert_eq!(comments(text), [("sops:enc".to_owned(), TOP.to_owned(), true)]);
    let document = parse(text).unwrap();
    assert_eq!(document.tree_order().collect::<Vec<_>>(), [0, 2, 1]);
}

#[test]
fn a_comment_between_a_later_document_marker_and_a_blank_line_follows_the_first_entry() {
    let order = |text: &str| parse(text).unwrap().tree_order().collect::<Vec<_>>();
    assert_eq!(order("# x\n---\n# c\n\na:\n  b: 1\nd: 2\n"), [0, 2, 1, 3]);
    // A marker in the first line has no feet.
    assert_eq!(order("---\n# c\n\na:\n  b: 1\nd: 2\n"), [0, 1, 2]);
}

#[test]
fn comments_between_documents_belong_to_the_next_one_only_behind_an_end_marker() {
    let document = parse("a: 1\n# one\n...\n# two\n---\nb: 2\n").unwrap();
    let of = |number: usize| document.paths().document(document.slots()[number].path);
    assert_eq!([of(1), of(2)], [0, 1]);
}

#[test]
fn a_comment_behind_an_alias_of_a_map_is_treated_as_behind_the_map() {
    check("a: &x {b: 1}\nc: *x # d\n", &[("d", "c")]);
    check("a: &x 1\nc: *x # d\n", &[("d", TOP)]);
}
