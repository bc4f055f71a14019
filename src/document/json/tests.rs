use super::super::error::Place;
use super::super::format::Format;
use super::super::laws;
use super::super::slot::Style;
use super::super::syntax::{Emit, Fit, Limits};
use super::super::tree::{Item, Node};
use super::super::value::{Kind, Value};
use super::super::{Document, SyntaxError};
use proptest::prelude::*;

fn refused(text: &str) -> SyntaxError {
    match Document::parse(text.as_bytes(), Format::Json, &Limits::default()) {
        Ok(_) => panic!("accepted: {text}"),
        Err(error) => error,
    }
}

fn values(text: &str) -> Vec<(String, Kind, String)> {
    laws::slots(&laws::parse(Format::Json, text))
        .into_iter()
        .map(|(path, kind, bytes)| (path, kind, String::from_utf8(bytes).unwrap()))
        .collect()
}

const FILES: [&str; 12] = [
    "{}",
    "{}\n",
    "{ \n}\n",
    "\u{feff}{\r\n\t\"a\" : 1 ,\r\n\t\"b\":[ ]\r\n}\r\n",
    "{\"a\":{\"b\":[1,2.50,-0,1e3,{\"c\":null}]},\"d\":\"\\u00e9\\n\\ud83d\\ude00\"}",
    "{\n  \"a\": \"x\",\n  \"b\": {\n    \"c\": [\n      true,\n      false\n    ],\n    \"e\": {}\n  }\n}",
    "{\n\"flush\": 1,\n\"left\": 2\n}\n",
    "{\"one\": 1,\n \"two\": 2}",
    "  {\n      \"deep\": \"x\"\n  }\n\n",
    "{\"\": \"\", \"a b\": \"\", \"\\\"\": [[], [[]], {}]}",
    "{\"big\": 9223372036854775807, \"bigger\": 9223372036854775808, \"small\": 5e-324}",
    "{\"sop\": 1, \"sopss\": {\"sops\": 2}}",
];

#[test]
fn the_laws_hold_for_files_of_every_style() {
    FILES.iter().for_each(|text| laws::hold(Format::Json, text));
}

proptest! {
    #[test]
    fn the_laws_hold_for_any_value(text in document()) {
        laws::hold(Format::Json, &text);
    }

    #[test]
    fn no_text_panics(text in "[\\[\\]{}:,\"\\\\ua1e.\\-\n é0t]{0,40}") {
        let _ = Document::parse(format!("{{\"a\":{text}").as_bytes(), Format::Json, &Limits::default());
    }
}

/// Objects with blanks, escapes and numbers of every kind.
fn document() -> impl Strategy<Value = String> {
    let blank = "[ \t\n]{0,2}|\r\n";
    let text = r#"("([a-zé€😀<&/ ]|\\["\\/bfnrt]|\\u00[0-7][0-9a-f]|\\ud83d\\ude00){0,6}")"#;
    let number = "-?(0|[1-9][0-9]{0,20})(\\.[0-9]{1,4})?([eE][+-]?[0-9]{1,2})?";
    let leaf =
        proptest::string::string_regex(&format!("{text}|{number}|true|false|null|\\{{\\}}|\\[ \\]")).unwrap();
    let value = leaf.prop_recursive(4, 40, 5, move |inner| {
        let list = prop::collection::vec((blank, inner.clone(), blank), 1..5);
        let object = prop::collection::vec((blank, "[a-z]{1,3}", inner, blank), 1..5);
        prop_oneof![
            list.prop_map(|items| {
                let items: Vec<String> = items.into_iter().map(|(a, item, b)| a + &item + &b).collect();
                format!("[{}]", items.join(","))
            }),
            object.prop_map(|entries| {
                let entries: Vec<String> = entries
                    .into_iter()
                    .enumerate()
                    .map(|(n, (a, key, value, b))| format!("{a}\"{key}{n}\":{b}{value}"))
                    .collect();
                format!("{{{}}}", entries.join(","))
            }),
        ]
    });
    (value, blank).prop_map(|(value, end)| format!("{{\"top\": {value}}}{end}"))
}

#[test]
fn values_have_the_types_that_sops_gives_them() {
    let text = r#"{"i": -7, "z": -0, "f": 1.0, "nz": -0.0, "e": 1e3, "h": 9223372036854775808, "b": true, "n": null}"#;
    let wanted = [
        ("i", Kind::Int, "-7"),
        ("z", Kind::Int, "0"),
        ("f", Kind::Float, "1"),
        ("nz", Kind::Float, "-0"),
        ("e", Kind::Float, "1000"),
        ("h", Kind::Float, "9223372036854776000"),
        ("b", Kind::Bool, "True"),
        ("n", Kind::Null, ""),
    ];
    assert_eq!(values(text), wanted.map(|(path, kind, bytes)| (path.into(), kind, bytes.into())));
}

