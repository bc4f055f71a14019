//! Each kind of finding: a bad file, and what is said about it.

use super::{PLAIN, check, config, found, guarded, sealed};
use crate::support::repository::Repository;
use crate::support::sandbox::recipient;

/// The lines of a text, changed one by one; `None` takes a line out.
fn lines(text: &str, change: impl Fn(&str) -> Option<String>) -> String {
    text.lines().filter_map(change).map(|line| line + "\n").collect()
}

/// A sealed text whose line that starts so has another value.
fn with_value(text: &str, start: &str, value: &str) -> String {
    lines(text, |line| match line.starts_with(start) {
        true => Some(format!("{start} {value}")),
        false => Some(line.to_owned()),
    })
}

/// A sealed text with a line twice.
fn with_twice(text: &str, start: &str) -> String {
    lines(text, |line| match line.starts_with(start) {
        true => Some(format!("{line}\n{line}")),
        false => Some(line.to_owned()),
    })
}

/// The line that starts so, from 1.
fn line_of(text: &str, start: &str) -> usize {
    let at = text.lines().position(|line| line.starts_with(start));
    at.unwrap_or_else(|| panic!("no line starts with {start}:\n{text}")) + 1
}

#[track_caller]
fn says(repository: &Repository, expected: &[&str]) {
    assert_eq!(found(repository, &[]), expected);
    let code = if expected.iter().any(|line| line.ends_with("error")) { 1 } else { 0 };
    assert_eq!(check(repository, &[]).run().status.code(), Some(code));
}

#[test]
fn a_repository_as_it_should_be_has_no_findings() {
    let repository = guarded();
    sealed(&repository, "prod/a.yaml", PLAIN, &["alice"], &[]);
    sealed(&repository, "prod/a.json", "{\"a\": 1, \"b\": \"\"}\n", &["alice"], &[]);
    sealed(&repository, "prod/a.toml", "a = 1\n# c\n[t]\nb = []\n", &["alice"], &[]);
    sealed(&repository, "prod/a.env", "# c\nA=1\n", &["alice"], &[]);
    sealed(&repository, "prod/a.ini", "; c\n[s]\na = 1\n", &["alice"], &[]);
    sealed(&repository, "prod/a.bin", "\u{1}\u{2}", &["alice"], &[]);
    repository.sandbox.write("README.md", "how sops keeps lastmodified: ENC[AES256_GCM,data:x]\n");
    repository.sandbox.write("values.yaml", PLAIN);
    repository.sandbox.write("prod/.gitignore", "*.tmp\n");
    repository.sandbox.write("prod/empty.yaml", "");
    repository.commit("first");
    for words in [&[][..], &["--staged", "--all"], &["--rev", "HEAD"], &["--verify", "--strict"]] {
        let outcome = check(&repository, words).run();
        assert!(outcome.success() && outcome.stdout.is_empty(), "{}", outcome.describe());
        assert_eq!(outcome.stderr, "10 files checked, 6 encrypted: no findings\n", "{words:?}");
    }
}

#[test]
fn a_file_in_clear_is_told_with_its_first_secret() {
    let repository = guarded();
    repository.sandbox.write("prod/a.yaml", PLAIN);
    repository.sandbox.write("prod/b.key", "bytes of no format");
    repository.sandbox.write("prod/c.toml", "port = 1\n\n[db]\npassword = \"<configure me>\"\n");
    let expected = [
        "prod/a.yaml:3 plaintext-file db.user error",
        "prod/b.key plaintext-file error",
        "prod/c.toml:1 plaintext-file port error",
        "prod/c.toml:4 placeholder db.password warning",
    ];
    says(&repository, &expected);
}

#[test]
fn a_file_of_which_the_rule_encrypts_nothing_may_be_in_clear() {
    let repository = guarded();
    config(&repository, "    encrypted_regex: ^data$\n");
    repository.sandbox.write("prod/map.yaml", "kind: Map\n");
    repository.sandbox.write("prod/secret.yaml", "kind: Secret\ndata:\n  a: Yg==\n");
    says(&repository, &["prod/secret.yaml:3 plaintext-file data.a error"]);
}

#[test]
fn under_a_rule_for_every_file_the_name_tells() {
    for pattern in ["", "path_regex: .*\n    "] {
        let repository = Repository::new();
        let rule = format!("creation_rules:\n  - {pattern}age: {}\n", recipient("alice"));
        repository.sandbox.write(".sops.yaml", rule);
        for name in ["README.md", "src/main.rs", "values.yaml", "secrets.example.yaml", ".env.example"] {
            repository.sandbox.write(name, PLAIN);
        }
        repository.sandbox.write("db.enc.yaml", PLAIN);
        repository.sandbox.write(".dlt/secrets.toml", "a = 1\n");
        repository.sandbox.write(".env", "A=1\n");
        let expected = [
            ".dlt/secrets.toml:1 plaintext-file a error",
            ".env:1 plaintext-file A error",
            "db.enc.yaml:3 plaintext-file db.user error",
        ];
        says(&repository, &expected);
    }
}

