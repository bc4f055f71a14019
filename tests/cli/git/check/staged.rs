//! The index: what is about to be committed, in real hooks too.

use super::{PLAIN, check, config, found, guarded, sealed};
use crate::support::repository::Repository;
use std::os::unix::fs::PermissionsExt as _;

const BAD: &str = "prod/a.yaml:3 plaintext-file db.user error";

/// A pre-commit hook that is the check alone.
fn hook(repository: &Repository) {
    let path = repository.sandbox.path(".git/hooks/pre-commit");
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder for hooks");
    std::fs::write(&path, "#!/bin/sh\nexec sops-rs check --staged\n").expect("a hook");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).expect("a hook that can run");
}

#[test]
fn what_is_staged_counts_and_not_the_work_tree() {
    let repository = guarded();
    // Nothing is committed yet.
    repository.sandbox.write("prod/a.yaml", PLAIN);
    repository.git(["add", "--all"]);
    std::fs::remove_file(repository.sandbox.path("prod/a.yaml")).expect("a file");
    assert_eq!(found(&repository, &["--staged"]), [BAD]);
    sealed(&repository, "prod/a.yaml", PLAIN, &["alice"], &[]);
    assert_eq!(found(&repository, &[]), [""; 0]);
    assert_eq!(found(&repository, &["--staged"]), [BAD]);
    repository.git(["add", "--all"]);
    assert_eq!(found(&repository, &["--staged"]), [""; 0]);
}

#[test]
fn only_what_differs_from_head_is_looked_at() {
    let repository = guarded();
    repository.sandbox.write("prod/a.yaml", PLAIN);
    repository.commit("bad");
    sealed(&repository, "prod/b.yaml", PLAIN, &["alice"], &[]);
    repository.git(["add", "--all"]);
    let outcome = check(&repository, &["--staged"]).run();
    assert_eq!(
        (outcome.success(), outcome.stderr.as_str()),
        (true, "1 file checked, 1 encrypted: no findings\n")
    );
    assert_eq!(found(&repository, &["--staged", "--all"]), [BAD]);
    // A hook manager names files, whether they differ or not.
    assert_eq!(found(&repository, &["--staged", "prod/a.yaml"]), [BAD]);
    assert_eq!(found(&repository, &["--staged", "prod/b.yaml"]), [""; 0]);
    assert_eq!(found(&repository, &["--staged", "prod/*.yaml"]), [BAD]);
}

#[test]
fn a_staged_config_has_all_its_files_checked() {
    let repository = guarded();
    sealed(&repository, "prod/a.yaml", PLAIN, &["alice"], &[]);
    sealed(&repository, "prod/b.yaml", PLAIN, &["alice"], &[]);
    repository.commit("good");
    config(&repository, "    mac_only_encrypted: true\n");
    assert_eq!(found(&repository, &["--staged"]), [""; 0]);
    repository.git(["add", ".sops.yaml"]);
    for words in [&["--staged"][..], &["--staged", ".sops.yaml"]] {
        let found = found(&repository, words);
        assert!(found.len() == 2 && found.iter().all(|line| line.contains("mac-scope")), "{found:?}");
    }
    // One that is gone leaves them without a policy, or with that above.
    repository.git(["checkout", "--quiet", "--", ".sops.yaml"]);
    repository.git(["reset", "--quiet", "--hard"]);
    repository.sandbox.write("prod/.sops.yaml", "creation_rules:\n  - age: age1\n");
    repository.git(["add", "--all"]);
    assert_eq!(found(&repository, &["--staged"]), ["prod/.sops.yaml:2 config-error error"]);
    repository.commit("broken config");
    std::fs::remove_file(repository.sandbox.path("prod/.sops.yaml")).expect("a config");
    repository.git(["add", "--all"]);
    assert!(check(&repository, &["--staged"]).run().stderr.starts_with("2 files checked, 2 encrypted"));
}

