//! Every error says where and what to do, and none shows a value. Each bad file here has a canary where a secret
//! would be; the messages themselves are kept in `snapshots`.

use crate::support::format::Format;
use crate::support::outcome::Outcome;
use crate::support::report;
use crate::support::sandbox::{Sandbox, recipient};

const CANARY: &str = "canary7f3a91";

/// Where a message has to point.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Points {
    /// `FILE:LINE:COLUMN`.
    Place,
    /// The file as a whole.
    File,
}
use Points::{File, Place};

/// Plain files that can't be sealed. `¤` stands for the canary.
fn plain_files() -> Vec<(&'static str, Format, Vec<u8>, Points)> {
    let text =
        |name, format, text: &str, points| (name, format, text.replace('¤', CANARY).into_bytes(), points);
    let raw = |name, format, before: &[u8], bytes: &[u8], points| {
        (name, format, [before, CANARY.as_bytes(), bytes].concat(), points)
    };
    use Format::{Dotenv, Ini, Json, Toml, Yaml};
    let mut cases = vec![
        text("yaml: tab as indentation", Yaml, "a:\n\tb: ¤\n", Place),
        text("yaml: open double quote", Yaml, "a: \"¤\nb: 1\n", Place),
        text("yaml: open single quote", Yaml, "a: '¤\n", Place),
        text("yaml: open list", Yaml, "a: [¤, b\nc: 1\n", Place),
        text("yaml: open map", Yaml, "a: {b: ¤\n", Place),
        text("yaml: lone bracket", Yaml, "a: ¤\n]\n", Place),
        text("yaml: duplicate key", Yaml, "a: ¤\nb: 1\na: ¤\n", Place),
        text("yaml: duplicate key in a map", Yaml, "m:\n  a: ¤\n  a: ¤\n", Place),
        text("yaml: duplicate key in a flow map", Yaml, "m: {a: ¤, a: ¤}\n", Place),
        text("yaml: duplicate key in the second document", Yaml, "a: 1\n---\nb: ¤\nb: ¤\n", Place),
        text("yaml: unknown alias", Yaml, "a: ¤\nb: *nowhere\n", Place),
        text("yaml: alias of itself", Yaml, "a: &a\n  b: *a\n  c: ¤\n", Place),
        text("yaml: root list", Yaml, "- ¤\n- b\n", Place),
        text("yaml: root scalar", Yaml, "¤\n", Place),
        text("yaml: bad escape", Yaml, "a: \"\\q¤\"\n", Place),
        text("yaml: two values on a line", Yaml, "a: b: ¤\n", Place),
        text("yaml: control character", Yaml, "a: \u{1}¤\n", Place),
        text("yaml: text behind a quoted value", Yaml, "a: \"b\" ¤\n", Place),
        text("yaml: reserved key", Yaml, "a: ¤\nsops: mine\n", Place),
        text("yaml: bad indentation", Yaml, "a:\n    b: ¤\n  c: 1\n", Place),
        text("yaml: bad block header", Yaml, "a: |x\n  ¤\n", Place),
        text("yaml: unknown directive version", Yaml, "%YAML 3.0\n---\na: ¤\n", Place),
        text("yaml: undeclared tag handle", Yaml, "a: !e!t ¤\n", Place),
        text("yaml: empty file", Yaml, "", File),
        text("json: empty file", Json, "", File),
        text("json: root list", Json, "[\"¤\"]\n", Place),
        text("json: root text", Json, "\"¤\"\n", Place),
        text("json: comma at the end", Json, "{\"a\": \"¤\",}\n", Place),
        text("json: no colon", Json, "{\"a\" \"¤\"}\n", Place),
        text("json: single quotes", Json, "{'a': '¤'}\n", Place),
        text("json: bare word", Json, "{\"a\": ¤}\n", Place),
        text("json: open text", Json, "{\"a\": \"¤\n", Place),
        text("json: line feed in a text", Json, "{\"a\": \"¤\n\"}\n", Place),
        text("json: bad escape", Json, "{\"a\": \"¤\\x\"}\n", Place),
        text("json: bad unicode escape", Json, "{\"a\": \"¤\\u12G4\"}\n", Place),
        text("json: lone surrogate", Json, "{\"a\": \"¤\\ud800\"}\n", Place),
        text("json: leading zero", Json, "{\"a\": 007, \"b\": \"¤\"}\n", Place),
        text("json: no digit behind the point", Json, "{\"a\": 1., \"b\": \"¤\"}\n", Place),
        text("json: NaN", Json, "{\"b\": \"¤\", \"a\": NaN}\n", Place),
        text("json: number out of range", Json, "{\"b\": \"¤\", \"a\": 1e400}\n", Place),
        text("json: text behind the root", Json, "{\"a\": \"¤\"} ¤\n", Place),
        text("json: duplicate key", Json, "{\"a\": \"¤\", \"a\": \"¤\"}\n", Place),
        text("json: duplicate key, spelled otherwise", Json, "{\"a\": \"¤\", \"\\u0061\": \"¤\"}\n", Place),
        text("json: comment", Json, "{\"a\": \"¤\" // ¤\n}\n", Place),
        text("json: reserved key", Json, "{\"a\": \"¤\", \"sops\": {}}\n", Place),
        text("json: end in the middle", Json, "{\"a\": [\"¤\"", Place),
        text("toml: duplicate key", Toml, "a = \"¤\"\na = \"¤\"\n", Place),
        text("toml: duplicate table", Toml, "[t]\na = \"¤\"\n[t]\n", Place),
        text("toml: bare value", Toml, "a = ¤\n", Place),
        text("toml: open text", Toml, "a = \"¤\n", Place),
        text("toml: open multi-line text", Toml, "a = \"\"\"¤\n", Place),
        text("toml: open list", Toml, "a = [\"¤\"\nb = 1\n", Place),
        text("toml: bad date", Toml, "b = \"¤\"\na = 2024-13-01\n", Place),
        text("toml: bad escape", Toml, "a = \"¤\\q\"\n", Place),
        text("toml: no value", Toml, "b = \"¤\"\na =\n", Place),
        text("toml: no equals sign", Toml, "¤\n", Place),
        text("toml: integer out of range", Toml, "b = \"¤\"\na = 9223372036854775808\n", Place),
        text("toml: key of a value", Toml, "a = \"¤\"\na.b = 1\n", Place),
        text("toml: control character", Toml, "a = \"¤\u{1}\"\n", Place),
        text("toml: reserved table", Toml, "a = \"¤\"\n[sops]\nb = 1\n", Place),
        text("dotenv: no equals sign", Dotenv, "A=1\n¤\n", Place),
        text("dotenv: indented comment", Dotenv, "A=1\n  # ¤\n", Place),
        text("dotenv: duplicate key", Dotenv, "A=¤\nA=¤\n", Place),
        text("dotenv: reserved key", Dotenv, "A=¤\nsops_mac=¤\n", Place),
        text("ini: no delimiter", Ini, "[a]\n¤\n", Place),
        text("ini: open section", Ini, "[a\nb = ¤\n", Place),
        text("ini: empty key", Ini, "[a]\n= ¤\n", Place),
        text("ini: open raw value", Ini, "[a]\nb = \"\"\"¤\n", Place),
        text("ini: reserved section", Ini, "[a]\nb = ¤\n[sops]\nc = d\n", Place),
        raw("yaml: not UTF-8", Yaml, b"a: ", b"\xff\n", Place),
        raw("json: not UTF-8", Json, b"{\"a\": \"", b"\xff\"}\n", Place),
        raw("toml: not UTF-8", Toml, b"a = \"", b"\xff\"\n", Place),
        raw("dotenv: not UTF-8", Dotenv, b"A=", b"\xff\n", Place),
        raw("ini: not UTF-8", Ini, b"[a]\nb = ", b"\xff\n", Place),
    ];
    let deep = |open: &str, close: &str| format!("{}¤{}", open.repeat(2000), close.repeat(2000));
    cases.push(text("yaml: too deep", Yaml, &format!("a: {}\n", deep("[", "]")), Place));
    cases.push(text("yaml: too deep in block style", Yaml, &format!("a: {}¤\n", "- ".repeat(2000)), Place));
    cases.push(text(
        "json: too deep",
        Json,
        &format!("{{\"a\": {}}}\n", deep("[", "]").replace('¤', "\"¤\"")),
        Place,
    ));
    cases.push(text(
        "toml: too deep",
        Toml,
        &format!("a = {}\n", deep("[", "]").replace('¤', "\"¤\"")),
        Place,
    ));
    let mut bomb = "s: ¤\na: &a [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for (from, to) in ('a'..'j').zip('b'..='j') {
        bomb += &format!("{to}: &{to} [{}]\n", vec![format!("*{from}"); 9].join(", "));
    }
    cases.push(text("yaml: alias bomb", Yaml, &bomb, Place));
    let utf16: Vec<u8> = format!("\u{feff}a: {CANARY}\n").encode_utf16().flat_map(u16::to_le_bytes).collect();
    cases.push(("yaml: UTF-16", Yaml, utf16, Place));
    cases
}

