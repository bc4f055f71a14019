use crate::document::format::Format;
use crate::document::laws::edits::{check, hold, hold_for_fixtures, takes_linear_time};

fn all(cases: &[(&str, &str, &str, &str)]) {
    check(Format::Ini, cases);
}

const SHOP: &str = "\
; the shop
name = shop

[db]
# who
user   = app ; not root
port   = 5432
empty  =
quoted = \"a b\"
;old = 1

# the cache
[cache]
size=10
";

#[test]
fn a_value_is_replaced_where_it_stands() {
    let with = |old: &str, new: &str| SHOP.replace(old, new);
    all(&[
        (SHOP, "db/user", "\"root\"", &with("app", "root")),
        (SHOP, "db/user", "\"\"", &with("app", "")),
        (SHOP, "db/port", "1.0", &with("5432", "1.0")),
        (SHOP, "db/port", "false", &with("5432", "false")),
        (SHOP, "db/port", "\"#;\"", &with("5432", "`#;`")),
        (SHOP, "db/port", "\" \"", &with("5432", "\" \"")),
        (SHOP, "db/port", "\"two\\nlines\"", &with("5432", "\"\"\"two\nlines\"\"\"")),
        (SHOP, "db/quoted", "\"c\"", &with("a b", "c")),
        (SHOP, "db/quoted", "\"c\\\"\"", &with("\"a b\"", "c\"")),
        (SHOP, "db/empty", "\"x\"", &with("empty  =", "empty  = x")),
        (SHOP, "cache/size", "\"11\"", &with("10", "11")),
        (SHOP, "DEFAULT/name", "\"x\"", &with("= shop", "= x")),
        ("k=\n", "DEFAULT/k", "1", "k=1\n"),
        ("k = ; c\n", "DEFAULT/k", "1", "k = 1 ; c\n"),
        ("k = `a # b`\r\n", "DEFAULT/k", "\"c\"", "k = `c`\r\n"),
        ("k = a \\\n  b \\\n  c\nl = 1\n", "DEFAULT/k", "\"c\"", "k = c\nl = 1\n"),
        ("k = a ; \"\"\"\n", "DEFAULT/k", "\"b\\nc\"", "k = `b\nc` ; \"\"\"\n"),
        ("k = \"\"\"a\n[no]\n\"\"\" ; c\nl = 1\n", "DEFAULT/k", "\"c\"", "k = c ; c\nl = 1\n"),
    ]);
}

#[test]
fn a_new_key_goes_behind_the_last_one_of_its_section() {
    let cache = SHOP.replace("size=10\n", "size=10\nttl=60\n");
    all(&[
        (SHOP, "cache/ttl", "60", &cache),
        (SHOP, "db/ssl", "true", &SHOP.replace("\"a b\"\n", "\"a b\"\nssl    = true\n")),
        (SHOP, "DEFAULT/ttl", "60", &SHOP.replace("= shop\n", "= shop\nttl = 60\n")),
        ("[a]\nk: v", "a/l", "\"w\"", "[a]\nk: v\nl: w"),
        ("[a]", "a/l", "\"w\"", "[a]\nl = w"),
        ("[a]\r\n  k=v\r\n", "a/l", "\"w\"", "[a]\r\n  k=v\r\n  l=w\r\n"),
        ("[a]\n\n[b]\nk=v\n", "a/l", "\"w\"", "[a]\nl=w\n\n[b]\nk=v\n"),
        ("[a]\nk = a \\\n  b\n[b]\n", "a/l", "\"w\"", "[a]\nk = a \\\n  b\nl = w\n[b]\n"),
        ("[a]\nk = v\n", "a/x=y", "\"w\"", "[a]\nk = v\n`x=y` = w\n"),
        ("[n]\na=1\n\n[n]\nb=2\n", "n/c", "3", "[n]\na=1\nc=3\n\n[n]\nb=2\n"),
        ("[n]\na=1\n\n[n]\nb=2\n", "n/b", "3", "[n]\na=1\n\n[n]\nb=3\n"),
        ("[n]\na=1\n[m]\n[n]\nb=2\n", "n/b", "3", "[n]\na=1\n[m]\n[n]\nb=3\n"),
        ("[n]\na=1\n[m]\n[n]\nb=2\n", "n/c", "3", "[n]\na=1\nc=3\n[m]\n[n]\nb=2\n"),
    ]);
}

#[test]
fn the_keys_above_all_headers_are_the_section_default() {
    all(&[
        ("", "DEFAULT/k", "1", "k = 1\n"),
        ("[a]\nk=v\n", "DEFAULT/k", "1", "k=1\n\n[a]\nk=v\n"),
        ("\u{feff}[a]\r\n", "DEFAULT/k", "1", "\u{feff}k = 1\r\n\r\n[a]\r\n"),
        ("; licence\n\n; about a\n[a]\n", "DEFAULT/k", "1", "; licence\n\nk = 1\n\n; about a\n[a]\n"),
        ("[DEFAULT]\nk = v\n", "DEFAULT/k", "1", "[DEFAULT]\nk = 1\n"),
        ("[DEFAULT]\nk = v\n", "DEFAULT/l", "1", "[DEFAULT]\nk = v\nl = 1\n"),
        ("[DEFAULT]\n", "DEFAULT/l", "1", "[DEFAULT]\nl = 1\n"),
        ("[DEFAULT]\nk = v\n", "DEFAULT/k", "-", "[DEFAULT]\n"),
        ("[DEFAULT]\nk = v\n[a]\n", "DEFAULT", "-", "[a]\n"),
        ("k = v\n\n[a]\n", "DEFAULT", "-", "[a]\n"),
        ("k = v\n", "DEFAULT/k", "-", ""),
    ]);
}

