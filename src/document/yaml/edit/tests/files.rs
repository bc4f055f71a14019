//! Files of odd shapes.

use super::{set, unset};

#[test]
fn a_key_goes_into_files_without_one() {
    set(&[
        ("", "a", "1", "a: 1\n"),
        ("\u{feff}", "a", "1", "\u{feff}a: 1\n"),
        ("\n", "a", "1", "\na: 1\n"),
        ("# only\n\n# comments\n", "a.b", "1", "# only\n\n# comments\na:\n  b: 1\n"),
        ("# only", "a", "1", "# only\na: 1"),
        ("---\n", "a", "1", "---\na: 1\n"),
        ("---", "a", "1", "---\na: 1"),
        ("--- # why\n", "a", "1", "--- # why\na: 1\n"),
        ("---\n# c\n...\n", "a", "1", "---\n# c\na: 1\n...\n"),
        ("---\n---\nb: 1\n", "a", "1", "---\na: 1\n---\nb: 1\n"),
        ("{}\n", "a", "1", "a: 1\n"),
        ("{} # why\n", "a", "1", "# why\na: 1\n"),
        ("--- {}\n", "a", "1", "---\na: 1\n"),
        ("null\n", "a", "1", "a: 1\n"),
        ("--- ~ # why\n", "a", "1", "--- # why\na: 1\n"),
        ("%YAML 1.2\n---\n# c\n", "a", "1", "%YAML 1.2\n---\n# c\na: 1\n"),
    ]);
}

#[test]
fn only_the_first_document_changes() {
    set(&[
        ("a: 1\n---\na: 2\n", "b", "x", "a: 1\nb: x\n---\na: 2\n"),
        ("a: 1\n---\na: 2\n", "a", "x", "a: x\n---\na: 2\n"),
        ("---\na: 1\n...\n# end\n", "b", "x", "---\na: 1\nb: x\n...\n# end\n"),
    ]);
    unset(&[("a: 1\nb: 1\n---\na: 2\n", "a", "b: 1\n---\na: 2\n")]);
}

#[test]
fn line_ends_go_on() {
    set(&[
        (
            "a: 1\r\nb:\r\n  c: 2\r\n",
            "b.d",
            "[1, x]",
            "a: 1\r\nb:\r\n  c: 2\r\n  d:\r\n    - 1\r\n    - x\r\n",
        ),
        ("a: 1\r\nb: x\r\n", "b", "{c: 1}", "a: 1\r\nb:\r\n  c: 1\r\n"),
        ("a: |\r\n  x\r\nb: 1\r\n", "a", "\"p\\nq\\n\"", "a: |\r\n  p\r\n  q\r\nb: 1\r\n"),
        ("\u{feff}a: 1\r\n", "a", "2", "\u{feff}a: 2\r\n"),
    ]);
    unset(&[
        ("\u{feff}a: 1\r\nb: 2\r\n", "a", "\u{feff}b: 2\r\n"),
        ("\u{feff}a: 1\r\n", "a", "\u{feff}{}\r\n"),
    ]);
}

#[test]
fn a_text_without_a_final_line_end_stays_one() {
    set(&[
        ("a: 1", "b", "2", "a: 1\nb: 2"),
        ("a: 1 # one", "b.c", "2", "a: 1 # one\nb:\n  c: 2"),
        ("a: 1", "b", "\"p\\nq\\n\"", "a: 1\nb: |\n  p\n  q\n"),
        ("a: |\n  x", "b", "2", "a: |-\n  x\nb: 2"),
        ("a: |+\n  x", "b", "2", "a: |-\n  x\nb: 2"),
        ("a: >2-\n  x", "b", "2", "a: >2-\n  x\nb: 2"),
        ("l:\n- |\n  x", "l.1", "2", "l:\n- |-\n  x\n- 2"),
    ]);
}

#[test]
fn tabs_and_trailing_blanks_stay() {
    set(&[
        ("a:\t1\t# one\n\t\nb: 2  \n", "a", "x", "a:\tx\t# one\n\t\nb: 2  \n"),
        ("a: 1\n\t\nb: 2  \n", "c", "x", "a: 1\n\t\nb: 2  \nc: x\n"),
        ("l:\n-\ta\n-\tb\n", "l.2", "{c: 1, d: 2}", "l:\n-\ta\n-\tb\n- c: 1\n  d: 2\n"),
    ]);
    unset(&[("a:\n  b: 1\t \n\t \n  c: 2\n", "a.b", "a:\n\t \n  c: 2\n")]);
}

#[test]
fn a_key_is_found_however_it_is_spelled() {
    set(&[
        ("\"a\\x62\": 1\n", "ab", "2", "\"a\\x62\": 2\n"),
        ("!!str a: 1\n", "a", "2", "!!str a: 2\n"),
        ("&k a: 1\nb:\n  *k : 2\n", "b.a", "3", "&k a: 1\nb:\n  *k : 3\n"),
        ("<<: {a: 1}\nb: 1\n", "<<.a", "2", "<<: {a: 2}\nb: 1\n"),
        ("? 'a'\n: 1\n", "a", "2", "? 'a'\n: 2\n"),
    ]);
}

#[test]
fn a_key_among_ten_thousand_is_changed_in_linear_time() {
    let text: String = (0..10_000).map(|n| format!("key{n}:\n  a: {n}\n  l: [1, 2]\n")).collect();
    let started = std::time::Instant::now();
    set(&[(&text, "key5000.a", "x", &text.replace("a: 5000\n", "a: x\n"))]);
    assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
}
