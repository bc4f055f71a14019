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

#[test]
fn a_table_that_became_a_value_is_a_conflict_of_that_key_only() {
    let base = "a = 1\n\n# about t\n[t]\nk = [20, 21]\nn = 1\n\n[t.u]\n# about k\nk = 37\n";
    let ours = "a = 2\n\n# about t\n[t]\nn = 1\n# new of ours\nm = 2\n\n[t.u]\n# about k\nk = 37\n";
    let theirs = "a = 1\n# new of theirs\nb = 3\n# about t\nt = 59\n";
    let Err((ours, theirs, places)) = merged(Format::Toml, Some(base), ours, theirs) else { panic!("clean") };
    assert_eq!(places, ["0:t"]);
    assert!(ours.contains("# new of ours\nm = 2\n") && ours.contains("\nb = 3\n"), "{ours}");
    assert_eq!(theirs, "a = 2\n# new of theirs\nb = 3\n# about t\nt = 59\n");
}

#[test]
fn comments_of_both_sides_are_kept() {
    assert_eq!(
        yaml("a: 1\nb: 2\n", "# of ours\na: 1\nb: 2\n", "a: 1 # of theirs\nb: 3\n\n# end\n"),
        clean("# of ours\na: 1 # of theirs\nb: 3\n\n# end\n")
    );
}

#[test]
fn a_comment_changed_by_both_is_a_conflict_of_what_it_is_about() {
    assert_eq!(
        yaml("a: 1 # x\nb: 2\n", "a: 1 # y\nb: 2\n", "a: 1 # z\nb: 3\n"),
        conflict("a: 1 # y\nb: 3\n", "a: 1 # z\nb: 3\n", &["0:a"])
    );
}

#[test]
fn a_new_comment_on_what_the_other_side_removed_is_a_conflict() {
    assert_eq!(
        merged(Format::Dotenv, Some("A=1\nB=2\nC=3\n"), "A=1\n# keep\nB=2\nC=3\n", "A=1\nC=4\n"),
        clean("A=1\n# keep\nC=4\n")
    );
    assert_eq!(
        yaml("a: 1\nb: 2\nc: 3\n", "a: 1\nb: 2 # keep\nc: 3\n", "a: 1\nc: 3\nd: 4\n"),
        conflict("a: 1\nb: 2 # keep\nc: 3\nd: 4\n", "a: 1\nc: 3\nd: 4\n", &["0:b"])
    );
}

#[test]
fn removed_on_one_side_and_changed_on_the_other_is_a_conflict() {
    assert_eq!(
        yaml("a: 1\nm:\n  k: 1\nz: 1\n", "a: 1\nz: 2\n", "a: 1\nm:\n  k: 2\nz: 1\n"),
        conflict("a: 1\nz: 2\n", "a: 1\nm:\n  k: 2\nz: 2\n", &["0:m"])
    );
    assert_eq!(yaml("a: 1\nb: 2\n", "b: 2\n", "b: 2\n"), clean("b: 2\n"));
}

#[test]
fn maps_added_by_both_merge_key_by_key() {
    assert_eq!(
        yaml("a: 1\n", "a: 1\nm:\n  x: 1\n", "a: 1\nm:\n  y: 2\n"),
        clean("a: 1\nm:\n  x: 1\n  y: 2\n")
    );
    assert_eq!(merged(Format::Yaml, None, "a: 1\nb: 2\n", "a: 1\nc: 3\n"), clean("a: 1\nb: 2\nc: 3\n"));
    assert_eq!(merged(Format::Yaml, None, "a: 1\n", "a: 2\n"), conflict("a: 1\n", "a: 2\n", &["0:a"]));
}

#[test]
fn list_elements_merge_by_their_content() {
    let base = "l:\n- a\n- b\n- c\n- d\n";
    assert_eq!(
        yaml(base, "l:\n- new\n- a\n- b\n- c\n- d\n", "l:\n- a\n- b\n- d\n- e\n"),
        clean("l:\n- new\n- a\n- b\n- d\n- e\n")
    );
    // Elements of equal number are merged one by one, down to the keys in them.
    assert_eq!(
        yaml("l:\n- {k: 1, n: 1}\n", "l:\n- {k: 2, n: 1}\n", "l:\n- {k: 1, n: 2}\n"),
        clean("l:\n- {k: 2, n: 2}\n")
    );
    assert_eq!(
        yaml("l: [a, b]\n", "l: [a, x]\n", "l: [a, y]\n"),
        conflict("l: [a, x]\n", "l: [a, y]\n", &["0:l[1]"])
    );
    // Nobody knows which of two new elements comes first.
    assert_eq!(
        yaml("l:\n- a\n", "l:\n- a\n- x\n", "l:\n- a\n- y\n"),
        conflict("l:\n- a\n- x\n", "l:\n- a\n- y\n", &["0:l"])
    );
}