/// A change to a sealed file that makes it unreadable.
type Damage = (&'static str, Points, fn(&str) -> String);

/// Changes to `password: ENC[…]` / `clear_unencrypted: canary` and their metadata.
const DAMAGES: &[Damage] = &[
    ("sealed: metadata removed", File, |t| t[..t.find("sops:\n").expect("metadata")].to_owned()),
    ("sealed: clear value changed", File, |t| t.replacen(CANARY, &format!("{CANARY}{CANARY}"), 1)),
    ("sealed: clear value in place of a token", Place, |t| {
        let token = first_token(t).to_owned();
        t.replacen(&token, CANARY, 1)
    }),
    ("sealed: number in place of a token", Place, |t| {
        let token = first_token(t).to_owned();
        t.replacen(&token, "42", 1)
    }),
    ("sealed: key renamed", Place, |t| t.replacen("password:", "renamed:", 1)),
    ("sealed: token cut short", Place, |t| {
        let token = first_token(t).to_owned();
        t.replacen(&token, &token[..token.len() / 2], 1)
    }),
    ("sealed: bad base64 in a token", Place, |t| t.replacen(",iv:", ",iv:!", 1)),
    ("sealed: text behind a token", Place, |t| t.replacen(",type:str]", &format!(",type:str] {CANARY}"), 1)),
    ("sealed: unknown type", Place, |t| t.replacen("type:str]", "type:nothing]", 1)),
    ("sealed: token of another type", Place, |t| t.replacen("type:str]", "type:int]", 1)),
    ("sealed: unknown cipher", Place, |t| t.replacen("AES256_GCM", "AES128_GCM", 1)),
    ("sealed: mac removed", File, |t| without_line(t, "    mac:")),
    ("sealed: mac of something else", File, |t| {
        let mac =
            t.find("    mac: ENC[AES256_GCM,data:").expect("the mac") + "    mac: ENC[AES256_GCM,data:".len();
        format!("{}AAAA{}", &t[..mac], &t[mac + 4..])
    }),
    ("sealed: lastmodified removed", Place, |t| without_line(t, "    lastmodified:")),
    ("sealed: lastmodified is no time", Place, |t| {
        without_line(t, "    lastmodified:").replace("    mac:", "    lastmodified: \"yesterday\"\n    mac:")
    }),
    ("sealed: two rules", Place, |t| {
        t.replace("    mac:", "    encrypted_regex: x\n    unencrypted_regex: y\n    mac:")
    }),
    ("sealed: threshold is no number", Place, |t| {
        t.replace("    mac:", "    shamir_threshold: many\n    mac:")
    }),
    ("sealed: no keys", File, |t| {
        let (from, to) = (t.find("    age:").expect("keys"), t.find("    lastmodified").expect("a time"));
        format!("{}{}", &t[..from], &t[to..])
    }),
    ("sealed: garbled data key", File, |t| {
        let at = t.find("YWdl").expect("an armored file");
        format!("{}AAAA{}", &t[..at], &t[at + 4..])
    }),
    ("sealed: duplicate key", Place, |t| {
        let line = t.split_inclusive('\n').next().expect("a line");
        format!("{line}{t}")
    }),
    ("sealed: conflict markers", Place, |t| format!("<<<<<<< HEAD\n{t}=======\n>>>>>>> theirs\n")),
];

fn first_token(text: &str) -> &str {
    let at = text.find("ENC[").expect("a token");
    &text[at..=at + text[at..].find(']').expect("its end")]
}

fn without_line(text: &str, start: &str) -> String {
    text.split_inclusive('\n').filter(|line| !line.starts_with(start)).collect()
}

/// Configurations that can't be used. They hold no secret, so the place alone matters.
const CONFIGS: &[(&str, &str)] = &[
    ("config: no YAML", "creation_rules: [\n"),
    ("config: unknown key", "creation_rules:\n  - age: AGE\n    encrypted_regexp: x\n"),
    ("config: unknown key at the top", "creation_rule:\n  - age: AGE\n"),
    ("config: bad regular expression", "creation_rules:\n  - age: AGE\n    encrypted_regex: '(('\n"),
    ("config: bad path expression", "creation_rules:\n  - path_regex: '[z-a]'\n    age: AGE\n"),
    ("config: two rules", "creation_rules:\n  - age: AGE\n    encrypted_regex: x\n    encrypted_suffix: y\n"),
    ("config: wrong type", "creation_rules:\n  - age: {a: b}\n"),
    ("config: bad recipient", "creation_rules:\n  - age: age1nonsense\n"),
    (
        "config: threshold above the groups",
        "creation_rules:\n  - shamir_threshold: 3\n    key_groups:\n      - age: [AGE]\n      - age: [AGE]\n",
    ),
    (
        "config: threshold of one",
        "creation_rules:\n  - shamir_threshold: 1\n    key_groups:\n      - age: [AGE]\n      - age: [AGE]\n",
    ),
    ("config: no rule matches", "creation_rules:\n  - path_regex: \\.other$\n    age: AGE\n"),
    ("config: duplicate key", "creation_rules:\n  - age: AGE\n    age: AGE\n"),
];

/// What is wrong with a message, if anything.
fn faults(name: &str, file: &str, points: Points, outcome: &Outcome) -> Vec<String> {
    let message = &outcome.stderr;
    let mut faults = Vec::new();
    let mut fault = |what: &str| faults.push(format!("{name}: {what}\n{message}"));
    if outcome.crashed() {
        fault("crashed");
    } else if outcome.success() {
        fault("was accepted");
        return faults;
    }
    if !outcome.stdout.is_empty() {
        fault("printed something on its standard output");
    }
    if message.contains(CANARY) || String::from_utf8_lossy(&outcome.stdout).contains(CANARY) {
        fault("shows the canary");
    }
    if !message.starts_with("error: ") {
        fault("does not start with `error: `");
    }
    let placed = message.find(&format!("{file}:")).is_some_and(|at| {
        let rest = &message[at + file.len() + 1..];
        rest.starts_with(|c: char| c.is_ascii_digit())
    });
    if points == Place && !placed {
        fault("does not say the line");
    }
    if points == File && !message.contains(file) {
        fault("does not name the file");
    }
    if !message.contains("hint: ") {
        fault("gives no hint");
    }
    faults
}

/// All bad files, in the order of the lists above: name, where to point, what came of it.
fn outcomes() -> Vec<(&'static str, String, Points, Outcome)> {
    let alice = recipient("alice");
    let mut outcomes = Vec::new();
    for (name, format, bytes, points) in plain_files() {
        let sandbox = Sandbox::new();
        let file = format.file("bad");
        sandbox.write(&file, bytes);
        let mut outcome = sandbox.sops_rs(["encrypt", "--age", &alice, &file]).limited(2, 512).run();
        outcome.stderr = sandbox.anonymous(&outcome.stderr);
        outcomes.push((name, file, points, outcome));
    }
    let sandbox = Sandbox::new();
    sandbox
        .write("plain.yaml", format!("password: {CANARY}\nother: {CANARY}\nclear_unencrypted: {CANARY}\n"));
    let sealed = sandbox.run(["encrypt", "--age", &alice, "plain.yaml"]).text();
    for &(name, points, damage) in DAMAGES {
        sandbox.write("bad.yaml", damage(&sealed));
        let mut outcome = sandbox.run(["decrypt", "bad.yaml"]);
        outcome.stderr = sandbox.anonymous(&outcome.stderr);
        outcomes.push((name, "bad.yaml".to_owned(), points, outcome));
    }
    for (name, config) in CONFIGS {
        let sandbox = Sandbox::new();
        sandbox.write(".sops-rs.yaml", config.replace("AGE", &alice));
        sandbox.write("plain.yaml", format!("password: {CANARY}\n"));
        let mut outcome = sandbox.run(["encrypt", "plain.yaml"]);
        outcome.stderr = sandbox.anonymous(&outcome.stderr);
        outcomes.push((name, ".sops-rs.yaml".to_owned(), File, outcome));
    }
    outcomes
}

#[test]
fn every_error_says_where_and_what_to_do_and_shows_no_value() {
    let outcomes = outcomes();
    assert!(outcomes.len() >= 60, "only {} bad files", outcomes.len());
    let wrong: Vec<String> = outcomes
        .iter()
        .flat_map(|(name, file, points, outcome)| faults(name, file, *points, outcome))
        .collect();
    report::none_wrong("messages", &wrong);
}

/// The words of every message; `cargo insta review` shows what a change did to them.
#[test]
fn the_messages_are_as_reviewed() {
    let alice = recipient("alice");
    let messages: String = outcomes()
        .iter()
        .map(|(name, _, _, outcome)| format!("# {name}\n{}\n", outcome.stderr.replace(&alice, "AGE")))
        .collect();
    insta::assert_snapshot!("messages", messages);
}

#[test]
fn a_file_for_someone_else_names_who_can_open_it() {
    let sandbox = Sandbox::new();
    sandbox.write("a.yaml", format!("password: {CANARY}\n"));
    sandbox.run(["encrypt", "-i", "--age", &recipient("bob"), "a.yaml"]).ok();
    let message = sandbox.run(["decrypt", "a.yaml"]).fails(128);
    assert!(message.contains("a.yaml") && message.contains(&recipient("bob")[..8]), "{message}");
    assert!(message.contains("hint: "), "{message}");
}

#[test]
fn no_identity_at_all_says_where_one_is_looked_for() {
    let sandbox = Sandbox::new();
    sandbox.write("a.yaml", format!("password: {CANARY}\n"));
    sandbox.run(["encrypt", "-i", "--age", &recipient("bob"), "a.yaml"]).ok();
    let message = sandbox.sops_rs(["decrypt", "a.yaml"]).without("SOPS_AGE_KEY_FILE").run().fails(128);
    for word in ["SOPS_AGE_KEY_FILE", "keys.txt", "hint: "] {
        assert!(message.contains(word), "no {word} in: {message}");
    }
}

#[test]
fn nothing_is_written_when_a_file_is_refused() {
    for (name, format, bytes, _) in plain_files() {
        let sandbox = Sandbox::new();
        let file = format.file("bad");
        sandbox.write(&file, &bytes);
        let args = ["encrypt", "-i", "--age", &recipient("alice"), &file];
        sandbox.sops_rs(args).limited(2, 512).run().refuses();
        assert_eq!(sandbox.read(&file), bytes, "{name}");
        let left = std::fs::read_dir(sandbox.path("")).expect("the folder").count();
        assert_eq!(left, 1, "{name}: something was left beside the file");
    }
}

#[test]
fn a_rule_that_leaves_every_value_in_clear_is_refused() {
    let sandbox = Sandbox::new();
    let plain = format!("password: {CANARY}\n");
    sandbox.write("a.yaml", &plain);
    let args = ["encrypt", "-i", "--encrypted-regex", "^pasword$", "--age", &recipient("alice"), "a.yaml"];
    let message = sandbox.run(args).refuses();
    assert!(message.contains("^pasword$") && message.contains("hint: "), "{message}");
    assert_eq!(sandbox.text("a.yaml"), plain);
}
