//! `git-setup`: what it makes of real repositories, what it finds missing, and that it leaves no trace when it goes.

mod attributes;
mod clones;
mod hooks;

use crate::support::outcome::Outcome;
use crate::support::repository::Repository;
use crate::support::sandbox::recipient;
use crate::support::terminal::Terminal;
use crate::support::tools;
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};

/// A config with a rule for each pattern.
fn config(patterns: &[&str]) -> String {
    let rule = |pattern: &&str| format!("  - path_regex: '{pattern}'\n    age: {}\n", recipient("alice"));
    format!("creation_rules:\n{}", patterns.iter().map(rule).collect::<String>())
}

/// A repository with a config and two files that its rule matches.
fn repository() -> Repository {
    let repository = Repository::new();
    fill(&repository);
    repository
}

fn fill(repository: &Repository) {
    let sandbox = &repository.sandbox;
    sandbox.write(".sops.yaml", config(&[r"\.enc\.(yaml|json)$", "^prod/"]));
    sandbox.write("a.enc.yaml", "a: 1\n");
    sandbox.write("prod/é b.toml", "a = 1\n");
    sandbox.write("other.yaml", "a: 1\n");
}

fn setup_in(repository: &Repository, directory: &Path, words: &[&str]) -> Outcome {
    let path = format!("{}:/usr/bin:/bin", repository.bin().display());
    let words = ["git-setup"].iter().chain(words);
    repository
        .sandbox
        .program(&repository.bin().join("sops-rs"), words)
        .env("PATH", path)
        .within(directory)
        .run()
}

fn setup(repository: &Repository, words: &[&str]) -> Outcome {
    setup_in(repository, &repository.sandbox.path(""), words)
}

/// Everything below a directory: mode, and bytes or target.
fn tree(directory: &Path) -> BTreeMap<PathBuf, (u32, Vec<u8>)> {
    let mut found = BTreeMap::new();
    let mut open = vec![directory.to_owned()];
    while let Some(directory) = open.pop() {
        for entry in fs::read_dir(&directory).expect("a directory") {
            let path = entry.expect("an entry").path();
            let metadata = path.symlink_metadata().expect("metadata");
            let content = if metadata.is_dir() {
                open.push(path.clone());
                Vec::new()
            } else if metadata.is_symlink() {
                fs::read_link(&path).expect("a link").into_os_string().into_encoded_bytes()
            } else {
                fs::read(&path).expect("a file")
            };
            found.insert(path, (metadata.permissions().mode(), content));
        }
    }
    found
}

#[track_caller]
fn same(before: &BTreeMap<PathBuf, (u32, Vec<u8>)>, after: &BTreeMap<PathBuf, (u32, Vec<u8>)>) {
    let paths = before.keys().chain(after.keys());
    let differ: Vec<_> = paths.filter(|path| before.get(*path) != after.get(*path)).collect();
    assert!(differ.is_empty(), "{differ:#?}");
}

fn script(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().expect("a directory")).expect("a directory");
    // A link would lead to the program under test.
    let _ = fs::remove_file(path);
    fs::write(path, text).expect("a script");
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("a mode");
}

/// Puts a program in the place of sops-rs that writes down how it is called and answers as the file `answer` says.
fn record_calls(repository: &Repository) {
    let home = repository.sandbox.home();
    let text =
        "#!/bin/sh\necho \"$*\" >>\"$HOME/calls\"\ncat >>\"$HOME/calls\"\nexit $(cat \"$HOME/answer\")\n";
    script(&repository.bin().join("sops-rs"), text);
    fs::write(home.join("answer"), "0").expect("an answer");
}

fn attributes(repository: &Repository, path: &str) -> String {
    repository.git(["check-attr", "diff", "merge", "--", path])
}

