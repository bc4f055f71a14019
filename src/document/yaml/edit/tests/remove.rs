//! Entries less.

use super::{try_unset, unset};

#[test]
fn an_entry_goes_with_its_lines_and_the_comment_behind_it() {
    unset(&[
        ("a: 1\nb: 2 # two\nc: 3\n", "b", "a: 1\nc: 3\n"),
        ("a: 1\nb: |\n  x\n\n  y\n\nc: 3\n", "b", "a: 1\n\nc: 3\n"),
        ("a: 1\nb:\n  c: 1\n  # in b\n\n# about d\nd: 3\n", "b", "a: 1\n\n# about d\nd: 3\n"),
        ("a: 1\n# about b\nb: 2\nc: 3\n", "b", "a: 1\n# about b\nc: 3\n"),
        ("a: 1\nb: 2", "b", "a: 1\n"),
        ("a: 1\nb: [1,\n  2] # x\nc: 1\n", "b", "a: 1\nc: 1\n"),
        ("a:\n  b: 1\n  c: 2\nd: 3\n", "a.c", "a:\n  b: 1\nd: 3\n"),
        ("? a\n: 1\n? b\n: 2\n", "a", "? b\n: 2\n"),
        ("a: 1\n\"b\": 2\n", "b", "a: 1\n"),
        ("l:\n- 1\n- 2\n- 3\n", "l.1", "l:\n- 1\n- 3\n"),
        ("l:\n- a: 1\n  b: 2\n- c\n", "l.0", "l:\n- c\n"),
    ]);
}

#[test]
fn the_last_entry_leaves_an_empty_map_or_list() {
    unset(&[
        ("db:\n  a: 1\nx: 1\n", "db.a", "db: {}\nx: 1\n"),
        (
            "db: # why\n  # above\n  a: 1 # a\n  # below\nx: 1\n",
            "db.a",
            "db: {} # why\n  # above\n  # below\nx: 1\n",
        ),
        ("l:\n  - 1\nx: 1\n", "l.0", "l: []\nx: 1\n"),
        ("l:\n- a: 1\n- 2\n", "l.0.a", "l:\n- {}\n- 2\n"),
        ("l:\n- - 1\n- 2\n", "l.0.0", "l:\n- []\n- 2\n"),
        ("a: {b: 1}\n", "a.b", "a: {}\n"),
        ("a: [\n  1 # one\n]\n", "a.0", "a: []\n"),
        ("a: [b: 1]\n", "a.0.b", "a: [{}]\n"),
        ("# top\n\na: 1 # one\n# end\n", "a", "# top\n\n{}\n# end\n"),
        ("a: 1", "a", "{}"),
        ("---\na: 1\n---\nb: 2\n", "a", "---\n{}\n---\nb: 2\n"),
        ("{a: 1} # why\n", "a", "{} # why\n"),
        ("db: &x\n  a: 1\n", "db.a", "db: &x {}\n"),
        ("db: !!map\n  a: 1\n", "db.a", "db: !!map {}\n"),
        ("a:\n  b: |\n    x\n", "a.b", "a: {}\n"),
    ]);
}

#[test]
fn the_first_of_several_keys_behind_a_dash_hands_its_line_on() {
    unset(&[
        ("l:\n- a: 1\n  b: 2\n- c\n", "l.0.a", "l:\n- b: 2\n- c\n"),
        ("l:\n- a: |\n    x\n  b: 2\n- c\n", "l.0.a", "l:\n- b: 2\n- c\n"),
        ("l:\n- a: 1 # one\n  # about b\n  b: 2\n- c\n", "l.0.a", "l:\n-\n  # about b\n  b: 2\n- c\n"),
        ("l:\n- - 1\n  - 2\n", "l.0.0", "l:\n- - 2\n"),
    ]);
}

#[test]
fn between_brackets_an_entry_goes_with_its_comma() {
    unset(&[
        ("a: {b: 1, c: 2}\n", "a.b", "a: {c: 2}\n"),
        ("a: {b: 1, c: 2}\n", "a.c", "a: {b: 1}\n"),
        ("a: { b: 1, c: 2, }\n", "a.c", "a: { b: 1, }\n"),
        ("a: [1, 2, 3]\n", "a.1", "a: [1, 3]\n"),
        ("a: [\n  1, # one\n  2, # two\n  3 # three\n]\n", "a.0", "a: [\n  2, # two\n  3 # three\n]\n"),
        ("a: [\n  1, # one\n  2, # two\n  3 # three\n]\n", "a.1", "a: [\n  1, # one\n  3 # three\n]\n"),
        ("a: [\n  1, # one\n  2, # two\n  3 # three\n]\n", "a.2", "a: [\n  1, # one\n  2 # two\n]\n"),
        ("a: [\n  1,\n  2,\n]\n", "a.1", "a: [\n  1,\n]\n"),
        ("a: [1, # one\n    2]\n", "a.0", "a: [\n    2]\n"),
        ("a: [1,\n    2]\n", "a.1", "a: [1\n]\n"),
        ("a: [b: 1, c]\n", "a.0", "a: [c]\n"),
    ]);
}

#[test]
fn blank_lines_do_not_join_a_block_scalar_above() {
    unset(&[("a: |+\n  x\n\nb: 1\n\nc: 2\n", "b", "a: |+\n  x\n\nc: 2\n")]);
}

#[test]
fn what_is_not_there_can_not_be_removed() {
    assert_eq!(try_unset("a: 1\n", "b").unwrap_err().to_string(), "Key not found: b");
    assert_eq!(try_unset("l: [1]\n", "l.1").unwrap_err().to_string(), "Index 1 out of bounds");
}
