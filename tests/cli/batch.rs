//! Many files at once: which are taken, that one broken file stops no other, and that nothing is written when nothing
//! should be.

use crate::support::fixtures;
use crate::support::outcome::Outcome;
use crate::support::sandbox::{Sandbox, recipient};
use crate::support::team::{config, opened_by, opened_in_sops_by, recipients, sealed};
use crate::support::terminal::Terminal;
use crate::support::tools::sops_rs;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

const FILES: usize = 20;

/// A tree with twenty encrypted files for Alice, of which one is broken, and some that are none.
fn tree() -> Sandbox {
    let sandbox = Sandbox::new();
    sealed(&sandbox, "one.yaml", "a: b\n", &["alice"]);
    sealed(&sandbox, "one.json", "{\"a\": \"b\"}", &["alice"]);
    sealed(&sandbox, "one.toml", "a = \"b\"\n", &["alice"]);
    sealed(&sandbox, "one.bin", "bytes", &["alice"]);
    for number in 0..FILES {
        let ending = ["yaml", "json", "toml", "bin"][number % 4];
        let text = sandbox.text(&format!("one.{ending}"));
        sandbox.write(&format!("t/{}/s{number:02}.{ending}", ["x", "y", "x/z"][number % 3]), text);
    }
    sandbox.write("t/x/s00.yaml", format!("{}broken", sandbox.text("one.yaml")));
    sandbox.write("t/plain.yaml", "a: b\n");
    sandbox.write("t/README.md", "files of sops have a lastmodified\n");
    sandbox.write("t/image.png", [0, 159, 146, 150]);
    sandbox
}

fn contents(sandbox: &Sandbox, folder: &str) -> BTreeMap<PathBuf, Vec<u8>> {
    let (mut found, mut open) = (BTreeMap::new(), vec![sandbox.path(folder)]);
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(&folder).expect("a readable folder") {
            let path = entry.expect("an entry").path();
            match path.is_dir() {
                true => open.push(path),
                false => drop(found.insert(path.clone(), std::fs::read(&path).expect("a readable file"))),
            }
        }
    }
    found
}

/// The files that differ.
fn changed(before: &BTreeMap<PathBuf, Vec<u8>>, after: &BTreeMap<PathBuf, Vec<u8>>) -> usize {
    assert_eq!(before.keys().collect::<Vec<_>>(), after.keys().collect::<Vec<_>>());
    before.iter().filter(|(path, bytes)| after.get(*path) != Some(bytes)).count()
}

fn last_line(outcome: &Outcome) -> &str {
    outcome.stderr.lines().last().unwrap_or_default()
}

#[test]
fn one_broken_file_stops_no_other_and_the_exit_code_tells() {
    for (args, summary) in [
        (&["rotate", "-i", "t"][..], "19 rotated, 1 failed"),
        (&["updatekeys", "-y", "t"], "19 synced with new keys, 1 failed"),
        (&["decrypt", "-i", "t"], "19 decrypted, 1 failed"),
        (&["updatekeys", "-y", "--jobs", "1", "t"], "19 synced with new keys, 1 failed"),
        (&["updatekeys", "-y", "--jobs", "50", "t"], "19 synced with new keys, 1 failed"),
    ] {
        let sandbox = tree();
        config(&sandbox, if args[0] == "updatekeys" { &["alice", "bob"] } else { &["alice"] });
        let before = contents(&sandbox, "t");
        let outcome = sandbox.run(args);
        assert_eq!(outcome.status.code(), Some(1), "{}", outcome.describe());
        assert_eq!(last_line(&outcome), summary, "{}", outcome.describe());
        assert!(outcome.stderr.contains("t/x/s00.yaml"), "{}", outcome.describe());
        assert_eq!(changed(&before, &contents(&sandbox, "t")), FILES - 1, "{args:?}");
        let lines = String::from_utf8_lossy(&outcome.stdout).into_owned();
        let named: Vec<&str> = lines.lines().filter(|line| line.starts_with("t/")).collect();
        assert_eq!(named.len(), FILES - 1, "{lines}");
        assert!(named.is_sorted(), "in the order of the files: {lines}");
        let done = "t/y/s01.json";
        match args[0] {
            "decrypt" => assert_eq!(sandbox.text(done), "{\"a\": \"b\"}"),
            "rotate" => assert!(opened_in_sops_by(&sandbox, &["alice"], done).success()),
            _ => assert!(opened_in_sops_by(&sandbox, &["bob"], done).success()),
        }
    }
}

