//! Files go back and forth between ours and sops, through one vault.

use super::keys::{NEW, OLD};
use super::{Lab, PLAIN, failed};
use crate::support::sandbox::recipient;

#[test]
fn sops_opens_ours_and_we_open_those_of_sops() {
    let lab = Lab::new();
    for version in ["", NEW, OLD] {
        let key = lab.vault.key(version);
        let ours = lab.ours(&["encrypt", "--azure-kv", &key, "plain.yaml"]).run().text();
        let theirs = lab.sops(&["encrypt", "--azure-kv", &key, "plain.yaml"]).run().text();
        let stored = format!("version: {}", if version.is_empty() { NEW } else { version });
        assert!(ours.contains(&stored) && theirs.contains(&stored), "{ours}\n{theirs}");
        lab.sandbox.write("ours.yaml", ours);
        lab.sandbox.write("theirs.yaml", theirs);
        assert_eq!(lab.sops(&["decrypt", "ours.yaml"]).run().text(), PLAIN, "{version}");
        for name in ["ours.yaml", "theirs.yaml"] {
            assert_eq!(lab.ours(&["decrypt", name]).run().text(), PLAIN, "{version} {name}");
        }
    }
}

#[test]
fn a_vault_shares_a_file_with_other_keys_and_groups() {
    let (lab, alice) = (Lab::new(), recipient("alice"));
    let url = lab.vault.server.url();
    let group = |keys: &str| format!("      - {keys}\n");
    let azure = group(&format!("azure_keyvault: [{{vaultUrl: '{url}', key: sops, version: {OLD}}}]"));
    let age = group(&format!("age: ['{alice}']"));
    let config = format!("creation_rules:\n  - shamir_threshold: 2\n    key_groups:\n{azure}{age}");
    lab.sandbox.write(".sops.yaml", config);
    let sealed = lab.ours(&["encrypt", "plain.yaml"]).run().text();
    lab.sandbox.write("ours.yaml", sealed);
    let sealed = lab.sops(&["encrypt", "plain.yaml"]).run().text();
    lab.sandbox.write("theirs.yaml", sealed);
    for name in ["ours.yaml", "theirs.yaml"] {
        assert_eq!(lab.ours(&["decrypt", name]).run().text(), PLAIN, "{name}");
        assert_eq!(lab.sops(&["decrypt", name]).run().text(), PLAIN, "{name}");
        let alone = lab.ours(&["decrypt", name]).without("SOPS_AGE_KEY_FILE").run();
        let message = failed(alone);
        assert!(message.contains("2 key groups must open, 1 of 2 did"), "{name}: {message}");
    }
}

#[test]
fn a_file_that_age_opens_calls_no_vault() {
    let (lab, alice) = (Lab::new(), recipient("alice"));
    let args = ["encrypt", "--age", &alice, "--azure-kv", &lab.vault.key(""), "plain.yaml"];
    let sealed = lab.ours(&args).run().text();
    lab.sandbox.write("both.yaml", sealed);
    let calls = lab.vault.calls().len();
    assert_eq!(lab.ours(&["decrypt", "both.yaml"]).run().text(), PLAIN);
    assert_eq!(lab.vault.calls().len(), calls);
    assert_eq!(lab.ours(&["decrypt", "both.yaml"]).without("SOPS_AGE_KEY_FILE").run().text(), PLAIN);
    assert!(lab.vault.calls().len() > calls);
}

#[test]
fn challenge_token_and_newest_version_are_asked_for_once_for_many_files() {
    let lab = Lab::new();
    lab.sandbox.write(".sops.yaml", format!("creation_rules:\n  - azure_keyvault: {}\n", lab.vault.key("")));
    let names = ["a.yaml", "b.yaml", "c.yaml"];
    for name in names {
        lab.sandbox.write(name, PLAIN);
    }
    lab.ours(&[&["encrypt", "-i"], &names[..]].concat()).run().ok();
    let count = |call: &str| lab.vault.calls().iter().filter(|one| *one == call).count();
    assert_eq!(
        count("GET /keys/sops/?") + count("POST /keys/sops/NEW/encrypt?"),
        1,
        "{:?}",
        lab.vault.calls()
    );
    assert_eq!((count("GET /keys/sops/"), count("POST /keys/sops/NEW/encrypt")), (1, 3));
    assert_eq!(lab.identity.server.requests().len(), 1);
    for name in names {
        assert_eq!(lab.sops(&["decrypt", name]).run().text(), PLAIN, "{name}");
    }
}

#[test]
fn a_key_that_the_vault_does_not_have_is_named() {
    let lab = Lab::new();
    let other = lab.vault.key("").replace("/sops", "/other");
    let message = failed(lab.ours(&["encrypt", "--azure-kv", &other, "plain.yaml"]).run());
    assert!(message.contains("keys/get") && message.contains("KeyNotFound"), "{message}");
    assert!(message.contains("(name/id) other was not found"), "{message}");
}

#[test]
fn another_version_does_not_open_the_file() {
    let lab = Lab::new();
    let name = lab.sealed(OLD);
    let text = lab.sandbox.text(name).replace(OLD, NEW);
    lab.sandbox.write(name, text);
    let outcome = lab.ours(&["decrypt", name]).run();
    assert_eq!(
        (outcome.status.code(), lab.sops(&["decrypt", name]).run().status.code()),
        (Some(128), Some(128))
    );
    let message = failed(outcome);
    assert!(message.contains("keys/decrypt") && message.contains("BadParameter"), "{message}");
}

#[test]
fn a_damaged_entry_never_reaches_the_vault() {
    let lab = Lab::new();
    let name = lab.sealed(NEW);
    let whole = lab.sandbox.text(name);
    let enc = whole.lines().find(|line| line.trim().starts_with("enc:")).expect("a wrapped key").trim();
    let calls = lab.vault.calls().len();
    for (old, new, said) in [
        (enc, "enc: '+/=='", "URL-safe base64"),
        ("name: sops", "name: ../secrets", "not the name of an Azure key"),
        ("name: sops", "name: sops?x", "not the name of an Azure key"),
        ("https://127.0.0.1", "http://127.0.0.1", "not the URL of an Azure key vault"),
        ("https://127.0.0.1", "https://me@127.0.0.1", "not the URL of an Azure key vault"),
    ] {
        assert!(whole.contains(old), "{old}");
        lab.sandbox.write(name, whole.replace(old, new));
        let message = failed(lab.ours(&["decrypt", name]).run());
        assert!(message.contains(said), "{new}: {message}");
    }
    assert_eq!(lab.vault.calls().len(), calls);
}

#[test]
fn an_entry_without_a_version_is_of_the_newest() {
    let lab = Lab::new();
    let name = lab.sealed(NEW);
    let text = lab.sandbox.text(name).replace(NEW, "''");
    lab.sandbox.write(name, text);
    assert_eq!(lab.ours(&["decrypt", name]).run().text(), PLAIN);
}
