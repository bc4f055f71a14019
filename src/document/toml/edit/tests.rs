use crate::document::format::Format;
use crate::document::laws::edits::{check, edited, hold, hold_for_fixtures, path, takes_linear_time};

fn all(cases: &[(&str, &str, &str, &str)]) {
    check(Format::Toml, cases);
}

const SHOP: &str = "\
# the shop

name = 'shop' # short
ports = [80, 443]

# who reads
[db.reader]
user   = \"app\"
pool.min = 1
pool.max = 2
# old = 1

# who writes
[db.writer]
hosts = [
  \"a\", # first
  \"b\",
]

[[job]]
cmd = \"ls\"

[job.env]
A = \"1\"

[[job]]
cmd = \"ps\"
";

fn with(old: &str, new: &str) -> String {
    assert!(SHOP.contains(old));
    SHOP.replacen(old, new, 1)
}

#[test]
fn a_value_is_replaced_in_its_line_with_its_quotes() {
    all(&[
        (SHOP, "name", "\"x\"", &with("'shop'", "'x'")),
        (SHOP, "name", "\"it's\"", &with("'shop'", "\"it's\"")),
        (SHOP, "name", "1.0", &with("'shop'", "1.0")),
        (SHOP, "name", "true", &with("'shop'", "true")),
        (SHOP, "name", "[1, {}]", &with("'shop'", "[1, {}]")),
        (SHOP, "name", "{\"a b\": {\"c\": []}}", &with("'shop'", "{ \"a b\" = { c = [] } }")),
        (SHOP, "name/x/0/y", "1", &with("'shop'", "{ x = [{ y = 1 }] }")),
        (SHOP, "db/reader/user", "\"a\\nb\"", &with("\"app\"", "\"\"\"\na\nb\"\"\"")),
        (SHOP, "db/reader/pool/max", "3", &with("max = 2", "max = 3")),
        (SHOP, "ports/1", "\"x\"", &with("443", "\"x\"")),
        (SHOP, "ports/1", "\"x\\ny\"", &with("443", "\"x\\ny\"")),
        (SHOP, "job/1/cmd", "\"x\"", &with("\"ps\"", "\"x\"")),
        (SHOP, "job/0/env/A", "\"x\"", &with("\"1\"", "\"x\"")),
        ("a = '''\nx\ny'''\n", "a", "\"1\\n2\"", "a = '''\n1\n2'''\n"),
        ("a = '''\nx\ny'''\n", "a", "\"1\\n'''\"", "a = \"\"\"\n1\n'''\"\"\"\n"),
        ("a = '''\nx\ny'''\n", "a", "\"1\"", "a = '1'\n"),
        ("a = \"\"\"\nx\"\"\" # c", "a", "\"1\"", "a = \"1\" # c"),
        ("a = 1\r\nb = 2\r\n", "a", "\"1\\n2\"", "a = \"1\\n2\"\r\nb = 2\r\n"),
        ("a = 1979-05-27 # day\n", "a", "\"x\"", "a = \"x\" # day\n"),
        ("t = { x = 1, y.z = 2 }\n", "t/y/z", "\"3\"", "t = { x = 1, y.z = \"3\" }\n"),
        ("t = { x = 1, y.z = 2 }\n", "t/y", "\"3\"", "t = { x = 1, y = \"3\" }\n"),
    ]);
}