#[test]
fn a_key_added_twice_in_different_places_is_one_conflict() {
    assert_eq!(
        merged(Format::Dotenv, Some("A=1\nB=2\n"), "N=1\nA=1\nB=2\n", "A=1\nB=2\nN=2\n"),
        conflict("N=1\nA=1\nB=2\n", "N=2\nA=1\nB=2\n", &["0:N"])
    );
}

#[test]
fn documents_of_a_file_are_merged_by_number() {
    assert_eq!(
        yaml("a: 1\n---\nb: 1\n", "a: 2\n---\nb: 1\n", "a: 1\n---\nb: 2\nc: 3\n"),
        clean("a: 2\n---\nb: 2\nc: 3\n")
    );
    assert_eq!(
        yaml("a: 1\n---\nb: 1\n", "a: 1\n---\nb: 2\n", "a: 1\n---\nb: 3\n"),
        conflict("a: 1\n---\nb: 2\n", "a: 1\n---\nb: 3\n", &["1:b"])
    );
    let more = "a: 1\n---\nb: 1\n";
    assert_eq!(yaml("a: 1\n", "a: 2\n", more), conflict("a: 2\n", more, &["0:top level"]));
}

#[test]
fn an_alias_never_changes_with_its_anchor_unseen() {
    let (base, ours) = ("a: &x 1\nb: *x\nc: 1\n", "a: &x 2\nb: *x\nc: 1\n");
    assert_eq!(yaml(base, ours, "a: &x 1\nb: *x\nc: 3\n"), clean("a: &x 2\nb: *x\nc: 3\n"));
    // Ours changed both values; theirs gave the second one of its own.
    let Err((_, _, places)) = yaml(base, ours, "a: &x 1\nb: 5\nc: 1\n") else { panic!("clean") };
    assert_eq!(places, ["0:b"]);
}

#[test]
fn line_ends_and_a_missing_one_stay() {
    assert_eq!(yaml("a: 1\r\nb: 2", "a: 2\r\nb: 2", "a: 1\r\nb: 3"), clean("a: 2\r\nb: 3"));
    assert_eq!(yaml("a: 1\nb: 2\n", "a: 1\r\nb: 2\r\n", "a: 1\nb: 3\n"), clean("a: 1\r\nb: 3\r\n"));
    assert_eq!(
        yaml("\u{feff}a: 1\nb: 1\n", "\u{feff}a: 2\nb: 1\n", "\u{feff}a: 1\nb: 2\n"),
        clean("\u{feff}a: 2\nb: 2\n")
    );
}

#[test]
fn a_binary_file_is_one_value() {
    let side = |bytes: &[u8]| Document::binary(bytes);
    let taken = |base: &[u8], ours: &[u8], theirs: &[u8]| {
        let merged = merge(Some(&side(base)), &side(ours), &side(theirs));
        (merged.taken, merged.conflicts.len(), merged.theirs.is_some())
    };
    assert_eq!(taken(b"\xff1", b"\xff1", b"\xff2"), (Some(Side::Theirs), 0, false));
    assert_eq!(taken(b"\xff1", b"\xff2", b"\xff1"), (Some(Side::Ours), 0, false));
    assert_eq!(taken(b"1", b"2", b"3"), (None, 1, true));
    assert_eq!(*merge(Some(&side(b"1")), &side(b"1"), &side(b"2")).ours, "2");
}

#[test]
fn large_files_and_files_made_to_be_slow_merge_in_time() {
    let start = std::time::Instant::now();
    let text = |ours: usize, theirs: usize| -> String {
        let value = |n: usize| match n % 200 {
            50 => ours,
            100 => theirs,
            _ => 0,
        };
        (0..20_000).map(|n| format!("key{n}: value {}\n", value(n))).collect()
    };
    assert_eq!(yaml(&text(0, 0), &text(1, 0), &text(0, 1)), clean(&text(1, 1)));
    // On one line, and a list.
    let list = |text: String| {
        let elements = text.trim_end().replace("key", "1").replace(": value ", "0").replace('\n', ",");
        format!("{{\"k\":[{elements}]}}")
    };
    let made = merged(Format::Json, Some(&list(text(0, 0))), &list(text(1, 0)), &list(text(0, 1)));
    assert!(made == clean(&list(text(1, 1))));

    let same = |n: usize| "# x\n".repeat(n) + "a: 1\n" + &"# x\n".repeat(20_000 - n);
    let _ = yaml(&same(10_000), &same(100), &same(19_000));
    let deep = |value: usize| "{\"k\":".repeat(127) + &value.to_string() + &"}".repeat(127);
    let Err((_, _, places)) = merged(Format::Json, Some(&deep(1)), &deep(2), &deep(3)) else {
        panic!("clean")
    };
    assert_eq!(places.len(), 1);
    let took = start.elapsed();
    assert!(took.as_secs() < 60, "{took:?}");
}
