//! What is written: spellings, the metadata block, whole texts.

use super::seal::{parse, seal};
use crate::document::format::Format;
use crate::document::slot::Style;
use crate::document::syntax::{Emit, Spelling, Spot};
use crate::document::tree::{Item, Leaf, Node};
use crate::document::value::{Kind, Value};

const BLOCK: Spot = Spot { style: Style::Plain, flow: false, indent: 2, newline: "\n", step: 2 };

fn spell(spot: Spot, value: &Value) -> Spelling {
    Format::Yaml.syntax().spell(&spot, value.borrow()).unwrap()
}

fn head(spot: Spot, kind: Kind, bytes: &str) -> String {
    spell(spot, &Value::new(kind, bytes)).head.to_string()
}

#[test]
fn text_is_plain_where_that_is_safe() {
    for text in ["word", "two words", "http://x:1/#y", "-x", "a,b", "it's"] {
        assert_eq!(head(BLOCK, Kind::Str, text), text);
    }
}

#[test]
fn text_is_quoted_as_sops_quotes_it() {
    for (text, spelling) in [
        ("", "\"\""),
        ("5", "\"5\""),
        ("yes", "\"yes\""),
        ("1:30", "\"1:30\""),
        ("2024-01-02", "\"2024-01-02\""),
        ("a: b", "'a: b'"),
        (" x", "' x'"),
        ("*x's", "'*x''s'"),
        ("a\tb", "\"a\\tb\""),
        ("a\u{2028}b", "\"a\\Lb\""),
        ("a\r\nb", "\"a\\r\\nb\""),
    ] {
        assert_eq!(head(BLOCK, Kind::Str, text), spelling);
    }
}

#[test]
fn the_quotes_of_the_token_stay() {
    let double = Spot { style: Style::Double, ..BLOCK };
    let single = Spot { style: Style::Single, ..BLOCK };
    assert_eq!(head(double, Kind::Str, "x"), "\"x\"");
    assert_eq!(head(single, Kind::Str, "it's"), "'it''s'");
    assert_eq!(head(single, Kind::Str, "a\nb"), "\"a\\nb\"");
    assert_eq!(head(double, Kind::Int, "5"), "5");
}

#[test]
fn lines_become_a_literal_block() {
    let spelling = spell(BLOCK, &Value::str("a\n\nb\n"));
    assert_eq!(*spelling.head, "|");
    assert_eq!(*spelling.tail[0].text, "    a\n\n    b\n");
    assert_eq!((spelling.tail[0].lines_down, spelling.tail[0].at_end), (1, false));
    assert_eq!(head(BLOCK, Kind::Str, "a\nb"), "|-");
    assert_eq!(head(BLOCK, Kind::Str, " a\nb\n"), "|2");
    let crlf = spell(Spot { newline: "\r\n", ..BLOCK }, &Value::str("a\nb\n"));
    assert_eq!(*crlf.tail[0].text, "    a\r\n    b\r\n");
}

#[test]
fn lines_that_a_block_can_not_carry_are_quoted() {
    for text in ["a\nb\n\n", "\n", "a \nb", "a\r\nb", "a\nb\u{85}"] {
        assert!(head(BLOCK, Kind::Str, text).starts_with('"'), "{text:?}");
    }
    let flow = Spot { flow: true, style: Style::Double, ..BLOCK };
    assert_eq!(head(flow, Kind::Str, "a\nb\n"), "\"a\\nb\\n\"");
}

#[test]
fn other_kinds_are_spelled_so_that_they_read_back() {
    for (kind, bytes, spelling) in [
        (Kind::Int, "-7", "-7"),
        (Kind::Bool, "True", "true"),
        (Kind::Float, "1", "1.0"),
        (Kind::Float, "-0", "-0.0"),
        (Kind::Float, "+Inf", ".inf"),
        (Kind::Float, "NaN", ".nan"),
        (Kind::Float, "1000000000000000000000", "1e21"),
        (Kind::Time, "2024-01-02T00:00:00Z", "2024-01-02T00:00:00Z"),
        (Kind::Comment, " x", "# x"),
        (Kind::Null, "", "null"),
    ] {
        assert_eq!(head(BLOCK, kind, bytes), spelling);
    }
    assert_eq!(*spell(BLOCK, &Value::new(Kind::Str, vec![0xff])).head, "!!binary /w==");
}

