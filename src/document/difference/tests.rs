use super::*;
use crate::document::Document;
use crate::document::format::Format;
use crate::document::step;
use crate::document::syntax::Limits;
use std::time::{Duration, Instant};

fn trees(format: Format, text: &str) -> Vec<Node> {
    Document::parse(text.as_bytes(), format, &Limits::default()).expect("a fit text").trees()
}

/// The differences of two texts, one line each.
fn lines(format: Format, old: &str, new: &str) -> Vec<String> {
    let (old, new) = (trees(format, old), trees(format, new));
    let text = |node: &Node| match node {
        Node::Scalar(value) => value.borrow().text().into_owned(),
        Node::Map(_) => "{}".into(),
        Node::List(_) => "[]".into(),
    };
    let line = |change: &Change<'_>| {
        let path = format!("{}/{}", change.document, step::display(&change.path));
        match change.what {
            What::Added(node) => format!("+ {path}: {}", text(node)),
            What::Removed(node) => format!("- {path}: {}", text(node)),
            What::Changed(old, new) => format!("~ {path}: {} > {}", text(old), text(new)),
            What::Comments => format!("# {path}"),
        }
    };
    difference(&old, &new).iter().map(line).collect()
}

fn yaml(old: &str, new: &str) -> Vec<String> {
    lines(Format::Yaml, old, new)
}

#[test]
fn values_differ_by_key_whatever_their_order() {
    assert_eq!(yaml("a: 1\nb: {c: x, d: y}\n", "b: {d: y, c: x}\na: 1\n"), [""; 0]);
    assert_eq!(
        yaml("a: 1\nb: {c: x, d: y}\n", "b: {d: z}\na: 1\ne: [n]\n"),
        ["- 0/b.c: x", "~ 0/b.d: y > z", "+ 0/e[0]: n"]
    );
}

#[test]
fn another_type_is_a_difference() {
    assert_eq!(yaml("a: 1\n", "a: '1'\n"), ["~ 0/a: 1 > 1"]);
    assert_eq!(yaml("a: {}\n", "a: []\n"), ["~ 0/a: {} > []"]);
    assert_eq!(yaml("a: x\n", "a: {b: x, c: y}\n"), ["- 0/a: x", "+ 0/a.b: x", "+ 0/a.c: y"]);
    assert_eq!(yaml("a: {}\n", "a: {b: x}\n"), ["+ 0/a.b: x"]);
}

#[test]
fn a_list_is_aligned() {
    assert_eq!(yaml("l: [b, c]\n", "l: [a, b, c]\n"), ["+ 0/l[0]: a"]);
    assert_eq!(yaml("l: [a, b, c]\n", "l: [a, c]\n"), ["- 0/l[1]: b"]);
    assert_eq!(
        yaml("l: [{n: a, v: 1}, {n: b, v: 2}]\n", "l: [{n: x, v: 0}, {n: a, v: 1}, {n: b, v: 3}]\n"),
        ["+ 0/l[0].n: x", "+ 0/l[0].v: 0", "~ 0/l[2].v: 2 > 3"]
    );
}

#[test]
fn comments_are_told_by_their_container() {
    assert_eq!(yaml("# a\nk:\n  # b\n  x: 1\n", "# a\nk:\n  # c\n  x: 1\n"), ["# 0/k"]);
    assert_eq!(yaml("l: \n# a\n- 1\n", "l:\n- 1\n"), ["# 0/l"]);
}

#[test]
fn documents_are_aligned_as_a_list_is() {
    assert_eq!(yaml("a: 1\n---\nb: 2\n", "z: 0\n---\na: 1\n---\nb: 2\n"), ["+ 0/z: 0"]);
    assert_eq!(yaml("a: 1\n---\nb: 2\n", "a: 1\n---\nb: 3\n"), ["~ 1/b: 2 > 3"]);
}

#[test]
fn a_section_in_two_places_is_compared_place_by_place() {
    let old = "[s]\na = 1\n[t]\nx = 1\n[s]\nb = 2\n";
    assert_eq!(lines(Format::Ini, old, &old.replace("b = 2", "b = 3")), ["~ 0/s.b: 2 > 3"]);
}

#[test]
fn large_lists_and_maps_take_linear_time() {
    let list = |from: usize| {
        let elements = (from..from + 3_000).map(|n| format!("- {{n: {n}, deep: [[[[{n}]]]]}}\n"));
        format!("l:\n{}", elements.collect::<String>())
    };
    let (old, new) = (trees(Format::Yaml, &list(0)), trees(Format::Yaml, &list(10)));
    let start = Instant::now();
    assert_eq!(difference(&old, &new).len(), 40);
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
}
