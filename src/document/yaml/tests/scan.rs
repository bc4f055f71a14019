//! What a scan finds: paths, values, aliases, metadata, and what it refuses.

use super::seal::parse;
use crate::document::Document;
use crate::document::error::SyntaxError;
use crate::document::format::Format;
use crate::document::slot::{Content, Style};
use crate::document::syntax::{Fit, Limits};
use crate::document::value::Kind;

/// Path, kind and canonical text of every slot.
fn slots(text: &str) -> Vec<(String, Kind, String)> {
    let document = parse(text).unwrap();
    let slots = document.slots().iter().map(|slot| {
        (document.paths().display(slot.path), slot.kind, document.value(slot).text().into_owned())
    });
    slots.collect()
}

fn refusal(text: &str) -> SyntaxError {
    match Document::parse(text.as_bytes(), Format::Yaml, &Limits::default()) {
        Err(error) => error,
        Ok(_) => panic!("accepted: {text}"),
    }
}

fn place(error: &SyntaxError) -> String {
    error.place.map(|place| place.to_string()).unwrap_or_default()
}

#[test]
fn keys_are_decoded_and_keys_that_are_no_text_keep_their_spelling() {
    let paths: Vec<_> = slots("8080: a\ntrue: b\n\"x\\ty\": c\n'it''s': d\n<<: e\n? |\n  f\n: g\n: h\n")
        .into_iter()
        .map(|(path, ..)| path)
        .collect();
    let wanted = ["8080", "true", "[\"x\\ty\"]", "[\"it's\"]", "[\"<<\"]", "[\"f\\n\"]", "[\"\"]"];
    assert_eq!(paths, wanted);
}

#[test]
fn list_positions_count_entries_and_not_comments() {
    let found = slots("l:\n  # c\n  - a\n  # d\n  - - b\n    - c: 1\n");
    let values: Vec<_> =
        found.iter().filter(|(_, kind, _)| *kind != Kind::Comment).map(|(path, ..)| path).collect();
    assert_eq!(values, ["l[0]", "l[1][0]", "l[1][1].c"]);
}

#[test]
fn nothing_and_empty_collections_are_slots_without_tokens() {
    let found = slots("a:\nb: ~\nc: {}\nd: []\ne: [ ]\nf: {g: , h}\n");
    let kinds: Vec<_> = found.iter().map(|(path, kind, _)| (path.as_str(), *kind)).collect();
    assert_eq!(
        kinds,
        [
            ("a", Kind::Null),
            ("b", Kind::Null),
            ("c", Kind::EmptyMap),
            ("d", Kind::EmptyList),
            ("e", Kind::EmptyList),
            ("f.g", Kind::Null),
            ("f.h", Kind::Null),
        ]
    );
}

#[test]
fn a_missing_value_stands_behind_its_indicator() {
    let document = parse("a:\nb: {c: , d}\nl:\n  -\n").unwrap();
    let starts: Vec<_> = document.slots().iter().map(|slot| slot.span.start).collect();
    assert_eq!(starts, [2, 9, 13, 21]);
}

#[test]
fn a_block_scalar_is_its_header_and_its_lines() {
    let text = "a: |2- # c\n    x\n\n  y\n\n\nb: 1\n";
    let document = parse(text).unwrap();
    let slot = &document.slots()[0];
    assert_eq!(&text[slot.span.clone()], "|2-");
    assert_eq!(&text[slot.tail[0].clone()], "    x\n\n  y\n");
    assert_eq!(document.value(slot).bytes, b"  x\n\ny");
    assert!(document.slots()[1].is_comment());
}

#[test]
fn a_block_scalar_at_the_end_of_a_text_without_line_end_has_none() {
    assert_eq!(slots("a: |\n  x")[0].2, "x");
    assert_eq!(slots("a: |\n  x\n")[0].2, "x\n");
    assert_eq!(slots("a: >+\n  x\n\n  ")[0].2, "x\n\n");
}

#[test]
fn a_value_is_lent_from_the_text_where_it_can_be() {
    let document = parse("a: x y\nb: \"x\"\nc: 5\nd: \"\\x41\"\ne: true\nf: 0x5\n").unwrap();
    let lent: Vec<_> =
        document.slots().iter().map(|slot| matches!(slot.content, Content::AsWritten(_))).collect();
    assert_eq!(lent, [true, true, true, false, false, false]);
}

