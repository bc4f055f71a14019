//! `diff` in real repositories: by key path, in every form that names two versions.

use super::trace::trace;
use crate::support::format::Format;
use crate::support::repository::Repository;
use crate::support::sandbox::{Sandbox, recipient};
use crate::support::team::{recipients, sealed};
use std::fs;

/// A repository with an encrypted file in two commits, `one` and `two`.
fn repository() -> Repository {
    repository_of(&[])
}

fn repository_of(flags: &[&str]) -> Repository {
    let repository = Repository::of_kind(flags);
    sealed(&repository.sandbox, "a b/sécrets.yaml", &text("one", "[b, c]"), &["alice"]);
    repository.sandbox.write("plain.yaml", "a: 1\n");
    repository.commit("one");
    repository.git(["tag", "one"]);
    save(&repository, "a b/sécrets.yaml", &text("two", "[a, b, c]"));
    repository.sandbox.write("plain.yaml", "a: 2\n");
    repository.commit("two");
    repository.git(["tag", "two"]);
    repository
}

fn text(password: &str, list: &str) -> String {
    format!("# note\nuser: app\npassword: {password}\nlist: {list}\n")
}

/// Another plaintext for a sealed file: what is as it was keeps its token.
fn save(repository: &Repository, path: &str, plain: &str) {
    let sandbox = &repository.sandbox;
    let words = ["encrypt", "--input-type", "yaml", "--filename-override", path, "--output", path];
    let program = sandbox.sops_rs(words.into_iter().chain(["--age", &recipient("alice")]));
    program.pipe(plain).run().ok();
}

fn diff(sandbox: &Sandbox, words: &[&str]) -> String {
    sandbox.run(["diff"].iter().chain(words)).text()
}

const ONE_TO_TWO: &str = "a b/sécrets.yaml\n  ~ password: \"one\" → \"two\"\n  + list[0]: \"a\"\n";

#[test]
fn every_form_compares_the_versions_that_it_names() {
    for flags in [&[][..], &["--object-format=sha256"]] {
        let repository = repository_of(flags);
        let sandbox = &repository.sandbox;
        assert_eq!(diff(sandbox, &[]), "");
        for words in
            [&["one", "two"][..], &["one..two"], &["one.."], &["one...two"], &["one"], &["--staged", "one"]]
        {
            assert_eq!(diff(sandbox, words), ONE_TO_TWO, "{words:?}");
        }
        for words in [
            &["one", "--", "a b"][..],
            &["one", "a b/sécrets.yaml"],
            &["one", "two", "--", "a b/sécrets.yaml"],
        ] {
            assert_eq!(diff(sandbox, words), ONE_TO_TWO, "{words:?}");
        }
        assert_eq!(diff(sandbox, &["one", "--", "elsewhere"]), "");
        assert_eq!(diff(sandbox, &["one", "two", "--", "plain.yaml"]), "plain.yaml\n  ~ a: 1 → 2\n");
        save(&repository, "a b/sécrets.yaml", &text("three", "[a, b, c]"));
        let expected = "a b/sécrets.yaml\n  ~ password: \"two\" → \"three\"\n";
        assert_eq!(diff(sandbox, &[]), expected);
        assert_eq!(diff(sandbox, &["a b/sécrets.yaml"]), expected);
        assert_eq!(diff(sandbox, &["--staged"]), "");
        repository.git(["add", "--all"]);
        assert_eq!(diff(sandbox, &["--staged"]), expected);
        save(&repository, "a b/sécrets.yaml", &text("four", "[a, b, c]"));
        assert_eq!(diff(sandbox, &["--staged"]), expected);
        assert_eq!(diff(sandbox, &[]), expected.replace("three", "four"));
        let below = sandbox.sops_rs(["diff", "sécrets.yaml"]).within(&sandbox.path("a b")).run().text();
        assert_eq!(below, expected.replace("three", "four"));
    }
}