#[test]
fn values_in_clear_are_told_by_the_rules_of_file_and_config() {
    let repository = guarded();
    let text = sealed(&repository, "prod/a.yaml", PLAIN, &["alice"], &[]);
    let text = with_value(&text, "  password:", "hunter3");
    repository.sandbox.write("prod/a.yaml", with_value(&text, "#", "a comment by hand"));
    let flags = ["--encrypted-regex", "^password$"];
    let text = sealed(&repository, "prod/b.yaml", "user: app\npassword: x\n", &["alice"], &flags);
    let field = format!("prod/b.yaml:{} selection error", line_of(&text, "    encrypted_regex"));
    let expected = [
        "prod/a.yaml:1 plaintext-comment top level warning",
        "prod/a.yaml:4 plaintext-value db.password error",
        "prod/b.yaml:1 plaintext-value user error",
        &field,
    ];
    says(&repository, &expected);
}

#[test]
fn tokens_are_where_and_what_they_should_be() {
    let repository = guarded();
    let text = sealed(&repository, "prod/a.yaml", PLAIN, &["alice"], &[]);
    let cut = lines(&text, |line| Some(line.replace(",tag:", ",gat:")));
    repository.sandbox.write("prod/a.yaml", text.replace("  user:", "  user_unencrypted:"));
    repository
        .sandbox
        .write("prod/b.yaml", lines(&cut, |line| (!line.starts_with("clear")).then(|| line.to_owned())));
    repository.sandbox.write("prod/c.yaml", &text[..text.find("sops:").expect("a sops block")]);
    let block = &text[text.find("sops:").expect("a sops block")..];
    repository.sandbox.write("prod/d.yaml", format!("a: 1\n{block}"));
    repository.sandbox.write("prod/e.yaml", format!("a_unencrypted: 1\n{block}"));
    let mac = format!("prod/b.yaml:{} damaged-token error", line_of(&text, "    mac") - 1);
    let expected = [
        "prod/a.yaml:3 token-in-clear db.user_unencrypted note",
        "prod/b.yaml:1 damaged-token top level error",
        "prod/b.yaml:3 damaged-token db.user error",
        "prod/b.yaml:4 damaged-token db.password error",
        &mac,
        "prod/c.yaml:1 lost-metadata error",
        "prod/d.yaml no-tokens error",
        "prod/d.yaml:1 plaintext-value a error",
        "prod/e.yaml no-tokens warning",
    ];
    says(&repository, &expected);
}

#[test]
fn recipients_are_those_of_the_rule_and_go_by_their_names() {
    let repository = guarded();
    let (alice, bob, carol) = (recipient("alice"), recipient("bob"), recipient("carol"));
    let rules = format!(
        "creation_rules:\n  - path_regex: ^prod/\n    age:\n      - {alice} # alice\n      - {bob} # bob\n  \
         - path_regex: ^test/\n    age:\n      - {carol} # carol, ops\n"
    );
    repository.sandbox.write(".sops.yaml", rules);
    let text = sealed(&repository, "prod/a.yaml", PLAIN, &["alice", "carol"], &[]);
    let start = line_of(&text, "sops:");
    let entry = text.lines().position(|line| line.contains(&carol)).expect("an entry") + 1;
    let expected = [
        format!("prod/a.yaml:{start} missing-recipient error"),
        format!("prod/a.yaml:{entry} excess-recipient error"),
    ];
    let expected: Vec<&str> = expected.iter().map(String::as_str).collect();
    says(&repository, &expected);
    let text = String::from_utf8(check(&repository, &[]).run().stdout).expect("text");
    assert!(text.contains(&format!("{bob} (bob) can't read the file")), "{text}");
    assert!(text.contains(&format!("{carol} (carol, ops) can read the file")), "{text}");
    assert!(text.contains("the creation rule of .sops.yaml:2 does not list it"), "{text}");
    // What is said to mend it does.
    repository.sandbox.run(["updatekeys", "-y", "--add-recipient", &bob, "prod/a.yaml"]).ok();
    says(&repository, &[]);
}

