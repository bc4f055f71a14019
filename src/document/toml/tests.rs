use super::super::error::Place;
use super::super::format::Format;
use super::super::laws;
use super::super::slot::Style;
use super::super::syntax::{Emit, Limits};
use super::super::tree::{Item, Leaf, Node};
use super::super::value::{Kind, Value};
use super::super::{Document, SyntaxError};

fn refused(text: &str) -> SyntaxError {
    match Document::parse(text.as_bytes(), Format::Toml, &Limits::default()) {
        Ok(_) => panic!("accepted: {text}"),
        Err(error) => error,
    }
}

/// Path, kind and bytes of every slot in tree order.
fn tree(text: &str) -> Vec<(String, Kind, String)> {
    let document = laws::parse(Format::Toml, text);
    let slots = laws::slots(&document);
    let text = |(path, kind, bytes): &(String, Kind, Vec<u8>)| {
        (path.clone(), *kind, String::from_utf8(bytes.clone()).unwrap())
    };
    document.tree_order().map(|slot| text(&slots[slot])).collect()
}

/// Paths, and comments as they are, in tree order.
fn outline(text: &str) -> Vec<String> {
    let one = |(path, kind, bytes): (String, Kind, String)| match kind {
        Kind::Comment => format!("{path} #{bytes}"),
        _ => path,
    };
    tree(text).into_iter().map(one).collect()
}

fn without_blocks(document: &Document) -> String {
    let mut text = document.text().to_owned();
    for block in document.scanned().parts[0].blocks.iter().rev() {
        text.replace_range(block.clone(), "");
    }
    text
}

#[test]
fn the_laws_hold_for_files_of_every_style() {
    for text in [
        "",
        "\n\n",
        "\u{feff}",
        "\u{feff}a = 1\n",
        "a = 1",
        "# only\r\n\r\n[t] # behind\r\nk = 'x' # y",
        "a = \"q\"\nb = 'l'\nc = \"\"\"\nml \\\n  folded\"\"\"\nd = '''\nraw\nlines'''\n",
        "n = [1_000, 0xFF, 0o17, 0b11, -0, +5, 1e3, 6.5, -inf, nan, 1_0.0_1]\n",
        "d = [1979-05-27T07:32:00-07:00, 1979-05-27 07:32:00.5, 1979-05-27, 07:32:00, 1979-05-27T07:32:60Z]\n",
        "t = { a.b = 1, c = [ {}, [], # x\n ] , a.d = 'y' } # z\n[e]\n[[f]]\n[[f]]\n[f.g]\n",
        "[b.c]\nx=1\n[a]\ny=2\n[b]\nz=\"\\u00e9\\e\"\n\"quoted key\".'k' = ''\n",
        "a = [ # first\n  1, # one\n  # two\n  [2], { x = 3 }, # three\n\n  # last\n]\n",
    ] {
        laws::hold(Format::Toml, text);
    }
}

#[test]
fn values_have_canonical_bytes() {
    use Kind::{Bool, Float, Int, Str, Time};
    for (spelling, kind, bytes) in [
        ("1_000", Int, "1000"),
        ("0xDEAD_beef", Int, "3735928559"),
        ("0o17", Int, "15"),
        ("-0", Int, "0"),
        ("+9223372036854775807", Int, "9223372036854775807"),
        ("1e3", Float, "1000"),
        ("2.50", Float, "2.5"),
        ("-inf", Float, "-Inf"),
        ("+nan", Float, "NaN"),
        ("-0.0", Float, "-0"),
        ("true", Bool, "True"),
        ("1979-05-27T07:32:00Z", Time, "1979-05-27T07:32:00Z"),
        ("1979-05-27t07:32:00.120+01:30", Time, "1979-05-27T07:32:00.12+01:30"),
        ("1979-05-27 07:32:00-00:00", Time, "1979-05-27T07:32:00Z"),
        ("1979-05-27T07:32", Time, "1979-05-27T07:32:00Z"),
        ("1979-05-27", Time, "1979-05-27T00:00:00Z"),
        ("07:32:00.50", Str, "07:32:00.50"),
        ("2016-12-31T23:59:60Z", Str, "2016-12-31T23:59:60Z"),
        ("\"\\x41\\e\"", Str, "A\u{1b}"),
        ("'''\n'x\r\n'''", Str, "'x\r\n"),
    ] {
        assert_eq!(tree(&format!("k = {spelling}")), [("k".into(), kind, bytes.into())], "{spelling}");
    }
}