#[test]
fn a_repository_gets_attributes_settings_and_a_hook_once() {
    let repository = repository();
    setup(&repository, &[]).ok();
    for path in ["a.enc.yaml", "deep/er/b.enc.json", "prod/x", "prod/é b.toml"] {
        let found = attributes(&repository, path);
        assert!(found.contains("diff: sops-rs") && found.contains("merge: sops-rs"), "{found}");
    }
    assert!(attributes(&repository, "other.yaml").contains("diff: unspecified"));
    let settings = repository.git(["config", "--local", "--get-regexp", "sops-rs"]);
    assert_eq!(
        settings,
        "diff.sops-rs.textconv sops-rs textconv\ndiff.sops-rs.cachetextconv false\n\
         merge.sops-rs.name three-way merge of encrypted files (sops-rs)\n\
         merge.sops-rs.driver sops-rs merge --driver %O %A %B %L %P %S %X %Y\n"
    );
    let once = tree(&repository.sandbox.path(""));
    setup(&repository, &[]).ok();
    same(&once, &tree(&repository.sandbox.path("")));
    setup(&repository, &["--check"]).ok();
}

#[test]
fn what_a_clone_lacks_is_told_with_what_to_type() {
    let repository = repository();
    setup(&repository, &[]).ok();
    repository.commit("all");
    let clone = repository.sandbox.home().join("a clone");
    repository.git(["clone", "--quiet", ".", clone.to_str().expect("text")]);
    let missing = setup_in(&repository, &clone, &["--check"]);
    assert_eq!(missing.status.code(), Some(1));
    let lines = String::from_utf8(missing.stdout).expect("text");
    assert_eq!(lines.lines().count(), 5, "{lines}");
    assert!(lines.lines().all(|line| line.contains("to do: sops-rs git-setup")), "{lines}");
    let json = setup_in(&repository, &clone, &["--check", "--json"]);
    let json: serde_json::Value = serde_json::from_slice(&json.stdout).expect("JSON");
    assert_eq!((&json["complete"], &json["missing"][0]["id"]), (&false.into(), &"settings".into()));
    setup_in(&repository, &clone.join("prod"), &[]).ok();
    setup_in(&repository, &clone, &["--check"]).ok();
    assert_eq!(repository.git_in(&clone, ["status", "--porcelain"]).text(), "");
}

#[test]
fn removing_restores_every_byte_and_mode() {
    for attributes in [None, Some(""), Some("*.x text"), Some("a text\r\n*.x -diff\r\n"), Some("# é\n\n\n")]
    {
        let repository = repository();
        if let Some(attributes) = attributes {
            repository.sandbox.write(".gitattributes", attributes);
        }
        let hook = repository.sandbox.path(".git/hooks/pre-commit");
        script(&hook, "#!/bin/sh\nexit 0\n");
        fs::set_permissions(&hook, fs::Permissions::from_mode(0o750)).expect("a mode");
        repository.sandbox.write("lefthook.yml", "# ours\npre-push:\n  commands:\n    test: {run: make}\n");
        repository.git(["config", "diff.other.textconv", "cat"]);
        let before = tree(&repository.sandbox.path(""));
        setup(&repository, &["--dry-run"]).ok();
        same(&before, &tree(&repository.sandbox.path("")));
        setup(&repository, &[]).ok();
        if attributes == Some("a text\r\n*.x -diff\r\n") {
            let text = repository.sandbox.text(".gitattributes");
            assert_eq!(text.matches('\n').count(), text.matches("\r\n").count());
        }
        setup(&repository, &["--pre-commit", "--lefthook"]).ok();
        setup(&repository, &["--check"]).ok();
        setup(&repository, &["--remove", "--dry-run"]).ok();
        assert_ne!(before, tree(&repository.sandbox.path("")));
        setup(&repository, &["--remove"]).ok();
        same(&before, &tree(&repository.sandbox.path("")));
        setup(&repository, &["--remove"]).ok();
    }
}

#[test]
fn a_half_done_or_half_undone_setup_can_be_done_and_undone() {
    let repository = repository();
    let hook = repository.sandbox.path(".git/hooks/pre-commit");
    script(&hook, "#!/bin/sh\nexit 0\n");
    let before = tree(&repository.sandbox.path(""));
    // As if it had been ended between the two steps.
    fs::rename(&hook, hook.with_file_name("pre-commit.before-sops-rs")).expect("a rename");
    repository.git(["config", "diff.sops-rs.textconv", "/gone/sops-rs textconv"]);
    repository.sandbox.write(".gitattributes", "# sops-rs: begin\nx diff=sops-rs merge=sops-rs\n");
    let damaged = tree(&repository.sandbox.path(""));
    setup(&repository, &["--remove"]).ok();
    same(&before, &tree(&repository.sandbox.path("")));
    for (path, (mode, bytes)) in &damaged {
        if path.is_dir() || bytes.is_empty() {
            continue;
        }
        fs::write(path, bytes).expect("a file");
        fs::set_permissions(path, fs::Permissions::from_mode(*mode)).expect("a mode");
    }
    fs::remove_file(&hook).expect("no hook");
    let found = setup(&repository, &["--check"]);
    let said = String::from_utf8(found.stdout).expect("text");
    assert!(
        said.contains("calls a program that is not there") && said.contains("no rule stands behind"),
        "{said}"
    );
    setup(&repository, &[]).ok();
    setup(&repository, &["--remove"]).ok();
    same(&before, &tree(&repository.sandbox.path("")));
}

