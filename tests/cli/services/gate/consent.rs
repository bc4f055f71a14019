//! What the user says in a run.

use super::{ARN, ROLE, Trap, World, advised, aimed, asked, kms_entry, uri, vault_entry};
use crate::support::terminal::Terminal;
use serde_json::json;

/// A world whose config names no key of a service.
fn unknown() -> World {
    let world = World::new();
    std::fs::remove_dir_all(world.repository.sandbox.home().join(".local")).expect("pins");
    world.config("age: age1lggyhqrw2nlhcxprm67z43rta597azn8gknawjehu9d9dl0jq3yqqvfafg");
    world.repository.commit("another policy");
    world
}

#[test]
fn the_advised_flag_is_all_that_is_missing() {
    let world = unknown();
    let message = world.run(&["decrypt", "s.json"]).fails(128);
    let flags = advised(&message);
    let args: Vec<&str> = ["decrypt", "s.json"].into_iter().chain(flags.iter().map(String::as_str)).collect();
    world.run(&args).ok();
    // It holds for that run.
    world.run(&["decrypt", "s.json"]).fails(128);
    assert_eq!(asked(&world.vault), 1);
}

#[test]
fn no_consent_is_asked_for_a_key_that_could_not_be_used() {
    let (world, trap) = (unknown(), Trap::new());
    let mut kms = kms_entry("", "");
    kms["arn"] = json!("arn:aws:kms:evil.example/x:1:key/k");
    for (list, entry, said) in [
        ("kms", kms, "not the ARN of a KMS key"),
        (
            "hc_vault",
            vault_entry("http://127.0.0.1:1@evil.example", "vault:v1:a"),
            "not the URI of a transit",
        ),
    ] {
        world.tamper("s.json", |sops| {
            sops["hc_vault"] = json!([]);
            sops[list] = json!([entry]);
        });
        for flags in [&[][..], &["--use-key", "all"]] {
            let args = [&["decrypt", "s.json"][..], flags].concat();
            let message = aimed(world.program(&args), &trap).run().fails(128);
            assert!(message.contains(said) && !message.contains("--use-key"), "{message}");
            // What else could be done lies in another place than the identities of age.
            assert!(!message.contains("SOPS_AGE_KEY"), "{message}");
        }
        trap.is_untouched();
    }
    assert_eq!(asked(&world.vault), 0);
}

#[test]
fn the_advice_holds_for_roles_and_profiles() {
    let (world, trap) = (unknown(), Trap::new());
    for (role, profile) in [("", ""), (ROLE, ""), ("", "lab"), (ROLE, "lab")] {
        world.tamper("s.json", |sops| {
            sops["hc_vault"] = json!([]);
            sops["kms"] = json!([kms_entry(role, profile)]);
        });
        let message = aimed(world.program(&["decrypt", "s.json"]), &trap).run().fails(128);
        let flags = advised(&message);
        assert!(flags[1].starts_with(ARN), "{flags:?}");
        trap.is_untouched();
        let args: Vec<&str> =
            ["decrypt", "s.json"].into_iter().chain(flags.iter().map(String::as_str)).collect();
        trap.touched_by(|| {
            let message = aimed(world.program(&args), &trap).run().fails(128);
            assert!(!message.contains("--use-key"), "{message}");
        });
    }
}

#[test]
fn the_users_own_environment_names_keys() {
    let world = unknown();
    let url = world.vault.url();
    for (name, value) in [
        ("SOPS_RS_USE_KEYS", uri(&url)),
        ("SOPS_RS_USE_KEYS", format!("arn:a,{}", uri(&url))),
        ("SOPS_RS_USE_KEYS", "all".into()),
        ("SOPS_VAULT_URIS", format!("https://v/v1/sops/keys/k,{}", uri(&url))),
        ("VAULT_ADDR", format!("{url}/")),
        ("SOPS_HC_VAULT_ALLOWLIST", format!("https://v,{url}")),
    ] {
        let outcome = world.program(&["decrypt", "s.json"]).env(name, &value).run();
        assert!(outcome.success(), "{name}={value}: {}", outcome.describe());
    }
    for (name, value) in [
        ("SOPS_RS_USE_KEYS", uri("http://127.0.0.1:1")),
        ("SOPS_VAULT_URIS", uri(&url).replace("/k", "/other")),
        ("VAULT_ADDR", "http://127.0.0.1".into()),
        ("SOPS_HC_VAULT_ALLOWLIST", "all".into()),
    ] {
        world.program(&["decrypt", "s.json"]).env(name, &value).run().fails(128);
    }
    assert_eq!(asked(&world.vault), 6);
}

#[test]
fn a_person_is_asked_once_in_a_run() {
    let world = unknown();
    let sandbox = &world.repository.sandbox;
    world.tamper("s.json", |_| ());
    let changed = sandbox.text("s.json").replace("\"sops\":{", "\"more\":\"clear\",\"sops\":{");
    sandbox.write("t.json", changed);
    let program = crate::support::tools::sops_rs();
    let line = |answer: &str| {
        format!("VAULT_TOKEN=t0ken '{}' diff --show s.json t.json; echo {answer}", program.display())
    };
    let no = Terminal::start(sandbox, &line("one"));
    no.shows("with your Vault token; use it in this run?");
    assert!(no.screen().contains("s.json names a key"), "{}", no.screen());
    no.keys(&["n", "Enter"]);
    no.shows("one");
    assert_eq!(asked(&world.vault), 0);
    let yes = Terminal::start(sandbox, &line("two"));
    yes.shows("use it in this run?");
    yes.keys(&["y", "Enter"]);
    yes.shows("two");
    assert_eq!(yes.screen().matches("use it in this run?").count(), 1, "{}", yes.screen());
    assert_eq!(asked(&world.vault), 1, "both have one wrapped key");
}
