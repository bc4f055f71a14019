//! Changes that no MAC covers are told of before a save puts them under a new one, and refused in CI (security R6).

use crate::support::outcome::Outcome;
use crate::support::repository::Repository;
use crate::support::sandbox::recipient;
use crate::support::tools::SOPS;

const PLAIN: &str =
    "# first\nname: clear\nflag: true\nl:\n  - name: a\n    pw: x\n  - name: b\n    pw: y\ns: top\n";
const SAYS: &str = "was changed since the last commit where its mac does not tell: ";

/// A repository in which `s.yaml` is committed.
fn repository() -> Repository {
    let repository = Repository::new();
    config(&repository, &["alice"]);
    repository.sandbox.write("s.yaml", PLAIN);
    silent(repository.sandbox.run(["encrypt", "-i", "s.yaml"]));
    repository.commit("a secret");
    repository
}

fn config(repository: &Repository, people: &[&str]) {
    let age = people.iter().map(|who| recipient(who)).collect::<Vec<_>>().join(",");
    let rule = format!("creation_rules:\n  - age: {age}\n    encrypted_regex: ^(pw|s)$\n");
    repository.sandbox.write(".sops.yaml", rule);
}

/// It went well, and no change was told of.
#[track_caller]
fn silent(outcome: Outcome) {
    assert!(outcome.success() && !outcome.stderr.contains(SAYS), "{}", outcome.describe());
}

fn in_ci(repository: &Repository, args: &[&str]) -> Outcome {
    repository.sandbox.sops_rs(args).env("CI", "true").env("EDITOR", "sed -i s/top/new/").run()
}

/// Somebody without a key puts a text in the place of another in the encrypted file.
fn forge(repository: &Repository, old: &str, new: &str) -> String {
    let text = repository.sandbox.text("s.yaml");
    let forged = text.replace(old, new);
    assert_ne!(text, forged, "{old}");
    repository.sandbox.write("s.yaml", &forged);
    forged
}

/// Every command that makes a new MAC tells of the change, and none of them makes one in CI.
#[track_caller]
fn is_told_of(repository: &Repository, differences: &[&str]) {
    let forged = repository.sandbox.text("s.yaml");
    for args in [
        &["set", "s.yaml", "s", "5"][..],
        &["unset", "s.yaml", "s"],
        &["edit", "s.yaml"],
        &["rotate", "-i", "s.yaml"],
        &["rotate", "-i", "."],
    ] {
        let outcome = in_ci(repository, args);
        assert_eq!(outcome.status.code(), Some(1), "{}", outcome.describe());
        let said = [SAYS, "git restore s.yaml", "sops-rs diff s.yaml"];
        assert!(said.iter().all(|text| outcome.stderr.contains(text)), "{}", outcome.describe());
        assert!(repository.sandbox.text("s.yaml") == forged, "{args:?}");
    }
    let outcome = repository.sandbox.sops_rs(["set", "s.yaml", "s", "5"]).env("CI", "false").run();
    let line = outcome.stderr.lines().find(|line| line.starts_with("warning:") && line.contains(SAYS));
    let told = line.and_then(|line| line.split_once(SAYS)?.1.split_once("; "));
    let told = told.map(|(told, _)| told.split(", ").collect::<Vec<_>>()).unwrap_or_default();
    assert!(outcome.success() && told == differences, "{told:?}: {}", outcome.describe());
    // It was said once; from now on it is the work of somebody who has the key.
    if !differences.iter().any(|told| told.contains("follows")) {
        silent(in_ci(repository, &["set", "s.yaml", "s", "6"]));
    }
}

#[test]
fn a_renamed_key_is_told_of() {
    let repository = repository();
    forge(&repository, "name: clear", "title: clear");
    is_told_of(&repository, &["name is gone", "title is new"]);
}

#[test]
fn empty_values_that_came_are_told_of() {
    let repository = repository();
    forge(&repository, "flag: true", "flag: true\nnone: ''\nmore: {a: null, b: []}");
    is_told_of(&repository, &["none is new", "more.a is new", "more.b is new"]);
}

#[test]
fn a_comment_that_came_is_told_of() {
    let repository = repository();
    forge(&repository, "# first", "# first\n# set s to 1234");
    is_told_of(&repository, &["comments at top level"]);
}

#[test]
fn a_comment_that_moved_is_told_of() {
    let repository = repository();
    let text = forge(&repository, "# first\n", "");
    repository.sandbox.write("s.yaml", text.replace("flag: true\n", "# first\nflag: true\n"));
    is_told_of(&repository, &["the order of keys or comments"]);
}