#[test]
fn a_new_key_goes_into_its_table() {
    all(&[
        (SHOP, "region", "\"eu\"", &with("ports = [80, 443]\n", "ports = [80, 443]\nregion = \"eu\"\n")),
        (SHOP, "db/reader/ssl", "true", &with("max = 2\n", "max = 2\nssl = true\n")),
        (SHOP, "db/writer/ssl", "true", &with("  \"b\",\n]\n", "  \"b\",\n]\nssl = true\n")),
        (SHOP, "db/reader/pool/idle", "0", &with("pool.max = 2\n", "pool.max = 2\npool.idle = 0\n")),
        (
            SHOP,
            "db/reader/pool/x",
            "{\"y\": 1}",
            &with("pool.max = 2\n", "pool.max = 2\npool.x = { y = 1 }\n"),
        ),
        (SHOP, "db/url", "\"x\"", &with("# who reads\n", "[db]\nurl = \"x\"\n\n# who reads\n")),
        (SHOP, "job/0/cwd", "\"/\"", &with("\"ls\"\n", "\"ls\"\ncwd = \"/\"\n")),
        (SHOP, "job/1/cwd", "\"/\"", &with("\"ps\"\n", "\"ps\"\ncwd = \"/\"\n")),
        (SHOP, "a b.c", "{}", &with("443]\n", "443]\n\"a b.c\" = {}\n")),
        ("", "a", "1", "a = 1\n"),
        ("\u{feff}", "a", "1", "\u{feff}a = 1\n"),
        ("a=1", "b", "2", "a=1\nb=2"),
        ("# c\n", "b", "2", "# c\nb = 2\n"),
        ("[t]", "t/b", "2", "[t]\nb = 2"),
        ("[t]\n", "b", "2", "b = 2\n\n[t]\n"),
        ("\u{feff}[t]\r\n", "b", "2", "\u{feff}b = 2\r\n\r\n[t]\r\n"),
        ("# licence\n\n# t\n[t]\n", "b", "2", "# licence\n\nb = 2\n\n# t\n[t]\n"),
        (
            "[t] # c\n  k    = 1\n  long = 2 # d\n\n[u]\n",
            "t/n",
            "3",
            "[t] # c\n  k    = 1\n  long = 2 # d\n  n    = 3\n\n[u]\n",
        ),
        ("[a.b]\nx = 1\n", "a/c", "2", "[a]\nc = 2\n\n[a.b]\nx = 1\n"),
        ("a.b = 1\n[t]\n", "a/c/d", "2", "a.b = 1\na.c = { d = 2 }\n[t]\n"),
        ("k = \"\"\"\n[no]\n\"\"\"\n[t]\n", "b", "2", "k = \"\"\"\n[no]\n\"\"\"\nb = 2\n[t]\n"),
    ]);
}

#[test]
fn a_new_table_goes_behind_its_neighbours() {
    all(&[
        (
            SHOP,
            "new/table",
            "{\"k\": 1, \"l\": {\"m\": 2}}",
            &format!("{SHOP}\n[new.table]\nk = 1\n\n[new.table.l]\nm = 2\n"),
        ),
        (SHOP, "new/k", "\"v\"", &format!("{SHOP}\n[new]\nk = \"v\"\n")),
        (SHOP, "new/0/k", "\"v\"", &format!("{SHOP}\n[[new]]\nk = \"v\"\n")),
        (SHOP, "new/0", "\"v\"", &with("443]\n", "443]\nnew = [\"v\"]\n")),
        (
            SHOP,
            "db/reader/tls/key",
            "\"x\"",
            &with("# old = 1\n", "# old = 1\n\n[db.reader.tls]\nkey = \"x\"\n"),
        ),
        (
            SHOP,
            "db/admin",
            "{\"user\": \"x\"}",
            &with("  \"b\",\n]\n", "  \"b\",\n]\n\n[db.admin]\nuser = \"x\"\n"),
        ),
        (SHOP, "job/0/tls/key", "\"x\"", &with("A = \"1\"\n", "A = \"1\"\n\n[job.tls]\nkey = \"x\"\n")),
        (SHOP, "job/1/env/A", "\"2\"", &format!("{SHOP}\n[job.env]\nA = \"2\"\n")),
        (SHOP, "job/2", "{\"cmd\": \"x\"}", &format!("{SHOP}\n[[job]]\ncmd = \"x\"\n")),
        (SHOP, "job/9/env/A", "\"x\"", &format!("{SHOP}\n[[job]]\n\n[job.env]\nA = \"x\"\n")),
        (
            SHOP,
            "job/0/steps",
            "[{\"a\": 1}, {}]",
            &with("A = \"1\"\n", "A = \"1\"\n\n[[job.steps]]\na = 1\n\n[[job.steps]]\n"),
        ),
        ("", "a/b", "1", "[a]\nb = 1\n"),
        ("x = 1", "a/b", "1", "x = 1\n\n[a]\nb = 1"),
        ("[a]\nb = 1\n[c]\nd = 2\n", "a/e/f", "3", "[a]\nb = 1\n[a.e]\nf = 3\n[c]\nd = 2\n"),
        ("[[a]]\n[[a]]\r\n\r\n\r\n", "a/2", "{}", "[[a]]\n[[a]]\r\n[[a]]\n\r\n\r\n"),
        (
            "[[a]]\nx = 1\n[b]\n[[a.c]]\ny = 1\n",
            "a/0/c/1/y",
            "2",
            "[[a]]\nx = 1\n[b]\n[[a.c]]\ny = 1\n[[a.c]]\ny = 2\n",
        ),
    ]);
}