#[test]
fn a_hook_sees_what_each_form_of_commit_commits() {
    let repository = guarded();
    repository.git(["add", "--all"]);
    repository.git(["commit", "--quiet", "-m", "config"]);
    let text = sealed(&repository, "prod/a.yaml", PLAIN, &["alice"], &[]);
    sealed(&repository, "prod/b.yaml", PLAIN, &["alice"], &[]);
    hook(&repository);
    repository.git(["add", "--all"]);
    repository.git(["commit", "--quiet", "-m", "good"]);
    repository.sandbox.write("prod/a.yaml", PLAIN);
    repository.sandbox.write("other.txt", "x\n");
    let refused = |words: &[&str]| {
        let outcome = repository.try_git(["commit", "--quiet", "-m", "bad"].iter().chain(words));
        let said = String::from_utf8_lossy(&outcome.stdout).into_owned() + &outcome.stderr;
        assert!(!outcome.success() && said.contains("prod/a.yaml:3:9: error: db.user"), "{words:?}: {said}");
    };
    // Not staged, and committed all the same.
    refused(&["-a"]);
    refused(&["--", "prod/a.yaml"]);
    refused(&["--include", "--", "prod/a.yaml"]);
    repository.git(["add", "prod/a.yaml"]);
    refused(&[]);
    // Staged, and not committed.
    repository.git(["add", "other.txt"]);
    repository.git(["commit", "--quiet", "-m", "another file", "--", "other.txt"]);
    refused(&["--amend"]);
    repository.sandbox.write("prod/a.yaml", text);
    repository.git(["commit", "--quiet", "--allow-empty", "-a", "-m", "mended"]);
    assert_eq!(repository.git(["log", "--format=%s"]), "mended\nanother file\ngood\nconfig\n");
}

#[test]
fn renamed_files_links_and_odd_names_are_right() {
    let repository = guarded();
    let odd = "a b,ä\"'%$(x).yaml";
    repository.sandbox.write(odd, PLAIN);
    repository.commit("no rule for it yet");
    std::fs::create_dir(repository.sandbox.path("prod")).expect("a folder");
    repository.git(["mv", odd, "prod/new ö.yaml"]);
    std::os::unix::fs::symlink("../secret.txt", repository.sandbox.path("prod/link.yaml")).expect("a link");
    repository.sandbox.write("secret.txt", PLAIN);
    repository.git(["add", "--all"]);
    let expected = ["prod/new ö.yaml:3 plaintext-file db.user error"];
    assert_eq!(found(&repository, &["--staged"]), expected);
    assert_eq!(found(&repository, &[]), expected);
    let words = ["--staged", "prod/new ö.yaml"];
    assert_eq!(found(&repository, &words), expected);
    let said = String::from_utf8(check(&repository, &words).run().stdout).expect("text");
    assert!(said.contains("`sops-rs encrypt -i 'prod/new ö.yaml'`"), "{said}");
}

#[test]
fn a_conflict_in_the_index_is_an_error() {
    let repository = guarded();
    sealed(&repository, "prod/a.yaml", PLAIN, &["alice"], &[]);
    repository.commit("base");
    repository.git(["checkout", "--quiet", "-b", "topic"]);
    repository.sandbox.run(["set", "prod/a.yaml", "db.user", "\"one\""]).ok();
    repository.commit("one");
    repository.git(["checkout", "--quiet", "main"]);
    repository.sandbox.run(["set", "prod/a.yaml", "db.user", "\"two\""]).ok();
    repository.commit("two");
    assert!(!repository.try_git(["merge", "topic"]).success());
    assert_eq!(found(&repository, &["--staged"]), ["prod/a.yaml unmerged error"]);
    let found = found(&repository, &[]);
    assert!(found.len() == 1 && found[0].contains(":3 conflict-markers"), "{found:?}");
}

#[test]
fn a_name_that_is_not_in_the_index_is_said() {
    let repository = guarded();
    repository.commit("first");
    let outcome = check(&repository, &["--staged", "none.yaml"]).run();
    assert!(
        outcome.success() && outcome.stderr.contains("none.yaml is not in the index"),
        "{}",
        outcome.describe()
    );
}

#[test]
fn a_file_that_loses_its_encryption_and_its_rule_in_one_commit_is_found() {
    let repository = guarded();
    sealed(&repository, "prod/a.yaml", PLAIN, &["alice"], &[]);
    repository.commit("first");
    repository.sandbox.write("prod/a.yaml", PLAIN);
    std::fs::remove_file(repository.sandbox.path(".sops.yaml")).expect("a config");
    repository.git(["add", "--all"]);
    assert_eq!(found(&repository, &["--staged"]), ["prod/a.yaml decrypted-file error"]);
    repository.git(["commit", "--quiet", "--no-verify", "--message", "second"]);
    assert_eq!(found(&repository, &["--rev", "HEAD~1..HEAD"]), ["prod/a.yaml decrypted-file error"]);
    // From now on it is a file as any other.
    repository.sandbox.write("prod/a.yaml", "other: 1\n");
    repository.git(["add", "--all"]);
    assert!(found(&repository, &["--staged"]).is_empty());
}
