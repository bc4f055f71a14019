//! `rotate` beside the real sops.

use crate::support::format::Format;
use crate::support::sandbox::{Sandbox, recipient};
use crate::support::team::{
    config, opened_by, opened_in_sops_by, plain, recipients, sealed, sealed_by_sops, tokens,
};
use crate::support::tools::SOPS;
use std::collections::HashSet;

#[test]
fn every_format_is_the_same_under_a_new_key_with_new_nonces() {
    for format in Format::ALL {
        let (sandbox, name) = (Sandbox::new(), format.file("secret"));
        sealed(&sandbox, &name, plain(format), &["alice", "bob"]);
        let before = sandbox.text(&name);
        sandbox.run(["rotate", "-i", &name]).ok();
        let after = sandbox.text(&name);
        let nonces = |text: &str| -> HashSet<String> {
            let of = |token: &&str| token.split(",iv:").nth(1)?.split(',').next().map(str::to_owned);
            tokens(text).iter().filter_map(of).collect()
        };
        assert!(nonces(&before).is_disjoint(&nonces(&after)), "{name}: a nonce stayed");
        for who in ["alice", "bob"] {
            assert_eq!(opened_by(&sandbox, &[who], &name).text(), plain(format), "{name}");
            if format != Format::Toml {
                opened_in_sops_by(&sandbox, &[who], &name).ok();
            }
        }
    }
}

#[test]
fn files_go_to_and_fro_between_the_programs_as_they_rotate_them() {
    for format in Format::OF_SOPS {
        let (sandbox, name) = (Sandbox::new(), format.file("secret"));
        sealed_by_sops(&sandbox, &name, plain(format), &["alice"]);
        let opened = opened_in_sops_by(&sandbox, &["alice"], &name).text();
        sandbox.run(["rotate", "-i", &name]).ok();
        assert_eq!(opened_in_sops_by(&sandbox, &["alice"], &name).text(), opened, "{name}");
        sandbox.sops(SOPS, ["rotate", "-i", &name]).ok();
        assert_eq!(opened_in_sops_by(&sandbox, &["alice"], &name).text(), opened, "{name}");
        opened_by(&sandbox, &["alice"], &name).ok();
    }
}

#[test]
fn the_result_is_printed_unless_a_place_is_named() {
    let sandbox = Sandbox::new();
    sealed(&sandbox, "s.yaml", "a: b\n", &["alice"]);
    let before = sandbox.text("s.yaml");
    let printed = sandbox.run(["rotate", "s.yaml"]).text();
    assert!(printed != before && sandbox.text("s.yaml") == before);
    sandbox.write("printed.yaml", printed);
    assert_eq!(opened_by(&sandbox, &["alice"], "printed.yaml").text(), "a: b\n");
    sandbox.run(["rotate", "--output", "other.yaml", "s.yaml"]).ok();
    assert_eq!(opened_by(&sandbox, &["alice"], "other.yaml").text(), "a: b\n");
    sandbox.run(["rotate", "--output-type", "json", "--output", "other.json", "s.yaml"]).ok();
    assert_eq!(opened_in_sops_by(&sandbox, &["alice"], "other.json").text(), "{\n\t\"a\": \"b\"\n}\n");
    sandbox.run(["rotate", "-i", "--output", "x.yaml", "s.yaml"]).fails(8);
    assert_eq!(sandbox.text("s.yaml"), before);
}

/// The recipients that a YAML file names, in order.
fn readers(sandbox: &Sandbox, name: &str) -> Vec<String> {
    let text = sandbox.text(name);
    let lines = text
        .lines()
        .filter_map(|line| line.trim_start().trim_start_matches("- ").strip_prefix("recipient: "));
    lines.map(str::to_owned).collect()
}