#[test]
fn what_is_not_canonical_or_would_break_out_is_an_error() {
    for (kind, bytes) in [
        (Kind::Int, "x: 1"),
        (Kind::Int, "07"),
        (Kind::Bool, "yes"),
        (Kind::Float, "1.50"),
        (Kind::Time, "2024-01-02"),
        (Kind::Comment, "a\nb: 1"),
        (Kind::Comment, "a\rb: 1"),
    ] {
        let value = Value::new(kind, bytes);
        assert!(Format::Yaml.syntax().spell(&BLOCK, value.borrow()).is_err(), "{bytes:?}");
    }
}

#[test]
fn a_timestamp_in_place_of_a_plain_slot_stays_text() {
    let document = parse("a: x\n").unwrap();
    let mut out = String::new();
    document.syntax().token(&document.slots()[0], "2026-11-22T00:46:58Z", &mut out);
    assert_eq!(out, "\"2026-11-22T00:46:58Z\"");
}

#[test]
fn the_metadata_block_has_sops_layout_and_the_file_s_line_ends() {
    let block = "sops:\n    age:\n        - enc: |\n            -----BEGIN\n            x\n            -----END\n          \
                 recipient: age1x\n    lastmodified: \"2026-11-22T00:46:58Z\"\n    mac: \
                 ENC[AES256_GCM,data:0,iv:+/a=,tag:b==,type:str]\n    version: 3.13.2\n";
    assert!(seal(&parse("a: {}\n").unwrap()).text == format!("a: {{}}\n{block}"));
    assert!(seal(&parse("a: {}\r\n").unwrap()).text == format!("a: {{}}\n{block}").replace('\n', "\r\n"));
    let indented: String = block.lines().map(|line| format!("  {line}\n")).collect();
    assert!(seal(&parse("  a: {}\n").unwrap()).text == format!("  a: {{}}\n{indented}"));
    let sealed = seal(&parse("a: {}").unwrap());
    assert!(sealed.line_end_added && sealed.text == format!("a: {{}}\n{block}"));
}

/// The tree of a text's first document.
pub(super) fn tree(text: &str) -> Node {
    let document = parse(text).unwrap();
    let slots: Vec<_> = document.tree_order().map(|number| &document.slots()[number]).collect();
    let values: Vec<_> = slots.iter().map(|slot| document.value(slot).to_value()).collect();
    let leaves = slots.iter().zip(&values).map(|(slot, value)| Leaf {
        path: slot.path,
        value,
        inline: slot.style == Style::InlineComment,
    });
    Node::build(document.paths(), leaves)
}

fn emitted(text: &str, indent: Option<u32>) -> String {
    Format::Yaml.syntax().emit(&[tree(text)], Emit { indent }).unwrap().to_string()
}

#[test]
fn a_whole_text_has_sops_layout() {
    let text = "# top\na: [1, two, {b: c, d: []}, [x]]\n'e': \"5\" # in\nf: |\n  l1\n  l2\ng:\n  # first\n  h: {}\n  # last\n";
    let wanted = "# top\na:\n    - 1\n    - two\n    - b: c\n      d: []\n    - - x\ne: \"5\" # in\nf: |\n    l1\n    l2\ng:\n    # first\n    h: {}\n    # last\n";
    assert_eq!(emitted(text, None), wanted);
}

