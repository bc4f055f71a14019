//! No input may take more than a second of CPU or 256 MiB per 64 KiB, crash, or overflow the stack.

use crate::support::format::Format;
use crate::support::sandbox::{Sandbox, recipient};
use crate::support::{pool, report};

const SIZE: usize = 64 << 10;

/// Seconds of CPU per 64 KiB; without optimisation the program takes several times as long.
const SECONDS: u32 = if cfg!(debug_assertions) { 6 } else { 1 };

/// As many repetitions as fit, numbered where the text says `#`.
fn many(text: &str) -> String {
    let mut all = String::with_capacity(SIZE);
    for n in 0.. {
        let one = text.replace('#', &n.to_string());
        if all.len() + one.len() > SIZE {
            return all;
        }
        all += &one;
    }
    unreachable!("the loop ends when the text is full")
}

/// Opens half of the size with the one, then closes it with the other.
fn nested(open: &str, middle: &str, close: &str) -> String {
    let times = SIZE / (open.len() + close.len());
    open.repeat(times) + middle + &close.repeat(times)
}

/// Inputs of 64 KiB that have been trouble for some parser: deep, wide, long, repeated, expanding.
fn hostile() -> Vec<(&'static str, Format, String)> {
    use Format::{Dotenv, Ini, Json, Toml, Yaml};
    let aliases = many("k#: &a# [x, x]\nl#: [*a#, *a#, *a#]\n");
    let chain = format!("a0: &a0 [x]\n{}", {
        let mut links = String::new();
        for n in 1..2000 {
            links += &format!("a{n}: &a{n} [*a{}, *a{}]\n", n - 1, n - 1);
        }
        links
    });
    let merges =
        format!("base: &b\n{}\n{}", many("  k#: v\n").split_at(SIZE / 2).0, "m: {<<: *b}\n".repeat(500));
    vec![
        ("yaml: open brackets", Yaml, "[".repeat(SIZE)),
        ("yaml: open braces", Yaml, "{".repeat(SIZE)),
        ("yaml: nested lists", Yaml, format!("a: {}", nested("[", "x", "]"))),
        ("yaml: nested maps", Yaml, format!("a: {}", nested("{a: ", "x", "}"))),
        ("yaml: dashes", Yaml, "- ".repeat(SIZE / 2)),
        ("yaml: dashes under a key", Yaml, format!("a:\n  {}x\n", "- ".repeat(SIZE / 2))),
        ("yaml: question marks", Yaml, "? ".repeat(SIZE / 2)),
        ("yaml: deeper and deeper", Yaml, (0..350).map(|n| format!("{}a:\n", " ".repeat(n))).collect()),
        ("yaml: colons", Yaml, "a:".repeat(SIZE / 2)),
        ("yaml: keys", Yaml, many("k#: v\n")),
        ("yaml: keys of one map in flow style", Yaml, format!("a: {{{}}}\n", many("k#: v, "))),
        ("yaml: comments", Yaml, format!("a: 1\n{}", "# c\n".repeat(SIZE / 4))),
        ("yaml: comments behind a key", Yaml, format!("a:\n{}  b: 1\n", "  # c\n".repeat(SIZE / 6))),
        ("yaml: comments in a list", Yaml, format!("a:\n{}", many("  # c\n  - x\n"))),
        ("yaml: documents", Yaml, "---\na: 1\n".repeat(SIZE / 9)),
        ("yaml: empty documents", Yaml, "---\n".repeat(SIZE / 4)),
        ("yaml: anchors", Yaml, many("k#: &a# v\n")),
        ("yaml: aliases of one value", Yaml, format!("a: &a secret\n{}", many("k#: *a\n"))),
        ("yaml: aliases of lists", Yaml, aliases),
        ("yaml: doubling aliases", Yaml, chain),
        ("yaml: merges", Yaml, merges),
        ("yaml: one long text", Yaml, format!("a: {}\n", "x".repeat(SIZE))),
        ("yaml: one folded text", Yaml, format!("a: >\n{}", "  x\n".repeat(SIZE / 4))),
        ("yaml: one text over lines", Yaml, format!("a: \"{}\"\n", "x\n ".repeat(SIZE / 3))),
        ("yaml: escapes", Yaml, format!("a: \"{}\"\n", "\\x41".repeat(SIZE / 4))),
        ("yaml: blank lines in a block", Yaml, format!("a: |\n{}  x\n", "\n".repeat(SIZE))),
        ("yaml: blank lines", Yaml, format!("a: 1\n{}", "\n".repeat(SIZE))),
        ("yaml: digits", Yaml, format!("a: {}\n", "9".repeat(SIZE))),
        ("yaml: underscores", Yaml, format!("a: 1{}\n", "_".repeat(SIZE))),
        ("yaml: tags", Yaml, many("k#: !!str 1\n")),
        ("yaml: same key again and again", Yaml, "a: 1\n".repeat(SIZE / 5)),
        ("yaml: quotes", Yaml, "\"".repeat(SIZE)),
        ("yaml: empty values", Yaml, many("k#:\n")),
        ("json: open brackets", Json, "[".repeat(SIZE)),
        ("json: nested lists", Json, format!("{{\"a\": {}}}", nested("[", "1", "]"))),
        ("json: nested maps", Json, nested("{\"a\":", "1", "}")),
        ("json: keys", Json, format!("{{{}\"z\": 1}}", many("\"k#\": \"v\", "))),
        ("json: same key again and again", Json, format!("{{{}\"z\": 1}}", "\"a\": 1, ".repeat(SIZE / 8))),
        ("json: small numbers", Json, format!("{{\"a\": [{}1]}}", "1,".repeat(SIZE / 2))),
        ("json: digits", Json, format!("{{\"a\": {}}}", "9".repeat(SIZE))),
        ("json: exponent", Json, format!("{{\"a\": 1e{}}}", "9".repeat(SIZE))),
        ("json: escapes", Json, format!("{{\"a\": \"{}\"}}", "\\u0041".repeat(SIZE / 6))),
        ("json: blanks", Json, format!("{{\"a\":{}1}}", " ".repeat(SIZE))),
        ("toml: nested lists", Toml, format!("a = {}", nested("[", "1", "]"))),
        ("toml: nested tables", Toml, format!("a = {}", nested("{a = ", "1", "}"))),
        ("toml: a long dotted key", Toml, format!("{}a = 1\n", "a.".repeat(SIZE / 2))),
        ("toml: a long header", Toml, format!("[{}a]\n", "a.".repeat(SIZE / 2))),
        ("toml: tables", Toml, many("[t#]\nk = 1\n")),
        ("toml: dotted keys", Toml, many("a.b#.c = 1\n")),
        ("toml: arrays of tables", Toml, "[[t]]\nk = 1\n".repeat(SIZE / 12)),
        ("toml: keys", Toml, many("k# = 'v'\n")),
        ("toml: comments", Toml, format!("a = 1\n{}", "# c\n".repeat(SIZE / 4))),
        ("toml: one long text", Toml, format!("a = \"\"\"{}\"\"\"\n", "x\n".repeat(SIZE / 2))),
        ("toml: digits", Toml, format!("a = 0.{}\n", "9".repeat(SIZE))),
        ("dotenv: keys", Dotenv, many("K#=v\n")),
        ("dotenv: comments", Dotenv, format!("{}A=1\n", "#c\n".repeat(SIZE / 3))),
        ("dotenv: line feeds", Dotenv, format!("A={}\n", "\\n".repeat(SIZE / 2))),
        ("dotenv: same key again and again", Dotenv, "A=1\n".repeat(SIZE / 4)),
        ("ini: sections", Ini, many("[s#]\nk = v\n")),
        ("ini: keys", Ini, format!("[s]\n{}", many("k# = v\n"))),
        ("ini: comments", Ini, format!("[s]\n{}k = v\n", "; c\n".repeat(SIZE / 4))),
        ("ini: continued lines", Ini, format!("[s]\nk = {}x\n", "x \\\n".repeat(SIZE / 4))),
        ("ini: brackets", Ini, format!("[{}\n", "]".repeat(SIZE))),
        ("ini: open raw value", Ini, format!("[s]\nk = \"\"\"{}", "x\n".repeat(SIZE / 2))),
    ]
}

