//! Files go to and fro between the programs.

use super::{PLAIN, User};
use crate::support::sandbox::recipient;
use crate::support::services::openbao;
use serde_json::json;

#[test]
fn each_program_opens_what_the_other_wrapped() {
    let (bao, user) = (openbao(), User::with(openbao().variables()));
    let key = bao.key("exchange");
    user.seal(&key, "ours.yaml");
    assert_eq!(user.sops(["decrypt", "ours.yaml"]).run().text(), PLAIN);
    let theirs = user.sops(["encrypt", "--hc-vault-transit", &key, "plain.yaml"]).run().ok();
    user.sandbox.write("theirs.yaml", theirs);
    assert_eq!(user.ours(["decrypt", "theirs.yaml"]).run().text(), PLAIN);
    let stanza = |name: &str| {
        let text = user.sandbox.text(name);
        let lines = text.lines().skip_while(|line| !line.contains("hc_vault:")).skip(1).take(5);
        let mut fields: Vec<_> = lines
            .filter_map(|line| Some(line.split_once(':')?.0.trim_matches([' ', '-']).to_owned()))
            .collect();
        fields.sort_unstable();
        fields
    };
    let names = ["created_at", "enc", "engine_path", "key_name", "vault_address"];
    assert_eq!(stanza("ours.yaml"), names);
    assert_eq!(stanza("theirs.yaml"), names);
}

#[test]
fn an_engine_may_be_mounted_anywhere_and_its_keys_have_versions() {
    let (bao, user) = (openbao(), User::with(openbao().variables()));
    bao.call("POST /v1/sys/mounts/a/b/transit", &json!({ "type": "transit" }));
    bao.call("POST /v1/a/b/transit/keys/turned", &json!({}));
    let key = format!("{}/v1/a/b/transit/keys/turned", bao.url());
    user.seal(&key, "old.yaml");
    bao.call("POST /v1/a/b/transit/keys/turned/rotate", &json!({}));
    user.seal(&key, "new.yaml");
    for (name, version) in [("old.yaml", "vault:v1:"), ("new.yaml", "vault:v2:")] {
        assert!(user.sandbox.text(name).contains(version), "{name}");
        assert_eq!(user.ours(["decrypt", name]).run().text(), PLAIN);
        assert_eq!(user.sops(["decrypt", name]).run().text(), PLAIN);
    }
}

#[test]
fn rules_name_transit_keys_and_updatekeys_follows_them() {
    let (bao, user) = (openbao(), User::with(openbao().variables()));
    let (one, two) = (bao.key("rule-one"), bao.key("rule-two"));
    let rule = |key: &str| format!("creation_rules:\n  - hc_vault_transit_uri: {key}\n");
    user.sandbox.write(".sops.yaml", rule(&one));
    user.ours(["encrypt", "-i", "plain.yaml"]).run().ok();
    assert!(user.sandbox.text("plain.yaml").contains("key_name: rule-one"));
    user.sandbox.write(".sops.yaml", rule(&two));
    user.ours(["updatekeys", "-y", "plain.yaml"]).run().ok();
    let text = user.sandbox.text("plain.yaml");
    assert!(text.contains("key_name: rule-two") && !text.contains("rule-one"), "{text}");
    assert_eq!(user.sops(["decrypt", "plain.yaml"]).run().text(), PLAIN);
    user.sops(["updatekeys", "-y", "plain.yaml"]).run().ok();
    assert_eq!(user.sandbox.text("plain.yaml"), text, "sops finds nothing to do");
}

#[test]
fn rotate_adds_and_removes_transit_keys() {
    let (bao, user) = (openbao(), User::with(openbao().variables()));
    let (one, two) = (bao.key("added"), bao.key("removed"));
    user.seal(&two, "s.yaml");
    let change = ["rotate", "-i", "--add-hc-vault-transit", &one, "--rm-hc-vault-transit", &two, "s.yaml"];
    user.ours(change).run().ok();
    let text = user.sandbox.text("s.yaml");
    assert!(text.contains("key_name: added") && !text.contains("key_name: removed"), "{text}");
    assert_eq!(user.sops(["decrypt", "s.yaml"]).run().text(), PLAIN);
}

#[test]
fn key_groups_mix_transit_keys_with_age() {
    let (bao, user) = (openbao(), User::with(openbao().variables()));
    let groups = format!(
        "creation_rules:\n  - shamir_threshold: 2\n    key_groups:\n      - age: ['{}']\n      - hc_vault: ['{}']\n",
        recipient("alice"),
        bao.key("grouped"),
    );
    user.sandbox.write(".sops.yaml", groups);
    user.ours(["encrypt", "--output", "ours.yaml", "plain.yaml"]).run().ok();
    assert_eq!(user.sops(["decrypt", "ours.yaml"]).run().text(), PLAIN);
    user.sandbox.write("theirs.yaml", user.sops(["encrypt", "plain.yaml"]).run().ok());
    assert_eq!(user.ours(["decrypt", "theirs.yaml"]).run().text(), PLAIN);
}

#[test]
fn a_file_that_age_opens_asks_no_vault() {
    let (bao, user) = (openbao(), User::with(openbao().variables()));
    let both = ["encrypt", "--age", &recipient("alice"), "--hc-vault-transit", &bao.key("unasked")];
    let args = both.into_iter().chain(["--output", "s.yaml", "plain.yaml"]);
    user.ours(args).run().ok();
    // Neither the address nor any variable of the client makes sense.
    let text = user.sandbox.text("s.yaml").replace(&bao.url(), "http://127.0.0.1:1");
    user.sandbox.write("s.yaml", text);
    let user = user.set("VAULT_CLIENT_TIMEOUT", "never").set("VAULT_CACERT", "/nowhere");
    assert_eq!(user.ours(["decrypt", "s.yaml"]).run().text(), PLAIN);
}
