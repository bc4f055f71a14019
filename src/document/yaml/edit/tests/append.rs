//! New keys and items.

use super::{parse, set};
use crate::document::edit::Change;
use crate::document::step::Step;
use crate::document::tree::Node;

#[test]
fn a_key_goes_behind_the_last_one_of_its_map() {
    set(&[
        ("a: 1\n", "b", "2", "a: 1\nb: 2\n"),
        (
            "a:\n    b: 1 # one\n\n# about c\nc: 1\n",
            "a.d",
            "2",
            "a:\n    b: 1 # one\n    d: 2\n\n# about c\nc: 1\n",
        ),
        ("a:\n  b:\n    c: 1\n  d: 2\ne: 3\n", "a.b.x", "1", "a:\n  b:\n    c: 1\n    x: 1\n  d: 2\ne: 3\n"),
        ("a:\n  b: |\n    text\n\nc: 1\n", "a.d", "2", "a:\n  b: |\n    text\n  d: 2\n\nc: 1\n"),
        ("a:\n  b: |+\n    text\n\nc: 1\n", "a.d", "2", "a:\n  b: |+\n    text\n\n  d: 2\nc: 1\n"),
        (
            "a:\n  b: {c: 1,\n    d: 2} # x\ne: 3\n",
            "a.x",
            "1",
            "a:\n  b: {c: 1,\n    d: 2} # x\n  x: 1\ne: 3\n",
        ),
        ("a:\n  b:\n  - c\nd: 1\n", "a.x", "1", "a:\n  b:\n  - c\n  x: 1\nd: 1\n"),
        ("a:\n  b: long\n    text\nd: 1\n", "a.x", "1", "a:\n  b: long\n    text\n  x: 1\nd: 1\n"),
        ("  a: 1\n  b: 2\n", "c", "3", "  a: 1\n  b: 2\n  c: 3\n"),
    ]);
}

#[test]
fn comments_indented_deeper_than_the_last_entry_are_its_own() {
    set(&[
        (
            "a:\n  b:\n    c: 1\n    # in b\n\n    # in b too\n  # in a\nd: 1\n",
            "a.x",
            "1",
            "a:\n  b:\n    c: 1\n    # in b\n\n    # in b too\n  x: 1\n  # in a\nd: 1\n",
        ),
        ("a: 1\n# end\n", "b", "2", "a: 1\nb: 2\n# end\n"),
        ("a:\n- 1\n# about b\nb: 1\n", "a.1", "2", "a:\n- 1\n- 2\n# about b\nb: 1\n"),
    ]);
}

#[test]
fn keys_are_quoted_where_they_need_it_or_where_the_others_are() {
    set(&[
        ("a: 1\n", "x: y", "1", "a: 1\n'x: y': 1\n"),
        ("a: 1\n", "true", "1", "a: 1\n\"true\": 1\n"),
        ("a: 1\n", "yes", "1", "a: 1\n\"yes\": 1\n"),
        ("a: 1\n", "p\nq", "1", "a: 1\n\"p\\nq\": 1\n"),
        ("\"a\": 1\n", "b", "1", "\"a\": 1\n\"b\": 1\n"),
        ("'a': 1\n", "b", "1", "'a': 1\n'b': 1\n"),
        ("{\"a\": 1}\n", "b", "x", "{\"a\": 1, \"b\": \"x\"}\n"),
    ]);
    let numbered = parse("1: a\n").edited(&[Step::Key("2".into())], Change::Set(&Node::str("b")));
    assert_eq!(numbered.unwrap().as_str(), "1: a\n\"2\": b\n");
}

#[test]
fn a_key_too_long_for_a_line_is_explicit() {
    let key = "k".repeat(2000);
    for before in ["a: 1\n", "a: {b: 1}\n"] {
        let path: Vec<Step> = match before {
            "a: 1\n" => vec![Step::Key(key.clone())],
            _ => vec![Step::Key("a".into()), Step::Key(key.clone())],
        };
        let made = parse(before).edited(&path, Change::Set(&Node::str("x"))).unwrap();
        assert!(made.contains(&format!("? {key}")), "{}", made.as_str());
    }
}

