//! Keys of vaults in configs and flags, with and without a version.

use super::keys::{NEW, OLD};
use super::{Lab, PLAIN, failed};
use crate::support::sandbox::recipient;

/// The rules that mean the key of the lab, in all their spellings.
fn rules(lab: &Lab, version: &str) -> Vec<String> {
    let (key, url) = (lab.vault.key(version), lab.vault.server.url());
    let version = if version.is_empty() { String::new() } else { format!(", version: {version}") };
    let map = format!("{{vaultUrl: '{url}', key: sops{version}}}");
    vec![
        format!("azure_keyvault: {key}"),
        format!("azure_keyvault: ['{key}']"),
        format!("key_groups: [{{azure_keyvault: [{map}]}}]"),
    ]
}

fn configure(lab: &Lab, rule: &str) {
    lab.sandbox.write(".sops.yaml", format!("creation_rules:\n  - {rule}\n"));
}

#[test]
fn a_rule_may_name_the_key_with_its_version_or_without() {
    for (version, stored) in [("", NEW), (OLD, OLD)] {
        let lab = Lab::new();
        for rule in rules(&lab, version) {
            configure(&lab, &rule);
            let sealed = lab.ours(&["encrypt", "plain.yaml"]).run().text();
            assert!(sealed.contains(&format!("version: {stored}")), "{rule}: {sealed}");
            lab.sandbox.write("ours.yaml", sealed);
            assert_eq!(lab.sops(&["decrypt", "ours.yaml"]).run().text(), PLAIN, "{rule}");
            let sealed = lab.sops(&["encrypt", "plain.yaml"]).run().text();
            lab.sandbox.write("theirs.yaml", sealed);
            assert_eq!(lab.ours(&["decrypt", "theirs.yaml"]).run().text(), PLAIN, "{rule}");
        }
    }
}

#[test]
fn a_file_with_any_version_is_what_a_rule_without_one_means() {
    let lab = Lab::new();
    for version in [OLD, NEW] {
        let name = lab.sealed(version);
        let (text, calls) = (lab.sandbox.text(name), lab.vault.calls().len());
        for rule in rules(&lab, "") {
            configure(&lab, &rule);
            lab.ours(&["check", name]).run().ok();
            lab.ours(&["updatekeys", "-y", name]).run().ok();
            assert_eq!(lab.sandbox.text(name), text, "{rule}");
        }
        assert_eq!(lab.vault.calls().len(), calls, "nobody had to be asked");
    }
}

#[test]
fn a_rule_with_another_version_wants_that_one() {
    let lab = Lab::new();
    let name = lab.sealed(OLD);
    configure(&lab, &rules(&lab, NEW)[0]);
    let found = lab.ours(&["check", name]).run();
    assert!(!found.success(), "{}", found.describe());
    lab.ours(&["updatekeys", "-y", name]).run().ok();
    let text = lab.sandbox.text(name);
    assert!(text.contains(NEW) && !text.contains(OLD), "{text}");
    assert_eq!(lab.sops(&["decrypt", name]).run().text(), PLAIN);
    lab.ours(&["check", name]).run().ok();
}

#[test]
fn updatekeys_adds_the_vault_of_a_rule() {
    let (lab, alice) = (Lab::new(), recipient("alice"));
    let sealed = lab.ours(&["encrypt", "--age", &alice, "plain.yaml"]).run().text();
    lab.sandbox.write("sealed.yaml", sealed);
    configure(&lab, &format!("age: {alice}\n    azure_keyvault: {}", lab.vault.key("")));
    lab.ours(&["updatekeys", "-y", "sealed.yaml"]).run().ok();
    assert!(lab.sandbox.text("sealed.yaml").contains(&format!("version: {NEW}")));
    let alone = lab.sops(&["decrypt", "sealed.yaml"]).without("SOPS_AGE_KEY_FILE").run();
    assert_eq!(alone.text(), PLAIN);
    lab.ours(&["check", "sealed.yaml"]).run().ok();
}

#[test]
fn rotate_adds_and_removes_vaults() {
    let (lab, alice) = (Lab::new(), recipient("alice"));
    let sealed = lab.ours(&["encrypt", "--age", &alice, "plain.yaml"]).run().text();
    lab.sandbox.write("sealed.yaml", sealed);
    let versions = |text: &str| text.matches("vault_url:").count();
    for (args, count) in [
        (["--add-azure-kv", &lab.vault.key("")], 1),
        (["--add-azure-kv", &lab.vault.key("")], 1),
        (["--add-azure-kv", &lab.vault.key(OLD)], 2),
        (["--rm-azure-kv", &lab.vault.key(OLD)], 1),
        (["--rm-azure-kv", &lab.vault.key("")], 0),
    ] {
        lab.ours(&[&["rotate", "-i", "sealed.yaml"], &args[..]].concat()).run().ok();
        let text = lab.sandbox.text("sealed.yaml");
        assert_eq!(versions(&text), count, "{args:?}: {text}");
        if count > 0 {
            let alone = lab.sops(&["decrypt", "sealed.yaml"]).without("SOPS_AGE_KEY_FILE").run();
            assert_eq!(alone.text(), PLAIN, "{args:?}");
        }
    }
    let other = lab.vault.key("").replace("/sops", "/other");
    let text = lab.sandbox.text("sealed.yaml");
    let message = failed(lab.ours(&["rotate", "-i", "--add-azure-kv", &other, "sealed.yaml"]).run());
    assert!(message.contains("KeyNotFound"), "{message}");
    assert_eq!(lab.sandbox.text("sealed.yaml"), text);
}

#[test]
fn a_key_that_two_names_mean_is_stored_once() {
    let lab = Lab::new();
    let keys = format!("{},{}", lab.vault.key(NEW), lab.vault.key(""));
    let sealed = lab.ours(&["encrypt", "--azure-kv", &keys, "plain.yaml"]).run().text();
    assert_eq!(sealed.matches("vault_url:").count(), 1, "{sealed}");
}