#[test]
fn a_table_in_several_places_is_one_table_in_the_tree() {
    assert_eq!(outline("a.x = 1\nb = 2\na.y = 3\n"), ["a.x", "a.y", "b"]);
    assert_eq!(outline("[a]\nx=1\n[b]\ny=1\n[a.c]\nz=1\n"), ["a.x", "a.c.z", "b.y"]);
    assert_eq!(outline("[[a]]\nx=1\n[b]\ny=1\n[[a]]\nx=2\n"), ["a[0].x", "a[1].x", "b.y"]);
    assert_eq!(outline("t = {b.x = 1, a = 2, b.y = 3}\n"), ["t.b.x", "t.b.y", "t.a"]);
}

#[test]
fn a_table_whose_header_comes_late_stands_where_its_header_is() {
    assert_eq!(outline("[a.b]\nx=1\n[c]\ny=1\n[a]\nz=1\n"), ["c.y", "a.b.x", "a.z"]);
}

#[test]
fn comments_are_in_the_containers_that_they_stand_in() {
    let text = "# top\n\n# above a\n[a] # behind the header\n# above k\nk = 1 # behind k\n# last in a\n\n\
        # above b\n[[b.c]]\n# only\n[[b.c]]\nl = [ # opens\n 1, 2, # behind 2\n # closes\n] # behind l\n# end\n";
    let wanted = [
        "top level # top",
        "top level # above a",
        "a # behind the header",
        "a # above k",
        "a # behind k",
        "a.k",
        "a # last in a",
        "b.c # above b",
        "b.c # only",
        "b.c[1] # behind l",
        "b.c[1].l # opens",
        "b.c[1].l[0]",
        "b.c[1].l # behind 2",
        "b.c[1].l[1]",
        "b.c[1].l # closes",
        "b.c[1] # end",
    ];
    let found: Vec<String> = outline(text).into_iter().filter(|line| line != "b.c[0]").collect();
    assert_eq!(found, wanted);
    assert_eq!(outline("a.x = 1\n# above y\na.y = 2\nb = 3\n"), ["a.x", "a # above y", "a.y", "b"]);
    assert_eq!(
        outline("t = {\n x.y = 1, # behind y\n # above z\n z = 2 }"),
        ["t.x # behind y", "t.x.y", "t # above z", "t.z"]
    );
}

#[test]
fn empty_tables_and_lists_are_in_the_tree() {
    let empty = |text: &str| {
        let of_kind = |(path, kind, _)| match kind {
            Kind::EmptyMap => Some(format!("{path}{{}}")),
            Kind::EmptyList => Some(format!("{path}[]")),
            _ => None,
        };
        tree(text).into_iter().filter_map(of_kind).collect::<Vec<String>>()
    };
    assert_eq!(empty("a = {}\nb = [ ]\n[c]\n[d.e]\n[d]\n[[f]]\n"), ["a{}", "b[]", "c{}", "d.e{}", "f[0]{}"]);
    assert_eq!(empty("l = [ # c\n]\nt = [{}]\n"), ["l[]", "t[0]{}"]);
}

#[test]
fn a_token_keeps_single_quotes_and_leaves_the_others() {
    let document = laws::parse(Format::Toml, "a = 'x'\nb = '''x'''\nc = \"\"\"x\"\"\"\nd = 1 # y\n");
    let tokens: Vec<String> = document
        .slots()
        .iter()
        .map(|slot| {
            let mut out = String::new();
            document.syntax().token(slot, "ENC", &mut out);
            out
        })
        .collect();
    assert_eq!(tokens, ["'ENC'", "'ENC'", "\"ENC\"", "\"ENC\"", "#ENC"]);
}