#[test]
fn a_list_that_was_regrouped_is_told_of() {
    let repository = repository();
    forge(&repository, "    pw: ", "  - pw: ");
    forge(&repository, "  - name: b", "    name: b");
    is_told_of(&repository, &["l[0].pw is gone", "l[1].pw is another value", "l[2].pw is new"]);
}

#[test]
fn clear_values_that_were_retyped_or_shifted_are_told_of() {
    let repository = repository();
    forge(&repository, "flag: true", "flag: 'True'");
    is_told_of(&repository, &["flag has another type"]);
    repository.commit("that is as it should be");
    forge(&repository, "name: clear\nflag: 'True'", "name: cle\nflag: 'arTrue'");
    is_told_of(&repository, &["name is another value", "flag is another value"]);
}

#[test]
fn another_rule_is_told_of_even_after_a_save() {
    let repository = repository();
    silent(in_ci(&repository, &["set", "s.yaml", "s", "4"]));
    forge(&repository, "^(pw|s)$", "^(pw|s|t)$");
    is_told_of(&repository, &["it follows encrypted_regex ^(pw|s|t)$ instead of encrypted_regex ^(pw|s)$"]);
}

#[test]
fn a_mac_that_is_only_typed_otherwise_hides_nothing() {
    let repository = repository();
    let text = forge(&repository, "name: clear", "title: clear");
    let (body, mac) = text.rsplit_once("mac: ").expect("a mac");
    repository.sandbox.write("s.yaml", format!("{body}mac: {}", mac.replacen("type:str", "type:bytes", 1)));
    is_told_of(&repository, &["name is gone", "title is new"]);
}

#[test]
fn of_many_differences_some_are_named() {
    let repository = repository();
    forge(&repository, "flag: true", "flag: true\nm: {a: '', b: '', c: '', d: '', e: '', f: ''}");
    let said = in_ci(&repository, &["set", "s.yaml", "s", "5"]).fails(1);
    assert!(said.contains("m.d is new, and 2 more") && !said.contains("m.e"), "{said}");
}

#[test]
fn what_people_with_the_key_did_is_not_told_of() {
    let repository = repository();
    let edit = "sed -i -e s/clear/else/ -e s/^name/title/ -e s/first/second/ -e '$anone:' -e '$alist: []'";
    silent(in_ci(&repository, &["set", "s.yaml", "new", "5"]));
    silent(in_ci(&repository, &["unset", "s.yaml", "new"]));
    silent(repository.sandbox.sops_rs(["edit", "s.yaml"]).env("EDITOR", edit).env("CI", "1").run());
    silent(in_ci(&repository, &["set", "s.yaml", "s", "5"]));
    repository.sandbox.sops(SOPS, ["set", "s.yaml", "[\"t\"]", "{\"a\": []}"]).ok();
    silent(in_ci(&repository, &["set", "s.yaml", "s", "6"]));
    // Other entries around the same data key, and then another data key.
    repository.commit("all of it");
    config(&repository, &["alice", "bob"]);
    repository.sandbox.run(["updatekeys", "-y", "--add-recipient", &recipient("bob"), "s.yaml"]).ok();
    silent(in_ci(&repository, &["rotate", "-i", "s.yaml"]));
    let outcome = in_ci(&repository, &["set", "s.yaml", "s", "7"]);
    assert!(outcome.success() && outcome.stderr.contains("another data key"), "{}", outcome.describe());
}

#[test]
fn without_a_commit_to_compare_with_nothing_is_told() {
    let repository = repository();
    forge(&repository, "name: clear", "title: clear");
    let text = repository.sandbox.text("s.yaml");
    repository.sandbox.write("new.yaml", &text);
    silent(in_ci(&repository, &["set", "new.yaml", "s", "5"]));
    silent(repository.sandbox.as_sops(["set", "s.yaml", "[\"s\"]", "5"]).env("CI", "true").run());
    repository.sandbox.write("s.yaml", &text);
    repository.commit("reviewed");
    silent(in_ci(&repository, &["set", "s.yaml", "s", "5"]));
    repository.sandbox.write("s.yaml", &text);
    std::fs::remove_dir_all(repository.sandbox.path(".git")).expect("the repository");
    silent(in_ci(&repository, &["set", "s.yaml", "s", "5"]));
}
