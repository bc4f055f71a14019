use super::*;
use crate::document::Document;
use crate::document::format::Format;
use crate::document::laws::lines::{self as laws, tree};
use crate::document::laws::parse;
use crate::document::tree::Item;
use crate::document::value::Value;
use proptest::prelude::*;

/// Values by path, and comments by section; empty sections are left out.
fn rows(text: &str) -> Vec<(String, String)> {
    let rows = tree(&parse(Format::Ini, text)).into_iter();
    rows.filter(|(_, kind, _)| *kind != Kind::EmptyMap).map(|(path, _, value)| (path, value)).collect()
}

fn refused(text: &str) -> SyntaxError {
    match Document::parse(text.as_bytes(), Format::Ini, &Limits::default()) {
        Ok(_) => panic!("accepted: {text:?}"),
        Err(fault) => fault,
    }
}

/// The sealed text with each token shortened to `ENC`.
fn sealed(text: &str) -> String {
    let sealed = laws::seal(&parse(Format::Ini, text));
    let mut parts = sealed.split("ENC[");
    let mut out = String::from(parts.next().unwrap());
    for part in parts {
        out.push_str("ENC");
        out.push_str(part.split_once(']').unwrap().1);
    }
    out
}

#[test]
fn values_are_read_as_the_ini_library_does() {
    for (line, value) in [
        ("k = v", "v"),
        ("k:v", "v"),
        ("  k\t=  a b \t", "a b"),
        ("k = a=b:c", "a=b:c"),
        ("k =", ""),
        ("k = \"quoted \"", "quoted "),
        ("k = 'it'", "it"),
        ("k = 'a'b'", "'a'b'"),
        ("k = \"\"", ""),
        ("k = `a;b` dropped ; and this", "a;b"),
        ("k = `a` `", "a` "),
        ("k = \"\"\"a\"\"\"\"", "a\""),
        ("k = `m\n n`", "m\n n"),
        ("k = \"\"\"m\r\nn\n\"\"\"", "m\r\nn\n"),
        ("k = `m\nn` more\\\no`", "m\nn` more\\\no"),
        ("k = a \\\n  b\\\n c # c", "a bc # c"),
        ("k = a\\\n\nx = y", "a"),
        ("k = a\\nb", "a\\nb"),
        ("k = %(x)s", "%(x)s"),
        ("k = \"quoted ; v\"", "\"quoted"),
        ("k = a#b", "a"),
        ("k = \u{a0}a\u{2003}", "a"),
    ] {
        let rows = rows(&format!("[s]\n{line}\n"));
        assert_eq!(rows[0], ("s/k".into(), value.into()), "{line:?}");
        laws::check(Format::Ini, &format!("[s]\n{line}\n"));
    }
}

#[test]
fn keys_are_read_as_the_ini_library_does() {
    for (line, key) in [
        ("a b = v", "a b"),
        ("\"a=b\" ignored = v", "a=b"),
        ("`a:b`=v", "a:b"),
        ("\"\"\"a\"b\"\"\" = v", "a\"b"),
        ("- = v", "#1"),
        ("a` = v", "a`"),
    ] {
        assert_eq!(rows(line), [(format!("DEFAULT/{key}"), "v".into())], "{line:?}");
    }
    assert_eq!(rows("[a]\n-=1\n-=2\n[b]\n-=3")[2].0, "b/#1");
}

#[test]
fn comment_lines_and_the_comment_behind_a_key_are_one_item_after_it() {
    let text = "; a\n\n  # b \nk = v ; c\n# s\n; t\n[s]\nx = 1 # only\n; left over\n";
    assert_eq!(
        rows(text),
        [
            ("DEFAULT/k".into(), "v".into()),
            ("DEFAULT".into(), "a\n# b \n; c".into()),
            ("s".into(), "s\n; t".into()),
            ("s/x".into(), "1".into()),
            ("s".into(), "only".into()),
            ("s".into(), "left over".into()),
        ]
    );
    assert_eq!(sealed(text), "; ENC \nk = ENC\n# ENC\n[s]\nx = ENC # ENC\n; ENC\n");
    laws::check(Format::Ini, text);
}