#[test]
fn it_works_in_linked_worktrees_bare_repositories_and_before_the_first_commit() {
    let repository = repository();
    let sandbox = &repository.sandbox;
    repository.git(["worktree", "add", "--quiet", "../linked", "one"]);
    repository.git(["clone", "--quiet", "--bare", ".", "../bare.git"]);
    let within = |folder: &str, words: &[&str]| {
        sandbox.sops_rs(["diff"].iter().chain(words)).within(&sandbox.path(folder)).run()
    };
    let reversed = "a b/sécrets.yaml\n  ~ password: \"two\" → \"one\"\n  - list[0]: \"a\"\n";
    assert_eq!(within("../linked", &["two"]).text(), reversed);
    assert_eq!(within("../bare.git", &["one", "two"]).text(), ONE_TO_TWO);
    assert_eq!(within("../bare.git", &["one", "two", "--", "a b"]).text(), ONE_TO_TWO);
    assert!(within("../bare.git", &["one"]).fails(2).contains("work tree"));
    let new = Repository::new();
    sealed(&new.sandbox, "a.yaml", "a: 1\n", &["alice"]);
    new.git(["add", "--all"]);
    let shown = diff(&new.sandbox, &[]);
    assert!(shown.starts_with("a.yaml (added)\n  ! recipient: now age age1"), "{shown}");
    assert!(shown.ends_with("  + a: 1\n"), "{shown}");
    let outside = sandbox.sops_rs(["diff"]).within(&sandbox.home()).run().fails(2);
    assert!(outside.contains("no git repository"), "{outside}");
    let unknown = sandbox.run(["diff", "no-such-thing"]).fails(2);
    assert!(unknown.contains("names no commit") && unknown.contains("--"), "{unknown}");
}

#[test]
fn a_submodule_is_a_repository_of_its_own() {
    let inner = repository();
    let outer = Repository::new();
    let path = inner.sandbox.path("").display().to_string();
    outer.git(["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", &path, "sub"]);
    outer.commit("a submodule");
    let shown = outer.sandbox.sops_rs(["diff", "HEAD~1"]).within(&outer.sandbox.path("sub")).run().text();
    assert_eq!(shown, ONE_TO_TWO);
    assert_eq!(diff(&outer.sandbox, &[]), "");
}

#[test]
fn without_a_key_the_paths_are_known_all_the_same() {
    let repository = repository();
    let sandbox = &repository.sandbox;
    let without = |words: &[&str]| {
        sandbox.sops_rs(["diff"].iter().chain(words)).without("SOPS_AGE_KEY_FILE").run().text()
    };
    // A token belongs to its place in a list, so those behind the new one are others.
    let keys = "a b/sécrets.yaml\n  ~ password\n";
    let shown = without(&["--keys-only", "one", "two"]);
    assert!(shown.starts_with(keys) && !shown.contains("user") && !shown.contains("one"), "{shown}");
    let noted = without(&["one", "two"]);
    assert!(noted.contains("  ! compared without values: ") && noted.contains("\n  ~ password\n"), "{noted}");
    sandbox.run(["rotate", "-i", "a b/sécrets.yaml"]).ok();
    let rotated = without(&["--keys-only"]);
    assert!(rotated.contains("every value has another ciphertext"), "{rotated}");
    assert!(!rotated.contains("~"), "{rotated}");
    let opened = diff(sandbox, &[]);
    assert!(opened.contains("every value has another ciphertext") && !opened.contains("~"), "{opened}");
}

#[test]
fn who_can_read_a_file_and_what_is_secret_are_lines_of_their_own() {
    let repository = Repository::new();
    let sandbox = &repository.sandbox;
    sealed(sandbox, "a.yaml", "a: 1\n", &["alice"]);
    sandbox.write("b.yaml", "a: 1\n");
    repository.commit("one");
    sandbox.run(["rotate", "-i", "--add-age", &recipient("bob"), "a.yaml"]).ok();
    sealed(sandbox, "b.yaml", "a: 1\n", &["alice"]);
    let shown = diff(sandbox, &[]);
    assert!(shown.contains(&format!("a.yaml\n  ! every value has another ciphertext: the file has a new data key, or was encrypted anew\n  ! recipient: now age {}\n", recipient("bob"))), "{shown}");
    assert!(shown.contains("b.yaml\n  ! encrypted now: it was in clear\n  ! recipient: now age"), "{shown}");
    repository.commit("two");
    sandbox.write("b.yaml", "a: 2\n");
    sandbox.write("a.yaml", "a: 1\n");
    let rule =
        ["encrypt", "-i", "--encrypted-regex", "^a$", "--age", &recipients(&["bob", "alice"]), "a.yaml"];
    sandbox.run(rule).ok();
    let shown = diff(sandbox, &[]);
    assert!(shown.contains("  ! rule: unencrypted_suffix _unencrypted → encrypted_regex ^a$\n"), "{shown}");
    assert!(
        shown.contains("b.yaml\n  ! IN CLEAR NOW: it was encrypted\n") && shown.contains("  ~ a: 1 → 2\n"),
        "{shown}"
    );
    let hidden = sandbox.sops_rs(["diff", "--keys-only"]).without("SOPS_AGE_KEY_FILE").run().text();
    assert!(hidden.contains("IN CLEAR NOW") && !hidden.contains("~ a: "), "{hidden}");
}