#[test]
fn nothing_is_written_when_it_is_only_asked_what_would_be() {
    let sandbox = tree();
    config(&sandbox, &["alice", "bob"]);
    std::fs::remove_file(sandbox.path("t/x/s00.yaml")).expect("a file");
    let before = contents(&sandbox, "");
    for (args, would) in [
        (&["rotate", "t"][..], "19 would be rotated"),
        (&["rotate", "-i", "t"], "19 would be rotated"),
        (&["updatekeys", "t"], "19 would be synced with new keys"),
        (&["updatekeys", "-y", "t"], "19 would be synced with new keys"),
        (&["decrypt", "-i", "t"], "19 would be decrypted"),
    ] {
        for (flag, code) in [("--dry-run", 0), ("-n", 0), ("--check", 1)] {
            let outcome = sandbox.run(args.iter().copied().chain([flag]));
            assert_eq!(outcome.status.code(), Some(code), "{args:?} {}", outcome.describe());
            assert_eq!(last_line(&outcome), would);
            assert_eq!(changed(&before, &contents(&sandbox, "")), 0, "{args:?} {flag}");
        }
    }
    // Nothing to do is nothing to complain about; and it takes no key to know.
    config(&sandbox, &["alice"]);
    let idle = sandbox.sops_rs(["updatekeys", "--check", "t"]).without("SOPS_AGE_KEY_FILE").run();
    assert!(idle.success() && last_line(&idle) == "19 already up to date", "{}", idle.describe());
}

#[test]
fn one_answer_is_for_all_files() {
    for (answer, code, count) in [("y\n", 0, 19), ("n\n", 0, 0), ("", 1, 0)] {
        let sandbox = tree();
        std::fs::remove_file(sandbox.path("t/x/s00.yaml")).expect("a file");
        config(&sandbox, &["alice", "bob"]);
        let before = contents(&sandbox, "t");
        let outcome = sandbox.sops_rs(["updatekeys", "t"]).pipe(answer).run();
        assert_eq!(outcome.status.code(), Some(code), "{}", outcome.describe());
        let shown = String::from_utf8_lossy(&outcome.stdout).into_owned();
        assert_eq!(shown.matches("(y/n)").count(), 1, "{shown}");
        assert_eq!(shown.matches("+++ ").count(), 19, "{shown}");
        assert_eq!(changed(&before, &contents(&sandbox, "t")), count, "{answer:?}");
    }
}

#[test]
fn as_sops_each_file_is_asked_for_and_the_failed_are_counted() {
    let sandbox = Sandbox::new();
    for name in ["a.yaml", "b.yaml"] {
        sealed(&sandbox, name, "a: b\n", &["alice"]);
    }
    sandbox.write("c.yaml", "a: b\n");
    config(&sandbox, &["alice", "bob"]);
    let before = contents(&sandbox, "");
    let args = ["updatekeys", "a.yaml", "missing.yaml", "b.yaml", "c.yaml"];
    let outcome = sandbox.as_sops(args).pipe("n\ny\n").run();
    assert_eq!(outcome.status.code(), Some(1), "{}", outcome.describe());
    assert_eq!(last_line(&outcome), "failed updating 2 key(s)");
    assert_eq!(changed(&before, &contents(&sandbox, "")), 1);
    assert_eq!(opened_by(&sandbox, &["bob"], "b.yaml").text(), "a: b\n");
}

#[test]
fn encrypting_a_directory_takes_what_a_rule_picks_and_is_plain() {
    let sandbox = Sandbox::new();
    for name in ["d/secret.yaml", "d/x/secret.json", "d/code.yaml", "d/secret-bad.yaml"] {
        sandbox.write(name, "a: {}");
    }
    sandbox.write("d/secret.bin", "bytes");
    sandbox.write("d/secret-bad.yaml", "a: [");
    sandbox.write("d/x/secret.json", "{\"a\": \"b\"}");
    sandbox.write("d/secret.yaml", "a: b\n");
    let rule = |pattern: &str| {
        let rules = format!("creation_rules:\n  - {pattern}\n    age: {}\n", recipient("alice"));
        sandbox.write("d/.sops-rs.yaml", rules);
    };
    // A rule for every file picks none.
    rule("name: all");
    let outcome = sandbox.run(["encrypt", "-i", "d"]);
    assert!(outcome.success() && last_line(&outcome) == "no file to work on", "{}", outcome.describe());
    rule("path_regex: secret|sops");
    let outcome = sandbox.run(["encrypt", "-i", "d"]);
    assert_eq!(outcome.status.code(), Some(1), "{}", outcome.describe());
    assert_eq!(last_line(&outcome), "3 encrypted, 1 failed");
    let again = sandbox.run(["encrypt", "-i", "d"]);
    assert_eq!(last_line(&again), "3 already encrypted, 1 failed");
    for (name, plain) in
        [("d/secret.yaml", "a: b\n"), ("d/secret.bin", "bytes"), ("d/x/secret.json", "{\"a\": \"b\"}")]
    {
        assert_eq!(opened_by(&sandbox, &["alice"], name).text(), plain);
    }
    assert_eq!(sandbox.text("d/code.yaml"), "a: {}");
    // Named itself, an encrypted file is an error as ever.
    sandbox.run(["encrypt", "-i", "d/secret.yaml"]).fails(203);
    let both = sandbox.run(["encrypt", "-i", "d/secret.yaml", "d/secret.yaml", "d/x/secret.json"]);
    assert!(both.status.code() == Some(1) && last_line(&both) == "2 failed", "{}", both.describe());
}