#[test]
fn a_comment_never_starts_with_an_empty_line() {
    let text = "#####\n# Title\n#####\n[s]\n;\nk = v\n";
    assert_eq!(rows(text)[0], ("s".into(), "# Title\n#####".into()));
    assert_eq!(rows(text)[2], ("s".into(), String::new()));
    assert_eq!(sealed(text), "#####ENC\n[s]\n;\nk = ENC\n");
    assert_eq!(laws::respell(&parse(Format::Ini, text)), text);
}

#[test]
fn the_comment_behind_a_header_moves_below_it() {
    let text = "[s] ; mine\n; first\nk = v\n[t] # [odd\n";
    assert_eq!(rows(text)[0], ("s".into(), "mine".into()));
    assert_eq!(sealed(text), "[s]\n;;;ENC\n; ENC\nk = ENC\n[t]\n;;;ENC\n");
    laws::check(Format::Ini, text);
    assert_eq!(laws::respell(&parse(Format::Ini, text)), text.replace("# [", "; ["));
}

#[test]
fn a_comment_below_a_header_is_not_taken_for_one_that_moved() {
    let text = "[s]\n;;; first\nk = v\n";
    laws::check(Format::Ini, text);
    assert_eq!(sealed("[s]\n;;;first\nk = v\n"), "[s]\n;;ENC\nk = ENC\n");
    laws::check(Format::Ini, "[s]\n;;;first\nk = v\n");
}

#[test]
fn a_token_keeps_the_quotes_unless_they_would_swallow_a_comment() {
    for (text, token) in [
        ("k = \"v\" ; c", "k = \"ENC\" ; ENC"),
        ("k = 'v'", "k = 'ENC'"),
        ("k = `v` dropped", "k = `ENC`"),
        ("k = \"\"\"a\nb\"\"\"", "k = \"\"\"ENC\"\"\""),
        ("k = `a\nb` junk ; c", "k = ENC ; ENC"),
        ("k = a\\\n b", "k = ENC"),
        ("k = ; c", "k = ; ENC"),
    ] {
        assert_eq!(sealed(text), token);
        laws::check(Format::Ini, text);
    }
}

#[test]
fn sections_without_keys_are_known() {
    let empty = |text: &str| -> Vec<String> {
        let rows = tree(&parse(Format::Ini, text)).into_iter();
        rows.filter(|(_, kind, _)| *kind == Kind::EmptyMap).map(|(path, ..)| path).collect()
    };
    assert_eq!(empty(""), ["DEFAULT"]);
    assert_eq!(empty("[a]\n[b]\nk=v\n[c]"), ["DEFAULT", "a", "c"]);
    assert_eq!(empty("x=1\n[a]\nk=v\n[a]\n"), [""; 0], "a second, empty section adds nothing");
    assert_eq!(empty("; c\n[a]\n"), ["DEFAULT"], "a comment is something");
}

#[test]
fn what_the_library_refuses_is_located_and_never_shown() {
    for (text, reason) in [
        ("a=1\nhunter2\n", "neither `=` nor `:`"),
        ("a=1\n= hunter2\n", "the key on this line is empty"),
        ("a=1\n\"hunter2 = v\n", "is not closed"),
        ("a=1\n\"hunter2\" v\n", "no `=` or `:` follows"),
        ("a=1\nk = `hunter2\n", "the ` around this value is not closed"),
        ("a=1\nk = \"\"\"hunter2\n", "is not closed"),
        ("a=1\n[hunter2\n", "has no `]`"),
        ("a=1\n[]\n", "has no name"),
    ] {
        let fault = refused(text);
        assert!(fault.reason.contains(reason), "{fault}");
        assert_eq!(fault.place.unwrap().line, 2);
        assert!(!format!("{fault:?}").contains("hunter2"));
    }
}

#[test]
fn a_key_twice_in_a_section_names_both_lines() {
    let fault = refused("[s]\nk=1\nx=2\nk=3\n");
    assert_eq!(fault.to_string(), "this section has the same key on line 2 (at s.k)");
    assert_eq!(fault.place.unwrap().line, 4);
}

#[test]
fn a_repeated_section_can_not_blank_a_value() {
    let values = rows("[s]\nk=1\n[t]\n[s]\nk=2\n");
    assert_eq!(values, [("s/k".into(), "1".into()), ("s/k".into(), "2".into())]);
    assert!(refused("[s]\nk=1\n[s]\nk=2\nk=3\n").reason.contains("on line 4"));
    for text in ["[s]\nk=1\n[s]\nk=\n", "[s]\nk=``\n[s]\nk=1\n", "k=1\n[DEFAULT]\nk=\"\"\n"] {
        assert!(refused(text).reason.contains("and a value is empty"));
    }
}

