//! Wherever a repository is, and whatever kind it is of.

use super::{PLAIN, check, findings, found, guarded, sealed};
use crate::support::repository::Repository;
use crate::support::sandbox::{Sandbox, recipient};

const BAD: &str = "prod/a.yaml:3 plaintext-file db.user error";

/// A repository with a bad file in its first commit, mended in the second.
fn mended(repository: Repository) -> Repository {
    repository.sandbox.write("prod/a.yaml", PLAIN);
    repository.commit("bad");
    sealed(&repository, "prod/a.yaml", PLAIN, &["alice"], &[]);
    repository.commit("mended");
    repository
}

fn config(repository: Repository) -> Repository {
    super::config(&repository, "");
    repository
}

#[test]
fn any_revision_can_be_checked_with_its_own_config() {
    for flags in [&[][..], &["--object-format=sha256"]] {
        let repository = mended(config(Repository::of_kind(flags)));
        assert_eq!(found(&repository, &["--rev", "HEAD~"]), [BAD]);
        assert_eq!(found(&repository, &["--rev", "HEAD"]), [""; 0]);
        assert_eq!(found(&repository, &["--staged", "--all"]), [""; 0]);
        std::fs::remove_file(repository.sandbox.path(".sops.yaml")).expect("a config");
        repository.commit("no config");
        assert_eq!(found(&repository, &["--rev", "HEAD~2"]), [BAD]);
    }
}

#[test]
fn a_range_is_what_its_end_has_otherwise_than_its_start() {
    let repository = mended(guarded());
    repository.sandbox.write("prod/b.yaml", PLAIN);
    repository.commit("bad again");
    let bad = ["prod/b.yaml:3 plaintext-file db.user error"];
    assert_eq!(found(&repository, &["--rev", "HEAD~2..HEAD~"]), [""; 0]);
    assert_eq!(found(&repository, &["--rev", "HEAD~.."]), bad);
    assert_eq!(found(&repository, &["--rev", "HEAD", "prod/b.yaml"]), bad);
    assert_eq!(found(&repository, &["--rev", "HEAD", "prod/a.yaml"]), [""; 0]);
}

#[test]
fn a_bare_repository_has_revisions_to_check() {
    let repository = mended(guarded());
    repository.git(["clone", "--quiet", "--bare", ".", "../bare.git"]);
    let bare = repository.sandbox.path("../bare.git");
    let outcome = check(&repository, &["--json", "--rev", "main~"]).within(&bare).run();
    assert_eq!(findings(&outcome), [BAD]);
    let outcome = check(&repository, &["--json", "--rev", "main~", "prod"]).within(&bare).run();
    assert_eq!(findings(&outcome), [BAD]);
}

#[test]
fn below_the_top_names_are_as_a_person_types_them() {
    let repository = guarded();
    repository.sandbox.write("prod/a.yaml", PLAIN);
    repository.sandbox.write("src/x.txt", "");
    repository.git(["add", "--all"]);
    let (prod, src) = (repository.sandbox.path("prod"), repository.sandbox.path("src"));
    for words in [&[][..], &["--staged"], &["."], &["--staged", "a.yaml"]] {
        let outcome = check(&repository, words).within(&prod).run();
        let said = String::from_utf8_lossy(&outcome.stdout);
        assert!(said.starts_with("a.yaml:3:9: error: db.user: "), "{words:?}: {said}");
        assert!(
            said.contains("the creation rule of ../.sops.yaml:2") && said.contains("-i a.yaml`"),
            "{said}"
        );
    }
    let outcome = check(&repository, &[]).within(&src).run();
    assert!(String::from_utf8_lossy(&outcome.stdout).starts_with("../prod/a.yaml:3:9"));
    let outcome = check(&repository, &["."]).within(&src).run();
    assert!(outcome.success(), "{}", outcome.describe());
}

#[test]
fn linked_worktrees_and_submodules_are_repositories_of_their_own() {
    let repository = mended(guarded());
    repository.git(["worktree", "add", "--quiet", "../linked", "HEAD~"]);
    let linked = repository.sandbox.path("../linked");
    for words in [&["--json"][..], &["--json", "--staged", "--all"], &["--json", "--rev", "HEAD"]] {
        assert_eq!(findings(&check(&repository, words).within(&linked).run()), [BAD], "{words:?}");
    }
    let outer = config(Repository::new());
    let from = repository.sandbox.path("").display().to_string();
    outer.git(["-c", "protocol.file.allow=always", "submodule", "add", "--quiet", &from, "prod/sub"]);
    outer.commit("a submodule");
    let inner = outer.sandbox.path("prod/sub");
    outer.sandbox.write("prod/sub/prod/b.yaml", PLAIN);
    for words in [&[][..], &["--staged", "--all"], &["--rev", "HEAD"]] {
        assert_eq!(found(&outer, words), [""; 0], "{words:?}");
    }
    let inside = findings(&check(&outer, &["--json"]).within(&inner).run());
    assert_eq!(inside, ["prod/b.yaml:3 plaintext-file db.user error"]);
}

#[test]
fn files_outside_of_a_repository_can_be_checked_too() {
    let sandbox = Sandbox::new();
    sandbox.write(
        ".sops.yaml",
        format!("creation_rules:\n  - path_regex: ^prod/\n    age: {}\n", recipient("alice")),
    );
    sandbox.write("prod/a.yaml", PLAIN);
    assert_eq!(findings(&sandbox.run(["check", "--json"])), [BAD]);
    assert_eq!(findings(&sandbox.run(["check", "--json", "prod"])), [BAD]);
}

#[test]
fn what_can_not_be_checked_is_no_finding() {
    let sandbox = Sandbox::new();
    assert!(sandbox.run(["check", "--staged"]).fails(2).contains("in no git repository"));
    assert!(sandbox.run(["check", "--rev", "HEAD"]).fails(2).contains("in no git repository"));
    assert!(sandbox.run(["check", "none.yaml"]).fails(2).contains("there is no file none.yaml"));
    sandbox.run(["check", "--nonsense"]).fails(2);
    sandbox.run(["check", "--rev", "HEAD", "--staged"]).fails(2);
    assert!(sandbox.run(["check", "--config", "none.yaml"]).fails(2).contains("none.yaml"));
    let repository = mended(guarded());
    for (words, said) in [
        (["--rev", "none"], "names no commit"),
        (["--rev", "--upload-pack=x"], "names no commit"),
        (["--rev", "main...HEAD"], "merge-base"),
    ] {
        let message = check(&repository, &[&format!("{}={}", words[0], words[1])]).run().fails(2);
        assert!(message.contains(said), "{message}");
    }
    assert!(
        check(&repository, &["--rev", "HEAD", "none.yaml"]).run().fails(2).contains("has no file none.yaml")
    );
}
