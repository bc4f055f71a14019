//! Sides that are not as they should be: plain, tampered with, new, or under another rule.

use super::*;

fn of(a: &str, b: &str) -> String {
    format!("a: {a}\nkeep: x\nb: {b}\n")
}

fn config(repository: &Repository) {
    let rule = format!("creation_rules:\n  - age: {}\n", recipient("alice"));
    repository.sandbox.write(".sops.yaml", rule);
}

#[test]
fn a_plain_side_of_theirs_is_sealed_with_ours() {
    let repository = repository();
    repository.sandbox.write("s.yaml", of("1", "2"));
    repository.commit("base");
    repository.git(["switch", "--quiet", "--create", "topic"]);
    repository.sandbox.write("s.yaml", of("1", "two"));
    repository.commit("theirs");
    repository.git(["switch", "--quiet", "main"]);
    seal(&repository, "s.yaml", &of("one", "2"));
    repository.commit("ours");
    let ours = repository.sandbox.text("s.yaml");
    let outcome = merge(&repository);
    assert!(outcome.success(), "{}", outcome.describe());
    opens_to(&repository, "s.yaml", &of("one", "two"));
    assert_eq!(kept(&ours, &repository.sandbox.text("s.yaml")).len(), 2);
}

/// Only their side is encrypted.
fn ours_plain(with_policy: bool) -> Repository {
    let repository = repository();
    if with_policy {
        config(&repository);
    }
    repository.sandbox.write("s.yaml", of("1", "2"));
    repository.commit("base");
    repository.git(["switch", "--quiet", "--create", "topic"]);
    seal_for(&repository, "s.yaml", &of("1", "two"), &["alice", "bob"]);
    repository.commit("theirs");
    repository.git(["switch", "--quiet", "main"]);
    repository.sandbox.write("s.yaml", of("one", "2"));
    repository.commit("ours");
    repository
}

#[test]
fn a_plain_side_of_ours_is_sealed_for_our_policy_only() {
    let repository = ours_plain(true);
    repository.sandbox.write("x.yaml", "a: b\n");
    repository.sandbox.run(["encrypt", "x.yaml"]).ok();
    std::fs::remove_file(repository.sandbox.path("x.yaml")).expect("a file");
    let outcome = merge(&repository);
    assert!(outcome.success(), "{}", outcome.describe());
    opens_to(&repository, "s.yaml", &of("one", "two"));
    assert!(!repository.sandbox.text("s.yaml").contains(&recipient("bob")));
}

#[test]
fn without_a_policy_a_plain_side_of_ours_stays_and_is_a_conflict() {
    let repository = ours_plain(false);
    let outcome = merge(&repository);
    assert_eq!(outcome.status.code(), Some(1), "{}", outcome.describe());
    assert!(outcome.stderr.contains("no rule says for whom"), "{}", outcome.describe());
    assert_eq!(repository.sandbox.text("s.yaml"), of("one", "2"));
    config(&repository);
    repository.sandbox.run(["merge", "--repair", "s.yaml"]).ok();
    opens_to(&repository, "s.yaml", &of("one", "two"));
}

#[test]
fn plain_files_merge_as_text_that_nobody_seals() {
    let repository = repository();
    repository.sandbox.write("s.yaml", of("1", "2"));
    repository.sandbox.write("broken.yaml", "a: [1\n-\n-\nb\n");
    repository.commit("base");
    repository.git(["switch", "--quiet", "--create", "topic"]);
    repository.sandbox.write("s.yaml", of("1", "two"));
    repository.sandbox.write("broken.yaml", "a: [1\n-\n-\nB\n");
    repository.commit("theirs");
    repository.git(["switch", "--quiet", "main"]);
    repository.sandbox.write("s.yaml", of("one", "2"));
    repository.sandbox.write("broken.yaml", "A: [1\n-\n-\nb\n");
    repository.commit("ours");
    let outcome = merge(&repository);
    assert!(outcome.success(), "{}", outcome.describe());
    assert_eq!(repository.sandbox.text("s.yaml"), of("one", "two"));
    assert_eq!(repository.sandbox.text("broken.yaml"), "A: [1\n-\n-\nB\n");
}

#[test]
fn a_file_that_both_sides_added_is_merged_without_a_common_ancestor() {
    for (ours, theirs, merges) in [("a: 1\n", "a: 1\n", true), ("a: 1\n", "a: 2\n", false)] {
        let repository = repository();
        repository.sandbox.write("other", "");
        repository.commit("base");
        repository.git(["switch", "--quiet", "--create", "topic"]);
        seal(&repository, "s.yaml", theirs);
        repository.commit("theirs");
        repository.git(["switch", "--quiet", "main"]);
        seal(&repository, "s.yaml", ours);
        repository.commit("ours");
        let outcome = merge(&repository);
        assert_eq!(outcome.success(), merges, "{}", outcome.describe());
        if merges {
            opens_to(&repository, "s.yaml", ours);
        } else {
            assert!(!is_anywhere(&repository, "a: 1") && !is_anywhere(&repository, "a: 2"));
        }
    }
}