#[test]
fn a_glob_in_quotes_is_expanded_here() {
    let sandbox = tree();
    config(&sandbox, &["alice"]);
    let outcome = sandbox.run(["rotate", "-i", "t/**/*.{json,toml}"]);
    assert!(outcome.success() && last_line(&outcome) == "10 rotated", "{}", outcome.describe());
    let outcome = sandbox.run(["updatekeys", "-y", "t/y/*", "one.*"]);
    assert!(outcome.success(), "{}", outcome.describe());
    let message = sandbox.run(["rotate", "-i", "t/*.nothing"]).fails(100);
    assert!(message.contains("no file matches t/*.nothing"), "{message}");
    // What is there under that very name is meant.
    sealed(&sandbox, "a[b].yaml", "a: b\n", &["alice"]);
    sandbox.run(["rotate", "-i", "a[b].yaml"]).ok();
}

#[test]
fn in_a_repository_ignored_files_do_not_count() {
    let sandbox = tree();
    let git = |args: &[&str]| sandbox.program(Path::new("git"), args).run().ok();
    git(&["init", "--quiet"]);
    sandbox.write(".gitignore", "y/\n");
    git(&["add", "t/x/z"]);
    config(&sandbox, &["alice"]);
    std::fs::remove_file(sandbox.path("t/x/s00.yaml")).expect("a file");
    let of = |outcome: Outcome| {
        assert!(outcome.success(), "{}", outcome.describe());
        String::from_utf8_lossy(&outcome.stdout).lines().filter(|line| line.starts_with('t')).count()
    };
    let tracked_or_new = FILES / 3 + 7 - 1;
    assert_eq!(of(sandbox.run(["rotate", "-n", "t"])), tracked_or_new);
    assert_eq!(of(sandbox.run(["rotate", "-n", "."])), tracked_or_new);
    assert_eq!(of(sandbox.run(["rotate", "-n", "t/**"])), tracked_or_new);
    // One that is named counts all the same, once.
    assert_eq!(of(sandbox.run(["rotate", "-n", "t", "t/y/s01.json", "./t/y/s01.json"])), tracked_or_new + 1);
    // A hook may be told of another repository.
    let in_hook = sandbox.sops_rs(["rotate", "-n", "t"]).env("GIT_DIR", sandbox.path("no-repository"));
    assert_eq!(of(in_hook.run()), tracked_or_new);
}

#[test]
fn links_and_configs_are_not_taken() {
    let sandbox = Sandbox::new();
    sealed(&sandbox, "elsewhere/s.yaml", "a: b\n", &["alice"]);
    std::fs::create_dir(sandbox.path("d")).expect("a folder");
    std::os::unix::fs::symlink("../elsewhere/s.yaml", sandbox.path("d/link.yaml")).expect("a link");
    std::os::unix::fs::symlink("../elsewhere", sandbox.path("d/folder")).expect("a link");
    sandbox.write("d/.sops.yaml", sandbox.text("elsewhere/s.yaml"));
    sandbox.write("d/mine.yaml", sandbox.text("elsewhere/s.yaml"));
    let before = contents(&sandbox, "elsewhere");
    let args = ["rotate", "-i", "--config", "d/mine.yaml", "--keep-unknown", "d"];
    let outcome = sandbox.run(args);
    assert_eq!(last_line(&outcome), "no file to work on", "{}", outcome.describe());
    assert_eq!(changed(&before, &contents(&sandbox, "elsewhere")), 0);
}

#[test]
fn several_files_are_printed_by_nobody() {
    let sandbox = Sandbox::new();
    for name in ["a.yaml", "b.yaml"] {
        sealed(&sandbox, name, "a: b\n", &["alice"]);
    }
    for command in ["decrypt", "rotate", "encrypt"] {
        let message = sandbox.run([command, "a.yaml", "b.yaml"]).fails(1);
        assert!(message.contains("--in-place"), "{message}");
        sandbox.run([command, "-i", "--output", "c", "a.yaml", "b.yaml"]).fails(8);
        sandbox.run([command, "--output", "c", "a.yaml", "b.yaml"]).fails(8);
    }
    sandbox.run(["decrypt", "-i", "--extract", "a", "a.yaml", "b.yaml"]).fails(8);
    let message = sandbox.run(["decrypt", "."]).fails(2);
    assert!(message.contains("directory"), "{message}");
}