#[test]
fn items_go_behind_the_last_one_of_their_list() {
    set(&[
        ("l:\n  - 1\n  - 2 # two\nx: 1\n", "l.9", "3", "l:\n  - 1\n  - 2 # two\n  - 3\nx: 1\n"),
        ("l:\n- 1\nx: 1\n", "l.1", "{a: 1, b: [2]}", "l:\n- 1\n- a: 1\n  b:\n  - 2\nx: 1\n"),
        ("l:\n-   a: 1\n", "l.1", "{b: 1, c: 2}", "l:\n-   a: 1\n-   b: 1\n    c: 2\n"),
        ("l:\n- - a\n  - b\n- c\n", "l.0.2", "x", "l:\n- - a\n  - b\n  - x\n- c\n"),
        ("l:\n- a: 1\n  b: 2\n- c\n", "l.0.x", "3", "l:\n- a: 1\n  b: 2\n  x: 3\n- c\n"),
        ("l:\n- a: 1\n", "l.1.b", "1", "l:\n- a: 1\n- b: 1\n"),
        ("l:\n-\n", "l.1", "1", "l:\n-\n- 1\n"),
        ("l:\n-\n  a: 1\n", "l.1", "1", "l:\n-\n  a: 1\n- 1\n"),
        ("l: []\nx: 1\n", "l.0", "1", "l:\n  - 1\nx: 1\n"),
        ("l:\n- a\n", "l.1", "\"p\\nq\\n\"", "l:\n- a\n- |\n  p\n  q\n"),
    ]);
}

#[test]
fn between_brackets_the_spacing_goes_on() {
    set(&[
        ("a: {b: 1, c: 2}\n", "a.d", "3", "a: {b: 1, c: 2, d: 3}\n"),
        ("a: { b: 1 }\n", "a.d", "3", "a: { b: 1, d: 3 }\n"),
        ("a: {\"b\":1,\"c\":2}\n", "a.d", "[x, w]", "a: {\"b\":1,\"c\":2,\"d\":[\"x\",\"w\"]}\n"),
        ("a: {b: 1,}\n", "a.d", "3", "a: {b: 1, d: 3,}\n"),
        ("a: [1,2]\n", "a.2", "3", "a: [1,2,3]\n"),
        ("a: [1, 2, ]\n", "a.2", "3", "a: [1, 2, 3, ]\n"),
        ("a: ['x']\n", "a.1", "w", "a: ['x', 'w']\n"),
        ("a: {b: {}, c: [ ]}\n", "a.b.x", "1", "a: {b: {x: 1}, c: [ ]}\n"),
        ("a: {b: {}, c: [ ]}\n", "a.c.0", "1", "a: {b: {}, c: [1]}\n"),
        ("a: {b:}\n", "a.c", "1", "a: {b: , c: 1}\n"),
        ("a: [b: 1, c]\n", "a.0.x", "2", "a: [{b: 1, x: 2}, c]\n"),
        ("{a: 1}\n", "b", "2", "{a: 1, b: 2}\n"),
        ("a: { # why\n  }\n", "a.b", "1", "a: {b: 1  # why\n  }\n"),
    ]);
}

#[test]
fn in_brackets_over_several_lines_an_entry_gets_its_own() {
    set(&[
        ("a: [\n  1,\n  2 # two\n]\n", "a.2", "3", "a: [\n  1,\n  2, # two\n  3\n]\n"),
        ("a: [\n  1,\n  2, # two\n]\n", "a.2", "3", "a: [\n  1,\n  2, # two\n  3,\n]\n"),
        ("a: {\n  b: 1,\n  c: 2}\n", "a.d", "3", "a: {\n  b: 1,\n  c: 2,\n  d: 3}\n"),
        ("{\r\n  \"a\": 1\r\n}\r\n", "b", "2", "{\r\n  \"a\": 1,\r\n  \"b\": 2\r\n}\r\n"),
        ("a: [1,\n    2]\n", "a.2", "3", "a: [1,\n    2,\n    3]\n"),
    ]);
}

#[test]
fn missing_parents_are_made() {
    set(&[
        ("a: 1\n", "b.c.d", "x", "a: 1\nb:\n  c:\n    d: x\n"),
        ("a: 1\n", "b.0.c", "x", "a: 1\nb:\n  - c: x\n"),
        ("a: {}\n", "a.b.c", "x", "a:\n  b:\n    c: x\n"),
        ("a: {b: {}}\n", "a.b.c.d", "x", "a: {b: {c: {d: x}}}\n"),
    ]);
}
