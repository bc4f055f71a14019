//! Recipients and data keys of the two sides.

use super::*;

fn config(repository: &Repository, who: &[&str]) {
    let recipients: Vec<String> = who.iter().map(|who| recipient(who)).collect();
    let rule = format!("creation_rules:\n  - path_regex: yaml$\n    age: {}\n", recipients.join(","));
    repository.sandbox.write(".sops.yaml", rule);
}

/// The recipients are approved, as by encrypting for them.
fn approve(repository: &Repository) {
    repository.sandbox.write("approve.yaml", "a: b\n");
    repository.sandbox.run(["encrypt", "approve.yaml"]).ok();
    std::fs::remove_file(repository.sandbox.path("approve.yaml")).expect("a file");
}

fn of(a: &str, b: &str) -> String {
    format!("a: {a}\nkeep: x\nb: {b}\n")
}

fn with_key<'a>(repository: &'a Repository, who: &str, words: &[&'a str]) -> Outcome {
    repository.sandbox.sops_rs(words).env("SOPS_AGE_KEY_FILE", identity(who)).run()
}

#[test]
fn a_recipient_of_theirs_is_kept_to_the_letter_and_one_that_went_is_gone() {
    let repository = repository();
    seal_for(&repository, "s.yaml", &of("1", "2"), &["alice", "carol"]);
    repository.commit("base");
    repository.git(["switch", "--quiet", "--create", "topic"]);
    config(&repository, &["alice", "carol", "bob"]);
    repository.sandbox.run(["updatekeys", "-y", "s.yaml"]).ok();
    rewrite(&repository, "s.yaml", &of("1", "two"));
    std::fs::remove_file(repository.sandbox.path(".sops.yaml")).expect("the config");
    repository.commit("theirs");
    let theirs = repository.sandbox.text("s.yaml");
    repository.git(["switch", "--quiet", "main"]);
    config(&repository, &["alice"]);
    repository.sandbox.run(["updatekeys", "-y", "s.yaml"]).ok();
    rewrite(&repository, "s.yaml", &of("one", "2"));
    repository.commit("ours");
    let outcome = merge(&repository);
    assert!(outcome.success(), "{}", outcome.describe());
    let merged = repository.sandbox.text("s.yaml");
    let (alice, bob, carol) = (recipient("alice"), recipient("bob"), recipient("carol"));
    assert!(merged.contains(&alice) && merged.contains(&bob) && !merged.contains(&carol), "{merged}");
    let at = theirs.lines().position(|line| line.contains(&bob)).expect("Bob's entry");
    let wrapped = theirs.lines().nth(at.saturating_sub(3)).expect("a line of his");
    assert!(merged.contains(wrapped), "his entry was wrapped anew");
    assert_eq!(with_key(&repository, "bob", &["decrypt", "s.yaml"]).text(), of("one", "two"));
    let said = format!("{}{}", outcome.stderr, String::from_utf8_lossy(&outcome.stdout));
    assert!(said.contains("is not as its creation rule says") && said.contains("can read it"), "{said}");
}

/// Their side has another data key, of Mallory's making.
fn rotated(theirs_for: &[&str]) -> Repository {
    let repository = repository();
    config(&repository, &["alice"]);
    seal(&repository, "s.yaml", &of("1", "2"));
    repository.commit("base");
    repository.git(["switch", "--quiet", "--create", "topic"]);
    seal_for(&repository, "s.yaml", &of("1", "two"), theirs_for);
    repository.commit("theirs");
    repository.git(["switch", "--quiet", "main"]);
    rewrite(&repository, "s.yaml", &of("one", "2"));
    repository.commit("ours");
    repository
}

fn wrapped(text: &str) -> String {
    let lines = text
        .lines()
        .skip_while(|line| !line.contains("BEGIN AGE"))
        .take_while(|line| !line.contains("END AGE"));
    lines.collect()
}

