//! The laws of documents (architecture, laws 1 and 2), over cases and generated texts.

use super::seal::{parse, round_trip};
use super::write::tree;
use crate::document::Document;
use crate::document::format::Format;
use crate::document::slot::Style;
use crate::document::syntax::{Emit, Spelling};
use crate::document::tree::{Item, Node};
use crate::document::value::{Kind, Value, canonical_float};
use proptest::prelude::*;

/// Texts with everything that the round trip must survive.
const CASES: [&str; 44] = [
    "a: 1\n",
    "a: 1",
    "",
    "\n\n",
    "# only a comment\n",
    "---\n",
    "---\n# c\n",
    "{}",
    "{ }\n",
    "{a: 1}\n",
    "{a: 1,}\n",
    "{a: , b}",
    "{\"a\":1,\"b\":[1,2,{\"c\":\"d\"}]}",
    "{ # c\n}\n",
    "{\n  a: [1], # c\n  # d\n}\n",
    "\u{feff}a: 1\n",
    "\u{feff}# c\na: 1\n",
    "  a: 1\n  b: |\n    x",
    "a: |\n  x",
    "a: b\nc: |+\n  x\n\n\n",
    "a: |2-\n    x\n\n  y\n# c\nb: >\n  x\n   y\n\n\nc: 1\n",
    "a: | # note\n  x\n  y\n",
    "a: !!int 5\nb: !!binary |\n  aGk=\nc: &x !!float 5\nd: !foo x\ne: !!str 5\nf: ! 5\n",
    "%YAML 1.1\n---\na: 1\n",
    "a: \"x\n\n  y\"\nb: 'it''s'\nc: \"\\x41\"\n",
    "a: x\n  y\n  z\nb: 1\n",
    "? a\n: b\n? c\n? |\n  d\n: e\n",
    "a: 1\r\nb:\r\n  - \"x\"\r\n  - |\r\n    t\r\n    u\r\nc: 2",
    "a: &x {b: 1, c: [2]}\nd: *x\ne: [*x, *x]\nf: {<<: *x, z: 1}\n",
    "x: &a\n  y: 1\n  z: [s, {t: u}]\nw:\n  <<: *a\nl: [*a]\nm:\n  - *a # c\n",
    "a: &s secret\nb: *s # same\nc: [*s]\n&k d: *k\ne:\n  *k : 2\n",
    "8080: x\ntrue: y\n~: z\n\"q\\n\": w\n'e''f': v\n",
    "a: 0o17\nb: 0x1F\nc: 1_000\nd: 2.50\ne: 1e3\nf: 2024-01-02\ng: yes\nh: ~\ni: .inf\nj: -0.0\n",
    "a: 1\n---\nb: 2\n...\n# between\n---\n# only\n",
    "a: 1\n...\n# x\n",
    "a:\n- 1\n-\n- - 2\n  - b: 3\n    c:\n    - 4\n",
    "a: # c\n  # d\n  b: 1 # e\n  # f\n\n# g\n\nh: # i\n  - # j\n    k: 1\n  # l\n  - 2 # m\n# n\n",
    "---\n# feet of the marker\n\na:\n  b: {c: 1} # d\n  e: [1, # f\n    2\n    # g\n  ] # h\n",
    "a: [\n  1,\n  \"two\",\n]\nb: {\n  c: d\n}\n",
    "a: #\n  b: 1 #\n#\n",
    "a:   \"spaced\"   # c  \nb:\t'tab'\n",
    "a: ''\nb: \"\"\nc: {}\nd: []\ne: [ # c\n]\n",
    "apiVersion: v1\nkind: Secret\nmetadata: {name: x}\ndata:\n  key: !!binary aGk=\n  pem: |\n    -----BEGIN\n    x\n    -----END\n",
    "on: push\njobs:\n  a:\n    steps:\n    - uses: x@v1 # pinned\n      with: {n: 1}\n    - run: |\n        echo hi\n\n        exit 0\n",
];

#[test]
fn every_case_comes_back_byte_for_byte() {
    for text in CASES {
        if let Err(fault) = round_trip(text) {
            panic!("{text:?}: {fault}");
        }
    }
}

#[test]
fn every_case_keeps_its_values_when_each_is_spelled_anew() {
    for text in CASES {
        respell(text);
    }
}

/// Spells every value in its default way, one at a time, and reads the result.
fn respell(text: &str) {
    let document = parse(text).unwrap();
    for (number, slot) in document.slots().iter().enumerate() {
        let lone = !matches!(slot.style, Style::Alias) && slot.tail.is_empty() && !slot.span.is_empty();
        if !lone || matches!(slot.kind, Kind::Null | Kind::EmptyMap | Kind::EmptyList) {
            continue;
        }
        let spelling = document.syntax().spell(&document.spot(slot), document.value(slot)).unwrap();
        let new = put(&document, number, &spelling);
        let again = parse(&new).unwrap_or_else(|fault| panic!("{text:?}: {fault}\n{new}"));
        assert!(values(&again) == values(&document), "slot {number} of {text:?}\n{new}");
    }
}