#[test]
fn tags_type_their_values_and_go_with_them_where_a_token_could_not_follow() {
    let text = "a: !!int \"0x5\"\nb: !!binary aGk=\nc: !!str 5\nd: !foo 5\ne: &x !!float 5\nf: !!null ''\n";
    let document = parse(text).unwrap();
    let found: Vec<_> = document
        .slots()
        .iter()
        .map(|slot| (slot.kind, document.value(slot).text().into_owned(), &text[slot.span.clone()]))
        .collect();
    assert_eq!(
        found,
        [
            (Kind::Int, "5".into(), "!!int \"0x5\""),
            (Kind::Str, "hi".into(), "!!binary aGk="),
            (Kind::Str, "5".into(), "5"),
            (Kind::Str, "5".into(), "5"),
            (Kind::Float, "5".into(), "!!float 5"),
            (Kind::Null, "".into(), "!!null ''"),
        ]
    );
}

#[test]
fn an_alias_becomes_the_leaves_of_its_target() {
    let document = parse("a: &x\n  b: 1 # c\n  d: [e]\nf: *x\n").unwrap();
    let alias = &document.scanned().aliases[0];
    let leaves: Vec<_> = document.slots()[alias.slots.clone()]
        .iter()
        .map(|slot| {
            (document.paths().display(slot.path), document.value(slot).text().into_owned(), slot.style)
        })
        .collect();
    assert_eq!(
        leaves,
        [("f.b".into(), "1".into(), Style::Alias), ("f.d[0]".into(), "e".into(), Style::Alias)]
    );
    assert_eq!(alias.target, 0..3);
    assert_eq!(document.paths().display(alias.path), "f");
    assert_eq!(&document.text()[alias.span.clone()], "*x");
}

#[test]
fn flow_collections_are_listed_with_their_brackets() {
    let document = parse("a: {b: [1, 2]}\nc: [d: e]\n").unwrap();
    let found: Vec<_> = document
        .scanned()
        .collections
        .iter()
        .map(|(path, range)| (document.paths().display(*path), &document.text()[range.clone()]))
        .collect();
    let wanted = [("a", "{b: [1, 2]}"), ("a.b", "[1, 2]"), ("c", "[d: e]")];
    assert_eq!(found, wanted.map(|(path, text)| (path.to_owned(), text)));
}

#[test]
fn the_step_is_learnt_from_the_first_nested_collection() {
    assert_eq!(parse("a: 1\n").unwrap().scanned().step, 2);
    assert_eq!(parse("a:\n- b:\n      c: 1\n").unwrap().scanned().step, 4);
    assert_eq!(parse("a:\n   - b\n").unwrap().scanned().step, 3);
}

#[test]
fn the_metadata_is_found_wherever_it_stands() {
    for text in ["sops:\n  mac: x\na: 1\n", "a: 1\nsops:\n  mac: x\nb: 2\n", "a: 1\nsops: {mac: x} # c\n"] {
        let document = parse(text).unwrap();
        assert!(document.has_metadata());
        assert_eq!(document.metadata().unwrap().get("mac").unwrap().text().unwrap(), "x");
        assert!(document.slots().iter().all(|slot| !document.paths().display(slot.path).starts_with("sops")));
        let block = &document.scanned().parts[0].blocks[0];
        assert!(text[block.clone()].starts_with("sops:") && text[block.clone()].ends_with('\n'));
    }
}

#[test]
fn a_block_in_a_flow_map_goes_with_the_comma_before_it() {
    let cut = |text: &str| {
        let document = parse(text).unwrap();
        let mut out = text.to_owned();
        out.replace_range(document.scanned().parts[0].blocks[0].clone(), "");
        out
    };
    assert_eq!(cut("{a: 1, sops: {mac: x} }"), "{a: 1 }");
    assert_eq!(cut("{sops: {mac: x}}"), "{}");
    assert_eq!(cut("{sops: {mac: x}, a: 1}"), "{a: 1}");
}

#[test]
fn only_the_top_level_key_is_metadata() {
    let document = parse("a:\n  sops:\n    mac: x\n").unwrap();
    assert!(!document.has_metadata());
    assert_eq!(document.slots().len(), 1);
}

#[test]
fn every_document_has_its_part() {
    let document = parse("a: 1\n---\nb: 2\n...\n---\n# c\n").unwrap();
    let inserts: Vec<_> = document.scanned().parts.iter().map(|part| part.insert).collect();
    assert_eq!(inserts, [5, 14, 26]);
    assert!(parse("").unwrap().scanned().parts.is_empty());
    assert_eq!(parse("# c\n").unwrap().scanned().parts.len(), 1);
}