#[test]
fn a_new_section_goes_to_the_end() {
    all(&[
        (SHOP, "new/k", "1", &format!("{SHOP}\n[new]\nk=1\n")),
        (SHOP, "new", "{\"k\": 1, \"l\": \"x\"}", &format!("{SHOP}\n[new]\nk=1\nl=x\n")),
        (SHOP, "new", "{}", &format!("{SHOP}\n[new]\n")),
        ("[a]\nk = 1\n[b]\nk = 2", "c/k", "3", "[a]\nk = 1\n[b]\nk = 2\n[c]\nk = 3"),
        ("[a]\r\nk = 1", "c/k", "3", "[a]\r\nk = 1\r\n\r\n[c]\r\nk = 3"),
        ("[a]\nk = 1\n\n", "c/k", "3", "[a]\nk = 1\n\n[c]\nk = 3\n"),
        ("", "c/k", "3", "[c]\nk = 3\n"),
    ]);
}

#[test]
fn a_section_that_is_set_keeps_the_lines_of_its_keys() {
    all(&[
        (
            SHOP,
            "db",
            "{\"new\": 1, \"port\": 1}",
            "; the shop\nname = shop\n\n[db]\n# who\nport   = 1\nnew    = 1\n;old = 1\n\n# the cache\n[cache]\nsize=10\n",
        ),
        ("[a]\nk = 1\n", "a", "{}", "[a]\n"),
        ("k = 1\n", "DEFAULT", "{\"k\": 2, \"l\": 3}", "k = 2\nl = 3\n"),
    ]);
}

#[test]
fn a_key_goes_with_its_line_and_a_section_with_its_lines() {
    all(&[
        (SHOP, "db/user", "-", &SHOP.replace("user   = app ; not root\n", "")),
        (SHOP, "cache/size", "-", &SHOP.replace("size=10\n", "")),
        (SHOP, "cache", "-", &SHOP.replace("\n# the cache\n[cache]\nsize=10\n", "\n# the cache\n")),
        (SHOP, "db", "-", "; the shop\nname = shop\n\n# the cache\n[cache]\nsize=10\n"),
        (SHOP, "DEFAULT/name", "-", &SHOP.replace("name = shop\n", "")),
        ("[a]\nk = 1\n\n[b]\nl = 2\n", "b", "-", "[a]\nk = 1\n"),
        ("[a]\nk = 1", "a", "-", ""),
        ("[a]\nk = a \\\n b\nl = 1\n", "a/k", "-", "[a]\nl = 1\n"),
        ("[n]\na=1\n\n[n]\nb=2\n\n[m]\n", "n", "-", "[m]\n"),
        ("[n]\na=1\n[m]\n[n]\nb=2\n", "n", "-", "[m]\n"),
        ("[n]\na=1\n[n]\na=2\n", "n/a", "-", "[n]\n[n]\na=2\n"),
        ("- = a\n- = b\n", "DEFAULT/#2", "-", "- = a\n"),
    ]);
}

#[test]
fn what_ini_can_not_hold_is_refused() {
    all(&[
        (SHOP, "db/user", "{\"k\": 1}", "!inside a section"),
        (SHOP, "db/user/k", "1", "!a section and a key"),
        (SHOP, "db", "1", "!only sections at the top level"),
        (SHOP, "new", "[{}]", "!only sections at the top level"),
        (SHOP, "new", "{\"k\": {}}", "!inside a section"),
        (SHOP, "db/user", "null", "!holds only text"),
        (SHOP, "db/user", "\"a#b\"", "!no quotes for a value with `#` or `;` and a comment"),
        ("k = a ; ` \"\"\"\n", "DEFAULT/k", "\"b\\nc\"", "!before a comment with quotes in it"),
        (SHOP, "db/ new ", "1", "!no quotes for this key"),
        (SHOP, "sops/k", "1", "!that of the metadata"),
        (SHOP, "a\nb/k", "1", "!empty or has a line break"),
        (SHOP, "db/none", "-", "!Key not found: none"),
        (SHOP, "none", "-", "!Key not found: none"),
    ]);
}

#[test]
fn every_edit_of_the_fixtures_is_done_or_refused_in_words() {
    hold_for_fixtures(Format::Ini);
    for text in [
        "",
        "[a]",
        "; only\n\n; comments",
        "a=1\n\n\n;x\n[b];y\n;z\n",
        "[a]\n[a]\n[b]\n[a]\nk=\n",
        "[a] ; x\r\nk =\\\r\n v\r\n\r\n",
    ] {
        hold(Format::Ini, text, 50);
    }
}

#[test]
fn an_edit_of_many_keys_takes_linear_time() {
    let section = |n: usize| format!("[section{n}]\nkey = value\n- = {n}\n\n");
    let text: String = (0..10_000).map(section).collect();
    takes_linear_time(Format::Ini, &text, "section9999/key", Some("1"));
    takes_linear_time(Format::Ini, &text, "section5000", None);
}
