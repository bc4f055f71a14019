//! A server that somebody else wrote for Cloud KMS.

use super::{PLAIN, ours, theirs};
use crate::support::sandbox::Sandbox;
use crate::support::services::drongo;

#[test]
fn files_go_to_and_fro_and_change_keys() {
    let (sandbox, ways) = (Sandbox::new(), drongo().variables());
    let (one, two) = (drongo().key("gcp-one"), drongo().key("gcp-two"));
    sandbox.write(".sops.yaml", format!("creation_rules:\n  - gcp_kms: {one},{two}\n"));
    for name in ["ours.yaml", "theirs.yaml"] {
        sandbox.write(name, PLAIN);
    }
    ours(&sandbox, &ways, &["encrypt", "-i", "--gcp-kms", &one, "ours.yaml"]).ok();
    theirs(&sandbox, &ways, &["encrypt", "-i", "--gcp-kms", &one, "theirs.yaml"]).ok();
    assert_eq!(theirs(&sandbox, &ways, &["decrypt", "ours.yaml"]).text(), PLAIN);
    assert_eq!(ours(&sandbox, &ways, &["decrypt", "theirs.yaml"]).text(), PLAIN);
    for name in ["ours.yaml", "theirs.yaml"] {
        ours(&sandbox, &ways, &["rotate", "-i", "--add-gcp-kms", &two, "--rm-gcp-kms", &one, name]).ok();
        assert_eq!(theirs(&sandbox, &ways, &["decrypt", name]).text(), PLAIN);
        ours(&sandbox, &ways, &["updatekeys", "-y", name]).ok();
        assert!(sandbox.text(name).contains(&one) && sandbox.text(name).contains(&two));
    }
}

#[test]
fn a_key_that_it_does_not_have_is_named() {
    let (sandbox, ways) = (Sandbox::new(), drongo().variables());
    let missing = drongo().key("gcp-there").replace("gcp-there", "gcp-missing");
    sandbox.write("a.yaml", PLAIN);
    let said = ours(&sandbox, &ways, &["encrypt", "-i", "--gcp-kms", &missing, "a.yaml"]).fails(1);
    assert!(said.contains("cloudkms encrypt at 127.0.0.1") && said.contains("status 404"), "{said}");
    assert_eq!(sandbox.text("a.yaml"), PLAIN);
}
