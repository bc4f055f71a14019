use super::super::laws::parse;
use super::*;
use crate::document::step;

/// The merged text, or the two texts of a conflict and its paths.
type Outcome = Result<String, (String, String, Vec<String>)>;

fn merged(format: Format, base: Option<&str>, ours: &str, theirs: &str) -> Outcome {
    let base = base.map(|base| parse(format, base));
    let merged = merge(base.as_ref(), &parse(format, ours), &parse(format, theirs));
    let show = |conflict: &Conflict| format!("{}:{}", conflict.document, step::display(&conflict.path));
    match &merged.theirs {
        None => Ok(merged.ours.to_string()),
        Some(theirs) => {
            Err((merged.ours.to_string(), theirs.to_string(), merged.conflicts.iter().map(show).collect()))
        }
    }
}

fn yaml(base: &str, ours: &str, theirs: &str) -> Outcome {
    merged(Format::Yaml, Some(base), ours, theirs)
}

fn clean(text: &str) -> Outcome {
    Ok(text.to_owned())
}

fn conflict(ours: &str, theirs: &str, paths: &[&str]) -> Outcome {
    Err((ours.to_owned(), theirs.to_owned(), paths.iter().map(|path| (*path).to_owned()).collect()))
}

#[test]
fn changes_of_neighbouring_lines_merge() {
    assert_eq!(yaml("a: 1\nb: 2\n", "a: x\nb: 2\n", "a: 1\nb: y\n"), clean("a: x\nb: y\n"));
}

#[test]
fn keys_added_in_one_place_are_both_kept() {
    assert_eq!(yaml("a: 1\n", "a: 1\nb: 2\n", "a: 1\nc: 3\n"), clean("a: 1\nb: 2\nc: 3\n"));
}

#[test]
fn a_value_changed_twice_is_a_conflict_of_its_line_only() {
    assert_eq!(
        yaml("a: 1\nb: 2\nc: 3\n", "a: 1\nb: x\nc: 3\nd: 4\n", "a: 0\nb: y\nc: 3\n"),
        conflict("a: 0\nb: x\nc: 3\nd: 4\n", "a: 0\nb: y\nc: 3\nd: 4\n", &["0:b"])
    );
}

#[test]
fn json_on_one_line_merges_value_by_value() {
    let merged = merged(
        Format::Json,
        Some("{\"a\":1,\"b\":2,\"c\":3}"),
        "{\"a\":1.50,\"b\":2,\"c\":3,\"d\":4}",
        "{\"a\":1,\"b\":\"\\u0041\",\"c\":3,\"e\":5}",
    );
    assert_eq!(merged, clean("{\"a\":1.50,\"b\":\"\\u0041\",\"c\":3,\"d\":4,\"e\":5}"));
}