#[test]
fn a_new_table_is_indented_as_its_neighbours() {
    let text = "[a]\n  [a.b]\n    k = \"\"\"\nx\"\"\"\n\n[c]\n";
    let with = |new: &str| text.replace("x\"\"\"\n", new);
    all(&[
        (text, "a/d/k", "\"1\\n2\"", &with("x\"\"\"\n\n  [a.d]\n    k = \"\"\"\n1\n2\"\"\"\n")),
        (text, "a/b", "{\"k\": 1}", "[a]\n  [a.b]\n    k = 1\n\n[c]\n"),
        (text, "c/d/e", "1", &format!("{text}\n[c.d]\ne = 1\n")),
        ("  [a]\n\n[c]\n", "a/k", "1", "  [a]\n  k = 1\n\n[c]\n"),
        ("  [[a]]\n    k = 1\n", "a/1/k", "2", "  [[a]]\n    k = 1\n\n  [[a]]\n    k = 2\n"),
    ]);
}

#[test]
fn lists_and_inline_tables_grow_in_their_own_style() {
    let list = |old: &str, new: &str| (format!("l = {old}\n"), format!("l = {new}\n"));
    for (old, new) in [
        ("[1, 2]", "[1, 2, 9]"),
        ("[ 1,2 ]", "[ 1,2,9 ]"),
        ("[1, 2, ]", "[1, 2, 9, ]"),
        ("[1]", "[1, 9]"),
        ("[]", "[9]"),
        ("[ ]", "[9]"),
        ("[\n]", "[\n    9,\n]"),
        ("[ # c\n  # d\n]", "[ # c\n  # d\n    9,\n]"),
        ("[\n  1, # one\n  2, # two\n  # end\n]", "[\n  1, # one\n  2, # two\n  9,\n  # end\n]"),
        ("[\n  1,\n  2 # two\n]", "[\n  1,\n  2, # two\n  9\n]"),
        ("[\n  1,\n  2\n]", "[\n  1,\n  2,\n  9\n]"),
        ("[\n  1,\n  2]", "[\n  1,\n  2,\n  9]"),
        ("[1,\n  2]", "[1,\n  2,\n  9]"),
        ("[\n  1, 2, # c\n  3, 4,\n]", "[\n  1, 2, # c\n  3, 4, 9,\n]"),
        ("[[1, 2],\n     [3]]", "[[1, 2],\n     [3],\n     9]"),
    ] {
        let (old, new) = list(old, new);
        all(&[(&old, "l/99", "9", &new)]);
    }
    for (old, new) in [
        ("{ a = 1 }", "{ a = 1, n = 9 }"),
        ("{a=1}", "{a=1, n=9}"),
        ("{a=1,b=2}", "{a=1,b=2,n=9}"),
        ("{}", "{ n = 9 }"),
        ("{ }", "{ n = 9 }"),
        ("{ a = 1,\n  b = 2 }", "{ a = 1,\n  b = 2,\n  n = 9 }"),
    ] {
        let (old, new) = list(old, new);
        all(&[(&old, "l/n", "9", &new)]);
    }
    all(&[
        ("t = { a.b = 1 }\n", "t/a/c", "2", "t = { a.b = 1, a.c = 2 }\n"),
        ("t = { a.b = 1 }\n", "t/a/c/d", "2", "t = { a.b = 1, a.c = { d = 2 } }\n"),
        ("t = [{ a = [1] }]\n", "t/0/a/1/x", "2", "t = [{ a = [1, { x = 2 }] }]\n"),
        ("t = [{ a = 1 }]\n", "t/1/a", "2", "t = [{ a = 1 }, { a = 2 }]\n"),
        ("t = { a = 1 }\n", "t/a/x", "2", "t = { a = { x = 2 } }\n"),
    ]);
}