#[test]
fn a_file_that_somebody_changes_meanwhile_is_theirs() {
    // Many writers of the same directory at once: each file is the work of one of them, none is torn.
    let sandbox = tree();
    std::fs::remove_file(sandbox.path("t/x/s00.yaml")).expect("a file");
    config(&sandbox, &["alice"]);
    let rotate = || {
        let outcome = sandbox.run(["rotate", "-i", "t"]);
        assert!(!outcome.crashed(), "{}", outcome.describe());
        let others = outcome.stderr.matches("changed by somebody else").count();
        let failed = outcome.stderr.matches("error:").count();
        assert_eq!(others, failed, "{}", outcome.describe());
    };
    std::thread::scope(|scope| (0..4).for_each(|_| drop(scope.spawn(rotate))));
    let checked = sandbox.run(["rotate", "-n", "t"]);
    assert!(checked.success() && last_line(&checked) == "19 would be rotated", "{}", checked.describe());
}

#[test]
fn the_rules_of_each_file_are_its_own() {
    let sandbox = Sandbox::new();
    for (folder, people) in [("a", &["alice", "bob"][..]), ("b", &["alice", "carol"])] {
        sealed(&sandbox, &format!("{folder}/s.yaml"), "a: b\n", &["alice"]);
        sealed(&sandbox, &format!("{folder}/t.env"), "A=b\n", &["alice"]);
        let rule = format!("creation_rules:\n  - age: {}\n", recipients(people));
        sandbox.write(&format!("{folder}/.sops.yaml"), rule);
    }
    let outcome = sandbox.run(["updatekeys", "-y", "."]);
    assert_eq!(last_line(&outcome), "4 synced with new keys", "{}", outcome.describe());
    opened_by(&sandbox, &["bob"], "a/t.env").ok();
    opened_by(&sandbox, &["bob"], "b/t.env").fails(128);
    opened_by(&sandbox, &["carol"], "b/s.yaml").ok();
}

#[test]
fn a_passphrase_is_asked_for_once_for_all_files() {
    let sandbox = Sandbox::new();
    sealed(&sandbox, "one.yaml", "a: b\n", &["alice", "carol"]);
    for number in 0..8 {
        sandbox.write(&format!("d/{number}.yaml"), sandbox.text("one.yaml"));
    }
    let protected = fixtures().join("keys/protected.age");
    let line = format!(
        "SOPS_AGE_KEY_FILE='{}' '{}' rotate -i d 2>err; echo ended $?",
        protected.display(),
        sops_rs().display()
    );
    let terminal = Terminal::start(&sandbox, &line);
    terminal.shows("passphrase for");
    terminal.keys(&["passphrase of the tests", "Enter"]);
    terminal.shows("ended 0");
    assert_eq!(terminal.screen().matches("passphrase for").count(), 1, "{}", terminal.screen());
    assert_eq!(sandbox.text("err").lines().last(), Some("8 rotated"));
}

#[test]
fn at_a_terminal_there_is_a_bar_and_a_stranger_is_asked_about() {
    let sandbox = Sandbox::new();
    sealed(&sandbox, "s.yaml", "a: b\n", &["alice", "bob"]);
    config(&sandbox, &["alice"]);
    let before = sandbox.text("s.yaml");
    for (answer, changed) in [("n", false), ("y", true)] {
        let line = format!("'{}' rotate -i s.yaml; echo ended", sops_rs().display());
        let terminal = Terminal::start(&sandbox, &line);
        terminal.shows("should they be able to read the file?");
        terminal.keys(&[answer, "Enter"]);
        terminal.shows("ended");
        assert_eq!(sandbox.text("s.yaml") != before, changed, "{}", terminal.screen());
    }
    // A bar needs something to take its time: a key command that sleeps.
    for number in 0..6 {
        sandbox.write(&format!("d/{number}.yaml"), sandbox.text("s.yaml"));
    }
    let key = fixtures().join("keys/alice.age");
    let line = format!(
        "SOPS_AGE_KEY_CMD=\"sh -c 'sleep 1; cat {}'\" '{}' rotate -i --keep-unknown --jobs 2 d",
        key.display(),
        sops_rs().display()
    );
    let terminal = Terminal::start(&sandbox, &format!("unset SOPS_AGE_KEY_FILE; {line}"));
    terminal.shows("/6");
    assert_eq!(terminal.ends(), 0, "{}", terminal.screen());
    assert!(terminal.screen().contains("6 rotated"), "{}", terminal.screen());
}
