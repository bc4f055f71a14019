//! Set over what is there.

use super::{parse, set, try_set};
use crate::document::edit::Change;
use crate::document::step::Step;
use crate::document::tree::Node;

#[test]
fn a_scalar_keeps_its_quotes_where_they_can_hold_the_new_value() {
    set(&[
        ("a: 1\nb: x\n", "b", "y z", "a: 1\nb: y z\n"),
        ("a: 'x'\n", "a", "it's", "a: 'it''s'\n"),
        ("a: \"x\"\n", "a", "w", "a: \"w\"\n"),
        ("a: 'x'\n", "a", r#""a\tb""#, "a: \"a\\tb\"\n"),
        ("a: \"5\"\n", "a", "7", "a: 7\n"),
        ("a: 5\n", "a", "'7'", "a: \"7\"\n"),
        ("a: x\n", "a", "'a: b'", "a: 'a: b'\n"),
        ("a: x\n", "a", "'yes'", "a: \"yes\"\n"),
        ("a: x\n", "a", "null", "a: null\n"),
        ("a: x\n", "a", "1.0", "a: 1.0\n"),
        ("a: x\n", "a", "True", "a: true\n"),
        ("a: \"x\"\n", "a", r#""one\ntwo""#, "a: \"one\\ntwo\"\n"),
    ]);
}

#[test]
fn a_value_that_is_there_already_keeps_its_spelling() {
    set(&[
        ("a: 0x0F # hex\n", "a", "15", "a: 0x0F # hex\n"),
        ("a: {b: 1,   c: 2}\n", "a", "{b: 1, c: 2}", "a: {b: 1,   c: 2}\n"),
        ("a: &x 1\nb: *x\n", "b", "1", "a: &x 1\nb: *x\n"),
    ]);
}

#[test]
fn a_comment_behind_a_scalar_stays() {
    set(&[
        ("a: x # why\nb: 1\n", "a", "w", "a: w # why\nb: 1\n"),
        ("a: # why\nb: 1\n", "a", "w", "a: w # why\nb: 1\n"),
        ("a:   # why\nb: 1\n", "a", "w", "a: w   # why\nb: 1\n"),
        ("a: x # why\nb: 1\n", "a", "{c: 1}", "a: # why\n  c: 1\nb: 1\n"),
        ("a: x # why\nb: 1\n", "a", r#""p\nq\n""#, "a: | # why\n  p\n  q\nb: 1\n"),
        ("l:\n  - x # why\n  - y\n", "l.0", "{a: 1, b: 2}", "l:\n  - a: 1 # why\n    b: 2\n  - y\n"),
    ]);
}

#[test]
fn a_value_below_its_key_stays_there() {
    set(&[
        ("a:\n  x\nb: 1\n", "a", "w", "a:\n  w\nb: 1\n"),
        ("a:\n  x # why\nb: 1\n", "a", "{c: 1}", "a:\n  # why\n  c: 1\nb: 1\n"),
        ("a:\n  x\nb: 1\n", "a", "{c: 1}", "a:\n  c: 1\nb: 1\n"),
        ("a:\n  x\nb: 1\n", "a", r#""p\nq""#, "a: |-\n  p\n  q\nb: 1\n"),
        ("a:\n  long\n  text\nb: 1\n", "a", "w", "a:\n  w\nb: 1\n"),
    ]);
}

#[test]
fn anchors_stay_and_tags_go_where_they_no_longer_fit() {
    set(&[
        ("a: &x 1\n", "a", "2", "a: &x 2\n"),
        ("a: !!str 5\n", "a", "7", "a: 7\n"),
        ("a: !!str 5\n", "a", "'7'", "a: !!str \"7\"\n"),
        ("a: !!int &x 5\n", "a", "w", "a: &x w\n"),
        ("a: &x !!int 5\n", "a", "w", "a: &x w\n"),
        ("a: !secret x\n", "a", "w", "a: !secret w\n"),
        ("a: !secret x\n", "a", "1", "a: 1\n"),
        ("a: !!binary aGk=\n", "a", "hello", "a: hello\n"),
        ("a: !!null\nb: 1\n", "a", "x", "a: x\nb: 1\n"),
        ("a: !!map\n  x: 1\n", "a", "2", "a: 2\n"),
        ("a: !!map # m\n  x: 1\n", "a", "{z: 1}", "a: !!map # m\n  z: 1\n"),
        ("a: &x\n  x: 1\nb: 1\n", "a", "2", "a: &x 2\nb: 1\n"),
        ("a: &x 1\nb: 1\n", "a", "{c: 1}", "a: &x\n  c: 1\nb: 1\n"),
        ("a:\n- &x 1\nb: 1\n", "a.0", "{c: 1}", "a:\n- &x\n  c: 1\nb: 1\n"),
    ]);
}

#[test]
fn a_block_scalar_stays_one_for_text_of_several_lines() {
    set(&[
        ("a: |\n    x\n    y\n\nb: 1\n", "a", r#""p\n q\n""#, "a: |\n    p\n     q\n\nb: 1\n"),
        ("a: >-\n  x\n  y\nb: 1\n", "a", r#""p\nq""#, "a: |-\n  p\n  q\nb: 1\n"),
        ("a: |\n  x\nb: 1\n", "a", r#""p\n""#, "a: |\n  p\nb: 1\n"),
        ("a: |\n  x\nb: 1\n", "a", r#""\n p\n""#, "a: |2\n\n   p\nb: 1\n"),
        ("a: | # why\n  x\n  y\nb: 1\n", "a", "p", "a: p # why\nb: 1\n"),
        ("a: |\n  x\n  y\nb: 1\n", "a", "'1'", "a: \"1\"\nb: 1\n"),
        ("a: |\n  x\n  y\nb: 1\n", "a", "{c: 1}", "a:\n  c: 1\nb: 1\n"),
        ("a: |+\n  x\n\nb: 1\n", "a", "w", "a: w\n\nb: 1\n"),
        ("l:\n- |\n  x\n- y\n", "l.0", r#""p\nq\n""#, "l:\n- |\n  p\n  q\n- y\n"),
        ("l:\n- |\n  x\n- y\n", "l.0", "{a: 1, b: 2}", "l:\n- a: 1\n  b: 2\n- y\n"),
        ("a: !!seq\n- |\n  x\nb: 1\n", "a.0", r#""p\nq\n""#, "a: !!seq\n- |\n  p\n  q\nb: 1\n"),
        ("a: |\nb: 1\n", "a", r#""p\nq\n""#, "a: |\n  p\n  q\nb: 1\n"),
        ("a: |\n  x", "a", r#""p\nq""#, "a: |-\n  p\n  q"),
        ("a: |\n  x", "a", r#""p\nq\n""#, "a: |\n  p\n  q\n"),
    ]);
}

#[test]
fn text_that_a_comment_below_would_join_is_quoted() {
    set(&[(
        "a:\n  b: 1\n    # deeper\n  c: 2\n",
        "a.b",
        r#""p\nq\n""#,
        "a:\n  b: \"p\\nq\\n\"\n    # deeper\n  c: 2\n",
    )]);
}

#[test]
fn maps_and_lists_are_written_in_the_habit_of_the_file() {
    set(&[
        (
            "a:\n    b: 1\n",
            "c",
            "{d: {e: 1}, f: [1, {g: 2}]}",
            "a:\n    b: 1\nc:\n    d:\n        e: 1\n    f:\n        - 1\n        - g: 2\n",
        ),
        ("a:\n- 1\n", "c", "[1, [2, 3], {d: 1, e: []}]", "a:\n- 1\nc:\n- 1\n- - 2\n  - 3\n- d: 1\n  e: []\n"),
        ("a:\n  - 1\n", "c", "{x: [1]}", "a:\n  - 1\nc:\n  x:\n    - 1\n"),
        ("a: 1\n", "a", "[x, \"p\\nq\\n\"]", "a:\n  - x\n  - |\n    p\n    q\n"),
        (
            "a: 1\n",
            "a",
            "{\"x y\": {}, \"1\": \"\", \"<<\": ~}",
            "a:\n  x y: {}\n  \"1\": \"\"\n  \"<<\": null\n",
        ),
    ]);
}

#[test]
fn a_map_in_lines_gives_way_to_anything() {
    set(&[
        ("a: # why\n  b: 1\n  # between\n  c: 2 # c\nd: 1\n", "a", "x", "a: x # why\nd: 1\n"),
        ("a:\n  # above\n  b: 1\n  # below\nd: 1\n", "a", "x", "a: x\n  # above\n  # below\nd: 1\n"),
        ("a:\n    b: 1\nd: 1\n", "a", "{x: 1, z: 2}", "a:\n    x: 1\n    z: 2\nd: 1\n"),
        ("a:\n    b: 1\nd: 1\n", "a", "[1]", "a:\n    - 1\nd: 1\n"),
        ("a:\n- b\n- c\nd: 1\n", "a", "{x: 1}", "a:\n  x: 1\nd: 1\n"),
        ("a:\n- b\n- c\nd: 1\n", "a", "[x, z]", "a:\n- x\n- z\nd: 1\n"),
        ("a:\n\n  b: 1\nd: 1\n", "a", r#""p\nq\n""#, "a: |\n  p\n  q\nd: 1\n"),
        ("a:\n  # c\n  b: 1\nd: 1\n", "a", r#""p\nq\n""#, "a: \"p\\nq\\n\"\n  # c\nd: 1\n"),
        ("a:\n  - b: 1\n    c: 2 # gone\n  - d\n", "a.0", "x", "a:\n  - x\n  - d\n"),
        ("a:\n  - b: 1 # stays\n  - d\n", "a.0", "x", "a:\n  - x # stays\n  - d\n"),
        ("a:\n  - b: 1\n    c: 2\n  - d\n", "a.0", "[1, 2]", "a:\n  - - 1\n    - 2\n  - d\n"),
        ("a:\n  -   b: 1\n      c: 2\n  - d\n", "a.0", "{x: 1, z: 2}", "a:\n  -   x: 1\n      z: 2\n  - d\n"),
        ("a:\n  -\n    b: 1\n  - d\n", "a.0", "{x: 1}", "a:\n  -\n    x: 1\n  - d\n"),
        ("a:\n  b: |\n    x\nd: 1\n", "a", "x", "a: x\nd: 1\n"),
        ("a:\n  b: 1", "a", "x", "a: x\n"),
        ("a:\n  b: 1", "a", "{x: 1}", "a:\n  x: 1"),
    ]);
}

#[test]
fn nothing_gives_way_to_anything() {
    set(&[
        ("a:\nb: 1\n", "a", "x", "a: x\nb: 1\n"),
        ("a:  \nb: 1\n", "a", "x", "a: x\nb: 1\n"),
        ("a: ~\nb: 1\n", "a", "{c: 1}", "a:\n  c: 1\nb: 1\n"),
        ("a:\nb: 1\n", "a", "{c: 1}", "a:\n  c: 1\nb: 1\n"),
        ("a:\n  # put things here\nb: 1\n", "a.c", "1", "a:\n  # put things here\n  c: 1\nb: 1\n"),
        ("a: {} # why\nb: 1\n", "a", "{c: 1}", "a: # why\n  c: 1\nb: 1\n"),
        ("a: []\nb: 1\n", "a", "x", "a: x\nb: 1\n"),
        ("a:\n-\n- b\n", "a.0", "{c: 1, d: 2}", "a:\n- c: 1\n  d: 2\n- b\n"),
        ("a:\n- {}\n- b\n", "a.0", "{c: 1, d: 2}", "a:\n- c: 1\n  d: 2\n- b\n"),
        ("a: &x\nb: 1\n", "a", "{c: 1}", "a: &x\n  c: 1\nb: 1\n"),
        ("? a\n? b\n", "a", "1", "? a\n: 1\n? b\n"),
        ("? a # why\n? b\n", "a", "{x: 1}", "? a # why\n:\n  x: 1\n? b\n"),
        ("a:", "a", "1", "a: 1"),
        ("a:", "a", "{b: 1}", "a:\n  b: 1"),
    ]);
}

#[test]
fn between_brackets_values_are_written_between_brackets() {
    set(&[
        ("a: {b: 1, c: 2}\n", "a.b", "{x: [1, two]}", "a: {b: {x: [1, two]}, c: 2}\n"),
        ("a: [1, 2] # why\n", "a.1", r#""p\nq""#, "a: [1, \"p\\nq\"] # why\n"),
        ("a: {b: 'x'}\n", "a.b", "w", "a: {b: 'w'}\n"),
        ("a: {\"b\":\"x\",\"c\":1}\n", "a.c", "{d: e}", "a: {\"b\":\"x\",\"c\":{\"d\":\"e\"}}\n"),
        ("a: {b: , c}\n", "a.b", "1", "a: {b: 1 , c}\n"),
        ("a: {b: , c}\n", "a.c", "1", "a: {b: , c: 1}\n"),
        ("a: [b: 1, c]\n", "a.0", "x", "a: [x, c]\n"),
        ("a: [b: 1, c]\n", "a.0.b", "x", "a: [b: x, c]\n"),
        ("a: [\n  1, # one\n  {b: 2}\n]\n", "a.1", "x", "a: [\n  1, # one\n  x\n]\n"),
        ("a: {b: x}\n", "a.b", "'p, q'", "a: {b: 'p, q'}\n"),
        ("a: {b: 1} # why\nc: 1\n", "a", "{d: 1, e: 2}", "a: # why\n  d: 1\n  e: 2\nc: 1\n"),
        ("a: {b: 1} # why\nc: 1\n", "a", "x", "a: x # why\nc: 1\n"),
        ("{\"a\": \"x\"}\n", "a", "w", "{\"a\": \"w\"}\n"),
    ]);
}

#[test]
fn a_scalar_in_the_way_of_a_path_is_replaced() {
    set(&[
        ("a: 1 # why\nb: 2\n", "a.c.d", "x", "a: # why\n  c:\n    d: x\nb: 2\n"),
        ("a: 1\n", "a.0.b", "x", "a:\n  - b: x\n"),
        ("a: {b: 1}\n", "a.b.c", "x", "a: {b: {c: x}}\n"),
    ]);
}

#[test]
fn explicit_keys_take_values_too() {
    set(&[
        ("? a\n: 1\n? b\n: 2\n", "a", "3", "? a\n: 3\n? b\n: 2\n"),
        ("? a\n: b: 1\n  c: 2\n? d\n", "a", "3", "? a\n: 3\n? d\n"),
        ("? a\n: b: 1\n  c: 2\n? d\n", "a.c", "3", "? a\n: b: 1\n  c: 3\n? d\n"),
        ("? a\n: b: 1\n  c: 2\n? d\n", "a", "{x: 1}", "? a\n:\n  x: 1\n? d\n"),
        ("? |\n  a\n: 1\n", "a\n", "2", "? |\n  a\n: 2\n"),
    ]);
}

#[test]
fn odd_texts_are_quoted_as_they_need() {
    for text in [
        "",
        " ",
        "\n",
        "a\n\n",
        "\ta",
        "#",
        "a #b",
        "- ",
        "\u{0}",
        "\u{feff}",
        "\r\n",
        "é\u{1F600}",
        "---",
        "&a",
        "*a",
        "!a",
        "%",
        "@",
        "`",
        "a:",
        ": b",
        "{",
        "]",
        "0x1",
        "2024-01-01",
        "<<",
        "=",
        " x\ny",
        "x\n y ",
        "a\u{2028}b",
    ] {
        for before in [
            "k: x\nz: 1\n",
            "k: 'x'\nz: 1\n",
            "k: \"x\"\nz: 1\n",
            "k: |\n  x\nz: 1\n",
            "{k: x, z: 1}\n",
            "k:\nz: 1\n",
            "l:\n- k: x\n",
        ] {
            let at = if before.starts_with('l') { "l.0.k" } else { "k" };
            let made = try_set(before, at, &Node::str(text));
            assert!(made.is_ok(), "{text:?} in {before:?}: {}", made.unwrap_err());
        }
        for before in ["a: 1\n", "{a: 1}\n"] {
            let at = [Step::Key(text.to_owned())];
            let made = parse(before).edited(&at, Change::Set(&Node::str("x")));
            assert!(made.is_ok(), "the key {text:?} in {before:?}");
        }
    }
}