#[test]
fn an_element_goes_with_its_comma_and_its_line() {
    for (old, at, new) in [
        ("[1, 2, 3]", "0", "[2, 3]"),
        ("[1, 2, 3]", "1", "[1, 3]"),
        ("[1, 2, 3]", "2", "[1, 2]"),
        ("[1, 2, 3,]", "2", "[1, 2,]"),
        ("[ 1 ]", "0", "[]"),
        ("[\n  1, # one\n  2, # two\n]", "0", "[\n  2, # two\n]"),
        ("[\n  1, # one\n  2 # two\n]", "1", "[\n  1, # one\n]"),
        ("[\n  1,\n]", "0", "[\n]"),
        ("[\n  1, # one\n  2]", "1", "[\n  1, # one\n  ]"),
        ("[1, # one\n  2]", "0", "[ # one\n  2]"),
        ("[\n  1, 2,\n  3,\n]", "0", "[\n  2,\n  3,\n]"),
        ("[\n  1, 2,\n  3,\n]", "1", "[\n  1,\n  3,\n]"),
        ("{ a = 1, b = 2 }", "a", "{ b = 2 }"),
        ("{ a = 1, b = 2 }", "b", "{ a = 1 }"),
        ("{ a = 1 }", "a", "{}"),
        ("{ a.b = 1, c = 2 }", "a/b", "{ a = {}, c = 2 }"),
        ("{ a.b = 1, a.c = 2, d = 3 }", "a/b", "{ a.c = 2, d = 3 }"),
        ("{ a.b = 1, a.c = 2, d = 3 }", "a", "{ d = 3 }"),
    ] {
        all(&[(&format!("l = {old} # end\n"), &format!("l/{at}"), "-", &format!("l = {new} # end\n"))]);
    }
}

#[test]
fn a_key_goes_with_its_line_and_a_table_with_its_lines() {
    let reader = "[db.reader]\nuser   = \"app\"\npool.min = 1\npool.max = 2\n# old = 1\n\n";
    let writer = "[db.writer]\nhosts = [\n  \"a\", # first\n  \"b\",\n]\n\n";
    all(&[
        (SHOP, "name", "-", &with("name = 'shop' # short\n", "")),
        (SHOP, "db/writer/hosts", "-", &with("hosts = [\n  \"a\", # first\n  \"b\",\n]\n", "")),
        (SHOP, "db/reader/pool", "-", &with("pool.min = 1\npool.max = 2\n", "")),
        (SHOP, "db/reader/pool/min", "-", &with("pool.min = 1\n", "")),
        (SHOP, "db/reader", "-", &with(reader, "")),
        (SHOP, "db/writer", "-", &with(writer, "")),
        (SHOP, "db", "-", &SHOP.replace(&format!("{reader}# who writes\n{writer}"), "")),
        (SHOP, "job/0", "-", &with("[[job]]\ncmd = \"ls\"\n\n[job.env]\nA = \"1\"\n\n", "")),
        (SHOP, "job/0/env", "-", &with("[job.env]\nA = \"1\"\n\n", "")),
        (SHOP, "job/1", "-", &with("\n[[job]]\ncmd = \"ps\"\n", "")),
        (SHOP, "job", "-", SHOP.split("\n[[job]]").next().unwrap_or_default()),
        ("a = 1", "a", "-", ""),
        ("[t]\na = 1 # c\n", "t/a", "-", "[t]\n"),
        ("[t]\na = 1\n", "t", "-", ""),
    ]);
}

#[test]
fn what_held_nothing_else_stays_empty() {
    all(&[
        ("a.b = 1 # c\n", "a/b", "-", "a = {} # c\n"),
        ("a.b.c = 1\na.b.d = 2\n", "a/b", "-", "a = {}\n"),
        ("[a.b]\nx = 1\n", "a/b", "-", "[a]\n"),
        ("x = 1\n\n[a.b.c]\n\n[d]\n", "a/b/c", "-", "x = 1\n\n[a.b]\n\n[d]\n"),
        ("[[a]]\nx = 1\n", "a/0", "-", "a = []\n"),
        ("k = 1\n[[a]]\nx = 1", "a/0", "-", "k = 1\na = []\n"),
        ("[t]\nk = 1\n\n[[t.a]]\nx = 1\n\n[u]\n", "t/a/0", "-", "[t]\nk = 1\na = []\n\n[u]\n"),
        ("[[t.a]]\nx = 1\n\n[u]\n", "t/a/0", "-", "[t]\na = []\n\n[u]\n"),
        ("[[t.a]]\nx = 1\n\n[t.u]\n", "t/a/0", "-", "[t]\na = []\n\n[t.u]\n"),
    ]);
}

