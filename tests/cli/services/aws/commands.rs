//! KMS keys in rules, groups and the commands that change a file's keys.

use super::double::{self, ARN};
use super::{Lab, PLAIN, entries};
use crate::support::sandbox::{identity, recipient};
use crate::support::server::Server;
use crate::support::services::moto;

/// A lab with keys of moto, and a profile.
fn lab() -> Lab {
    let profile = "[profile lab]\naws_access_key_id = a\naws_secret_access_key = b\n";
    Lab::new(moto().variables()).with_config(profile)
}

/// Encrypts with the config's rule with both programs; the entries of both must be the same.
#[track_caller]
fn rule_goes_both_ways(lab: &Lab, config: &str) -> String {
    lab.sandbox.write(".sops.yaml", config);
    let (ours, theirs) = lab.goes_both_ways("f.yaml", PLAIN, &[]);
    assert_eq!(entries(&ours), entries(&theirs));
    ours
}

#[test]
fn a_rule_names_keys_and_a_profile_flat() {
    let (lab, key, other) = (lab(), moto().key("us-east-1"), moto().key("eu-west-1"));
    let role = "arn:aws:iam::123456789012:role/sops";
    let config = format!("creation_rules:\n  - kms: {key}+{role},{other}\n    aws_profile: lab\n");
    let sealed = rule_goes_both_ways(&lab, &config);
    assert_eq!(sealed.matches("aws_profile: lab").count(), 2, "{sealed}");
    assert!(sealed.contains(&format!("role: {role}")), "{sealed}");
}

#[test]
fn a_rule_has_groups_with_contexts_roles_and_profiles() {
    let (lab, key, other) = (lab(), moto().key("us-east-1"), moto().key("eu-west-1"));
    let config = format!(
        "creation_rules:\n  - shamir_threshold: 2\n    key_groups:\n      - kms:\n          - arn: {key}\n            \
         role: arn:aws:iam::123456789012:role/sops\n            context:\n              Env: test\n              Role: web\n      \
         - kms:\n          - arn: {other}\n            aws_profile: lab\n      - age:\n          - {}\n",
        recipient("bob")
    );
    let sealed = rule_goes_both_ways(&lab, &config);
    assert!(sealed.contains("shamir_threshold: 2") && sealed.contains("Role: web"), "{sealed}");
    // One of the two can be bob, and then only one is asked.
    let half = sealed.replace(&key, &format!("{}0000", &key[..key.len() - 4]));
    lab.sandbox.write("half.yaml", half);
    lab.ours(["decrypt", "half.yaml"]).run().fails(128);
    let with_bob = lab.ours(["decrypt", "half.yaml"]).env("SOPS_AGE_KEY", identity("bob")).run();
    assert_eq!(with_bob.text(), PLAIN);
}

#[test]
fn keys_are_added_and_removed_and_the_rule_is_followed() {
    let (lab, key, other) = (lab(), moto().key("us-east-1"), moto().key("eu-west-1"));
    let reads = || lab.sops(["decrypt", "f.yaml"]).run().ok();
    lab.seal("f.yaml", PLAIN, &["--kms", &key]).ok();
    let add = [
        "rotate",
        "-i",
        "--add-kms",
        &other,
        "--aws-profile",
        "lab",
        "--encryption-context",
        "Env:x",
        "f.yaml",
    ];
    lab.ours(add).run().ok();
    let text = lab.sandbox.text("f.yaml");
    assert!(text.contains(&other) && text.contains("aws_profile: lab") && text.contains("Env: x"), "{text}");
    reads();
    lab.ours(["rotate", "-i", "--rm-kms", &key, "f.yaml"]).run().ok();
    assert!(!lab.sandbox.text("f.yaml").contains(&key));
    reads();
    lab.sandbox.write(".sops.yaml", format!("creation_rules:\n  - kms: {key}\n"));
    lab.ours(["updatekeys", "-y", "f.yaml"]).run().ok();
    let text = lab.sandbox.text("f.yaml");
    assert!(text.contains(&key) && !text.contains(&other), "{text}");
    reads();
    lab.ours(["groups", "add", "-i", "-f", "f.yaml", "--kms", &other, "--add-recipient", &other]).run().ok();
    reads();
    lab.ours(["set", "f.yaml", "[\"port\"]", "1"]).run().ok();
    let opened = String::from_utf8(reads()).expect("a text");
    assert!(opened.contains("port: 1"), "{opened}");
}

#[test]
fn a_file_that_age_opens_asks_nobody() {
    let server = Server::plain(double::honest);
    let lab = Lab::new(double::variables(&server));
    lab.seal("f.yaml", PLAIN, &["--kms", ARN, "--age", &recipient("bob")]).ok();
    let asked = server.requests().len();
    let broken = lab.ours(["decrypt", "f.yaml"]).env("SOPS_AGE_KEY", identity("bob"));
    let broken = broken.env("AWS_CA_BUNDLE", "/nonexistent").env("HTTPS_PROXY", "no proxy");
    assert_eq!(broken.run().text(), PLAIN);
    assert_eq!(server.requests().len(), asked);
}

#[test]
fn many_files_share_one_client_and_one_assumed_role() {
    let server = Server::plain(double::honest);
    let lab = Lab::new(double::variables(&server));
    let key = format!("{ARN}+arn:aws:iam::111122223333:role/r");
    for number in 0..6 {
        lab.seal(&format!("d/{number}.yaml"), PLAIN, &["--kms", &key]).ok();
    }
    let before = double::roles(&server).len();
    lab.sandbox.write(
        ".sops.yaml",
        format!("creation_rules:\n  - kms: {key},{}\n", ARN.replace(":key/0", ":key/1")),
    );
    lab.ours(["updatekeys", "-y", "d"]).run().ok();
    let role_and_none = double::roles(&server).len() - before;
    assert_eq!(role_and_none, 1, "{:?}", double::roles(&server));
}