#[test]
fn groups_threshold_and_mac_are_those_of_the_rule() {
    let repository = guarded();
    let people = ["alice", "bob", "carol"].map(recipient);
    let groups = |threshold: &str| {
        let groups = people.iter().map(|key| format!("      - age: [{key}]\n")).collect::<String>();
        format!("creation_rules:\n  - path_regex: ^prod/\n    {threshold}key_groups:\n{groups}")
    };
    repository.sandbox.write(".sops.yaml", groups("shamir_threshold: 2\n    "));
    repository.sandbox.write("prod/a.yaml", PLAIN);
    repository.sandbox.run(["encrypt", "-i", "prod/a.yaml"]).ok();
    says(&repository, &[]);
    repository.sandbox.write(".sops.yaml", groups("shamir_threshold: 3\n    "));
    let text =
        sealed(&repository, "prod/b.yaml", PLAIN, &["alice", "bob", "carol"], &["--mac-only-encrypted"]);
    let (a, b) = (line_of(&repository.sandbox.text("prod/a.yaml"), "sops:"), line_of(&text, "sops:"));
    let expected = [
        format!("prod/a.yaml:{a} key-groups error"),
        format!("prod/b.yaml:{b} key-groups error"),
        format!("prod/b.yaml:{b} mac-scope error"),
    ];
    says(&repository, &expected.each_ref().map(String::as_str));
}

#[test]
fn what_a_merge_of_text_leaves_is_told() {
    let repository = guarded();
    let text = sealed(&repository, "prod/a.yaml", PLAIN, &["alice"], &[]);
    let user = line_of(&text, "  user");
    let conflict = lines(&text, |line| match line.starts_with("  user") {
        true => Some(format!("<<<<<<< HEAD\n{line}\n=======\n{line}\n>>>>>>> topic")),
        false => Some(line.to_owned()),
    });
    repository.sandbox.write("prod/a.yaml", conflict);
    repository.sandbox.write("prod/b.yaml", with_twice(&text, "    mac:"));
    let block = &text[text.find("sops:").expect("a sops block")..];
    repository.sandbox.write("prod/c.yaml", format!("{text}{block}"));
    let env = sealed(&repository, "prod/d.env", "A=1\n", &["alice"], &[]);
    repository.sandbox.write("prod/d.env", with_twice(&env, "sops_mac="));
    let ini = sealed(&repository, "prod/e.ini", "[s]\na = 1\n", &["alice"], &[]);
    let block = &ini[ini.find("[sops]").expect("a sops block")..];
    repository.sandbox.write("prod/e.ini", format!("{ini}{block}"));
    let json = sealed(&repository, "prod/f.json", "{\n\t\"a\": 1\n}\n", &["alice"], &[]);
    repository.sandbox.write("prod/f.json", with_twice(&json, "\t\t\"mac\""));
    let toml = sealed(&repository, "prod/g.toml", "a = 1\n", &["alice"], &[]);
    repository.sandbox.write("prod/g.toml", with_twice(&toml, "mac = "));
    let expected = [
        format!("prod/a.yaml:{user} conflict-markers error"),
        format!("prod/b.yaml:{} duplicate-metadata sops.mac error", line_of(&text, "    mac:") + 1),
        format!("prod/c.yaml:{} duplicate-metadata sops error", text.lines().count() + 1),
        format!("prod/d.env:{} duplicate-metadata sops_mac error", line_of(&env, "sops_mac=") + 1),
        format!("prod/e.ini:{} duplicate-metadata error", ini.lines().count() + 1),
        format!("prod/f.json:{} duplicate-metadata sops.mac error", line_of(&json, "\t\t\"mac\"") + 1),
        format!("prod/g.toml:{} duplicate-metadata sops.mac error", line_of(&toml, "mac = ") + 1),
    ];
    says(&repository, &expected.each_ref().map(String::as_str));
}

#[test]
fn broken_files_are_told_with_line_and_key() {
    let repository = guarded();
    let text = sealed(&repository, "prod/a.yaml", PLAIN, &["alice"], &[]);
    repository.sandbox.write("prod/a.yaml", with_twice(&text, "  user"));
    repository.sandbox.write("prod/b.yaml", text.replace("db:\n", "db: {\n"));
    repository.sandbox.write("prod/c.yaml", with_value(&text, "    lastmodified:", "yesterday"));
    let mac = line_of(&text, "    mac:");
    repository.sandbox.write("prod/d.yaml", with_value(&text, "    mac:", "''"));
    repository.sandbox.write("prod/e.yaml", "a: [1\n");
    repository.sandbox.write("prod/f.json", "{\"a\": 1, \"a\": 2}\n");
    let found = found(&repository, &[]);
    let at = |n: usize| found.get(n).cloned().unwrap_or_default();
    assert_eq!(at(0), format!("prod/a.yaml:{} duplicate-key db.user error", line_of(&text, "  user") + 1));
    assert!(at(1).starts_with("prod/b.yaml:") && at(1).contains(" syntax-error "), "{found:?}");
    assert_eq!(at(2), format!("prod/c.yaml:{} bad-metadata error", line_of(&text, "sops:")));
    assert_eq!(at(3), format!("prod/d.yaml:{mac} no-mac error"));
    assert!(at(4).starts_with("prod/e.yaml:") && at(4).contains(" syntax-error "), "{found:?}");
    assert_eq!(at(5), "prod/f.json:1 duplicate-key a error");
    assert_eq!(found.len(), 6, "{found:?}");
}

