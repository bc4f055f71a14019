use super::*;
use crate::document::format::Format;
use crate::document::laws::lines::{self as laws, tree};
use crate::document::laws::parse;
use crate::document::tree::Item;
use crate::document::value::Value;
use crate::document::{Document, slot};
use proptest::prelude::*;

fn refused(text: &str) -> SyntaxError {
    match Document::parse(text.as_bytes(), Format::Dotenv, &Limits::default()) {
        Ok(_) => panic!("accepted: {text:?}"),
        Err(fault) => fault,
    }
}

#[test]
fn nothing_is_trimmed_or_unquoted() {
    let text = "#c\n# d \nexport E=1\n  D = \"q\" # x\r\n\n=empty key\nURL=a=b\nNONE=\nPEM=a\\nb";
    let rows = tree(&parse(Format::Dotenv, text));
    let rows: Vec<(&str, &str)> =
        rows.iter().map(|(path, _, value)| (path.as_str(), value.as_str())).collect();
    assert_eq!(
        rows,
        [
            ("", "c"),
            ("", " d "),
            ("export E", "1"),
            ("  D ", " \"q\" # x\r"),
            ("", "empty key"),
            ("URL", "a=b"),
            ("NONE", ""),
            ("PEM", "a\nb"),
        ]
    );
}

#[test]
fn a_line_without_equals_sign_is_located_and_never_shown() {
    for (text, hint) in [
        ("A=1\nhunter2\n", "one line"),
        ("A=1\n  # indented\n", "first column"),
        ("A=1\n   \n", "delete the blanks"),
        ("A=1\r\n\r\n", "line ends"),
    ] {
        let fault = refused(text);
        assert_eq!(fault.place.unwrap().line, 2);
        assert!(fault.hint.as_ref().unwrap().contains(hint), "{fault:?}");
        assert!(!format!("{fault:?}").contains("hunter2"));
    }
}

#[test]
fn a_duplicate_key_names_both_lines() {
    let fault = refused("A=1\nB=2\nA=\n");
    assert_eq!(fault.to_string(), "the file has this key on line 1 and again (at A)");
    assert_eq!(fault.place.unwrap().line, 3);
}

#[test]
fn metadata_is_cut_out_wherever_it_stands() {
    let text =
        "sops_version=3.13.2\nA=1\nsops_age__list_0__map_enc=x\\ny\nsops_mac=m\nB=2\nsops_lastmodified=t";
    let document = parse(Format::Dotenv, text);
    assert_eq!(tree(&document).len(), 2);
    let part = &document.scanned().parts[0];
    assert_eq!(part.insert, 0);
    let mut left = String::from(text);
    for block in part.blocks.iter().rev() {
        left.replace_range(block.clone(), "");
    }
    assert_eq!(left, "A=1\nB=2\n");
    let metadata = document.metadata().unwrap();
    let keys: Vec<&str> = metadata.entries().map(|(key, _)| key).collect();
    assert_eq!(keys, ["age", "lastmodified", "mac", "version"]);
    let enc = metadata.get("age").unwrap().entries().next().unwrap().1.get("enc").unwrap().text().unwrap();
    assert_eq!(enc, "x\ny");
}

#[test]
fn every_key_of_the_metadata_is_reserved() {
    assert!(Dotenv.reserves("sops_anything"));
    assert!(!Dotenv.reserves("sops"));
}

#[test]
fn tokens_stand_where_the_values_stood() {
    let document = parse(Format::Dotenv, "# note\nA=\"x\"\r\nB=");
    assert_eq!(
        laws::seal(&document),
        "#ENC[AES256_GCM,data:0+/=,iv:aa==,tag:b=,type:comment]\n\
         A=ENC[AES256_GCM,data:1+/=,iv:aa==,tag:b=,type:str]\nB="
    );
}