/// The text with one slot spelled anew.
fn put(document: &Document, number: usize, spelling: &Spelling) -> String {
    let (text, slot) = (document.text(), &document.slots()[number]);
    let rest = &text[slot.span.end..];
    let mut out = format!("{}{}", &text[..slot.span.start], *spelling.head);
    match &spelling.tail[..] {
        [] => out.push_str(rest),
        [piece] => {
            let line = rest.find('\n').map_or(rest.len(), |at| at + 1);
            out.push_str(&rest[..line]);
            out.push_str(if line == rest.len() && !rest.ends_with('\n') { "\n" } else { "" });
            out.push_str(&piece.text);
            out.push_str(&rest[line..]);
        }
        _ => panic!("more than one piece"),
    }
    out
}

fn values(document: &Document) -> Vec<(String, Value)> {
    let slots = document.slots().iter();
    slots.map(|slot| (document.paths().display(slot.path), document.value(slot).to_value())).collect()
}

/// Where a value can stand: the token in it is replaced.
const SPOTS: [&str; 12] = [
    "a: TOKEN\nz: 1\n",
    "a: TOKEN # c\nz: 1\n",
    "a:\n    b:\n        c: TOKEN\n    d: 1\n",
    "a:\n  - TOKEN\n  - 1\n",
    "a:\n- - TOKEN\n- 1\n",
    "a: 'TOKEN'\nz: 1\n",
    "a: \"TOKEN\"\nz: 1\n",
    "{a: \"TOKEN\", z: 1}\n",
    "a: ['TOKEN', 1]\n",
    "a: TOKEN\r\nz: 1\r\n",
    "? a\n: TOKEN\n",
    "- TOKEN", // made the value of a key below
];

fn check_spelling(spot: &str, value: &Value) -> Result<(), TestCaseError> {
    let text = if spot.starts_with('-') { format!("l:\n{spot}\n") } else { spot.to_owned() };
    let document = parse(&text).unwrap();
    let number = document.slots().iter().position(|slot| document.value(slot).bytes == b"TOKEN").unwrap();
    let slot = &document.slots()[number];
    let spelling = document.syntax().spell(&document.spot(slot), value.borrow()).unwrap();
    let new = put(&document, number, &spelling);
    let again = match parse(&new) {
        Ok(again) => again,
        Err(fault) => return Err(TestCaseError::fail(format!("{fault}: {new:?}"))),
    };
    prop_assert!(again.slots().len() == document.slots().len(), "{:?}", new);
    for (at, (slot, was)) in again.slots().iter().zip(document.slots()).enumerate() {
        let wanted = if at == number { value.clone() } else { document.value(was).to_value() };
        prop_assert!(again.value(slot).to_value() == wanted, "slot {} of {:?}", at, new);
    }
    Ok(())
}

/// Texts made of what YAML cares about.
fn nasty_text() -> impl Strategy<Value = String> {
    let bits = prop::sample::select(vec![
        "a",
        "b c",
        " ",
        "  ",
        "\n",
        "\n\n",
        "\t",
        ":",
        ": ",
        "#",
        " #",
        "-",
        "- ",
        "---",
        "...",
        "?",
        "? ",
        "!",
        "&a",
        "*a",
        "|",
        ">",
        "[",
        "]",
        "{",
        "}",
        ",",
        "'",
        "\"",
        "\\",
        "%",
        "@",
        "`",
        "~",
        "<<",
        "=",
        "true",
        "null",
        "yes",
        "1",
        "0x1F",
        ".5",
        "1e3",
        "2024-01-02",
        "\r",
        "\r\n",
        "\u{0}",
        "\u{7}",
        "\u{7f}",
        "\u{85}",
        "\u{a0}",
        "\u{2028}",
        "\u{feff}",
        "\u{fffe}",
        "é",
        "\u{1F600}",
        "ENC[AES256_GCM,data:x]",
        "sops",
        "\u{e000}",
    ]);
    prop::collection::vec(bits, 0..6).prop_map(|bits| bits.concat())
}

/// Kind and bytes: values themselves can't be printed.
fn any_value() -> impl Strategy<Value = (Kind, Vec<u8>)> {
    let float = |number| (Kind::Float, canonical_float(number).into_bytes());
    prop_oneof![
        8 => nasty_text().prop_map(|text| (Kind::Str, text.into_bytes())),
        4 => any::<String>().prop_map(|text| (Kind::Str, text.into_bytes())),
        2 => prop::collection::vec(any::<u8>(), 0..8).prop_map(|bytes| (Kind::Str, bytes)),
        2 => any::<i64>().prop_map(|number| (Kind::Int, number.to_string().into_bytes())),
        2 => any::<f64>().prop_map(float),
        1 => any::<bool>().prop_map(|yes| (Kind::Bool, if yes { "True" } else { "False" }.into())),
        1 => Just((Kind::Time, b"2001-12-14T21:59:43.1-05:00".to_vec())),
    ]
}

