//! `updatekeys` beside the real sops.

use crate::support::format::Format;
use crate::support::sandbox::{Sandbox, recipient};
use crate::support::team::{
    config, grouped_config, opened_by, opened_in_sops_by, plain, sealed, sealed_by_sops, tokens,
};
use crate::support::tools::SOPS;
use crate::support::{fixtures, tools};

#[test]
fn a_new_recipient_of_the_rule_can_read_the_files_of_sops_and_no_token_changes() {
    for format in Format::OF_SOPS {
        let (sandbox, name) = (Sandbox::new(), format.file("secret"));
        sealed_by_sops(&sandbox, &name, plain(format), &["alice"]);
        config(&sandbox, &["alice", "bob"]);
        let before = sandbox.text(&name);
        sandbox.run(["updatekeys", "-y", &name]).ok();
        let after = sandbox.text(&name);
        assert_eq!(tokens(&before), tokens(&after), "{name}");
        for who in ["alice", "bob"] {
            let theirs = opened_in_sops_by(&sandbox, &[who], &name).ok();
            let ours = opened_by(&sandbox, &[who], &name).ok();
            assert_eq!(String::from_utf8_lossy(&ours), String::from_utf8_lossy(&theirs), "{name}");
        }
        sandbox.run(["updatekeys", &name]).ok();
        sandbox.sops(SOPS, ["updatekeys", &name]).ok();
        assert_eq!(sandbox.text(&name), after, "up to date, so not written");
    }
}

#[test]
fn files_whose_keys_sops_has_updated_open_here() {
    for format in Format::OF_SOPS {
        let (sandbox, name) = (Sandbox::new(), format.file("secret"));
        sealed(&sandbox, &name, plain(format), &["alice"]);
        config(&sandbox, &["alice", "bob"]);
        sandbox.sops(SOPS, ["updatekeys", "-y", &name]).ok();
        let opened = opened_by(&sandbox, &["bob"], &name);
        // Other spaces and quotes are what sops makes of a text that it writes.
        assert!(opened.success(), "{}", opened.describe());
        sandbox.run(["updatekeys", &name]).ok();
    }
}

#[test]
fn every_format_comes_back_byte_for_byte_after_new_recipients() {
    for format in Format::ALL {
        let (sandbox, name) = (Sandbox::new(), format.file("secret"));
        sealed(&sandbox, &name, plain(format), &["alice"]);
        for people in [&["bob", "alice"][..], &["alice"], &["alice", "carol", "quantum"]] {
            config(&sandbox, people);
            sandbox.run(["updatekeys", "--yes", &name]).ok();
            for who in people {
                assert_eq!(opened_by(&sandbox, &[who], &name).text(), plain(format), "{name}");
            }
        }
        opened_by(&sandbox, &["bob"], &name).fails(128);
    }
}

#[test]
fn those_who_stay_keep_their_entries_to_the_letter() {
    let sandbox = Sandbox::new();
    sealed_by_sops(&sandbox, "s.yaml", plain(Format::Yaml), &["alice", "carol"]);
    let before = sandbox.text("s.yaml");
    config(&sandbox, &["alice", "bob", "carol"]);
    sandbox.run(["updatekeys", "-y", "s.yaml"]).ok();
    let after = sandbox.text("s.yaml");
    let mut rest = after.lines();
    let lost: Vec<&str> = before.lines().filter(|line| !rest.any(|found| found == *line)).collect();
    assert!(lost.is_empty(), "lines that are gone or moved: {lost:#?}");
}

/// Runs ours under both names and sops on the same file, with this on standard input.
fn all_alike(prepare: impl Fn(&Sandbox), args: &[&str], input: &str) {
    let run = |which: usize| {
        let sandbox = Sandbox::new();
        prepare(&sandbox);
        let program = match which {
            0 => sandbox.program(&tools::sops(SOPS), args),
            1 => sandbox.as_sops(args),
            _ => sandbox.sops_rs(args),
        };
        let outcome = program.pipe(input).run();
        let changed = sandbox.text("s.yaml").contains(&recipient("bob"));
        (outcome.status.code(), String::from_utf8_lossy(&outcome.stdout).into_owned(), changed)
    };
    let sops = run(0);
    assert_eq!(run(1), sops, "as sops: {args:?} {input:?}");
    assert_eq!(run(2), sops, "{args:?} {input:?}");
}