#[test]
fn files_come_go_and_are_renamed() {
    let repository = repository();
    let sandbox = &repository.sandbox;
    repository.git(["mv", "a b/sécrets.yaml", "other.yaml"]);
    assert_eq!(diff(sandbox, &[]), "a b/sécrets.yaml → other.yaml\n");
    save(&repository, "other.yaml", &text("three", "[a, b, c]"));
    assert_eq!(diff(sandbox, &[]), "a b/sécrets.yaml → other.yaml\n  ~ password: \"two\" → \"three\"\n");
    assert!(diff(sandbox, &["--", "other.yaml"]).contains("→"));
    repository.commit("renamed");
    fs::remove_file(sandbox.path("other.yaml")).expect("a file less");
    let gone = diff(sandbox, &[]);
    assert!(
        gone.starts_with("other.yaml (deleted)\n  ! recipient: no longer age")
            && gone.contains("  - user: \"app\"\n"),
        "{gone}"
    );
    let one = diff(sandbox, &["--", "other.yaml"]);
    assert_eq!(one, gone);
}

#[test]
fn a_file_that_cannot_be_opened_does_not_stop_the_others() {
    let repository = Repository::new();
    let sandbox = &repository.sandbox;
    for name in ["a.yaml", "b.yaml", "c.yaml", "d.yaml"] {
        sealed(sandbox, name, "a: 1\nb: 2\n", &["alice"]);
    }
    repository.commit("one");
    let whole = sandbox.text("a.yaml");
    let lines: Vec<&str> = whole.lines().filter(|line| !line.starts_with("b:")).collect();
    sandbox.write("a.yaml", lines.join("\n"));
    sandbox.write("b.yaml", sandbox.text("b.yaml").replacen("b:", "<<<<<<< x\nb:", 1));
    sandbox.run(["set", "d.yaml", "a", "3"]).ok();
    let shown = diff(sandbox, &[]);
    assert!(shown.contains("a.yaml\n  ! compared without values: a.yaml: the mac does not match"), "{shown}");
    assert!(shown.contains("\n  - b\n"), "{shown}");
    assert!(
        shown.contains("b.yaml\n  ! the new version can't be compared: it has conflict markers\n"),
        "{shown}"
    );
    assert!(!shown.contains("recipient"), "{shown}");
    assert!(shown.contains("d.yaml\n  ~ a: 1 → 3\n") && !shown.contains("c.yaml"), "{shown}");
}

#[test]
fn two_files_are_compared_in_every_format_without_a_repository() {
    let sandbox = Sandbox::new();
    for (format, old, new, expected) in [
        (Format::Yaml, "a: 1\n---\nb: x\n", "a: 1\n---\nb: y\n", "  ~ document 2: b: \"x\" → \"y\"\n"),
        (
            Format::Json,
            "{\"a\": [1, {\"b\": null}]}",
            "{\"a\": [1, {\"b\": true}]}",
            "  ~ a[1].b: null → true\n",
        ),
        (
            Format::Toml,
            "[t]\na = 1.5\n",
            "[t]\na = 2.5\n# c\n",
            "  ~ t.a: 1.5 → 2.5\n  # comments changed at t\n",
        ),
        (Format::Dotenv, "A=x\n", "B=x\n", "  - A: \"x\"\n  + B: \"x\"\n"),
        (Format::Ini, "[s]\na = x\n", "[s]\na = y\n", "  ~ s.a: \"x\" → \"y\"\n"),
        (Format::Binary, "\u{0}\u{1}", "\u{0}\u{2}", "  ~ data: \"\\u{0}\\u{1}\" → \"\\u{0}\\u{2}\"\n"),
    ] {
        let (one, two) = (format.file("one"), format.file("two"));
        sealed(&sandbox, &one, old, &["alice"]);
        sealed(&sandbox, &two, new, &["alice"]);
        let shown = diff(&sandbox, &[&one, &two]);
        assert!(shown.starts_with(&format!("{one} → {two}\n")) && shown.ends_with(expected), "{shown}");
        assert_eq!(diff(&sandbox, &[&one, &one]), "");
    }
}