#[test]
fn recipients_come_and_go_as_in_sops() {
    for (flags, people) in [
        (&["--add-age", "carol"][..], &["alice", "bob", "carol"][..]),
        (&["--rm-age", "bob"], &["alice"]),
        (&["--rm-age", "quantum"], &["alice", "bob"]),
        (&["--add-age", "carol", "--rm-age", "bob"], &["alice", "carol"]),
        (&["--add-age", "carol", "--rm-age", "alice,bob"], &["carol"]),
    ] {
        let flags = flags.iter().map(|word| match word.starts_with('-') {
            true => (*word).to_owned(),
            false => recipients(&word.split(',').collect::<Vec<_>>()),
        });
        // sops wants its flags before the file (quirk Q43).
        let args: Vec<String> =
            ["rotate".into(), "-i".into()].into_iter().chain(flags).chain(["s.yaml".into()]).collect();
        let (ours, theirs) = (Sandbox::new(), Sandbox::new());
        for sandbox in [&ours, &theirs] {
            sealed_by_sops(sandbox, "s.yaml", "a: b\n", &["alice", "bob"]);
        }
        ours.run(&args).ok();
        theirs.sops(SOPS, &args).ok();
        assert_eq!(readers(&ours, "s.yaml"), readers(&theirs, "s.yaml"), "{args:?}");
        for who in people {
            assert_eq!(opened_in_sops_by(&ours, &[who], "s.yaml").text(), "a: b\n");
        }
    }
}

#[test]
fn a_recipient_that_stands_there_twice_is_removed_and_none_comes_twice() {
    let sandbox = Sandbox::new();
    let twice = format!("{},{}", recipient("bob"), recipients(&["alice", "bob"]));
    sandbox.write("s.yaml", "a: b\n");
    sandbox.sops(SOPS, ["encrypt", "-i", "--age", &twice, "s.yaml"]).ok();
    assert_eq!(readers(&sandbox, "s.yaml").len(), 3);
    sandbox.run(["rotate", "-i", "--add-age", &recipients(&["alice", "carol", "carol"]), "s.yaml"]).ok();
    assert_eq!(readers(&sandbox, "s.yaml").len(), 3);
    sandbox.run(["rotate", "-i", "--rm-age", &recipient("bob"), "s.yaml"]).ok();
    assert_eq!(readers(&sandbox, "s.yaml"), ["alice", "carol"].map(recipient));
}

#[test]
fn key_groups_and_their_threshold_stay() {
    let sandbox = Sandbox::new();
    crate::support::team::grouped_config(
        &sandbox,
        &[&["alice"], &["bob"], &["carol"]],
        "shamir_threshold: 2",
    );
    sandbox.write("s.yaml", "a: b\n");
    sandbox.run(["encrypt", "-i", "s.yaml"]).ok();
    let keys = ["alice", "bob"].map(crate::support::sandbox::identity).join("\n");
    let rotate = sandbox.sops_rs(["rotate", "-i", "--rm-age", &recipient("quantum"), "s.yaml"]);
    rotate.without("SOPS_AGE_KEY_FILE").env("SOPS_AGE_KEY", &keys).run().ok();
    assert!(sandbox.text("s.yaml").contains("shamir_threshold: 2\n"));
    assert_eq!(opened_in_sops_by(&sandbox, &["bob", "carol"], "s.yaml").text(), "a: b\n");
    // A group without keys could never be opened.
    let remove = sandbox.sops_rs(["rotate", "-i", "--rm-age", &recipient("carol"), "s.yaml"]);
    let message = remove.without("SOPS_AGE_KEY_FILE").env("SOPS_AGE_KEY", &keys).run().fails(1);
    assert!(message.contains("key group 3"), "{message}");
}

#[test]
fn a_recipient_that_the_rule_does_not_list_gets_no_new_key_by_accident() {
    let sandbox = Sandbox::new();
    sealed(&sandbox, "s.yaml", "a: b\n", &["alice", "bob"]);
    // Without a rule there is nothing to compare with.
    sandbox.run(["rotate", "-i", "s.yaml"]).ok();
    config(&sandbox, &["alice"]);
    let before = sandbox.text("s.yaml");
    let message = sandbox.run(["rotate", "-i", "s.yaml"]).fails(1);
    assert!(message.contains(&recipient("bob")) && message.contains("--keep-unknown"), "{message}");
    assert!(!message.contains(&recipient("alice")), "{message}");
    sandbox.run(["rotate", "s.yaml"]).fails(1);
    assert_eq!(sandbox.text("s.yaml"), before);
    let told = sandbox.run(["rotate", "-i", "--keep-unknown", "s.yaml"]);
    assert!(told.success() && told.stderr.contains(&recipient("bob")), "{}", told.describe());
    // Under the name of sops it is done, and said.
    let dropped_in = sandbox.as_sops(["rotate", "-i", "s.yaml"]).run();
    assert!(
        dropped_in.success() && dropped_in.stderr.contains(&recipient("bob")),
        "{}",
        dropped_in.describe()
    );
    sandbox.run(["rotate", "-i", "--rm-age", &recipient("bob"), "s.yaml"]).ok();
    // Who is named on the command line is meant.
    sandbox.run(["rotate", "-i", "--add-age", &recipient("carol"), "s.yaml"]).ok();
    assert_eq!(readers(&sandbox, "s.yaml"), ["alice", "carol"].map(recipient));
}

