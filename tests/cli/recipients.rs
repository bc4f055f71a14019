//! `recipients`: the config and its files, changed together.

use crate::support::outcome::Outcome;
use crate::support::sandbox::{Sandbox, recipient};
use crate::support::team::{grouped_config, opened_by, opened_in_sops_by, recipients, tokens};
use crate::support::tools::SOPS;
use std::path::Path;

/// A repository with two rules, two files for each, and one file of none.
fn repository() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.program(Path::new("git"), ["init", "--quiet"]).run().ok();
    let [alice, carol] = ["alice", "carol"].map(recipient);
    let config = format!(
        "# who reads what\nkeys:\n  - &carol {carol}\ncreation_rules:\n  - name: prod\n    path_regex: ^prod/\n    age:\n      - \
         {alice} # alice\n      - *carol\n  - path_regex: ^test/  # for all\n    age: \"{alice}\"\n"
    );
    sandbox.write(".sops.yaml", config);
    for name in ["prod/a.yaml", "prod/b.env", "test/a.json", "test/x/b.yaml"] {
        let plain = match name.rsplit('.').next() {
            Some("yaml") => "a: b\n",
            Some("json") => "{\"a\": \"b\"}\n",
            _ => "A=b\n",
        };
        sandbox.write(name, plain);
    }
    sandbox.run(["encrypt", "-i", "."]).ok();
    sandbox
}

fn fails(outcome: Outcome, with: &str) {
    assert_eq!(outcome.status.code(), Some(1), "{}", outcome.describe());
    assert!(outcome.stderr.contains(with), "{}", outcome.describe());
}

#[test]
fn the_list_has_names_and_files() {
    let sandbox = repository();
    let [alice, carol] = ["alice", "carol"].map(recipient);
    let expected = format!(
        "{alice}  alice\n    prod/a.yaml\n    prod/b.env\n    test/a.json\n    test/x/b.yaml\n{carol}  carol\n    \
         prod/a.yaml\n    prod/b.env\n"
    );
    let listed = sandbox.sops_rs(["recipients", "list"]).without("SOPS_AGE_KEY_FILE").run().text();
    assert_eq!(listed, expected);
    let below = sandbox.sops_rs(["recipients", "list"]).within(&sandbox.path("test")).run().text();
    assert!(below.contains(&format!("{carol}  carol\n")) && below.contains("prod/b.env"), "{below}");
    // Somebody whom no rule knows.
    sandbox.run(["rotate", "-i", "--add-age", &recipient("bob"), "test/a.json"]).ok();
    let listed = sandbox.run(["recipients", "list"]).text();
    assert!(
        listed.contains(&format!("{}  (in no creation rule)\n    test/a.json\n", recipient("bob"))),
        "{listed}"
    );
}

#[test]
fn who_can_read_a_file_is_told_by_the_file() {
    let sandbox = repository();
    let [alice, carol] = ["alice", "carol"].map(recipient);
    let outcome = sandbox.sops_rs(["recipients", "who", "prod/a.yaml"]).without("SOPS_AGE_KEY_FILE").run();
    assert!(outcome.stderr.is_empty(), "{}", outcome.describe());
    assert_eq!(outcome.text(), format!("{alice}  alice\n{carol}  carol\n"));
    sandbox.run(["rotate", "-i", "--rm-age", &carol, "prod/a.yaml"]).ok();
    let outcome = sandbox.run(["recipients", "who", "prod/a.yaml"]);
    assert!(outcome.stderr.contains("differs from its creation rule"), "{}", outcome.describe());
    assert_eq!(outcome.text(), format!("{alice}  alice\n"));
    fails(sandbox.run(["recipients", "who", ".sops.yaml"]), "not encrypted");
    sandbox.run(["recipients", "who", "missing.yaml"]).fails(100);
    // Outside of any config, and with key groups.
    let other = Sandbox::new();
    grouped_config(&other, &[&["alice"], &["bob"]], "shamir_threshold: 2");
    other.write("s.yaml", "a: b\n");
    other.run(["encrypt", "-i", "s.yaml"]).ok();
    std::fs::remove_file(other.path(".sops.yaml")).expect("a config");
    let outcome = other.run(["recipients", "who", "s.yaml"]);
    assert!(outcome.stderr.contains("2 of the 2 groups"), "{}", outcome.describe());
    assert_eq!(outcome.text(), format!("Group 1\n{alice}\nGroup 2\n{}\n", recipient("bob")));
}

