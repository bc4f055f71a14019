//! Every command, good and bad: what it prints, where, and its exit code, as reviewed.

use crate::support::sandbox::{Sandbox, recipient};
use regex::Regex;
use std::fmt::Write as _;

const PLAIN: &str = "# database\ndb:\n  user: app\n  password: old # rotate\nlist: [1, 2]\n";

/// The invocations of a session, in order. What one writes, the next ones find.
const SESSION: &[&[&str]] = &[
    &["encrypt", "-i", "a.yaml"],
    &["encrypt", "-i", "a.yaml"],
    &["encrypt", "none.yaml"],
    &["encrypt", "broken.yaml"],
    &["encrypt", "-i", "--dry-run", "secrets"],
    &["encrypt", "-i", "secrets"],
    &["decrypt", "a.yaml"],
    &["decrypt", "--extract", "db.password", "a.yaml"],
    &["decrypt", "--extract", "db.none", "a.yaml"],
    &["decrypt", "--extract", "db[", "a.yaml"],
    &["decrypt", "plain.yaml"],
    &["decrypt", "--output-type", "json", "a.yaml"],
    &["decrypt", "--output-type", "dotenv", "a.yaml"],
    &["set", "a.yaml", "db.password", "\"new\""],
    &["set", "a.yaml", "db.password", "\"new\""],
    &["set", "a.yaml", "db.password", "new"],
    &["set", "a.yaml", "list.x", "1"],
    &["set", "a.yaml", "sops", "1"],
    &["set", "a.yaml", "db.port"],
    &["set", "none.yaml", "a", "1"],
    &["unset", "a.yaml", "list[0]"],
    &["unset", "a.yaml", "list[7]"],
    &["unset", "--idempotent", "a.yaml", "list[7]"],
    &["unset", "none.yaml", "a"],
    &["decrypt", "a.yaml"],
    &["edit", "a.yaml"],
    &["edit", "--resume", "a.yaml"],
    &["rotate", "-i", "a.yaml"],
    &["rotate", "-i", "--rm-age", "ALICE", "a.yaml"],
    &["rotate", "-i", "--check", "a.yaml"],
    &["rotate", "plain.yaml"],
    &["rotate", "none.yaml"],
    &["updatekeys", "-y", "a.yaml"],
    &["updatekeys", "-y", "none.yaml"],
    &["updatekeys", "-y", "secrets", "plain.yaml"],
    &["groups", "add", "-f", "a.yaml", "--age", "nonsense"],
    &["groups", "delete", "-f", "a.yaml", "7"],
    &["recipients", "list"],
    &["recipients", "who", "a.yaml"],
    &["recipients", "add", "BOB"],
    &["recipients", "who", "a.yaml"],
    &["recipients", "remove", "BOB"],
    &["recipients", "remove", "BOB"],
    &["filestatus", "a.yaml"],
    &["filestatus", "plain.yaml"],
    &["filestatus", "a.yaml", "plain.yaml"],
    &["filestatus", "none.yaml"],
    &["exec-env", "a.yaml", "echo $db__user"],
    &["exec-env", "--json", "a.yaml", "echo $db__user $list"],
    &[
        "exec-env",
        "--json",
        "--only",
        "db__*",
        "--upper",
        "a.yaml",
        "--",
        "sh",
        "-c",
        "echo $DB__USER; exit 7",
    ],
    &["exec-env", "none.yaml", "true"],
    &["exec-env", "path.yaml", "true"],
    &["exec-env", "--allow-env", "LD_PRELOAD", "path.yaml", "echo \"$LD_PRELOAD\""],
    &["exec-file", "a.yaml", "cat {}"],
    &["exec-file", "--memfd", "a.yaml", "--", "grep", "user", "{}"],
    &["exec-file", "--filename", "../x", "a.yaml", "true"],
    &["exec-file", "a.yaml", "exit 3"],
    &["decrypt", "-i", "a.yaml"],
    &["keygen", "--output", "key"],
    &["keygen", "--output", "key"],
    &["init"],
    &["completion", "tcsh"],
    &["none"],
];

/// What differs from run to run, by a name.
fn steady(sandbox: &Sandbox, text: &str) -> String {
    let mut text = sandbox.anonymous(text);
    for name in ["alice", "bob"] {
        text = text.replace(&recipient(name), &name.to_uppercase());
    }
    for (pattern, name) in [
        (r"ENC\[[^\]]*\]", "ENC[…]"),
        (r"(?s)-----BEGIN AGE.*?END AGE ENCRYPTED FILE-----", "ARMOR"),
        (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "TIME"),
        (r"age1[a-z0-9]{50,}", "RECIPIENT"),
    ] {
        text = Regex::new(pattern).expect("a pattern").replace_all(&text, name).into_owned();
    }
    text
}

#[test]
fn every_command_says_what_was_reviewed() {
    let sandbox = Sandbox::new();
    sandbox.write(
        ".sops.yaml",
        format!(
            "creation_rules:\n  - path_regex: (a|broken|path|secrets/.*)\\.yaml$\n    age: {} # alice\n",
            recipient("alice")
        ),
    );
    sandbox.write("a.yaml", PLAIN);
    sandbox.write("plain.yaml", PLAIN);
    sandbox.write("broken.yaml", "a: [1, 2\nb: secret\n");
    sandbox.write("path.yaml", "LD_PRELOAD: /tmp/x.so\n");
    sandbox.write("secrets/one.yaml", "a: 1\n");
    sandbox.write("secrets/two.yaml", "b: 2\n");
    sandbox.run(["encrypt", "-i", "path.yaml"]).ok();
    let mut said = String::new();
    for words in SESSION {
        let filled = words.iter().map(|word| match *word {
            "ALICE" => recipient("alice"),
            "BOB" => recipient("bob"),
            word => word.to_owned(),
        });
        let outcome = sandbox.sops_rs(filled).env("SOPS_EDITOR", "sed -i s/app/other/").run();
        let _ = writeln!(said, "$ sops-rs {}", words.join(" "));
        let (out, err) = (String::from_utf8_lossy(&outcome.stdout), &outcome.stderr);
        for (mark, text) in [("", out.as_ref()), ("! ", err.as_str())] {
            steady(&sandbox, text).lines().for_each(|line| {
                let _ = writeln!(said, "{mark}{line}");
            });
        }
        let _ =
            writeln!(said, "[{}]\n", outcome.status.code().map_or("signal".into(), |code| code.to_string()));
    }
    insta::assert_snapshot!("commands", said);
}
