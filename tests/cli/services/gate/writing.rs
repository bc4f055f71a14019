//! Writing a file that somebody has prepared (security 1.3, items 1, 2, 6 and 8).

use super::{Trap, World, aimed, entries, uri};
use crate::support::sandbox::{identity, recipient};
use crate::support::team::recipients;
use serde_json::{Value, json};
use std::os::unix::fs::PermissionsExt;

fn push(sops: &mut Value, list: &str, entry: Value) {
    match &mut sops[list] {
        Value::Array(list) => list.push(entry),
        other => *other = json!([entry]),
    }
}

#[test]
fn no_data_key_is_wrapped_for_an_added_recipient_of_a_service() {
    let (world, trap) = (World::new(), Trap::new());
    let good = world.repository.sandbox.text("s.json");
    for (list, entry) in entries(&trap) {
        world.write("s.json", &good);
        world.tamper("s.json", |sops| push(sops, list, entry));
        let before = world.repository.sandbox.text("s.json");
        let rotate = |more: &[&str]| {
            let args = [&["rotate", "-i", "s.json"], more].concat();
            aimed(world.program(&args), &trap)
        };
        assert!(rotate(&[]).run().fails(1).contains("the creation rule for"), "{list}");
        // That they may read it is no leave to call what they name.
        let message = rotate(&["--keep-unknown"]).run().fails(1);
        assert!(message.contains("--use-key") && message.contains("using it calls"), "{list}: {message}");
        trap.is_untouched();
        let used = trap.touched_by(|| {
            rotate(&["--keep-unknown", "--use-key", "all"]).run().fails(1);
        });
        assert!(used > 0 && world.repository.sandbox.text("s.json") == before, "{list}");
    }
}

#[test]
fn without_a_rule_only_known_keys_are_wrapped_for() {
    let (world, trap) = (World::new(), Trap::new());
    world.repository.git(["rm", "-q", ".sops.yaml"]);
    world.repository.commit("no config");
    let known = uri(&world.vault.url());
    let rotate = || aimed(world.program(&["rotate", "-i", "s.json"]), &trap).env("SOPS_VAULT_URIS", &known);
    rotate().run().ok();
    world.tamper("s.json", |sops| push(sops, "hc_vault", entries(&trap).swap_remove(0).1));
    let before = world.repository.sandbox.text("s.json");
    let message = rotate().run().fails(1);
    assert!(message.contains("--use-key"), "{message}");
    trap.is_untouched();
    assert_eq!(world.repository.sandbox.text("s.json"), before);
}

#[test]
fn a_changed_config_brings_no_service_by_itself() {
    let (world, trap) = (World::new(), Trap::new());
    let before = world.repository.sandbox.text("s.json");
    world.config(&format!("hc_vault_transit_uri: {}", uri(&trap.url("http"))));
    for committed in [false, true] {
        if committed {
            world.repository.commit("harmless");
        }
        world.write("new.json", "{}\n");
        for args in [&["updatekeys", "-y", "s.json"][..], &["encrypt", "-i", "new.json"]] {
            let message = world.run(args).fails(1);
            assert!(message.contains("--add-recipient"), "{message}");
        }
        trap.is_untouched();
    }
    assert_eq!(world.repository.sandbox.text("s.json"), before);
}

#[test]
fn a_lowered_threshold_is_noticed_before_anything_is_written() {
    let world = World::new();
    let sandbox = &world.repository.sandbox;
    let group = |who: &str| format!("      - age: [{}]\n", recipient(who));
    let groups: String = ["alice", "bob", "carol"].map(group).concat();
    world.config(&format!("shamir_threshold: 3\n    key_groups:\n{groups}"));
    world.repository.commit("three together");
    let keys = ["alice", "bob", "carol"].map(identity).join("\n");
    let run =
        |args: &[&str]| world.program(args).without("SOPS_AGE_KEY_FILE").env("SOPS_AGE_KEY", &keys).run();
    world.write("t.json", "{\"a\": \"b\"}\n");
    let people = recipients(&["alice", "bob", "carol"]);
    let approve: Vec<&str> = people.split(',').flat_map(|who| ["--add-recipient", who]).collect();
    run(&[&["encrypt", "-i", "t.json"][..], &approve].concat()).ok();
    world.tamper("t.json", |sops| sops["shamir_threshold"] = json!(2));
    let before = sandbox.text("t.json");
    let bob = recipient("bob");
    for args in [
        &["rotate", "-i", "t.json"][..],
        &["updatekeys", "-y", "t.json"],
        &["groups", "add", "-i", "-f", "t.json", "--age", &bob],
        &["groups", "delete", "-i", "-f", "t.json", "0"],
        &["set", "t.json", "a", "5"],
        &["decrypt", "t.json"],
    ] {
        let outcome = run(args);
        assert!(!outcome.success() && !outcome.crashed(), "{}", outcome.describe());
        assert!(outcome.stderr.contains("shamir_threshold"), "{}", outcome.describe());
        assert_eq!(sandbox.text("t.json"), before, "{args:?}");
    }
}

#[test]
fn a_plugin_that_only_a_file_names_is_not_started() {
    const PLUGIN: &str = "age1evil1qqqsyqcyq5rqwzqfkxptv8";
    let world = World::new();
    let sandbox = &world.repository.sandbox;
    world.repository.git(["rm", "-q", ".sops.yaml"]);
    world.repository.commit("no config");
    let (mark, program) = (sandbox.path("mark"), world.repository.bin().join("age-plugin-evil"));
    std::fs::write(&program, format!("#!/bin/sh\ntouch '{}'\nexit 1\n", mark.display())).expect("a program");
    std::fs::set_permissions(&program, PermissionsExt::from_mode(0o755)).expect("a mode");
    let path = format!("{}:/usr/local/bin:/usr/bin:/bin", world.repository.bin().display());
    world.write("p.json", "{\"a\": \"b\"}\n");
    world.run(&["encrypt", "-i", "--age", &recipient("alice"), "p.json"]).ok();
    world.tamper("p.json", |sops| {
        let entry = json!({ "recipient": PLUGIN, "enc": "abcd" });
        push(sops, "age", entry);
    });
    let before = sandbox.text("p.json");
    let rotate =
        |more: &[&str]| world.program(&[&["rotate", "-i", "p.json"], more].concat()).env("PATH", &path).run();
    let message = rotate(&[]).fails(1);
    let says = ["starts the program age-plugin-evil", &format!("--use-key {PLUGIN}")];
    assert!(says.iter().all(|text| message.contains(text)) && !mark.exists(), "{message}");
    rotate(&["--use-key", PLUGIN]).fails(1);
    assert!(mark.exists(), "the trap works");
    assert_eq!(sandbox.text("p.json"), before);
}