#[test]
fn a_new_reader_comes_into_the_rule_and_gets_the_data_key_of_its_files() {
    let sandbox = repository();
    let bob = recipient("bob");
    let (config, tests) = (sandbox.text(".sops.yaml"), sandbox.text("test/a.json"));
    let sealed = sandbox.text("prod/a.yaml");
    let outcome = sandbox.run(["recipients", "add", "--rule", "prod", "--name", "bob the builder", &bob]);
    assert!(outcome.success(), "{}", outcome.describe());
    let added =
        config.replace("      - *carol\n", &format!("      - *carol\n      - {bob} # bob the builder\n"));
    assert_eq!(sandbox.text(".sops.yaml"), added);
    for name in ["prod/a.yaml", "prod/b.env"] {
        opened_in_sops_by(&sandbox, &["bob"], name).ok();
    }
    assert_eq!(tokens(&sealed), tokens(&sandbox.text("prod/a.yaml")), "values are not touched");
    assert_eq!(sandbox.text("test/a.json"), tests);
    sandbox.sops(SOPS, ["updatekeys", "-y", "prod/a.yaml"]).ok();
    // Again: nothing to do.
    let before = sandbox.text("prod/a.yaml");
    let outcome = sandbox.run(["recipients", "add", "--rule", "prod", "--check", &bob]);
    assert!(outcome.success() && outcome.stderr.contains("lists"), "{}", outcome.describe());
    assert_eq!((sandbox.text(".sops.yaml"), sandbox.text("prod/a.yaml")), (added, before));
}

#[test]
fn a_rule_that_is_one_text_gets_a_longer_one() {
    let sandbox = repository();
    let [alice, bob] = ["alice", "bob"].map(recipient);
    let config = sandbox.text(".sops.yaml");
    let outcome = sandbox.run(["recipients", "add", "--rule", "^test/", "--name", "bob", &bob]);
    assert!(outcome.success() && outcome.stderr.contains("no place for the name"), "{}", outcome.describe());
    assert_eq!(
        sandbox.text(".sops.yaml"),
        config.replace(&format!("\"{alice}\""), &format!("\"{alice},{bob}\""))
    );
    assert_eq!(opened_by(&sandbox, &["bob"], "test/x/b.yaml").text(), "a: b\n");
    sandbox.run(["recipients", "remove", &bob]).ok();
    assert_eq!(sandbox.text(".sops.yaml"), config);
    opened_by(&sandbox, &["bob"], "test/x/b.yaml").fails(128);
}

#[test]
fn who_is_removed_gets_no_new_data_key_and_the_rest_is_said() {
    let sandbox = repository();
    let (config, sealed) = (sandbox.text(".sops.yaml"), sandbox.text("prod/a.yaml"));
    let tests = sandbox.text("test/a.json");
    let outcome = sandbox.run(["recipients", "remove", "carol"]);
    assert!(outcome.success() && outcome.stderr.contains("history"), "{}", outcome.describe());
    assert_eq!(sandbox.text(".sops.yaml"), config.replace("      - *carol\n", ""));
    let rotated = sandbox.text("prod/a.yaml");
    assert!(tokens(&sealed).iter().all(|token| !rotated.contains(token)), "a value has its old token");
    for name in ["prod/a.yaml", "prod/b.env"] {
        opened_in_sops_by(&sandbox, &["alice"], name).ok();
        opened_by(&sandbox, &["carol"], name).fails(128);
    }
    assert_eq!(sandbox.text("test/a.json"), tests, "not theirs before, so not touched");
}

