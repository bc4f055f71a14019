//! Changes that an alias would carry elsewhere are refused.

use super::{set, try_set, try_unset, unset, value};
use crate::document::edit::EditError;

const TEXT: &str =
    "base: &b\n  x: &x 1\n  y: [2]\nuse: *b\nmerge:\n  <<: *b\n  z: 3\none: *x\n&k key: 1\nlist: [*k]\n";

#[track_caller]
fn refused(result: Result<String, EditError>, reason: &str) {
    let Err(EditError::Syntax(error)) = result else { panic!("not refused") };
    assert!(error.reason.contains(reason), "{}", error.reason);
    assert!(error.hint.is_some() && error.path.is_some() && error.place.is_some());
}

#[test]
fn an_alias_gives_way_to_a_value_of_its_own() {
    set(&[
        (TEXT, "use", "5", &TEXT.replace("use: *b", "use: 5")),
        (TEXT, "one", "x", &TEXT.replace("one: *x", "one: x")),
        (TEXT, "use", "{x: 1}", &TEXT.replace("use: *b", "use:\n  x: 1")),
        (TEXT, "one.deep", "1", &TEXT.replace("one: *x", "one:\n  deep: 1")),
        (TEXT, "merge.x", "9", &TEXT.replace("  z: 3\n", "  z: 3\n  x: 9\n")),
        (TEXT, "list.0", "x", &TEXT.replace("[*k]", "[x]")),
        (TEXT, "list.1", "x", &TEXT.replace("[*k]", "[*k, x]")),
    ]);
    unset(&[(TEXT, "use", &TEXT.replace("use: *b\n", ""))]);
}

#[test]
fn a_part_of_what_an_alias_repeats_is_refused() {
    for path in ["use.x", "use.y.0", "merge.<<.x", "use.new"] {
        refused(try_set(TEXT, path, &value("7")), "repeats a value");
    }
    refused(try_unset(TEXT, "use.x"), "repeats a value");
}

#[test]
fn what_is_repeated_elsewhere_is_not_changed_or_removed() {
    for path in ["base", "base.x", "base.y.0", "base.new"] {
        refused(try_set(TEXT, path, &value("7")), "is repeated by an alias at");
    }
    for path in ["base", "base.x", "base.y", "key"] {
        refused(try_unset(TEXT, path), "is repeated by an alias at");
    }
}

#[test]
fn an_anchor_without_aliases_is_no_obstacle() {
    set(&[("a: &a\n  b: &b 1\n", "a.b", "2", "a: &a\n  b: &b 2\n")]);
    unset(&[
        ("a: &a 1\nb: 2\n", "a", "b: 2\n"),
        ("a:\n  b: &b 1\n  c: *b\nd: 1\n", "a", "d: 1\n"),
        // The name is used again, and the alias stands for the later one.
        ("a: &n 1\nb: &n 2\nc: *n\n", "a", "b: &n 2\nc: *n\n"),
    ]);
}