#[test]
fn a_value_is_spelled_so_that_it_reads_back() {
    let document = laws::parse(Format::Toml, "s = 'x'\nd = 1 # c\n");
    let spell = |slot: usize, kind: Kind, bytes: &str| {
        let value = Value::new(kind, bytes);
        let spot = document.spot(&document.slots()[slot]);
        document.syntax().spell(&spot, value.borrow()).map(|spelling| spelling.head.to_string())
    };
    for (slot, kind, bytes, spelling) in [
        (0, Kind::Str, "C:\\dir", "'C:\\dir'"),
        (0, Kind::Str, "it's", "\"it's\""),
        (1, Kind::Str, "a\nb\u{7f}\"", "\"a\\nb\\u007F\\\"\""),
        (1, Kind::Float, "1", "1.0"),
        (1, Kind::Float, "-0", "-0.0"),
        (1, Kind::Float, "1000000000000000000000", "1e21"),
        (1, Kind::Float, "-Inf", "-inf"),
        (1, Kind::Float, "NaN", "nan"),
        (1, Kind::Time, "2024-01-01T00:00:00Z", "2024-01-01T00:00:00Z"),
        (1, Kind::Bool, "False", "false"),
        (2, Kind::Comment, " secret", "# secret"),
    ] {
        assert_eq!(spell(slot, kind, bytes).unwrap(), spelling);
    }
    assert!(spell(1, Kind::Null, "").is_err());
    assert!(spell(1, Kind::Comment, "x").is_err());
    assert!(spell(2, Kind::Comment, "two\nlines").is_err());
}

#[test]
fn a_block_is_read_in_every_spelling() {
    for (text, rest) in [
        ("a = 1\n\n[sops]\nmac = 'm'\n", "a = 1\n"),
        ("[sops]\nmac = 'm'\n# c\n\n[a]\nb = 1\n", "\n[a]\nb = 1\n"),
        ("[sops]\nmac = 'm'\n\n# of a\n[a]\nb = 1\n", "\n# of a\n[a]\nb = 1\n"),
        ("a = 1\nsops.mac = 'm' # c\nb = 2\n", "a = 1\nb = 2\n"),
        ("sops = { mac = \"\"\"\nm\"\"\" }\na = 1\n", "a = 1\n"),
        (
            "[a]\nx = 1\n\n[\"sops\"]\nmac = 'm'\n[b]\nsops = 1\n\n[[sops.age]]\nenc = 'e'",
            "[a]\nx = 1\n[b]\nsops = 1\n",
        ),
    ] {
        let document = laws::parse(Format::Toml, text);
        assert_eq!(without_blocks(&document), rest, "{text}");
        let mac = document.metadata().and_then(|tree| Some(tree.get("mac")?.text()?.into_owned()));
        assert_eq!(mac.as_deref(), Some("m"), "{text}");
        assert_eq!(tree(text), tree(rest), "{text}");
    }
}

#[test]
fn a_block_goes_to_the_end_in_the_layout_of_rops() {
    let with = |text: &str| {
        let document = laws::parse(Format::Toml, text);
        let item = |key: &str, node: Node| Item::Entry { key: key.into(), node };
        let age = Node::Map(vec![item("enc", Node::str("-\nx\n-\n")), item("recipient", Node::str("age1"))]);
        let block =
            Node::Map(vec![item("age", Node::List(vec![item("", age)])), item("mac", Node::str("m"))]);
        let edit = document.syntax().metadata(text, &document.scanned().parts[0], &block);
        assert_eq!(edit.span, text.len()..text.len());
        (edit.text.to_string(), edit.added_newline)
    };
    let block =
        "\n[sops]\nmac = \"m\"\n\n[[sops.age]]\nenc = \"\"\"\n-\nx\n-\n\"\"\"\nrecipient = \"age1\"\n";
    assert_eq!(with("a = 1\n"), (block.into(), false));
    assert_eq!(with("a = 1"), (format!("\n{block}"), true));
    // Readers differ on what a line end in a text is, so a CRLF file has none.
    let crlf =
        "\r\n[sops]\r\nmac = \"m\"\r\n\r\n[[sops.age]]\r\nenc = \"-\\nx\\n-\\n\"\r\nrecipient = \"age1\"\r\n";
    assert_eq!(with("a = 1\r\n"), (crlf.into(), false));
}