#[test]
fn hostile_files_are_sealed_and_opened_or_refused_within_the_bounds() {
    let inputs = hostile();
    let wrong = pool::each(&inputs, |(what, format, text)| {
        let sandbox = Sandbox::new();
        let (file, sealed) = (format.file("hostile"), format.file("sealed"));
        sandbox.write(&file, text);
        let outcome =
            sandbox.sops_rs(["encrypt", "--age", &recipient("alice"), &file]).limited(SECONDS, 256).run();
        if outcome.crashed() {
            return Some(format!("{what}: encrypt: {}", outcome.describe()));
        }
        if !outcome.success() {
            return None;
        }
        sandbox.write(&sealed, &outcome.stdout);
        // Sealed, the file is many times as long, and the bounds are by size.
        let times = u32::try_from(outcome.stdout.len().div_ceil(SIZE)).expect("a small file");
        let opened = sandbox.sops_rs(["decrypt", &sealed]).limited(SECONDS * times, 256 * times).run();
        if opened.stdout == text.as_bytes() {
            return None;
        }
        Some(format!(
            "{what}: decrypt: {}, {} bytes out, {}",
            opened.status,
            opened.stdout.len(),
            opened.stderr
        ))
    });
    let wrong: Vec<String> = wrong.into_iter().flatten().collect();
    report::none_wrong(&format!("{} hostile files", inputs.len()), &wrong);
}

