use crate::document::format::Format;
use crate::document::laws::edits::{check, hold, hold_for_fixtures, takes_linear_time};

fn all(cases: &[(&str, &str, &str, &str)]) {
    check(Format::Json, cases);
}

const SHOP: &str = "{\n  \"name\": \"shop\",\n\n  \"db\": {\n    \"user\": \"app\",\n    \"port\": 5432\n  },\n  \"tags\": [\"a\", \"b\"]\n}\n";

#[test]
fn a_value_is_replaced_where_it_stands() {
    let scalar = |new: &str| SHOP.replace("5432", new);
    all(&[
        (SHOP, "db/port", "\"x\"", &scalar("\"x\"")),
        (SHOP, "db/port", "null", &scalar("null")),
        (SHOP, "db/port", "1e30", &scalar("1e+30")),
        (SHOP, "db/port", "5", &scalar("5")),
        (SHOP, "db/port", "{}", &scalar("{}")),
        (SHOP, "db/port", "{\"a\": [1]}", &scalar("{\n      \"a\": [1]\n    }")),
        (SHOP, "tags/1", "\"c\"", &SHOP.replace("\"b\"", "\"c\"")),
        (SHOP, "tags/0", "{\"k\": {\"l\": 1}}", &SHOP.replace("\"a\"", "{\"k\": {\"l\": 1}}")),
        (SHOP, "tags", "[1, 2, 3]", &SHOP.replace("[\"a\", \"b\"]", "[1, 2, 3]")),
        (SHOP, "tags", "true", &SHOP.replace("[\"a\", \"b\"]", "true")),
        (
            SHOP,
            "db",
            "{\"x\": 1}",
            "{\n  \"name\": \"shop\",\n\n  \"db\": {\n    \"x\": 1\n  },\n  \"tags\": [\"a\", \"b\"]\n}\n",
        ),
    ]);
}