#[test]
fn placeholders_in_clear_are_told() {
    let repository = guarded();
    let plain = "a_unencrypted: <configure me>\nb_unencrypted: fine\nc: CHANGEME\n";
    sealed(&repository, "prod/a.yaml", plain, &["alice"], &[]);
    says(&repository, &["prod/a.yaml:1 placeholder a_unencrypted warning"]);
    assert_eq!(check(&repository, &["--strict"]).run().status.code(), Some(1));
    let expected = ["prod/a.yaml:1 placeholder a_unencrypted warning", "prod/a.yaml:3 placeholder c warning"];
    assert_eq!(found(&repository, &["--verify"]), expected);
}

#[test]
fn configs_are_checked_as_well() {
    let repository = guarded();
    let alice = recipient("alice");
    let rule = |pattern: &str, more: &str| format!("  - path_regex: {pattern}\n    age: {alice}\n{more}");
    let rules =
        [rule("yaml$", ""), rule("^prod/", "    encrypted_regex: x\n"), format!("  - age: {alice}\n")]
            .concat();
    repository.sandbox.write(".sops.yaml", format!("creation_rules:\n{rules}"));
    sealed(&repository, "prod/a.yaml", "a: 1\n", &["alice"], &[]);
    sealed(&repository, "b.yaml", "a: 1\n", &["alice"], &[]);
    says(&repository, &[".sops.yaml:4 shadowed-rule warning"]);
    repository.sandbox.write(".sops.yaml", "creation_rules:\n  - path_regex: '('\n");
    says(&repository, &[".sops.yaml:2 config-error error"]);
    repository.sandbox.write(".sops.yaml", "creation_rules:\n  - path_regexp: a\n");
    says(&repository, &[".sops.yaml:2 config-error error"]);
    let both = format!("creation_rules:\n  - age: {alice}\n    key_groups:\n      - age: [{alice}]\n");
    repository.sandbox.write(".sops.yaml", both);
    says(&repository, &[".sops.yaml:2 config-warning warning"]);
}

#[test]
fn encrypted_files_without_a_rule_get_a_note() {
    let repository = guarded();
    sealed(&repository, "prod/a.yaml", PLAIN, &["alice"], &[]);
    repository.git(["mv", "-k", "prod/a.yaml", "a.yaml"]);
    std::fs::rename(repository.sandbox.path("prod/a.yaml"), repository.sandbox.path("a.yaml"))
        .expect("a rename");
    says(&repository, &["a.yaml no-rule note"]);
    // Without any config there is no policy that it could miss.
    std::fs::remove_file(repository.sandbox.path(".sops.yaml")).expect("a config");
    says(&repository, &[]);
    let outcome = check(&repository, &[]).run();
    assert_eq!(outcome.stderr, "1 file checked, 1 encrypted, no config: no findings\n");
}

#[test]
fn files_that_are_too_large_are_never_passed_over() {
    let repository = guarded();
    sealed(&repository, "prod/a.yaml", PLAIN, &["alice"], &[]);
    repository.sandbox.write("film.bin", "x");
    let words = ["--max-size", "0"];
    let expected = ["film.bin too-large note", "prod/a.yaml too-large error"];
    assert_eq!(found(&repository, &words), expected);
    repository.commit("first");
    assert_eq!(found(&repository, &["--rev", "HEAD", "--max-size", "0"]), expected);
    assert!(check(&repository, &words).run().stderr.starts_with("2 files checked"));
}

#[test]
fn a_file_full_of_values_in_clear_is_told_in_a_few_lines() {
    let repository = guarded();
    let text = sealed(&repository, "prod/a.yaml", "a: 1\n", &["alice"], &[]);
    let many: String = (0..5000).map(|n| format!("k{n}: v\n")).collect();
    repository.sandbox.write("prod/a.yaml", format!("{many}{text}"));
    let found = found(&repository, &[]);
    assert_eq!(found.len(), 21, "{found:?}");
    let said = String::from_utf8(check(&repository, &[]).run().stdout).expect("text");
    assert!(said.contains("4980 more of these [plaintext-value]"), "{said}");
}