/// The metadata is as much an attacker's as the rest.
#[test]
fn hostile_metadata_is_opened_or_refused_within_the_bounds() {
    let sandbox = Sandbox::new();
    sandbox.write("plain.yaml", "a: secret\n");
    let sealed = sandbox.run(["encrypt", "--age", &recipient("alice"), "plain.yaml"]).text();
    let head = &sealed[..sealed.find("    age:\n").expect("the age recipients")];
    let tail = &sealed[sealed.find("    lastmodified").expect("the time")..];
    let stanza = |enc: &str| format!("        - enc: |\n{enc}          recipient: {}\n", recipient("bob"));
    let armor = "            -----BEGIN AGE ENCRYPTED FILE-----\n            AAAA\n            \
                 -----END AGE ENCRYPTED FILE-----\n";
    let cases = [
        ("many recipients", format!("    age:\n{}", stanza(armor).repeat(SIZE / stanza(armor).len()))),
        ("one long stanza", format!("    age:\n{}", stanza(&"            AAAA\n".repeat(SIZE / 17)))),
        ("many groups", format!("    key_groups:\n{}", "        - age: []\n".repeat(SIZE / 18))),
        ("many unknown fields", format!("    age: []\n{}", many("    x#: y\n"))),
        ("deep unknown field", format!("    age: []\n    x: {}\n", nested("[", "x", "]"))),
        ("a long rule", format!("    age: []\n    encrypted_regex: \"{}\"\n", "(a|b)*".repeat(SIZE / 6))),
    ];
    for (what, middle) in cases {
        sandbox.write("hostile.yaml", format!("{head}{middle}{tail}"));
        let outcome = sandbox.sops_rs(["decrypt", "hostile.yaml"]).limited(2 * SECONDS, 512).run();
        assert!(!outcome.crashed(), "{what}: {}", outcome.describe());
        assert!(!outcome.success(), "{what}: this can't be opened");
    }
}

#[test]
fn a_file_over_the_limit_is_refused_and_the_limit_can_be_raised() {
    let sandbox = Sandbox::new();
    let text = format!("a: {}\n", "x".repeat(1 << 20));
    sandbox.write("a.yaml", &text);
    let alice = recipient("alice");
    let message = sandbox.run(["encrypt", "--max-size", "1", "--age", &alice, "a.yaml"]).refuses();
    assert!(message.contains("--max-size"), "{message}");
    let sealed = sandbox.run(["encrypt", "--max-size", "100", "--age", &alice, "a.yaml"]).ok();
    sandbox.write("sealed.yaml", sealed);
    assert_eq!(sandbox.run(["decrypt", "sealed.yaml"]).text(), text);
}