#[test]
fn without_a_repository_or_a_config_there_is_nothing_to_set_up() {
    let repository = Repository::new();
    let said = setup(&repository, &[]).fails(1);
    assert!(said.contains("sops-rs init"), "{said}");
    assert_eq!(setup(&repository, &["--check"]).status.code(), Some(1));
    let said = setup_in(&repository, &repository.sandbox.home(), &["--check"]).fails(2);
    assert!(said.contains("in no git repository"), "{said}");
    setup_in(&repository, &repository.sandbox.path(".git"), &[]).fails(2);
}

#[test]
fn init_offers_the_setup() {
    let repository = Repository::new();
    let sandbox = &repository.sandbox;
    let init = |words: &[&str]| {
        let _ = fs::remove_file(sandbox.path(".sops-rs.yaml"));
        let path = format!("{}:/usr/bin:/bin", repository.bin().display());
        sandbox
            .program(&repository.bin().join("sops-rs"), ["init"].iter().chain(words))
            .env("PATH", path)
            .run()
    };
    let said = init(&[]);
    assert!(said.stderr.contains("\n  sops-rs git-setup\n"), "{}", said.stderr);
    assert!(!init(&["--no-git-setup"]).stderr.contains("git-setup"));
    assert!(!sandbox.path(".gitattributes").exists());
    init(&["--git-setup"]).ok();
    setup(&repository, &["--check"]).ok();
    setup(&repository, &["--remove"]).ok();
    fs::remove_file(sandbox.path(".sops-rs.yaml")).expect("a config");
    let terminal =
        Terminal::start(sandbox, &format!("'{}' init", repository.bin().join("sops-rs").display()));
    terminal.shows("set up git here");
    terminal.keys(&["y", "Enter"]);
    assert_eq!(terminal.ends(), 0);
    assert!(sandbox.path(".gitattributes").exists() && sandbox.path(".git/hooks/pre-commit").exists());
}

#[test]
fn a_clone_that_is_set_up_blocks_plaintext_shows_it_and_merges() {
    let repository = repository();
    let sandbox = &repository.sandbox;
    setup(&repository, &[]).ok();
    repository.git(["add", "--all"]);
    let blocked = repository.try_git(["commit", "--quiet", "-m", "plain"]).refuses();
    assert!(blocked.contains("a.enc.yaml") && blocked.contains("sops-rs encrypt -i"), "{blocked}");
    sandbox.write("a.enc.yaml", "a: old\nb: 1\nc: 2\nd: old\n");
    sandbox.run(["encrypt", "-i", "a.enc.yaml", "prod/é b.toml"]).ok();
    repository.git(["add", "--all"]);
    repository.git(["commit", "--quiet", "-m", "sealed"]);

    repository.git(["checkout", "--quiet", "-b", "side"]);
    sandbox.run(["set", "a.enc.yaml", "a", "\"theirs\""]).ok();
    let shown = repository.git(["diff"]);
    assert!(shown.contains("-a: old\n+a: theirs\n") && !shown.contains("ENC["), "{shown}");
    repository.git(["commit", "--quiet", "--all", "-m", "theirs"]);
    repository.git(["checkout", "--quiet", "main"]);
    sandbox.run(["set", "a.enc.yaml", "d", "\"ours\""]).ok();
    repository.git(["commit", "--quiet", "--all", "-m", "ours"]);
    repository.git(["merge", "--quiet", "side"]);
    assert_eq!(sandbox.run(["decrypt", "a.enc.yaml"]).text(), "a: theirs\nb: 1\nc: 2\nd: ours\n");
}