#[test]
fn different_data_keys_become_a_new_one_for_those_whom_both_know() {
    let repository = rotated(&["alice", "bob"]);
    approve(&repository);
    let (ours, theirs) = (repository.sandbox.text("s.yaml"), repository.git(["show", "topic:s.yaml"]));
    let outcome = merge(&repository);
    let said = format!("{}{}", outcome.stderr, String::from_utf8_lossy(&outcome.stdout));
    assert!(said.contains("new data key") && said.contains(&recipient("bob")[..12]), "{said}");
    assert!(outcome.success(), "{}", outcome.describe());
    opens_to(&repository, "s.yaml", &of("one", "two"));
    let merged = repository.sandbox.text("s.yaml");
    assert!(!merged.contains(&recipient("bob")), "a recipient that only theirs brought");
    assert!(wrapped(&merged) != wrapped(&ours) && wrapped(&merged) != wrapped(&theirs));
    assert!(kept(&ours, &merged).is_empty() && kept(&theirs, &merged).is_empty(), "a token of another key");
}

#[test]
fn a_new_data_key_for_somebody_not_approved_is_a_conflict_that_repair_ends() {
    let repository = rotated(&["alice"]);
    // The file is there, the rule was never met.
    let outcome = merge(&repository);
    assert_eq!(outcome.status.code(), Some(1), "{}", outcome.describe());
    let said = format!("{}{}", outcome.stderr, String::from_utf8_lossy(&outcome.stdout));
    assert!(said.contains("not approved") && said.contains("sops-rs merge --repair s.yaml"), "{said}");
    let marked = repository.sandbox.text("s.yaml");
    assert!(marked.contains("<<<<<<< ") && !marked.contains("one") && !marked.contains("two"));
    repository.sandbox.run(["merge", "--repair", "s.yaml"]).ok();
    opens_to(&repository, "s.yaml", &of("one", "two"));
}

#[test]
fn a_key_that_only_we_rotated_stays() {
    let repository = repository();
    seal(&repository, "s.yaml", &of("1", "2"));
    repository.commit("base");
    repository.git(["switch", "--quiet", "--create", "topic"]);
    rewrite(&repository, "s.yaml", &of("1", "two"));
    repository.commit("theirs");
    repository.git(["switch", "--quiet", "main"]);
    repository.sandbox.run(["rotate", "-i", "s.yaml"]).ok();
    rewrite(&repository, "s.yaml", &of("one", "2"));
    repository.commit("ours");
    let ours = repository.sandbox.text("s.yaml");
    let outcome = merge(&repository);
    assert!(outcome.success(), "{}", outcome.describe());
    opens_to(&repository, "s.yaml", &of("one", "two"));
    let merged = repository.sandbox.text("s.yaml");
    assert_eq!(wrapped(&merged), wrapped(&ours));
    assert_eq!(kept(&ours, &merged).len(), 2);
}

#[test]
fn a_service_key_needs_the_network_and_so_a_person() {
    let repository = rotated(&["alice"]);
    config(&repository, &["alice"]);
    approve(&repository);
    // Our side has a key of a service as well; its entry is no more than a name.
    let ours = repository.sandbox.text("s.yaml");
    let kms = "sops:\n    kms:\n        - arn: arn:aws:kms:eu-west-1:111122223333:key/a\n          created_at: \"2026-01-31T12:00:00Z\"\n          enc: AQ==\n          aws_profile: \"\"\n";
    repository.sandbox.write("s.yaml", ours.replacen("sops:\n", kms, 1));
    let rule = format!(
        "creation_rules:\n  - age: {}\n    kms: arn:aws:kms:eu-west-1:111122223333:key/a\n",
        recipient("alice")
    );
    repository.sandbox.write(".sops.yaml", rule);
    repository.commit("a key of a service");
    let outcome = merge(&repository);
    assert_eq!(outcome.status.code(), Some(1), "{}", outcome.describe());
    let said = format!("{}{}", outcome.stderr, String::from_utf8_lossy(&outcome.stdout));
    assert!(said.contains("sops-rs merge --repair s.yaml"), "{said}");
}