#[test]
fn the_block_goes_before_a_block_scalar_that_ends_a_text_without_line_end() {
    let document = parse("a: 1\nb: |\n  x").unwrap();
    let part = &document.scanned().parts[0];
    assert_eq!((part.insert, part.fit), (5, Fit::Block { indent: 0 }));
}

#[test]
fn a_key_that_is_there_twice_is_refused_with_both_places() {
    for (text, at, first) in [
        ("a: 1\nb: 2\na: 3\n", "3:1", "1:1"),
        ("x: 1\n---\nm:\n  - a: 1\n    'a': 2\n", "5:5", "4:5"),
        ("{\"a\": 1, a: 2}", "1:10", "1:2"),
        ("1: a\n\"1\": b\n", "2:1", "1:1"),
    ] {
        let error = refusal(text);
        assert_eq!(place(&error), at);
        assert!(error.reason.contains(first), "{error}");
    }
    assert_eq!(refusal("m:\n  - a: 1\n    a: 2\n").path.as_deref(), Some("m[0].a"));
}

#[test]
fn nesting_has_a_limit_in_every_style() {
    let limits = Limits { depth: 20, ..Limits::default() };
    let deep = |text: String| {
        Document::parse(text.as_bytes(), Format::Yaml, &limits).err().map(|error| error.reason)
    };
    let block = |levels: usize| (0..levels).map(|n| format!("{}a:\n", " ".repeat(n))).collect::<String>();
    let flow = |levels: usize| format!("a: {}{}", "[".repeat(levels - 1), "]".repeat(levels - 1));
    let dashes = |levels: usize| format!("a:\n{}x\n", "- ".repeat(levels - 1));
    for text in [block(20), flow(20), dashes(20)] {
        assert_eq!(deep(text), None);
    }
    for text in [block(21), flow(21), dashes(21), block(5_000), flow(100_000), dashes(50_000)] {
        assert!(deep(text).unwrap().contains("nested deeper than 20"));
    }
    let keys = format!("? {}{}\n: 1\n", "[".repeat(1_000), "]".repeat(1_000));
    assert!(deep(keys).is_some());
}

#[test]
fn what_sops_can_not_read_is_refused_with_a_place() {
    for (text, at) in [
        ("- a\n", "1:1"),
        ("a\n", "1:1"),
        ("---\na: 1\n---\n[1]\n", "4:1"),
        ("? [a]\n: b\n", "1:3"),
        ("a: &x [*x]\n", "1:8"),
        ("a: &x\n  b: *x\n", "2:6"),
        ("a: *x\n", "1:4"),
        ("a: &x v\n*x : 1\n", "2:1"),
        ("a: \"x\n", "2:1"),
        ("a: [1\n", "1:4"),
        ("a:\n\t- b\n", "2:2"),
        ("a: @x\n", "1:4"),
        ("a: |\r  x\r", "1:8"),
    ] {
        assert_eq!(place(&refusal(text)), at, "{text:?}: {}", refusal(text));
    }
}

#[test]
fn aliases_of_aliases_can_not_blow_up() {
    let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for n in 1..12 {
        let before = format!("*a{}", n - 1);
        text.push_str(&format!("a{n}: &a{n} [{}]\n", [before.as_str(); 10].join(", ")));
    }
    assert!(refusal(&text).reason.contains("ten times"));
    let long = format!("a: &a \"\\x41{}\"\nl: [{}]\n", "x".repeat(100_000), "*a, ".repeat(2_000));
    assert!(refusal(&long).reason.contains("ten times"));
}

#[test]
fn an_error_never_repeats_the_text() {
    for text in
        ["a: @hunter2", "a: \"hunter2\\q\"", "a: {hunter2: [}", "hunter2", "a: *hunter2", "a: %hunter2\n b"]
    {
        if let Err(error) = Document::parse(text.as_bytes(), Format::Yaml, &Limits::default()) {
            assert!(!error.reason.contains("hunter2"), "{error}");
        }
    }
}

#[test]
fn a_long_comment_above_a_value_is_read() {
    let text = format!("a:\n{}  b: 1\n", "  # c\n".repeat(2_000));
    assert_eq!(parse(&text).unwrap().slots().len(), 2_001);
}