#[test]
fn a_fault_has_its_place_and_path() {
    for (text, line, column, path, reason) in [
        ("a = 1\nb 2\n", 2, 3, "", "expected `=`, found something else"),
        ("[a]\nb = hunter2\n", 2, 5, "a.b", "string values must be quoted, expected literal string"),
        ("[a]\nb = [1 2]\n", 2, 6, "a.b[0]", "string values must be quoted, expected literal string"),
        ("a = [1\n", 2, 1, "", "expected a comma or `]`, found the end of the file"),
        ("a = 9223372036854775808\n", 1, 5, "a", "the integer does not fit 64 bits"),
        ("a = 1e999\n", 1, 5, "a", "the number is out of the range of a double"),
        ("a = 2024-02-30\n", 1, 5, "a", "this looks like a date or time, but is not a possible one"),
        ("a = 1\na = 2\n", 2, 1, "a", "this key is already at 1:1"),
        ("[a]\n[b]\n[a]\n", 3, 2, "a", "this key is already at 1:2"),
        ("a = {b = 1}\n[a.c]\n", 2, 2, "a", "this key is already at 1:1"),
        ("a = 1\r\r\n", 1, 7, "", "carriage return must be followed by newline, expected `\\n`"),
        ("[a]\nb = 1 c = 2\n", 2, 5, "a.b", "string values must be quoted, expected literal string"),
    ] {
        let error = refused(text);
        assert_eq!(error.reason, reason, "{text}");
        assert_eq!(error.path.unwrap_or_default(), path, "{text}");
        assert_eq!(error.place, Some(Place { line, column }), "{text}");
    }
}

#[test]
fn nesting_stops_at_the_limit() {
    let list = |depth: usize| format!("a = {}{}", "[".repeat(depth), "]".repeat(depth));
    laws::parse(Format::Toml, &list(127));
    assert_eq!(refused(&list(128)).reason, "tables and lists are nested deeper than 128 levels");
    let dotted = |depth: usize| format!("{}a = 1", "a.".repeat(depth));
    laws::parse(Format::Toml, &dotted(127));
    refused(&dotted(128));
    refused(&"[a.".repeat(1_000_000));
    refused(&format!("a = {}", "{a=[".repeat(1_000_000)));
    refused(&format!("[{}a]", "a.".repeat(1_000_000)));
}

#[test]
fn a_tree_is_written_and_reads_back() {
    let text = "# about a\na = 1 # behind\nb = { }\nc = [\n    # of the list\n    \"x\", # y\n]\n\n# the table\n[d]\n\"k k\" = \
        \"\"\"\ntwo\nlines\"\"\"\n\n[d.e]\nf = 2024-01-01T00:00:00Z\n\n# each\n[[g]]\nh = [1.0, { i = [] }]\n\n[[g]]\n";
    let document = laws::parse(Format::Toml, text);
    let values: Vec<Value> = document.slots().iter().map(|slot| document.value(slot).to_value()).collect();
    let leaves = document.tree_order().map(|n| {
        let slot = &document.slots()[n];
        Leaf { path: slot.path, value: &values[n], inline: slot.style == Style::InlineComment }
    });
    let root = Node::build(document.paths(), leaves);
    let written = document.syntax().emit(&[root], Emit { indent: None }).unwrap();
    assert_eq!(*written, text.replace("{ }", "{}"));
}

#[test]
fn what_toml_cannot_say_is_an_error_at_its_path() {
    let item = |key: &str, node: Node| Item::Entry { key: key.into(), node };
    let null = Node::Scalar(Value::new(Kind::Null, ""));
    let root = Node::Map(vec![item("a", Node::Map(vec![item("b", Node::List(vec![item("", null)]))]))]);
    let error = Format::Toml.syntax().emit(&[root], Emit { indent: None }).unwrap_err();
    assert_eq!((error.path.as_deref(), error.reason.as_str()), (Some("a.b[0]"), "TOML has no null"));
}

#[test]
fn a_value_on_its_own_is_written_as_toml() {
    let value = |kind, text: &str| Node::Scalar(Value::new(kind, text));
    let list = Node::List(vec![
        Item::Entry { key: String::new(), node: value(Kind::Int, "1") },
        Item::Entry { key: String::new(), node: value(Kind::Str, "x") },
    ]);
    let emit =
        |node: &Node| Format::Toml.syntax().emit_value(node, Emit { indent: None }).unwrap().to_string();
    assert_eq!(emit(&list), "[1, \"x\"]");
    assert_eq!(emit(&value(Kind::Float, "2")), "2.0");
    assert_eq!(emit(&Node::Map(vec![Item::Entry { key: "k".into(), node: list }])), "k = [1, \"x\"]\n");
}