#[test]
fn text_is_decoded_only_where_it_has_escapes() {
    let text = r#"{"plain": "café", "escaped": "\u0063af\u00e9\t\/"}"#;
    let document = laws::parse(Format::Json, text);
    let slots = document.slots();
    assert_eq!(&text[slots[0].span.clone()], "\"café\"");
    assert!(matches!(&slots[0].content, super::super::slot::Content::AsWritten(_)));
    assert_eq!(document.value(&slots[1]).bytes, "café\t/".as_bytes());
    assert_eq!(slots[1].style, Style::Double);
}

#[test]
fn a_fault_has_its_place_and_path() {
    for (text, line, column, path, reason) in [
        ("", 1, 1, "", "the file is empty, a JSON object was expected"),
        ("[1]", 1, 1, "", "the file is not a JSON object"),
        ("{\"a\": 1}\n{}", 2, 1, "", "there is more data behind the JSON object"),
        ("{\"a\": 1,}", 1, 9, "a", "expected a key in double quotes, found `}`"),
        ("{\n \"a\": [1 2]}", 2, 10, "a[0]", "expected a comma or a closing bracket, found something else"),
        ("{\"a\": hunter2}", 1, 7, "a", "expected a value, found something else"),
        (
            "{\"a\": {\"b\": \"x\n\"}}",
            1,
            15,
            "a.b",
            "a string holds a control character that has to be escaped",
        ),
        ("{\"a\": \"x", 1, 7, "a", "the string has no closing quote"),
        ("{\"a\": \"\\x\"}", 1, 8, "a", "a backslash is followed by something that is no escape"),
        ("{\"a\": \"é\\ud800\"}", 1, 9, "a", "an escape is one half of a surrogate pair without the other"),
        ("{\"a\": \"\\u12g4\"}", 1, 8, "a", "`\\u` is not followed by four hexadecimal digits"),
        ("{\"a\": 01}", 1, 7, "a", "a number starts with a needless zero"),
        ("{\"a\": 1e999}", 1, 7, "a", "the number is out of the range of a double"),
        (
            "{\"a\": 1 // no\n}",
            1,
            9,
            "a",
            "expected a comma or a closing bracket, found a comment, which JSON does not have",
        ),
        ("{\"a\": {\"b\": 1, \"c\": 2, \"b\": 3}}", 1, 24, "a.b", "this key is already at 1:8"),
    ] {
        let error = refused(text);
        assert_eq!(error.reason, reason, "{text}");
        assert_eq!(error.place, Some(Place { line, column }), "{text}");
        assert_eq!(error.path.unwrap_or_default(), path, "{text}");
    }
}

#[test]
fn the_first_repeated_key_of_a_large_object_is_named() {
    let mut text: String = (0..1000).map(|n| format!("\"k{n}\": 1,\n")).collect();
    text = format!("{{\n{text}\"k900\": 2,\n\"k\\u0037\": 3}}");
    let error = refused(&text);
    assert_eq!((error.path.as_deref(), error.place), (Some("k900"), Some(Place { line: 1002, column: 1 })));
    assert_eq!(error.reason, "this key is already at 902:1");
    assert_eq!(refused(&text.replace("\"k900\": 2,\n", "")).path.as_deref(), Some("k7"));
}

#[test]
fn nesting_stops_at_the_limit() {
    let nested = |depth: usize| format!("{}1{}", "{\"a\":".repeat(depth), "}".repeat(depth));
    laws::parse(Format::Json, &nested(128));
    assert_eq!(refused(&nested(129)).reason, "objects and lists are nested deeper than 128 levels");
    refused(&"{\"a\":[".repeat(1_000_000));
}