/// A line's value in block context, or a nested collection.
fn block_lines(depth: u32) -> BoxedStrategy<Vec<String>> {
    let scalar = prop::sample::select(vec![
        "v",
        "a b",
        "\"q\"",
        "'s'",
        "1",
        "0x1F",
        "true",
        "~",
        "2024-01-02",
        "",
        "[1, {x: y}]",
        "{}",
        "!foo t",
        "!!str 5",
        "&anchor t",
        "\"two\n      lines\"",
    ]);
    let comment = prop::sample::select(vec!["", "", "", " # c"]);
    let leaf = (scalar, comment).prop_map(|(value, comment)| vec![format!("{value}{comment}")]);
    let block =
        (prop::sample::select(vec!["|", "|-", ">", ">-", "|+"]), prop::sample::select(vec!["", " # c"]))
            .prop_map(|(header, comment)| {
                vec![format!("{header}{comment}"), "  text".into(), "".into(), "   more".into()]
            });
    if depth == 0 {
        return prop_oneof![4 => leaf, 1 => block].boxed();
    }
    let between = prop::sample::select(vec![None, None, None, Some(""), Some("# c"), Some("  # deep")]);
    let entries = prop::collection::vec((between, block_lines(depth - 1)), 1..4);
    let nested = (any::<bool>(), entries).prop_map(|(list, entries)| {
        let mut lines = vec![String::new()];
        for (number, (between, value)) in entries.into_iter().enumerate() {
            lines.extend(between.map(|line| format!("  {line}")));
            let head = if list { "-".to_owned() } else { format!("k{number}:") };
            let first = if value[0].is_empty() { head } else { format!("{head} {}", value[0]) };
            lines.push(format!("  {first}"));
            lines.extend(
                value[1..]
                    .iter()
                    .map(|line| if line.is_empty() { String::new() } else { format!("  {line}") }),
            );
        }
        lines
    });
    prop_oneof![3 => leaf, 1 => block, 4 => nested].boxed()
}

fn document_text() -> impl Strategy<Value = String> {
    let line_end = prop::sample::select(vec!["\n", "\n", "\r\n"]);
    (prop::collection::vec(block_lines(3), 1..4), line_end, any::<bool>()).prop_map(
        |(values, line_end, last)| {
            let mut lines = Vec::new();
            for (number, value) in values.into_iter().enumerate() {
                lines.push(format!("key{number}: {}", value[0]));
                lines.extend(value.into_iter().skip(1));
            }
            // Only one anchor of a name, so that the text means one thing.
            lines.join(line_end) + if last { line_end } else { "" }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(250))]

    #[test]
    fn a_spelled_value_reads_back_at_every_spot((kind, bytes) in any_value()) {
        let value = Value::new(kind, bytes);
        for spot in SPOTS {
            check_spelling(spot, &value)?;
        }
    }

    #[test]
    fn a_generated_text_comes_back_byte_for_byte(text in document_text()) {
        if let Err(fault) = round_trip(&text) {
            prop_assert!(fault.starts_with("refused"), "{}\n{}", fault, text);
        }
    }

    #[test]
    fn a_tree_reads_back_in_every_layout(
        key in nasty_text(),
        values in prop::collection::vec(any_value(), 1..4),
        step in 2u32..10,
    ) {
        let scalars = || values.iter().map(|(kind, bytes)| Node::Scalar(Value::new(*kind, bytes.clone())));
        let entry = |key: &str, node| Item::Entry { key: key.into(), node };
        let list = Node::List(scalars().map(|node| entry("", node)).collect());
        let map = Node::Map(scalars().enumerate().map(|(n, node)| entry(&format!("{key}{n}"), node)).collect());
        let nested = Node::List(vec![entry("", list.clone()), entry("", map.clone())]);
        let root = Node::Map(vec![entry(&key, nested), entry("other", map), entry("list", list)]);
        prop_assume!(key != "other" && key != "list" && key != "sops");
        let emitted = Format::Yaml.syntax().emit(std::slice::from_ref(&root), Emit { indent: Some(step) }).unwrap();
        prop_assert!(tree(&emitted) == root, "{}", *emitted);
        let inline = Format::Yaml.syntax().emit_inline(&root);
        prop_assert!(tree(&inline) == root, "{}", *inline);
    }

    #[test]
    fn any_text_is_read_or_refused(text in nasty_text(), more in any::<String>()) {
        let _ = Document::parse(text.as_bytes(), Format::Yaml, &Default::default());
        let _ = round_trip(&format!("a: 1\n{text}{more}"));
    }
}