#[test]
fn a_side_whose_mac_fails_is_a_conflict_and_never_taken() {
    let repository = repository();
    let base = "a: 1\nswap: left\nwith: left\nplain_unencrypted: 1\n";
    seal(&repository, "s.yaml", base);
    repository.commit("base");
    repository.git(["switch", "--quiet", "--create", "topic"]);
    let forged = repository.sandbox.text("s.yaml").replace("plain_unencrypted: 1", "plain_unencrypted: 2");
    repository.sandbox.write("s.yaml", &forged);
    repository.commit("theirs");
    repository.git(["switch", "--quiet", "main"]);
    rewrite(&repository, "s.yaml", &base.replace("a: 1", "a: one"));
    repository.commit("ours");
    let outcome = merge(&repository);
    assert_eq!(outcome.status.code(), Some(1), "{}", outcome.describe());
    assert!(
        outcome.stderr.contains("mac does not match") && outcome.stderr.contains("(theirs)"),
        "{}",
        outcome.describe()
    );
    let marked = repository.sandbox.text("s.yaml");
    assert!(
        marked.contains("plain_unencrypted: 1\n") && marked.contains("plain_unencrypted: 2\n"),
        "{marked}"
    );
    let message = repository.sandbox.run(["merge", "--repair", "s.yaml"]).fails(1);
    assert!(message.contains("--accept-unverified"), "{message}");
    assert_eq!(repository.sandbox.text("s.yaml"), marked);
    let outcome = repository.sandbox.run(["merge", "--repair", "s.yaml", "--accept-unverified"]);
    assert!(outcome.success(), "{}", outcome.describe());
    assert!(outcome.stderr.contains("plain_unencrypted"), "{}", outcome.describe());
    opens_to(&repository, "s.yaml", "a: one\nswap: left\nwith: left\nplain_unencrypted: 2\n");
}

/// Both sides are sealed anew under other rules with the same data key.
fn rules(ours: &str, theirs: &str) -> Repository {
    let repository = repository();
    let base = "a_secret: 1\nb_secret: 2\nc: 3\n";
    repository.sandbox.write("s.yaml", base);
    let alice = recipient("alice");
    repository
        .sandbox
        .run(["encrypt", "-i", "--age", &alice, "--encrypted-suffix", "_secret", "s.yaml"])
        .ok();
    repository.commit("base");
    let rule = |suffix: &str, text: &str| {
        // The metadata says another rule, and the program seals by it.
        let sealed = repository.sandbox.text("s.yaml");
        let other = sealed.replace("encrypted_suffix: _secret", &format!("encrypted_suffix: {suffix}"));
        repository.sandbox.write("s.yaml", other);
        let editor = repository.sandbox.home().join("editor");
        std::fs::write(repository.sandbox.home().join("new-text"), text).expect("a file in the sandbox");
        script(&editor, "cp \"$HOME/new-text\" \"$1\"");
        repository.sandbox.sops_rs(["edit", "--ignore-mac", "s.yaml"]).env("EDITOR", &editor).run().ok();
    };
    repository.git(["switch", "--quiet", "--create", "topic"]);
    rule(theirs, "a_secret: 1\nb_secret: two\nc: 3\n");
    repository.commit("theirs");
    repository.git(["switch", "--quiet", "main"]);
    rule(ours, "a_secret: 1\nb_secret: 2\nc: 3\nd_secret: new\n");
    repository.commit("ours");
    repository
}

#[test]
fn a_rule_that_one_side_changed_is_taken() {
    let repository = rules("_secret", "secret");
    let outcome = merge(&repository);
    assert!(outcome.success(), "{}", outcome.describe());
    assert!(repository.sandbox.text("s.yaml").contains("encrypted_suffix: secret"));
    opens_to(&repository, "s.yaml", "a_secret: 1\nb_secret: two\nc: 3\nd_secret: new\n");
}

#[test]
fn two_rules_are_a_conflict_that_a_flag_decides() {
    let repository = rules("ecret", "cret");
    let outcome = merge(&repository);
    assert_eq!(outcome.status.code(), Some(1), "{}", outcome.describe());
    assert!(outcome.stderr.contains("both sides changed the rule"), "{}", outcome.describe());
    repository.sandbox.run(["merge", "--repair", "s.yaml", "--rule", "theirs"]).ok();
    assert!(repository.sandbox.text("s.yaml").contains("encrypted_suffix: cret"));
}

#[test]
fn a_name_that_tells_no_format_is_no_hindrance() {
    for (format, file) in [(Format::Yaml, "secrets"), (Format::Json, "x.enc"), (Format::Ini, "settings.conf")]
    {
        let repository = repository();
        let of = |first: &str, third: &str| text(format, [first, "b", third]);
        let kind = ["--input-type", format.word(), "--output-type", format.word()];
        let put = |first: &str, third: &str| {
            repository.sandbox.write("plain", of(first, third));
            let words = ["encrypt", "--age", &recipient("alice"), "--output", file, "plain"];
            repository.sandbox.run(words.iter().chain(&kind)).ok();
            std::fs::remove_file(repository.sandbox.path("plain")).expect("a file");
        };
        put("a", "c");
        repository.commit("base");
        repository.git(["switch", "--quiet", "--create", "topic"]);
        put("a", "C");
        repository.commit("theirs");
        repository.git(["switch", "--quiet", "main"]);
        put("A", "c");
        repository.commit("ours");
        let outcome = merge(&repository);
        assert!(outcome.success(), "{}", outcome.describe());
        let opened = repository.sandbox.run(["decrypt", file].iter().chain(&kind));
        assert_eq!(opened.text(), of("A", "C"));
    }
}