#[test]
fn a_block_is_cut_out_with_one_comma() {
    for (text, left) in [
        (r#"{"sops": {"mac": "x"}}"#, "{}"),
        (r#"{ "sops": {} }"#, "{ }"),
        (r#"{"a": 1, "sops": {"age": [{"enc": "e"}]} }"#, r#"{"a": 1 }"#),
        (r#"{"sops": {}, "a": 1}"#, r#"{"a": 1}"#),
        (r#"{"a": 1, "s\u006fps": {"b": 2}, "c": 3}"#, r#"{"a": 1, "c": 3}"#),
    ] {
        let document = laws::parse(Format::Json, text);
        let [block] = document.scanned().parts[0].blocks.as_slice() else { panic!("no block in {text}") };
        let mut rest = text.to_owned();
        rest.replace_range(block.clone(), "");
        assert_eq!(rest, left, "{text}");
        assert_eq!(values(text), values(left), "{text}");
    }
}

#[test]
fn a_block_goes_behind_the_last_entry_wherever_it_was() {
    let at = |text: &str| {
        let document = laws::parse(Format::Json, text);
        let part = &document.scanned().parts[0];
        (part.insert, part.fit)
    };
    assert_eq!(at(r#"{"sops": {}, "a": 1}"#), (19, Fit::FlowNext));
    assert_eq!(at(r#"{"a": [1], "sops": {}}"#), (9, Fit::FlowNext));
    assert_eq!(at(r#"{"sops": {}}"#), (1, Fit::FlowFirst));
}

#[test]
fn a_block_is_laid_out_like_its_file() {
    let with = |text: &str| {
        let document = laws::parse(Format::Json, text);
        let tree = Node::Map(vec![Item::Entry { key: "mac".into(), node: Node::str("<x>") }]);
        let edit = document.syntax().metadata(text, &document.scanned().parts[0], &tree);
        let mut text = text.to_owned();
        text.replace_range(edit.span, &edit.text);
        text
    };
    assert_eq!(with(r#"{"a":1}"#), r#"{"a":1,"sops":{"mac":"<x>"}}"#);
    assert_eq!(with("{}\n"), "{\"sops\":{\"mac\":\"<x>\"}}\n");
    assert_eq!(with("{\n  \"a\": 1\n}\n"), "{\n  \"a\": 1,\n  \"sops\": {\n    \"mac\": \"<x>\"\n  }\n}\n");
    assert_eq!(
        with("{\r\n\t\"a\": 1\r\n}"),
        "{\r\n\t\"a\": 1,\r\n\t\"sops\": {\r\n\t\t\"mac\": \"<x>\"\r\n\t}\r\n}"
    );
    assert_eq!(with("{\n}"), "{\n\t\"sops\": {\n\t\t\"mac\": \"<x>\"\n\t}\n}");
}

#[test]
fn metadata_that_is_no_map_is_still_the_block() {
    let document = laws::parse(Format::Json, r#"{"sops": "no", "a": 1}"#);
    assert!(document.has_metadata());
    assert_eq!(
        document.metadata().and_then(|node| node.text().map(|text| text.into_owned())).as_deref(),
        Some("no")
    );
}

#[test]
fn emitted_json_is_that_of_sops() {
    let number = |text: &str| Node::Scalar(Value::new(Kind::Float, text));
    let item = |key: &str, node: Node| Item::Entry { key: key.into(), node };
    let comment = Item::Comment { text: " gone".to_owned().into(), inline: false };
    let list = ["1", "0.000001", "0.0000001", "1000000000000000000000", "-0", "123456789.125"]
        .map(|text| item("", number(text)));
    let tree = Node::Map(vec![
        item("<k>", Node::str("a&b\u{2028}\u{1}\t\"\\é")),
        comment,
        item("l", Node::List(list.into())),
        item("e", Node::Map(vec![item("m", Node::Map(vec![])), item("l", Node::List(vec![]))])),
        item("t", Node::Scalar(Value::new(Kind::Time, "2024-01-01T00:00:00Z"))),
    ]);
    let syntax = Format::Json.syntax();
    let expected = "{\n\t\"\\u003ck\\u003e\": \"a\\u0026b\\u2028\\u0001\\t\\\"\\\\é\",\n\t\"l\": [\n\t\t1,\n\t\t0.000001,\n\t\t\
        1e-7,\n\t\t1e+21,\n\t\t-0,\n\t\t123456789.125\n\t],\n\t\"e\": {\n\t\t\"m\": {},\n\t\t\"l\": []\n\t},\n\t\
        \"t\": \"2024-01-01T00:00:00Z\"\n}\n";
    assert_eq!(*syntax.emit(std::slice::from_ref(&tree), Emit { indent: None }).unwrap(), expected);
    let unindented = syntax.emit(&[tree], Emit { indent: Some(0) }).unwrap();
    assert_eq!(*unindented, expected.replace('\t', ""));
    let list = Node::List(vec![item("", number("1.5"))]);
    assert_eq!(*syntax.emit_value(&list, Emit { indent: Some(2) }).unwrap(), "[\n  1.5\n]");
}

#[test]
fn what_json_cannot_say_is_an_error_at_its_path() {
    let tree = Node::Map(vec![Item::Entry {
        key: "a".into(),
        node: Node::List(vec![Item::Entry {
            key: String::new(),
            node: Node::Scalar(Value::new(Kind::Float, "NaN")),
        }]),
    }]);
    let error = Format::Json.syntax().emit(&[tree], Emit { indent: None }).unwrap_err();
    assert_eq!(error.path.as_deref(), Some("a[0]"));
}