#[test]
fn nothing_is_written_when_it_is_only_asked_what_would_be() {
    let sandbox = repository();
    let texts = || [".sops.yaml", "prod/a.yaml", "prod/b.env", "test/a.json"].map(|name| sandbox.text(name));
    let before = texts();
    let bob = recipient("bob");
    for (flag, code) in [("--dry-run", 0), ("--check", 1)] {
        for args in [&["recipients", "add", "--all-rules", &bob][..], &["recipients", "remove", "carol"]] {
            let outcome = sandbox.run(args.iter().copied().chain([flag]));
            assert_eq!(outcome.status.code(), Some(code), "{}", outcome.describe());
            assert_eq!(texts(), before, "{args:?}");
        }
    }
}

#[test]
fn what_is_unclear_is_asked_for_and_what_would_lock_out_is_refused() {
    let sandbox = repository();
    let bob = recipient("bob");
    let before = sandbox.text(".sops.yaml");
    fails(sandbox.run(["recipients", "add", &bob]), "several creation rules");
    fails(sandbox.run(["recipients", "add", "--rule", "other", &bob]), "no creation rule is called");
    fails(sandbox.run(["recipients", "add", "--rule", "prod", "--group", "1", &bob]), "no key group 1");
    fails(sandbox.run(["recipients", "add", "--rule", "prod", "nobody"]), "neither a name");
    fails(sandbox.run(["recipients", "remove", "nobody"]), "neither a name");
    fails(sandbox.run(["recipients", "remove", "alice"]), "without keys");
    let secret = crate::support::sandbox::identity("bob");
    let outcome = sandbox.run(["recipients", "add", "--rule", "prod", &secret]);
    assert!(
        outcome.stderr.contains("secret key") && !outcome.stderr.contains(&secret),
        "{}",
        outcome.describe()
    );
    assert_eq!(sandbox.text(".sops.yaml"), before);
    let empty = Sandbox::new();
    fails(empty.run(["recipients", "list"]), "no config");
}

#[test]
fn a_file_that_nobody_here_can_open_fails_and_the_others_are_done() {
    let sandbox = repository();
    let sealed_for_bob = sandbox.run([
        "rotate",
        "--rm-age",
        &recipients(&["alice", "carol"]),
        "--add-age",
        &recipient("bob"),
        "prod/a.yaml",
    ]);
    sandbox.write("prod/a.yaml", sealed_for_bob.ok());
    let outcome = sandbox.run(["recipients", "add", "--rule", "prod", &recipient("quantum")]);
    assert_eq!(outcome.status.code(), Some(1), "{}", outcome.describe());
    assert!(outcome.stderr.ends_with("1 re-wrapped, 1 failed\n"), "{}", outcome.describe());
    opened_by(&sandbox, &["quantum"], "prod/b.env").ok();
}

#[test]
fn key_groups_are_changed_one_by_one() {
    let sandbox = Sandbox::new();
    grouped_config(&sandbox, &[&["alice"], &["bob"]], "shamir_threshold: 2");
    sandbox.write("s.yaml", "a: b\n");
    sandbox.run(["encrypt", "-i", "s.yaml"]).ok();
    let keys = ["alice", "bob"].map(crate::support::sandbox::identity).join("\n");
    let run =
        |args: &[&str]| sandbox.sops_rs(args).without("SOPS_AGE_KEY_FILE").env("SOPS_AGE_KEY", &keys).run();
    fails(run(&["recipients", "add", &recipient("carol")]), "2 key groups");
    run(&["recipients", "add", "--group", "1", &recipient("carol")]).ok();
    assert_eq!(opened_in_sops_by(&sandbox, &["alice", "carol"], "s.yaml").text(), "a: b\n");
    let rule = sandbox.text(".sops.yaml");
    assert!(
        rule.ends_with(&format!("- {}\n          - {}\n", recipient("bob"), recipient("carol"))),
        "{rule}"
    );
    run(&["recipients", "remove", &recipient("carol")]).ok();
    opened_by(&sandbox, &["alice", "carol"], "s.yaml").fails(128);
    assert_eq!(opened_in_sops_by(&sandbox, &["alice", "bob"], "s.yaml").text(), "a: b\n");
}
