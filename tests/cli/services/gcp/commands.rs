//! Rules, key groups, and changes of keys.

use super::google::Google;
use super::{KEY, OTHER, PLAIN, ours, sandbox, sealed, theirs, with_token};
use crate::support::sandbox::{Sandbox, recipient};

#[test]
fn rules_name_keys_flat_and_in_groups_as_in_sops() {
    let google = Google::plain();
    let ways = with_token(&google);
    for config in [
        format!("creation_rules:\n  - gcp_kms: {KEY}\n"),
        format!("creation_rules:\n  - gcp_kms:\n      - {KEY}\n      - {OTHER}\n"),
        format!(
            "creation_rules:\n  - shamir_threshold: 2\n    key_groups:\n      - gcp_kms:\n          - resource_id: {KEY}\n      \
             - gcp_kms:\n          - resource_id: {OTHER}\n      - age:\n          - {}\n",
            recipient("bob")
        ),
    ] {
        let sandbox = Sandbox::new();
        sandbox.write(".sops.yaml", &config);
        for name in ["ours.yaml", "theirs.yaml"] {
            sandbox.write(name, PLAIN);
        }
        ours(&sandbox, &ways, &["encrypt", "-i", "ours.yaml"]).ok();
        theirs(&sandbox, &ways, &["encrypt", "-i", "theirs.yaml"]).ok();
        assert_eq!(theirs(&sandbox, &ways, &["decrypt", "ours.yaml"]).text(), PLAIN, "{config}");
        assert_eq!(ours(&sandbox, &ways, &["decrypt", "theirs.yaml"]).text(), PLAIN, "{config}");
    }
}

#[test]
fn keys_are_added_and_removed_with_a_new_data_key() {
    let google = Google::plain();
    let (ways, sandbox) = (with_token(&google), sandbox());
    sealed(&sandbox, &ways, "a.yaml", KEY);
    ours(&sandbox, &ways, &["rotate", "-i", "--add-gcp-kms", OTHER, "a.yaml"]).ok();
    assert_eq!(sandbox.text("a.yaml").matches("resource_id").count(), 2);
    assert_eq!(theirs(&sandbox, &ways, &["decrypt", "a.yaml"]).text(), PLAIN);
    ours(&sandbox, &ways, &["rotate", "-i", "--rm-gcp-kms", KEY, "a.yaml"]).ok();
    let text = sandbox.text("a.yaml");
    assert!(text.contains(OTHER) && !text.contains(KEY), "{text}");
    assert_eq!(ours(&sandbox, &ways, &["decrypt", "a.yaml"]).text(), PLAIN);
    theirs(&sandbox, &ways, &["rotate", "-i", "--add-gcp-kms", KEY, "a.yaml"]).ok();
    assert_eq!(ours(&sandbox, &ways, &["decrypt", "a.yaml"]).text(), PLAIN);
}

#[test]
fn a_rule_with_another_key_reaches_the_files_of_both_programs() {
    let google = Google::plain();
    let (ways, sandbox) = (with_token(&google), sandbox());
    sealed(&sandbox, &ways, "ours.yaml", KEY);
    sandbox.write("theirs.yaml", PLAIN);
    theirs(&sandbox, &ways, &["encrypt", "-i", "--gcp-kms", KEY, "theirs.yaml"]).ok();
    for name in ["ours.yaml", "theirs.yaml"] {
        ours(&sandbox, &ways, &["updatekeys", "-y", name]).ok();
        assert!(sandbox.text(name).contains(OTHER), "{name}");
        let calls = google.count("");
        theirs(&sandbox, &ways, &["updatekeys", "-y", name]).ok();
        assert_eq!(google.count(""), calls, "up to date for sops");
        assert_eq!(theirs(&sandbox, &ways, &["decrypt", name]).text(), PLAIN);
    }
}

#[test]
fn a_key_that_cannot_be_reached_is_passed_over_for_one_that_can() {
    let google = Google::plain();
    let (ways, sandbox) = (with_token(&google), sandbox());
    sealed(&sandbox, &ways, "a.yaml", &format!("{KEY},{OTHER}"));
    google.trouble(|request| {
        let is_first = request.path().contains("/cryptoKeys/k1:");
        is_first.then(|| super::google::error(403, "PERMISSION_DENIED", "no"))
    });
    assert_eq!(ours(&sandbox, &ways, &["decrypt", "a.yaml"]).text(), PLAIN);
}