#[test]
fn what_stands_in_the_way_is_said_as_in_sops_and_nothing_is_written() {
    let carol = recipient("carol");
    let kms = "arn:aws:kms:eu-west-1:123456789012:key/abc";
    let run = |args: &[&str], ours: bool| {
        let sandbox = Sandbox::new();
        sealed_by_sops(&sandbox, "s.yaml", "a: b\n", &["alice"]);
        sandbox.write("plain.yaml", "a: b\n");
        sandbox.write("bad.yaml", sandbox.text("s.yaml").replace("a: ENC", "A: ENC"));
        let before = sandbox.text("s.yaml");
        let outcome = if ours { sandbox.run(args) } else { sandbox.sops(SOPS, args) };
        assert_eq!(sandbox.text("s.yaml"), before, "{args:?}");
        outcome.status.code()
    };
    for args in [
        &["rotate", "-i", "missing.yaml"][..],
        &["rotate", "-i", "--add-age", &carol, "missing.yaml"],
        &["rotate", "-i", "--rm-age", &carol, "missing.yaml"],
        &["rotate", "-i", "plain.yaml"],
        &["rotate", "-i", "bad.yaml"],
        &["rotate", "-i", "--add-age", "nonsense", "s.yaml"],
        &["rotate", "-i", "--rm-age", &recipient("alice"), "s.yaml"],
        &["rotate", "--decryption-order", "age,age", "s.yaml"],
    ] {
        assert_eq!(run(args, true), run(args, false), "{args:?}");
    }
    assert_eq!(run(&["rotate"], true), Some(100));
    let sandbox = Sandbox::new();
    sealed(&sandbox, "s.yaml", "a: b\n", &["alice"]);
    let message = sandbox.run(["rotate", "-i", "--add-kms", kms, "s.yaml"]).fails(1);
    assert!(message.contains(kms) && message.contains("no AWS credentials"), "{message}");
    let message = sandbox.run(["rotate", "--add-kms", kms, "--encryption-context", "a", "s.yaml"]).fails(6);
    assert!(message.contains("KEY:VALUE"), "{message}");
}

#[test]
fn keys_of_other_kinds_can_be_removed() {
    let sandbox = Sandbox::new();
    sealed(&sandbox, "s.yaml", "a: b\n", &["alice"]);
    let (kms, pgp) =
        ("arn:aws:kms:eu-west-1:123456789012:key/abc", "85D77543B3D624B63CEA9E6DBC17301B491B3F21");
    let entries = format!(
        "sops:\n    kms:\n        - arn: {kms}\n          context: {{Env: x}}\n          created_at: \
         \"2026-01-01T00:00:00Z\"\n          enc: AAAA\n          aws_profile: \"\"\n    pgp:\n        - fp: {pgp}\n          \
         created_at: \"2026-01-01T00:00:00Z\"\n          enc: x\n"
    );
    sandbox.write("s.yaml", sandbox.text("s.yaml").replace("sops:\n", &entries));
    // What can't be wrapped for stops the rotation.
    let message = sandbox.run(["rotate", "-i", "--use-key", kms, "s.yaml"]).fails(1);
    assert!(message.contains(kms) && message.contains(pgp), "{message}");
    sandbox.run(["rotate", "-i", "--rm-kms", kms, "--rm-pgp", pgp, "s.yaml"]).ok();
    assert_eq!(opened_in_sops_by(&sandbox, &["alice"], "s.yaml").text(), "a: b\n");
}