#[test]
fn the_metadata_section_is_cut_out_wherever_it_stands() {
    let text = "a = 1\n; left\n\n[sops]\n; inside\nversion = 3.13.2\nage__list_0__map_enc = x\\ny\n; next\n[s]\nk = v\n";
    let document = parse(Format::Ini, text);
    let part = &document.scanned().parts[0];
    let mut left = String::from(text);
    left.replace_range(part.blocks[0].clone(), "");
    assert_eq!(left, "a = 1\n; left\n; next\n[s]\nk = v\n");
    assert_eq!(part.insert, part.blocks[0].start);
    let comments: Vec<_> = rows(text).into_iter().filter(|(path, _)| !path.contains('/')).collect();
    assert_eq!(comments, [("DEFAULT".into(), "left".into()), ("s".into(), "next".into())]);
    let enc =
        document.metadata().unwrap().get("age").unwrap().entries().next().unwrap().1.get("enc").cloned();
    assert!(enc == Some(Node::str("x\ny")));
    // Releases 3.13.0 and 3.13.1 wrote line feeds as they are.
    let raw = "[sops]\nage__list_0__map_enc = \"\"\"x\ny\"\"\"\n";
    assert!(
        parse(Format::Ini, raw).metadata().unwrap().get("age") == document.metadata().unwrap().get("age")
    );
    assert!(refused("[sops]\nmac=1\n[sops]\n").reason.contains("a second [sops] section"));
    assert!(refused("[sops]\nmac=1\nmac=2\n").reason.contains("twice"));
}

#[test]
fn a_metadata_block_looks_as_sops_writes_it() {
    let text = laws::add_metadata(&parse(Format::Ini, "[s]\nk = v"));
    let lines: Vec<&str> = text.lines().skip(2).collect();
    assert_eq!(lines[..2], ["", "[sops]"]);
    assert_eq!(lines[2], "age__list_0__map_enc        = -----BEGIN\\nYWdl\\n-----END\\n");
    assert_eq!(lines[26], "mac                         = ENC[AES256_GCM,data:a,iv:b,tag:c,type:str]");
    assert_eq!(lines[27], "unencrypted_regex           = `^(a#b;c)$ `");
}

#[test]
fn a_metadata_block_fits_into_every_surrounding() {
    for text in [
        "",
        "\n",
        "\u{feff}",
        "k = v\\",
        "k = v\\\n",
        "; c",
        "a=1\r\n",
        "a=1\r\nb=2",
        "[s]",
        "\u{feff}k=v\n\n\n",
    ] {
        laws::add_metadata(&parse(Format::Ini, text));
    }
    assert!(laws::add_metadata(&parse(Format::Ini, "a=1\r\n")).contains("\r\n\r\n[sops]\r\nage"));
}

#[test]
fn every_value_on_one_line_has_quotes_that_hold_it() {
    let spot = Spot { style: Style::Plain, flow: false, indent: 0, newline: "\n", step: 2 };
    for (value, spelling) in [
        ("a b", "a b"),
        ("", ""),
        (" a", "\" a\""),
        ("a#b", "`a#b`"),
        ("a\\", "\"a\\\""),
        ("'a'", "\"'a'\""),
        ("\"a\"", "`\"a\"`"),
        ("a`b", "a`b"),
        ("`a", "\"\"\"`a\"\"\""),
        ("a\nb", "\"\"\"a\nb\"\"\""),
        ("a\"\"\"\nb", "`a\"\"\"\nb`"),
    ] {
        let head = Ini.spell(&spot, Value::str(value).borrow()).unwrap().head;
        assert_eq!(head.as_str(), spelling);
        let value_read = rows(&format!("k = {spelling}\n"));
        assert_eq!(value_read, [("DEFAULT/k".into(), value.into())]);
    }
    assert!(Ini.spell(&spot, Value::str("`\"\"\"\n`").borrow()).is_err());
    assert!(Ini.spell(&Spot { flow: true, ..spot }, Value::str("a#b").borrow()).is_err());
    assert!(Ini.spell(&spot, Value::new(Kind::Null, "").borrow()).is_err());
}

fn entry(key: &str, node: Node) -> Item {
    Item::Entry { key: key.into(), node }
}

