//! `git-setup` in work trees, submodules and bare repositories, and beside settings of the user's own.

use super::*;

#[test]
fn worktrees_and_submodules_are_clones_like_others() {
    let repository = repository();
    repository.commit("all");
    let tree = repository.sandbox.home().join("a tree");
    repository.git(["worktree", "add", "--quiet", "-b", "tree", tree.to_str().expect("text")]);
    repository.git(["config", "extensions.worktreeConfig", "true"]);
    setup_in(&repository, &tree.join("prod"), &[]).ok();
    assert!(tree.join(".gitattributes").is_file() && !repository.sandbox.path(".gitattributes").exists());
    assert!(repository.sandbox.path(".git/hooks/pre-commit").is_file());
    setup_in(&repository, &tree, &["--check"]).ok();
    record_calls(&repository);
    assert!(repository.git_in(&tree, ["commit", "--allow-empty", "-m", "x"]).success());
    assert_eq!(
        fs::read_to_string(repository.sandbox.home().join("calls")).expect("calls"),
        "check --staged\n"
    );

    let outer = Repository::new();
    let source = repository.sandbox.path("");
    let words = ["-c", "protocol.file.allow=always", "submodule", "--quiet", "add"];
    outer.git(words.iter().copied().chain([source.to_str().expect("text"), "sub mod"]));
    let inner = outer.sandbox.path("sub mod");
    setup_in(&outer, &inner, &[]).ok();
    setup_in(&outer, &inner, &["--check"]).ok();
    assert!(outer.sandbox.path(".git/modules/sub mod/hooks/pre-commit").is_file());
    assert!(!outer.sandbox.path(".gitattributes").exists());
    setup_in(&outer, &inner, &["--remove"]).ok();
    assert_eq!(outer.git_in(&inner, ["status", "--porcelain"]).text(), "");
}

#[test]
fn a_bare_repository_gets_attributes_and_settings_without_hooks() {
    let repository = Repository::of_kind(&["--object-format=sha256"]);
    fill(&repository);
    repository.commit("all");
    let bare = repository.sandbox.home().join("bare.git");
    repository.git(["clone", "--quiet", "--bare", ".", bare.to_str().expect("text")]);
    let before = tree(&bare);
    setup_in(&repository, &bare, &[]).ok();
    let text = fs::read_to_string(bare.join("info/attributes")).expect("attributes");
    assert!(text.contains("\n*.enc.yaml diff=sops-rs merge=sops-rs\n"), "{text}");
    assert!(!bare.join("hooks/pre-commit").exists());
    setup_in(&repository, &bare, &["--check"]).ok();
    setup_in(&repository, &bare, &["--remove"]).ok();
    same(&before, &tree(&bare));
    setup(&repository, &[]).ok();
    setup(&repository, &["--check"]).ok();
}

#[test]
fn kept_plaintext_and_settings_of_the_user_are_found() {
    let repository = repository();
    repository.commit("all");
    repository.git(["config", "diff.sops-rs.cachetextconv", "true"]);
    repository.git(["config", "diff.sops-rs.textconv", "my own"]);
    repository.git(["notes", "--ref", "refs/notes/textconv/sops-rs", "add", "-m", "plaintext"]);
    let first = setup(&repository, &[]);
    assert_eq!(first.status.code(), Some(1));
    assert!(first.stderr.contains("cachetextconv = false (it was \"true\")"), "{}", first.stderr);
    assert!(first.stderr.contains("git update-ref -d refs/notes/textconv/sops-rs"), "{}", first.stderr);
    assert!(first.stderr.contains("\"my own\"") && first.stderr.contains("--force"), "{}", first.stderr);
    assert_eq!(repository.git(["config", "diff.sops-rs.textconv"]), "my own\n");
    repository.git(["update-ref", "-d", "refs/notes/textconv/sops-rs"]);
    setup(&repository, &["--force"]).ok();
    assert_eq!(repository.git(["config", "diff.sops-rs.textconv"]), "sops-rs textconv\n");
    repository.git(["config", "diff.sops-rs.cachetextconv", "true"]);
    repository.git(["config", "--add", "diff.sops-rs.xfuncname", "mine"]);
    assert!(String::from_utf8_lossy(&setup(&repository, &["--check"]).stdout).contains("cachetextconv is"));
    let said = setup(&repository, &["--remove"]);
    assert!(said.stderr.contains("xfuncname") && said.success(), "{}", said.stderr);
    let left = repository.git(["config", "--local", "--get-regexp", "sops-rs"]);
    assert_eq!(left, "diff.sops-rs.cachetextconv true\ndiff.sops-rs.xfuncname mine\n");
}