#[test]
fn without_a_key_both_sealed_sides_are_left_with_markers() {
    let repository = repository();
    diverged(&repository, "s.yaml", &of("1", "2"), &of("one", "2"), &of("1", "two"));
    let sides = ["main", "topic"].map(|side| repository.git(["show", &format!("{side}:s.yaml")]));
    let path = format!("{}:/usr/local/bin:/usr/bin:/bin", repository.bin().display());
    let git = repository.sandbox.program(Path::new("git"), ["merge", "--no-edit", "topic"]);
    let outcome = git.env("PATH", path).env("SOPS_AGE_KEY_FILE", identity("bob")).run();
    assert_eq!(outcome.status.code(), Some(1), "{}", outcome.describe());
    assert!(
        outcome.stderr.contains("can't open") && outcome.stderr.contains("--repair"),
        "{}",
        outcome.describe()
    );
    let marked = repository.sandbox.text("s.yaml");
    assert!(sides.iter().all(|side| side.lines().all(|line| marked.contains(line))), "{marked}");
    repository.sandbox.run(["merge", "--repair", "s.yaml"]).ok();
    opens_to(&repository, "s.yaml", &of("one", "two"));
}

#[test]
fn key_groups_of_ours_keep_their_shape_under_a_new_data_key() {
    let repository = repository();
    let own = repository.sandbox.home().join(".config/sops/age");
    std::fs::create_dir_all(&own).expect("a folder");
    std::fs::copy(identity("carol"), own.join("keys.txt")).expect("a copy");
    let [alice, bob, carol] = ["alice", "bob", "carol"].map(recipient);
    let rule = format!(
        "creation_rules:\n  - shamir_threshold: 2\n    key_groups:\n      - age: [{alice}, {bob}]\n      - age: [{carol}]\n"
    );
    repository.sandbox.write(".sops.yaml", rule);
    let encrypt = |text: &str| {
        repository.sandbox.write("s.yaml", text);
        repository.sandbox.run(["encrypt", "-i", "s.yaml"]).ok();
    };
    encrypt(&of("1", "2"));
    repository.commit("base");
    repository.git(["switch", "--quiet", "--create", "topic"]);
    encrypt(&of("1", "two"));
    repository.commit("theirs");
    repository.git(["switch", "--quiet", "main"]);
    rewrite(&repository, "s.yaml", &of("one", "2"));
    repository.commit("ours");
    let outcome = merge(&repository);
    assert!(outcome.success(), "{}", outcome.describe());
    opens_to(&repository, "s.yaml", &of("one", "two"));
    let merged = repository.sandbox.text("s.yaml");
    assert!(merged.contains("shamir_threshold: 2") && merged.matches("BEGIN AGE").count() == 3, "{merged}");
    repository.sandbox.sops(crate::support::tools::SOPS, ["decrypt", "s.yaml"]).ok();
}

#[test]
fn a_threshold_that_their_side_lowered_is_told() {
    let repository = repository();
    let own = repository.sandbox.home().join(".config/sops/age");
    std::fs::create_dir_all(&own).expect("a folder");
    std::fs::copy(identity("carol"), own.join("keys.txt")).expect("a copy");
    let [alice, carol] = ["alice", "carol"].map(recipient);
    let groups = format!("    key_groups:\n      - age: [{alice}]\n      - age: [{carol}]\n");
    repository.sandbox.write(".sops.yaml", format!("creation_rules:\n  - shamir_threshold: 2\n{groups}"));
    repository.sandbox.write("s.yaml", of("1", "2"));
    repository.sandbox.run(["encrypt", "-i", "s.yaml"]).ok();
    let sealed = repository.sandbox.text("s.yaml");
    repository.commit("base");
    repository.git(["switch", "--quiet", "--create", "topic"]);
    let lowered = sealed.replace("shamir_threshold: 2", "shamir_threshold: 1");
    assert_ne!(lowered, sealed);
    repository.sandbox.write("s.yaml", lowered);
    repository.commit("theirs");
    repository.git(["switch", "--quiet", "main"]);
    rewrite(&repository, "s.yaml", &of("one", "2"));
    repository.commit("ours");
    let outcome = merge(&repository);
    let said = outcome.describe();
    assert!(outcome.success() && said.contains("another threshold"), "{said}");
}