#[test]
fn a_scalar_in_the_way_gives_way() {
    all(&[
        (r#"{"a": 1, "b": 2}"#, "a/x/0/y", "3", r#"{"a": {"x": [{"y": 3}]}, "b": 2}"#),
        ("{\n\t\"a\": 1\n}\n", "a/x", "3", "{\n\t\"a\": {\n\t\t\"x\": 3\n\t}\n}\n"),
    ]);
}

#[test]
fn a_new_key_goes_behind_the_last_one_in_the_style_of_the_file() {
    all(&[
        (SHOP, "db/ssl", "true", &SHOP.replace("5432", "5432,\n    \"ssl\": true")),
        (SHOP, "tags/9", "\"c\"", &SHOP.replace("\"b\"", "\"b\", \"c\"")),
        (SHOP, "new/deep/0", "1", &SHOP.replace("\"b\"]", "\"b\"],\n  \"new\": {\n    \"deep\": [1]\n  }")),
        // The end of the file, its lines and its mark stay as they are.
        ("{\"a\":1}", "b", "{\"c\":[1,2]}", "{\"a\":1,\"b\":{\"c\":[1,2]}}"),
        ("{\"a\": 1}\n", "b", "{\"c\":[1,2]}", "{\"a\": 1, \"b\": {\"c\": [1, 2]}}\n"),
        ("{ \"a\": 1 }", "b", "{\"c\":[1,2]}", "{ \"a\": 1, \"b\": { \"c\": [1, 2] } }"),
        (
            "\u{feff}{\r\n\t\"a\" : 1\r\n}",
            "b/c",
            "2",
            "\u{feff}{\r\n\t\"a\" : 1,\r\n\t\"b\" : {\r\n\t\t\"c\" : 2\r\n\t}\r\n}",
        ),
        ("{\n    \"a\": 1\n}", "b", "[]", "{\n    \"a\": 1,\n    \"b\": []\n}"),
        ("{\"a\": 1,\n \"b\": 2}", "c", "3", "{\"a\": 1,\n \"b\": 2,\n \"c\": 3}"),
        ("{ \"a\": 1\n, \"b\": 2\n}", "c", "3", "{ \"a\": 1\n, \"b\": 2\n, \"c\": 3\n}"),
        ("{\n  \"a\": 1,\n\n\n  \"b\": 2\n}", "c", "3", "{\n  \"a\": 1,\n\n\n  \"b\": 2,\n  \"c\": 3\n}"),
        (
            "{\n  \"l\": [\n    1, 2,\n    3, 4\n  ]\n}",
            "l/4",
            "5",
            "{\n  \"l\": [\n    1, 2,\n    3, 4, 5\n  ]\n}",
        ),
        (
            "{\n  \"l\": [\n    {\"a\": 1, \"b\": [2]},\n    {\"a\": 3, \"b\": []}\n  ]\n}",
            "l/2/a",
            "[4]",
            "{\n  \"l\": [\n    {\"a\": 1, \"b\": [2]},\n    {\"a\": 3, \"b\": []},\n    {\"a\": [4]}\n  ]\n}",
        ),
        (
            "{\n  \"l\": [{\n    \"a\": 1\n  }]\n}",
            "l/1/a",
            "2",
            "{\n  \"l\": [{\n    \"a\": 1\n  }, {\n    \"a\": 2\n  }]\n}",
        ),
    ]);
}

#[test]
fn a_key_in_quotes_is_found_by_its_text() {
    all(&[
        (r#"{"\u0061\"": 1}"#, "a\"", "2", r#"{"\u0061\"": 2}"#),
        ("{\"a\": 1}", "b\n\"", "2", "{\"a\": 1, \"b\\n\\\"\": 2}"),
        ("{\"\": 1}", "", "2", "{\"\": 2}"),
    ]);
}

#[test]
fn an_empty_container_takes_a_first_entry() {
    all(&[
        ("{}", "a", "1", "{\"a\": 1}"),
        ("{ }\n", "a", "{\"b\": 1}", "{\n\t\"a\": {\n\t\t\"b\": 1\n\t}\n}\n"),
        ("{\n}\n", "a/b", "1", "{\n\t\"a\": {\n\t\t\"b\": 1\n\t}\n}\n"),
        ("{\r\n\r\n}", "a", "1", "{\r\n\t\"a\": 1\r\n}"),
        ("{\n  \"a\": {}\n}", "a/b", "1", "{\n  \"a\": {\n    \"b\": 1\n  }\n}"),
        ("{\n  \"a\": [ ]\n}", "a/0", "1", "{\n  \"a\": [\n    1\n  ]\n}"),
        ("{\n  \"a\": [\n  ]\n}", "a/0/b", "1", "{\n  \"a\": [\n    {\n      \"b\": 1\n    }\n  ]\n}"),
        ("{\"a\":{},\"b\":[]}", "b/0/c", "1", "{\"a\":{},\"b\":[{\"c\":1}]}"),
        (
            "{\n  \"a\": {\"x\": 1, \"b\": {}}\n}",
            "a/b/c",
            "1",
            "{\n  \"a\": {\"x\": 1, \"b\": {\"c\": 1}}\n}",
        ),
    ]);
}

#[test]
fn an_entry_goes_with_one_comma_and_its_line() {
    let lines = "{\n  \"a\": 1,\n\n  \"b\": [\n    2\n  ],\n  \"c\": 3\n}\n";
    all(&[
        (lines, "a", "-", "{\n\n  \"b\": [\n    2\n  ],\n  \"c\": 3\n}\n"),
        (lines, "b", "-", "{\n  \"a\": 1,\n\n  \"c\": 3\n}\n"),
        (lines, "c", "-", "{\n  \"a\": 1,\n\n  \"b\": [\n    2\n  ]\n}\n"),
        (lines, "b/0", "-", "{\n  \"a\": 1,\n\n  \"b\": [],\n  \"c\": 3\n}\n"),
        ("{\"a\":1,\"b\":2,\"c\":3}", "a", "-", "{\"b\":2,\"c\":3}"),
        ("{\"a\":1,\"b\":2,\"c\":3}", "b", "-", "{\"a\":1,\"c\":3}"),
        ("{\"a\":1,\"b\":2,\"c\":3}", "c", "-", "{\"a\":1,\"b\":2}"),
        ("{ \"a\": [1, 2, 3] }", "a/1", "-", "{ \"a\": [1, 3] }"),
        ("{ \"a\" : 1 }\n", "a", "-", "{}\n"),
        ("{\r\n  \"a\": 1\r\n}", "a", "-", "{}"),
        ("{\n  \"a\": 1\n, \"b\": 2\n, \"c\": 3\n}", "b", "-", "{\n  \"a\": 1\n, \"c\": 3\n}"),
        ("{\n  \"a\": 1\n, \"b\": 2\n}", "b", "-", "{\n  \"a\": 1\n}"),
        ("{\n  \"a\": 1\n, \"b\": 2\n}", "a", "-", "{\n  \"b\": 2\n}"),
        ("{\n  \"a\": 1, \"b\": 2,\n  \"c\": 3\n}", "a", "-", "{\n  \"b\": 2,\n  \"c\": 3\n}"),
        ("{\n  \"a\": 1, \"b\": 2,\n  \"c\": 3\n}", "b", "-", "{\n  \"a\": 1,\n  \"c\": 3\n}"),
    ]);
}

#[test]
fn what_does_not_fit_is_refused() {
    all(&[
        ("{\"a\": 1}", "b", "-", "!Key not found: b"),
        ("{\"a\": [1]}", "a/1", "-", "!Index 1 out of bounds"),
        ("{\"a\": [1]}", "a/k", "2", "!leads into a list"),
        ("{\"a\": {}}", "a/0", "2", "!leads into a map"),
        ("{\"a\": 1}", "a/b", "-", "!no map or list"),
    ]);
}

#[test]
fn every_edit_of_the_fixtures_is_done_or_refused_in_words() {
    hold_for_fixtures(Format::Json);
}

#[test]
fn whatever_its_white_space_a_text_can_be_edited() {
    for text in [
        "{\"a\":{\"b\":[1,[2,{}],{\"c\":null}]},\"d\":[[],{}]}",
        "\n\n {\n\"a\" :\n 1 ,\"b\"\n:[\n\n1\n,\n2 ] ,\n\n \"c\": { \"d\" : { } }\n} \n",
        "{\t\"a\": [ 1 ,\r\n2\r\n], \"b\":\r\n{ \"c\": 3 }\r\n}",
    ] {
        assert!(hold(Format::Json, text, 100).done > 30);
    }
}

#[test]
fn an_edit_of_many_keys_takes_linear_time() {
    let entries: Vec<String> =
        (0..20_000).map(|n| format!("  \"key{n}\": {{\"v\": [{n}, \"x\"]}}")).collect();
    let text = format!("{{\n{}\n}}\n", entries.join(",\n"));
    takes_linear_time(Format::Json, &text, "key19999/v/1", Some("\"new\""));
    takes_linear_time(Format::Json, &text, "key10000", None);
}