#[test]
fn the_difference_and_the_question_are_those_of_sops() {
    let prepare = |sandbox: &Sandbox| {
        sealed_by_sops(sandbox, "s.yaml", "a: b\n", &["alice", "carol"]);
        config(sandbox, &["alice", "bob"]);
    };
    for input in ["y\n", "n\n", "", "what\ny\n", " n \n"] {
        all_alike(prepare, &["updatekeys", "s.yaml"], input);
    }
    all_alike(prepare, &["updatekeys", "-y", "s.yaml"], "");
    all_alike(prepare, &["updatekeys", "--yes", "--input-type", "yaml", "s.yaml"], "");
    all_alike(prepare, &["updatekeys", "missing.yaml"], "");
    all_alike(prepare, &["updatekeys", ".sops.yaml"], "");
    all_alike(prepare, &["updatekeys"], "");
}

#[test]
fn one_group_becomes_three_as_in_sops() {
    let prepare = |sandbox: &Sandbox| {
        sealed_by_sops(sandbox, "s.yaml", "a: b\n", &["alice"]);
        grouped_config(sandbox, &[&["alice"], &["bob"], &["carol", "alice"]], "path_regex: yaml");
    };
    all_alike(prepare, &["updatekeys", "-y", "s.yaml"], "");
    let sandbox = Sandbox::new();
    prepare(&sandbox);
    sandbox.run(["updatekeys", "-y", "s.yaml"]).ok();
    assert!(sandbox.text("s.yaml").contains("shamir_threshold: 3\n"));
    assert_eq!(opened_in_sops_by(&sandbox, &["alice", "bob"], "s.yaml").text(), "a: b\n");
    opened_by(&sandbox, &["alice"], "s.yaml").fails(128);
    // And back to one.
    config(&sandbox, &["carol"]);
    let program = sandbox.sops_rs(["updatekeys", "-y", "s.yaml"]).without("SOPS_AGE_KEY_FILE");
    let keys = ["alice", "bob"].map(crate::support::sandbox::identity).join("\n");
    program.env("SOPS_AGE_KEY", keys).run().ok();
    let text = sandbox.text("s.yaml");
    assert!(!text.contains("shamir_threshold") && !text.contains("key_groups"), "{text}");
    assert_eq!(opened_in_sops_by(&sandbox, &["carol"], "s.yaml").text(), "a: b\n");
}

#[test]
fn the_threshold_of_the_rule_counts_and_that_of_the_flag_more() {
    let sandbox = Sandbox::new();
    sealed_by_sops(&sandbox, "s.yaml", "a: b\n", &["alice"]);
    grouped_config(&sandbox, &[&["alice"], &["bob"], &["carol"]], "shamir_threshold: 2");
    sandbox.run(["updatekeys", "-y", "s.yaml"]).ok();
    assert!(sandbox.text("s.yaml").contains("shamir_threshold: 2\n"));
    assert_eq!(opened_in_sops_by(&sandbox, &["alice", "carol"], "s.yaml").text(), "a: b\n");
    let both = ["alice", "bob"].map(crate::support::sandbox::identity).join("\n");
    let update = |threshold: &str| {
        let args = ["updatekeys", "-y", "--shamir-secret-sharing-threshold", threshold, "s.yaml"];
        sandbox.sops_rs(args).without("SOPS_AGE_KEY_FILE").env("SOPS_AGE_KEY", &both).run()
    };
    let shown = update("3").text();
    assert!(shown.contains("+++ shamir_threshold: 3\n--- shamir_threshold: 2\n"), "{shown}");
    let refused = update("4");
    assert_eq!(refused.status.code(), Some(1), "{}", refused.describe());
    // sops has no eyes for the rule's threshold (quirk Q53).
    grouped_config(&sandbox, &[&["alice"], &["bob"], &["carol"]], "shamir_threshold: 2");
    let before = sandbox.text("s.yaml");
    sandbox.as_sops(["updatekeys", "-y", "s.yaml"]).run().ok();
    assert_eq!(sandbox.text("s.yaml"), before);
}