#[test]
fn long_values_and_those_of_many_lines_show_what_differs() {
    let sandbox = Sandbox::new();
    let (head, tail) = ("x".repeat(300), "y".repeat(300));
    let lines =
        |word: &str| format!("k: |\n  one\n  {word}\n  three\nl: {head}{word}{tail}\ne: \"\\e[2J\\u202e\"\n");
    sandbox.write("a.yaml", lines("two"));
    sandbox.write("b.yaml", lines("zwei") + "n: |\n  p\n  q\n");
    let shown = diff(&sandbox, &["a.yaml", "b.yaml"]);
    assert!(shown.contains("  ~ k: 3 → 3 lines\n      - two\n      + zwei\n"), "{shown}");
    assert!(shown.contains("  ~ l: differs from character 301 on\n"), "{shown}");
    assert!(
        shown.contains(&format!("      - …{}two{}… (603 characters)\n", "x".repeat(20), "y".repeat(20))),
        "{shown}"
    );
    assert!(shown.contains("  + n: 2 lines\n      + p\n      + q\n"), "{shown}");
    sandbox.write("c.yaml", "k: x\n");
    let gone = diff(&sandbox, &["b.yaml", "c.yaml"]);
    assert!(gone.contains("  - e: \"\\u{1b}[2J\\u{202e}\"\n") && !gone.contains('\u{1b}'), "{gone}");
}

#[test]
fn json_and_exit_codes_are_for_programs() {
    let repository = repository();
    let sandbox = &repository.sandbox;
    let json: serde_json::Value =
        serde_json::from_str(&diff(sandbox, &["--json", "one", "two"])).expect("JSON");
    assert_eq!(json["schema_version"], 1);
    let changes = &json["files"][0]["changes"];
    assert_eq!(changes[0]["path"].to_string(), "[\"password\"]");
    assert_eq!((&changes[0]["old"]["text"], &changes[0]["new"]["text"]), (&"one".into(), &"two".into()));
    assert_eq!(
        (&changes[1]["change"], changes[1]["path"].to_string().as_str()),
        (&"added".into(), "[\"list\",0]")
    );
    let hidden = diff(sandbox, &["--json", "--keys-only", "one", "two"]);
    assert!(!hidden.contains("\"one\"") && hidden.contains("\"values\": false"), "{hidden}");
    let code = |words: &[&str]| sandbox.run(["diff"].iter().chain(words)).status.code();
    assert_eq!(code(&["--exit-code", "one", "two"]), Some(1));
    assert_eq!(code(&["--exit-code", "two", "two"]), Some(0));
    assert_eq!(code(&["one", "two"]), Some(0));
    assert_eq!(code(&["--exit-code", "no-such"]), Some(2));
    let coloured = diff(sandbox, &["--color", "always", "one", "two"]);
    assert!(coloured.starts_with("\x1b[1ma b/"), "{coloured:?}");
    assert!(!diff(sandbox, &["one", "two"]).contains('\x1b'));
}

#[test]
fn no_program_of_the_repository_is_started_and_a_data_key_is_unwrapped_once() {
    let repository = repository();
    let sandbox = &repository.sandbox;
    for name in ["x", "y", "z"] {
        fs::copy(sandbox.path("a b/sécrets.yaml"), sandbox.path(format!("{name}.yaml"))).expect("a copy");
    }
    repository.commit("copies");
    for (key, value) in [
        ("diff.evil.textconv", "touch started; cat"),
        ("diff.evil.command", "touch started"),
        ("diff.external", "touch started"),
        ("filter.evil.clean", "touch started; cat"),
        ("core.pager", "touch started"),
        ("core.fsmonitor", "touch started"),
    ] {
        repository.git(["config", key, value]);
    }
    sandbox.write(".gitattributes", "* diff=evil filter=evil\n");
    for name in ["x.yaml", "y.yaml", "z.yaml"] {
        sandbox.run(["set", name, "user", "\"other\""]).ok();
    }
    let traced = trace(sandbox, &["diff"], |program| program);
    assert!(!sandbox.path("started").exists(), "{}", traced.text);
    let shown = traced.outcome.text();
    assert_eq!(shown.matches("  ~ user: \"app\" → \"other\"\n").count(), 3, "{shown}");
    let programs = traced.text.lines().filter(|line| line.contains("execve(") && line.contains("= 0"));
    assert!(
        programs.clone().all(|line| line.contains("sops-rs") || line.contains("git\"")),
        "{}",
        traced.text
    );
}
