//! `groups` beside the real sops.

use crate::support::format::Format;
use crate::support::outcome::Outcome;
use crate::support::sandbox::{Sandbox, identity, recipient};
use crate::support::team::{config, opened_by, opened_in_sops_by, plain, sealed, sealed_by_sops, tokens};
use crate::support::tools::{SOPS, sops};

/// Runs the program as somebody with the keys of Alice and Bob.
fn run(sandbox: &Sandbox, args: &[&str]) -> Outcome {
    let keys = ["alice", "bob"].map(identity).join("\n");
    sandbox.sops_rs(args).without("SOPS_AGE_KEY_FILE").env("SOPS_AGE_KEY", keys).run()
}

#[test]
fn a_group_comes_and_goes_and_no_token_changes() {
    for format in Format::ALL {
        let (sandbox, name) = (Sandbox::new(), format.file("secret"));
        sealed(&sandbox, &name, plain(format), &["alice"]);
        let before = sandbox.text(&name);
        run(&sandbox, &["groups", "add", "-f", &name, "--age", &recipient("bob"), "-i"]).ok();
        assert_eq!(tokens(&before), tokens(&sandbox.text(&name)), "{name}");
        opened_by(&sandbox, &["alice"], &name).fails(128);
        assert_eq!(opened_by(&sandbox, &["alice", "bob"], &name).text(), plain(format));
        if format != Format::Toml {
            opened_in_sops_by(&sandbox, &["alice", "bob"], &name).ok();
        }
        let one = ["--shamir-secret-sharing-threshold", "1"];
        run(&sandbox, &["groups", "delete", "-f", &name, "-i", one[0], one[1], "0"]).ok();
        assert_eq!(opened_by(&sandbox, &["bob"], &name).text(), plain(format), "{name}");
        opened_by(&sandbox, &["alice"], &name).fails(128);
    }
}

#[test]
fn groups_that_sops_makes_can_be_deleted_here_and_the_other_way_round() {
    let (sandbox, bob) = (Sandbox::new(), recipient("bob"));
    sealed_by_sops(&sandbox, "s.yaml", "a: b\n", &["alice"]);
    sandbox.sops(SOPS, ["groups", "add", "-f", "s.yaml", "--age", &bob, "-i"]).ok();
    let shown =
        run(&sandbox, &["groups", "delete", "-f", "s.yaml", "--shamir-secret-sharing-threshold", "1", "1"]);
    sandbox.write("one.yaml", shown.ok());
    assert_eq!(opened_in_sops_by(&sandbox, &["alice"], "one.yaml").text(), "a: b\n");
    sandbox.run(["groups", "add", "-f", "one.yaml", "--age", &bob, "--in-place"]).ok();
    let keys = ["alice", "bob"].map(identity).join("\n");
    let args = ["groups", "delete", "-f", "one.yaml", "-i", "--shamir-secret-sharing-threshold", "1", "0"];
    let delete = sandbox.program(&sops(SOPS), args).without("SOPS_AGE_KEY_FILE");
    delete.env("SOPS_AGE_KEY", keys).run().ok();
    assert_eq!(opened_by(&sandbox, &["bob"], "one.yaml").text(), "a: b\n");
}

#[test]
fn the_threshold_is_that_of_the_flag_else_of_the_file_else_all() {
    let sandbox = Sandbox::new();
    sealed(&sandbox, "s.yaml", "a: b\n", &["alice"]);
    let threshold = || {
        let text = sandbox.text("s.yaml");
        text.lines().find_map(|line| line.trim().strip_prefix("shamir_threshold: ").map(str::to_owned))
    };
    let add = |who: &str, more: &[&str]| {
        let key = recipient(who);
        run(&sandbox, &[&["groups", "add", "-i", "-f", "s.yaml", "--age", &key], more].concat()).ok();
    };
    add("bob", &[]);
    assert_eq!(threshold().as_deref(), Some("2"));
    add("carol", &[]);
    assert_eq!(threshold().as_deref(), Some("2"), "the file's");
    add("quantum", &["--shamir-secret-sharing-threshold", "3"]);
    assert_eq!(threshold().as_deref(), Some("3"));
}

#[test]
fn what_would_lose_the_file_is_refused() {
    let (sandbox, bob) = (Sandbox::new(), recipient("bob"));
    sealed(&sandbox, "s.yaml", "a: b\n", &["alice"]);
    let before = sandbox.text("s.yaml");
    // In sops each of these writes a file that nobody can open, or crashes (quirk Q2).
    let message = run(&sandbox, &["groups", "add", "-f", "s.yaml", "-i"]).fails(1);
    assert!(message.contains("no keys"), "{message}");
    let message = run(&sandbox, &["groups", "add", "-f", "s.yaml", "-i", "--hckms", "eu:1234"]).fails(1);
    assert!(message.contains("eu:1234"), "{message}");
    let message = run(&sandbox, &["groups", "delete", "-f", "s.yaml", "-i", "0"]).fails(1);
    assert!(message.contains("one key group"), "{message}");
    assert_eq!(sandbox.text("s.yaml"), before);
    run(&sandbox, &["groups", "add", "-f", "s.yaml", "-i", "--age", &bob]).ok();
    let before = sandbox.text("s.yaml");
    let message = run(&sandbox, &["groups", "delete", "-f", "s.yaml", "-i", "2"]).fails(1);
    assert!(message.contains("no key group 2") && message.contains("the last one is 1"), "{message}");
    let message = run(&sandbox, &["groups", "delete", "-f", "s.yaml", "-i", "1"]).fails(1);
    assert!(message.contains("--shamir-secret-sharing-threshold"), "{message}");
    let alice_alone = sandbox.run(["groups", "add", "-f", "s.yaml", "-i", "--age", &recipient("carol")]);
    assert!(alice_alone.fails(128).contains("2 key groups must open"));
    assert_eq!(sandbox.text("s.yaml"), before);
}

#[test]
fn the_exit_codes_are_those_of_sops() {
    let bob = recipient("bob");
    for args in [
        &["groups", "add", "-f", "missing.yaml", "--age", &bob][..],
        &["groups", "add", "-f", "plain.yaml", "--age", &bob],
        &["groups", "delete", "-f", "s.yaml"],
        &["groups", "delete", "-f", "s.yaml", "x"],
    ] {
        let code = |ours: bool| {
            let sandbox = Sandbox::new();
            sealed_by_sops(&sandbox, "s.yaml", "a: b\n", &["alice"]);
            sandbox.write("plain.yaml", "a: b\n");
            let outcome = if ours { sandbox.run(args) } else { sandbox.sops(SOPS, args) };
            outcome.status.code()
        };
        assert_eq!(code(true), code(false), "{args:?}");
    }
}

#[test]
fn a_recipient_that_the_rule_does_not_list_gets_no_share_by_accident() {
    let sandbox = Sandbox::new();
    sealed(&sandbox, "s.yaml", "a: b\n", &["alice", "bob"]);
    config(&sandbox, &["alice"]);
    let carol = recipient("carol");
    let message = run(&sandbox, &["groups", "add", "-f", "s.yaml", "-i", "--age", &carol]).fails(1);
    assert!(message.contains(&recipient("bob")) && !message.contains(&carol), "{message}");
    run(&sandbox, &["groups", "add", "-f", "s.yaml", "-i", "--age", &carol, "--keep-unknown"]).ok();
}