#[test]
fn what_stands_in_the_way_is_said_and_nothing_is_written() {
    let sandbox = Sandbox::new();
    sealed(&sandbox, "s.yaml", "a: b\n", &["alice"]);
    let before = sandbox.text("s.yaml");
    let message = sandbox.run(["updatekeys", "-y", "s.yaml"]).fails(1);
    assert!(message.contains("config file not found"), "{message}");
    // No identity opens it.
    config(&sandbox, &["bob"]);
    let outcome = sandbox.sops_rs(["updatekeys", "-y", "s.yaml"]).without("SOPS_AGE_KEY_FILE").run();
    assert_eq!(outcome.status.code(), Some(128), "{}", outcome.describe());
    // A rule without keys would leave a file that nobody can open.
    sandbox.write(".sops.yaml", "creation_rules:\n  - path_regex: yaml\n");
    let message = sandbox.run(["updatekeys", "-y", "s.yaml"]).fails(1);
    assert!(message.contains("without keys"), "{message}");
    // A rule for others.
    sandbox
        .write(".sops.yaml", format!("creation_rules:\n  - path_regex: x$\n    age: {}\n", recipient("bob")));
    sandbox.run(["updatekeys", "-y", "s.yaml"]).fails(1);
    // A key that this build can't wrap for.
    let kms = "arn:aws:kms:eu-west-1:123456789012:key/abc";
    sandbox
        .write(".sops.yaml", format!("creation_rules:\n  - kms: {kms}\n    age: {}\n", recipient("alice")));
    let outcome = sandbox.run(["updatekeys", "-y", "s.yaml"]);
    assert!(outcome.status.code() == Some(1) && outcome.stderr.contains(kms), "{}", outcome.describe());
    assert_eq!(sandbox.text("s.yaml"), before);
}

#[test]
fn a_removed_recipient_is_said_to_have_kept_the_data_key() {
    let sandbox = Sandbox::new();
    sealed(&sandbox, "s.yaml", "a: b\n", &["alice", "bob"]);
    config(&sandbox, &["alice"]);
    let outcome = sandbox.run(["updatekeys", "-y", "s.yaml"]);
    let (bob, stderr) = (recipient("bob"), &outcome.stderr);
    assert!(
        outcome.success() && stderr.contains(&bob) && stderr.contains("rotate"),
        "{}",
        outcome.describe()
    );
}

#[test]
fn another_comment_behind_an_ssh_key_is_no_other_key() {
    let sandbox = Sandbox::new();
    let key = std::fs::read_to_string(fixtures().join("keys/ssh-ed25519.pub")).expect("a public key");
    let words: Vec<&str> = key.split_whitespace().take(2).collect();
    let key = words.join(" ");
    sandbox.write("s.yaml", "a: b\n");
    sandbox
        .sops(SOPS, ["encrypt", "-i", "--age", &format!("{key} old@host,{}", recipient("alice")), "s.yaml"])
        .ok();
    let before = sandbox.text("s.yaml");
    let rule = format!("creation_rules:\n  - age: {key} new@host,{}\n", recipient("alice"));
    sandbox.write(".sops.yaml", rule);
    let outcome = sandbox.run(["updatekeys", "-y", "s.yaml"]);
    assert!(outcome.stderr.contains("already up to date"), "{}", outcome.describe());
    assert_eq!(sandbox.text("s.yaml"), before);
}

#[test]
fn keys_of_kinds_that_this_build_has_not_stay_and_go() {
    let (sandbox, kms) = (Sandbox::new(), "arn:aws:kms:eu-west-1:123456789012:key/abc");
    sealed(&sandbox, "s.yaml", "a: b\n", &["alice"]);
    let entry = format!(
        "sops:\n    kms:\n        - arn: {kms}\n          context:\n            Env: test\n          \
         created_at: \"2026-01-01T00:00:00Z\"\n          enc: AAAA\n          aws_profile: lab\n"
    );
    sandbox.write("s.yaml", sandbox.text("s.yaml").replace("sops:\n", &entry));
    let rule = |kms: &str, people: &[&str]| {
        let age = crate::support::team::recipients(people);
        sandbox.write(".sops.yaml", format!("creation_rules:\n  - age: {age}\n{kms}"));
    };
    rule(&format!("    kms: {kms}\n"), &["alice", "bob"]);
    let shown = sandbox.run(["updatekeys", "-y", "s.yaml"]).text();
    assert!(shown.contains(&format!("    {kms}|Env:test|lab\n")), "{shown}");
    let text = sandbox.text("s.yaml");
    assert!(
        text.contains("enc: AAAA") && text.contains("Env: test") && text.contains("created_at"),
        "{text}"
    );
    rule("", &["alice", "bob"]);
    let shown = sandbox.run(["updatekeys", "-y", "s.yaml"]).text();
    assert!(shown.contains(&format!("--- {kms}|Env:test|lab\n")), "{shown}");
    assert!(!sandbox.text("s.yaml").contains("kms:"));
    assert_eq!(opened_in_sops_by(&sandbox, &["bob"], "s.yaml").text(), "a: b\n");
}
