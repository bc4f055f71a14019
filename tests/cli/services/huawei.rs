//! HuaweiCloud KMS: its entries are kept and named, and never used.

use crate::support::sandbox::{Sandbox, recipient};
use crate::support::team::{config, grouped_config, opened_by, opened_in_sops_by, sealed};

const KEY: &str = "eu-west-101:01234567-89ab-cdef-0123-456789abcdef";

/// An entry as sops writes it.
const ENTRY: &str = "    hckms:\n        - created_at: \"2026-01-01T00:00:00Z\"\n          enc: AgV4\n          \
                     key_id: eu-west-101:01234567-89ab-cdef-0123-456789abcdef\n";

/// A file for Alice and a key of the service.
fn shared(sandbox: &Sandbox) {
    sealed(sandbox, "s.yaml", "a: b\n", &["alice"]);
    let text = sandbox.text("s.yaml");
    let at = text.find("    lastmodified:").expect("a sops block");
    sandbox.write("s.yaml", format!("{}{ENTRY}{}", &text[..at], &text[at..]));
}

#[test]
fn its_entries_survive_every_change_of_values_and_of_other_keys() {
    let sandbox = Sandbox::new();
    shared(&sandbox);
    let kept = |what: &str| {
        assert!(sandbox.text("s.yaml").contains(ENTRY), "{what}: {}", sandbox.text("s.yaml"));
        opened_in_sops_by(&sandbox, &["alice"], "s.yaml").ok();
    };
    sandbox.run(["set", "s.yaml", "[\"a\"]", "\"c\""]).ok();
    kept("set");
    sandbox.sops_rs(["edit", "s.yaml"]).env("EDITOR", "sed -i s/c/d/").run().ok();
    kept("edit");
    let rule = |people: &str| {
        let keys = format!("creation_rules:\n  - age: {people}\n    hckms: [{KEY}]\n");
        sandbox.write(".sops.yaml", keys);
    };
    rule(&format!("{},{}", recipient("alice"), recipient("bob")));
    sandbox.run(["updatekeys", "-y", "s.yaml"]).ok();
    kept("updatekeys");
    rule(&recipient("alice"));
    sandbox.run(["updatekeys", "-y", "s.yaml"]).ok();
    kept("updatekeys");
    assert_eq!(sandbox.run(["decrypt", "s.yaml"]).text(), "a: d\n");
    let who = sandbox.run(["recipients", "who", "s.yaml"]).text();
    assert!(who.contains(KEY), "{who}");
}

#[test]
fn nothing_is_wrapped_for_it_and_sops_is_named() {
    let sandbox = Sandbox::new();
    shared(&sandbox);
    let before = sandbox.text("s.yaml");
    sandbox.write("p.yaml", "a: b\n");
    config(&sandbox, &["alice"]);
    sandbox.write(".sops.yaml", sandbox.text(".sops.yaml") + &format!("    hckms: [{KEY}]\n"));
    for args in [
        &["rotate", "-i", "s.yaml"][..],
        &["rotate", "-i", "--add-hckms", "a:b", "s.yaml"],
        &["groups", "add", "-i", "-f", "s.yaml", "--hckms", KEY],
        &["encrypt", "-i", "--hckms", KEY, "p.yaml"],
        &["encrypt", "-i", "p.yaml"],
    ] {
        let message = sandbox.run(args).fails(1);
        assert!(message.contains(KEY) && message.contains("this build cannot use hckms keys"), "{message}");
        assert!(message.contains("use sops for such a key"), "{message}");
        assert!(sandbox.text("s.yaml") == before && sandbox.text("p.yaml") == "a: b\n", "{args:?}");
    }
    sandbox.run(["rotate", "-i", "--rm-hckms", KEY, "s.yaml"]).ok();
    assert!(!sandbox.text("s.yaml").contains("hckms"));
    // What is no key of the service is refused before anything is read.
    sandbox.run(["encrypt", "-i", "--hckms", "nonsense", "p.yaml"]).fails(1);
}

#[test]
fn a_file_for_it_alone_is_for_sops() {
    let sandbox = Sandbox::new();
    shared(&sandbox);
    let text = sandbox.text("s.yaml");
    let age = text.find("    age:").expect("Alice's entry");
    let own = text.find("    hckms:").expect("the service's entry");
    sandbox.write("s.yaml", format!("{}{}", &text[..age], &text[own..]));
    let message = sandbox.run(["decrypt", "s.yaml"]).fails(128);
    assert!(message.contains(KEY) && message.contains("use sops for such a key"), "{message}");
    assert_eq!(sandbox.run(["filestatus", "s.yaml"]).text(), "{\"encrypted\":true}\n");
}

#[test]
fn other_groups_open_a_file_with_a_group_for_it() {
    let sandbox = Sandbox::new();
    grouped_config(&sandbox, &[&["alice"], &["bob"], &["carol"]], "shamir_threshold: 2");
    sandbox.write("s.yaml", "a: b\n");
    sandbox.run(["encrypt", "-i", "s.yaml"]).ok();
    // Bob's group becomes one for the service.
    let text = sandbox.text("s.yaml");
    let at = text.find(&recipient("bob")).expect("Bob's entry");
    let start = text[..at].rfind("        - age:").expect("his group");
    let end = at + text[at..].find("        - age:").expect("the next group");
    let group = ENTRY.lines().map(|line| format!("      {line}\n")).collect::<String>();
    let group = group.replacen("          hckms", "        - hckms", 1);
    sandbox.write("s.yaml", format!("{}{group}{}", &text[..start], &text[end..]));
    assert_eq!(opened_by(&sandbox, &["alice", "carol"], "s.yaml").text(), "a: b\n");
    assert_eq!(opened_in_sops_by(&sandbox, &["alice", "carol"], "s.yaml").text(), "a: b\n");
    let message = opened_by(&sandbox, &["alice", "bob"], "s.yaml").fails(128);
    assert!(message.contains(KEY), "{message}");
}