#[test]
fn a_table_gives_way_to_any_other_value() {
    all(&[
        ("[a]\nx = 1\n\n[b]\n", "a", "{\"y\": 2, \"z\": {\"w\": 3}}", "[a]\ny = 2\n\n[a.z]\nw = 3\n\n[b]\n"),
        ("[a]\nx = 1\n\n[b]\n", "a", "{}", "[a]\n\n[b]\n"),
        ("[a]\nx = 1\n\n[b]\n", "a", "5", "a = 5\n\n[b]\n"),
        ("\n\n[a]\nx = 1\n", "a", "5", "\n\na = 5\n"),
        ("k = 1\n\n[a]\nx = 1\n[a.c]\n\n[b]\n", "a", "[5]", "k = 1\na = [5]\n\n[b]\n"),
        ("[a.b]\nx = 1", "a/b", "5", "[a]\nb = 5"),
        ("[a]\n[a.b]\nx = 1\n", "a/b", "\"s\"", "[a]\nb = \"s\"\n"),
        ("[[a]]\nx = 1\n\n[[a]]\n", "a", "[{\"y\": 2}]", "[[a]]\ny = 2\n"),
        ("[[a]]\nx = 1\n\n[[a]]\n", "a", "[]", "a = []\n"),
        ("[[a]]\nx = 1\n\n[[a]]\n", "a/0", "{\"y\": 2}", "[[a]]\ny = 2\n\n[[a]]\n"),
        ("a.b = 1\nk = 2\na.c = 3\n", "a", "\"s\"", "a = \"s\"\nk = 2\n"),
        ("a.b = 1\n[a.d]\nk = 1\n", "a", "{\"x\": 1}", "a = { x = 1 }\n"),
    ]);
}

#[test]
fn what_does_not_fit_is_refused() {
    all(&[
        (SHOP, "name", "null", "!TOML has no null (at name)"),
        (SHOP, "new/k", "[{\"x\": null}]", "!TOML has no null (at new.k[0].x)"),
        (SHOP, "db/reader/pool/k", "null", "!TOML has no null (at db.reader.pool.k)"),
        (SHOP, "job/5", "\"x\"", "!which can only hold maps (at job[5])"),
        (SHOP, "job/0", "[]", "!which can only hold maps"),
        (SHOP, "job/k", "1", "!leads into a list"),
        (SHOP, "db/0", "1", "!leads into a map"),
        (SHOP, "none", "-", "!Key not found: none"),
        (SHOP, "ports/2", "-", "!Index 2 out of bounds"),
    ]);
}

#[test]
fn a_time_stays_one() {
    let time = crate::document::laws::parse(Format::Toml, "t = 2024-01-02T03:04:05Z").trees();
    let time = time[0].get("t");
    let set = |text: &str| edited(Format::Toml, text, &path("t"), time).map(|text| text.to_string());
    assert_eq!(set("t = 1979-05-27 # day\n").ok().as_deref(), Some("t = 2024-01-02T03:04:05Z # day\n"));
    assert_eq!(set("").ok().as_deref(), Some("t = 2024-01-02T03:04:05Z\n"));
}

#[test]
fn every_edit_of_the_fixtures_is_done_or_refused_in_words() {
    hold_for_fixtures(Format::Toml);
}

#[test]
fn whatever_its_order_a_text_can_be_edited() {
    for text in [
        SHOP,
        "[a.b.c]\nx = 1\n[a]\ny = 2\n[z]\n[a.b]\nw.v = 3\n[a.b.w.u]\nt = 1\n",
        "[[a]]\n[[a.b]]\n[x]\n[[a.b]]\nk = [ [\n1, 2 ], { c.d = 1, c.e = [ # no\n] } ]\n[[a]]\n",
        "a = { b = { c = {} } , d = [] }\r\n\r\n# end",
    ] {
        assert!(hold(Format::Toml, text, 100).done > 20);
    }
}

#[test]
fn an_edit_of_many_keys_takes_linear_time() {
    let section = |n: usize| format!("[section.number{n}]\nkey = [{n}]\nsub.key = 'x'\n\n");
    let text: String = (0..10_000).map(section).collect();
    takes_linear_time(Format::Toml, &text, "section/number9999/sub/key", Some("\"new\""));
    takes_linear_time(Format::Toml, &text, "section/number9999/new/x/y", Some("\"new\""));
    takes_linear_time(Format::Toml, &text, "section/number5000", None);
}