#[test]
fn a_tree_is_written_in_the_layout_of_sops() {
    let comment = |text: &str| Item::Comment { text: Zeroizing::new(text.into()), inline: false };
    let keys = vec![
        comment("of the section\n#two"),
        entry("long name", Node::str("a;b")),
        comment(" of the key"),
        entry("k=1", Node::Scalar(Value::new(Kind::Bool, "True"))),
        entry("#1", Node::str("")),
    ];
    let document = Node::Map(vec![
        entry("DEFAULT", Node::Map(vec![entry("x", Node::str("1"))])),
        comment("lost, as in sops"),
        entry("s", Node::Map(keys)),
        entry("e", Node::Map(Vec::new())),
    ]);
    let how = Emit { indent: None };
    let text = Ini.emit(&[document], how).unwrap();
    assert_eq!(
        text.as_str(),
        "x = 1\n\n; of the section\n# two\n[s]\n; of the key\nlong name = `a;b`\n`k=1`     = true\n`#1`      = \n\n[e]\n"
    );
    let default = Node::Map(vec![entry("DEFAULT", Node::Map(Vec::new())), entry("s", Node::Map(Vec::new()))]);
    assert_eq!(Ini.emit(&[default], how).unwrap().as_str(), "[s]\n");
}

#[test]
fn what_ini_can_not_hold_is_named_by_its_path() {
    let how = Emit { indent: None };
    let list = || Node::List(vec![entry("", Node::str("hunter2"))]);
    for (item, path) in [
        (entry("a", Node::str("hunter2")), "a"),
        (entry("s", Node::Map(vec![entry("l", list())])), "s.l"),
        (entry("s", Node::Map(vec![entry("-", Node::str("hunter2"))])), "s.-"),
        (entry("s t", Node::Map(vec![entry("l", list())])), "[\"s t\"].l"),
        (entry("s", Node::Map(vec![entry("n", Node::Scalar(Value::new(Kind::Null, "")))])), "s.n"),
    ] {
        let fault = Ini.emit(&[Node::Map(vec![item])], how).expect_err(path);
        assert_eq!(fault.path.as_deref(), Some(path));
        assert!(!format!("{fault:?}").contains("hunter2"));
    }
    assert!(Ini.emit_value(&list(), how).is_err());
    assert_eq!(Ini.emit_value(&Node::str("a;b"), how).unwrap().as_str(), "a;b");
}

/// Lines with everything that has a meaning.
const LINES: &str = concat!(
    "[ \t]{0,2}([#;]{1,4} ?[a-c#;=`\" ]{0,5}",
    "|\\[[st\\]]{1,2}\\]( ?[;#][a-c# ]{0,3})?",
    "|[a-z]{3}[0-9]{3} ?[=:] ?([a-c'\"`\\\\ ]{0,5}|\"[a ]{0,3}\"|`[a\"#;]{0,3}`[a ;]{0,2}|\"\"\"[a`;]{0,3}\"\"\")",
    "( ?[;#][a-c ]{0,3})?",
    "|[a-z]{3}[0-9]{3} = (`a\n[b#\"]{0,3}\n{0,2}`|\"\"\"\n[b;`]{0,3}\"\"\"|a\\\\\n[ab \\\\]{0,3})( ?; ?[a-c]{0,2})?",
    "|)(\n|\n|\r\n)"
);

proptest! {
    #[test]
    fn the_laws_hold(lines in proptest::collection::vec(LINES, 0..7), cut in 0usize..3) {
        let mut text: String = lines.concat();
        text.truncate(text.len().saturating_sub(cut));
        if let Ok(document) = Document::parse(text.as_bytes(), Format::Ini, &Limits::default()) {
            laws::seal(&document);
            laws::add_metadata(&document);
            // Marks in a comment could close the default quotes of the value before it.
            if !tree(&document).iter().any(|(_, kind, text)| *kind == Kind::Comment && text.contains(['`', '"'])) {
                laws::check(Format::Ini, &text);
            }
        }
    }

    #[test]
    fn no_text_panics(text in "[ak=:#;\\[\\]`\"'\\\\ \t\r\n\u{feff}\u{85}-]{0,40}") {
        if let Ok(document) = Document::parse(text.as_bytes(), Format::Ini, &Limits::default()) {
            laws::seal(&document);
        }
    }
}
