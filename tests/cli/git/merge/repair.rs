//! `merge --repair`: files that were merged as text.

use super::*;

fn of(a: &str, b: &str) -> String {
    let middle: String = (0..12).map(|n| format!("key{n}: value {n}\n")).collect();
    format!("a: {a}\n{middle}b: {b}\n")
}

/// A repository whose git has no driver, as on a host.
fn host(ours: &str, theirs: &str) -> Repository {
    let repository = Repository::new();
    diverged(&repository, "s.yaml", &of("1", "2"), ours, theirs);
    repository
}

/// Merges as text and commits whatever comes of it.
fn merged_as_text(repository: &Repository) {
    assert!(!merge(repository).success(), "the macs of two sides differ");
    assert!(repository.sandbox.text("s.yaml").contains("<<<<<<<"));
    repository.commit("merged on the web");
}

#[test]
fn an_unfinished_merge_is_made_again_from_the_index() {
    let repository = host(&of("one", "2"), &of("1", "two"));
    assert!(!merge(&repository).success());
    let outcome = repository.sandbox.run(["merge", "--repair", "s.yaml"]);
    assert!(outcome.success() && outcome.stderr.contains("git add s.yaml"), "{}", outcome.describe());
    opens_to(&repository, "s.yaml", &of("one", "two"));
    repository.commit("merged");
}

#[test]
fn a_committed_conflict_is_mended_from_the_parents_of_the_merge() {
    let repository = host(&of("one", "2"), &of("1", "two"));
    merged_as_text(&repository);
    repository.sandbox.write("dir/other", "later");
    repository.commit("later");
    let directory = repository.sandbox.path("dir");
    repository.sandbox.sops_rs(["merge", "--repair", "../s.yaml"]).within(&directory).run().ok();
    opens_to(&repository, "s.yaml", &of("one", "two"));
}

#[test]
fn a_merge_whose_markers_were_taken_out_by_hand_is_mended_too() {
    let repository = host(&of("one", "2"), &of("1", "two"));
    assert!(!merge(&repository).success());
    let text = repository.sandbox.text("s.yaml");
    // Somebody kept our mac and all the values.
    let (mut kept, mut theirs) = (String::new(), false);
    for line in text.split_inclusive('\n') {
        match line.get(..7) {
            Some("<<<<<<<") => {}
            Some("=======") => theirs = true,
            Some(">>>>>>>") => theirs = false,
            _ if theirs => {}
            _ => kept.push_str(line),
        }
    }
    repository.sandbox.write("s.yaml", &kept);
    repository.commit("merged by hand");
    let message = repository.sandbox.run(["decrypt", "s.yaml"]).refuses();
    assert!(message.contains("mac"), "{message}");
    repository.sandbox.run(["merge", "--repair", "s.yaml"]).ok();
    opens_to(&repository, "s.yaml", &of("one", "two"));
}

#[test]
fn a_real_conflict_is_left_with_markers_around_tokens() {
    let repository = host(&of("one", "2"), &of("uno", "two"));
    merged_as_text(&repository);
    let outcome = repository.sandbox.run(["merge", "--repair", "s.yaml"]);
    assert_eq!(outcome.status.code(), Some(1), "{}", outcome.describe());
    assert!(outcome.stderr.contains("both sides changed a\n"), "{}", outcome.describe());
    let text = repository.sandbox.text("s.yaml");
    assert!(text.contains("<<<<<<<") && !text.contains("one") && !text.contains("uno"));
    let editor = repository.sandbox.home().join("resolve");
    script(&editor, "sed -i -e '/^<<<<<<< /,/^=======$/d' -e '/^>>>>>>> /d' \"$1\"");
    repository.sandbox.sops_rs(["edit", "s.yaml"]).env("EDITOR", &editor).run().ok();
    opens_to(&repository, "s.yaml", &of("uno", "two"));
}

#[test]
fn outside_of_git_the_text_alone_has_to_do() {
    let repository = host(&of("one", "2"), &of("1", "two"));
    assert!(!merge(&repository).success());
    let marked = repository.sandbox.text("s.yaml");
    let sandbox = crate::support::sandbox::Sandbox::new();
    sandbox.write("s.yaml", &marked);
    let message = sandbox.run(["merge", "--repair", "s.yaml"]).fails(1);
    assert!(message.contains("mac does not match") && message.contains("--accept-unverified"), "{message}");
    assert_eq!(sandbox.text("s.yaml"), marked);
    let outcome = sandbox.run(["merge", "--repair", "s.yaml", "--accept-unverified"]);
    // The lines that git merged by itself are on both sides already.
    assert!(outcome.success(), "{}", outcome.describe());
    assert!(outcome.stderr.contains("not verified"), "{}", outcome.describe());
    assert_eq!(sandbox.run(["decrypt", "s.yaml"]).text(), of("one", "two"));
}

#[test]
fn markers_of_whole_sides_need_no_flag_and_may_be_long() {
    let sandbox = crate::support::sandbox::Sandbox::new();
    let alice = recipient("alice");
    sandbox.write("a.yaml", of("1", "2"));
    sandbox.run(["encrypt", "-i", "--age", &alice, "a.yaml"]).ok();
    let (ours, base) = (sandbox.text("a.yaml"), sandbox.text("a.yaml"));
    sandbox.run(["set", "a.yaml", "b", "\"two\""]).ok();
    let theirs = sandbox.text("a.yaml");
    let marked = format!("<<<<<<<<< ours\n{ours}||||||||| base\n{base}=========\n{theirs}>>>>>>>>> theirs\n");
    sandbox.write("a.yaml", marked);
    sandbox.run(["merge", "--repair", "a.yaml"]).ok();
    assert_eq!(sandbox.run(["decrypt", "a.yaml"]).text(), of("1", "two"));
}

#[test]
fn a_file_that_opens_is_left_alone() {
    let repository = host(&of("one", "2"), &of("1", "two"));
    let before = repository.sandbox.text("s.yaml");
    let outcome = repository.sandbox.run(["merge", "--repair", "s.yaml"]);
    assert!(
        outcome.success() && outcome.stderr.contains("nothing is to be mended"),
        "{}",
        outcome.describe()
    );
    assert_eq!(repository.sandbox.text("s.yaml"), before);
    // Resolved by taking their side.
    assert!(!merge(&repository).success());
    repository.git(["checkout", "--quiet", "--theirs", "s.yaml"]);
    let outcome = repository.sandbox.run(["merge", "--repair", "s.yaml"]);
    assert!(outcome.success() && outcome.stderr.contains("no conflict any more"), "{}", outcome.describe());
    opens_to(&repository, "s.yaml", &of("1", "two"));
}

#[test]
fn a_text_whose_mac_fails_is_sealed_anew_on_demand_only() {
    let repository = repository();
    seal(&repository, "s.yaml", "a: 1\nb_unencrypted: 2\n");
    repository.commit("base");
    let forged = repository.sandbox.text("s.yaml").replace("b_unencrypted: 2", "b_unencrypted: 3");
    repository.sandbox.write("s.yaml", &forged);
    repository.sandbox.run(["merge", "--repair", "s.yaml"]).fails(1);
    assert_eq!(repository.sandbox.text("s.yaml"), forged);
    let outcome = repository.sandbox.run(["merge", "--repair", "s.yaml", "--accept-unverified"]);
    assert!(outcome.success() && outcome.stderr.contains("b_unencrypted"), "{}", outcome.describe());
    opens_to(&repository, "s.yaml", "a: 1\nb_unencrypted: 3\n");
}