#[test]
fn the_indentation_can_be_chosen() {
    assert_eq!(emitted("a: {b: [c]}\n", Some(2)), "a:\n  b:\n    - c\n");
    assert_eq!(emitted("a: {b: [c]}\n", Some(1)), "a:\n  b:\n    - c\n");
    assert_eq!(emitted("a: {b: 1}\n", Some(0)), "a:\n    b: 1\n");
}

#[test]
fn a_text_written_anew_has_the_same_values() {
    for text in [
        "a: ' x\\n'\nb: \"\\n y\\n\\n\"\nc:\n  - \" z\\nw\"\n  - - \"\\n\"\n",
        "a: [[[]], {}, [{}]]\nb: {c: {d: [1, [2, {e: f}]]}}\n",
        "\"a\\nb\": 1\n'': 2\n'- x': 3\n\"\\t\": 4\n",
        "a: 1e3\nb: 1.0\nc: 0x1F\nd: .nan\ne: 2024-01-01\nf: !!binary //8=\n",
        "a: \"\u{1F600} \\U0001F600\"\nb: \"<<\"\nc: \"\\u2028\"\n",
    ] {
        assert!(tree(&emitted(text, None)) == tree(text), "{text}\n{}", emitted(text, None));
    }
}

#[test]
fn the_first_comments_of_a_list_entry_go_above_its_dash() {
    let text = "l:\n  - # a\n    - # b\n      k: # c\n        - # d\n          - 1 # e\n";
    let wanted = "l:\n    # a\n    # b\n    # c\n    - - k:\n            # d\n            - - 1 # e\n";
    assert_eq!(emitted(text, None), wanted);
}

#[test]
fn a_comment_of_several_lines_stays_a_comment() {
    let comment = |inline| Item::Comment { text: "one\ntwo\r\n#three".to_owned().into(), inline };
    let entry = |key: &str| Item::Entry { key: key.into(), node: Node::str("v") };
    let root = Node::Map(vec![comment(false), entry("a"), comment(true), entry("b")]);
    let text = Format::Yaml.syntax().emit(&[root], Emit { indent: None }).unwrap();
    assert_eq!(*text, "#one\n# two\n# \n#three\na: v\nb: v #one\n# two\n# \n#three\n");
}

#[test]
fn a_long_key_is_an_explicit_one() {
    let key = "k".repeat(2_000);
    for text in [format!("? {key}\n: 1\n"), format!("? {key}\n: {{a: [1]}}\n"), format!("? {key}\n: {{}}\n")]
    {
        assert!(tree(&emitted(&text, None)) == tree(&text));
        let inline = Format::Yaml.syntax().emit_inline(&tree(&text));
        assert!(tree(&inline) == tree(&text), "{}", *inline);
    }
}

#[test]
fn several_documents_are_separated() {
    let root = tree("a: 1\n");
    let empty = Node::Map(Vec::new());
    let text = Format::Yaml.syntax().emit(&[root, empty], Emit { indent: None }).unwrap();
    assert_eq!(*text, "a: 1\n---\n{}\n");
}

#[test]
fn a_value_on_its_own_ends_its_line() {
    let value =
        |node: &Node| Format::Yaml.syntax().emit_value(node, Emit { indent: None }).unwrap().to_string();
    assert_eq!(value(&Node::Scalar(Value::new(Kind::Int, "1"))), "1\n");
    assert_eq!(value(&Node::Scalar(Value::new(Kind::Null, ""))), "null\n");
    let entry = |node| Item::Entry { key: String::new(), node };
    assert_eq!(value(&Node::List(vec![entry(Node::str("x"))])), "- x\n");
    assert_eq!(value(&tree("a: {b: 1}\n")), "a:\n    b: 1\n");
}

#[test]
fn a_collection_can_stand_on_one_line() {
    let inline = Format::Yaml.syntax().emit_inline(&tree("a: yes\nb: [1, x y, ~, {}]\n'c d': \"1\"\n"));
    assert_eq!(*inline, "{a: \"yes\", b: [1, \"x y\", null, {}], \"c d\": \"1\"}");
}