#[test]
fn a_metadata_block_looks_as_sops_writes_it() {
    let text = laws::add_metadata(&parse(Format::Dotenv, "A=1"));
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[1], "sops_age__list_0__map_enc=-----BEGIN\\nYWdl\\n-----END\\n");
    assert_eq!(lines[2], "sops_age__list_0__map_recipient=age10");
    assert_eq!(lines[26], "sops_unencrypted_regex=^(a#b;c)$ ");
}

#[test]
fn a_tree_is_written_line_by_line() {
    let entry = |key: &str, kind, text: &str| Item::Entry {
        key: key.into(),
        node: Node::Scalar(Value::new(kind, text)),
    };
    let comment = Item::Comment { text: Zeroizing::new(" two\nlines".into()), inline: false };
    let tree = vec![comment, entry("A", Kind::Str, "x\ny"), entry("N", Kind::Float, "8080")];
    let how = Emit { indent: None };
    let text = Dotenv.emit(&[Node::Map(tree)], how).unwrap();
    assert_eq!(text.as_str(), "# two\n#lines\nA=x\\ny\nN=8080.0\n");

    for (item, path) in [
        (entry("NOTHING", Kind::Null, ""), "NOTHING"),
        (entry("A=B", Kind::Str, "hunter2"), "[\"A=B\"]"),
        (entry("A\nB", Kind::Str, "hunter2"), "[\"A\\nB\"]"),
        (entry("#A", Kind::Str, "hunter2"), "[\"#A\"]"),
        (Item::Entry { key: "M".into(), node: Node::List(Vec::new()) }, "M"),
    ] {
        let fault = Dotenv.emit(&[Node::Map(vec![item])], how).expect_err(path);
        assert_eq!(fault.path.as_deref(), Some(path));
        assert!(!format!("{fault:?}").contains("hunter2"));
    }
    let two = [Node::Map(Vec::new()), Node::Map(Vec::new())];
    assert!(Dotenv.emit(&two, how).is_err(), "a second document would be lost");
}

#[test]
fn a_value_on_its_own_is_text() {
    let how = Emit { indent: None };
    assert_eq!(Dotenv.emit_value(&Node::str("a\nb"), how).unwrap().as_str(), "a\nb");
    assert!(Dotenv.emit_value(&Node::Map(Vec::new()), how).is_err());
}

#[test]
fn null_has_no_spelling() {
    let spot = Spot { style: slot::Style::Plain, flow: false, indent: 0, newline: "\n", step: 2 };
    assert!(Dotenv.spell(&spot, Value::new(Kind::Null, "").borrow()).is_err());
}

#[test]
fn a_byte_order_mark_is_part_of_the_first_key() {
    laws::check(Format::Dotenv, "\u{feff}A=1\n");
    assert_eq!(tree(&parse(Format::Dotenv, "\u{feff}A=1\n"))[0].0, "\u{feff}A");
    assert!(refused("\u{feff}# c\nA=1\n").hint.unwrap().contains("first column"));
}

proptest! {
    #[test]
    fn the_laws_hold(
        lines in proptest::collection::vec("(#[a-c#= \\\\n\r\"]{0,6}|[A-C \u{feff}é]{0,2}=[a-c=#\\\\n\r\" \u{85}]{0,8}|)", 0..8),
        last in "(\n|)",
    ) {
        let mut seen = std::collections::HashSet::new();
        let unique = |line: &&String| line.is_empty() || line.starts_with('#') || seen.insert(line.split('=').next().unwrap().to_owned());
        let lines: Vec<&str> = lines.iter().filter(unique).map(String::as_str).collect();
        let text = lines.join("\n") + &last;
        laws::check(Format::Dotenv, &text);
        prop_assert_eq!(laws::respell(&parse(Format::Dotenv, &text)), text, "dotenv needs no layout");
    }

    #[test]
    fn no_text_panics(text in "[A#=\\\\n\r\u{feff}sop_ \n]{0,40}") {
        let _ = Document::parse(text.as_bytes(), Format::Dotenv, &Limits::default());
    }
}
