//! Opening a file that leads elsewhere (security 1.3, item 7).

use super::{ARN, ROLE, Trap, World, aimed, asked, credentials, entries, kms_entry, uri, vault, vault_entry};
use serde_json::json;
use std::time::Duration;

const REFUSED: &str = "neither you nor the committed config knows this key";

#[test]
fn a_key_of_the_committed_config_is_used_and_one_of_the_work_tree_is_not() {
    let (world, other) = (World::new(), vault(Duration::ZERO));
    assert_eq!(world.fresh(&["decrypt", "s.json"]).text(), "{\"a\": \"b\"}\n");
    assert_eq!(asked(&world.vault), 1);
    world.tamper("s.json", |sops| sops["hc_vault"][0]["vault_address"] = json!(other.url()));
    world.config(&format!("hc_vault_transit_uri: {}", uri(&other.url())));
    let message = world.fresh(&["decrypt", "s.json"]).fails(128);
    let place = other.url().replace("http://", "");
    let says = [REFUSED, "--use-key", &format!("calls {place} with your Vault token")];
    assert!(says.iter().all(|text| message.contains(text)), "{message}");
    // Nor does one that is nearer, or one that is named, as long as it is not committed.
    world.write("below/s.json", &world.repository.sandbox.text("s.json"));
    world.write("below/.sops.yaml", &world.repository.sandbox.text(".sops.yaml"));
    for args in [&["decrypt", "below/s.json"][..], &["decrypt", "--config", ".sops.yaml", "s.json"]] {
        assert!(world.fresh(args).fails(128).contains(REFUSED), "{args:?}");
    }
    assert!(other.requests().is_empty());
    world.repository.commit("another Vault");
    for file in ["s.json", "below/s.json"] {
        world.fresh(&["decrypt", file]).ok();
    }
    assert_eq!(asked(&other), 2);
}

#[test]
fn outside_of_git_and_where_git_does_not_track_it_the_config_on_disk_counts() {
    let world = World::new();
    let home = &world.repository.sandbox;
    for place in ["../elsewhere", "."] {
        let at = home.path(place);
        std::fs::create_dir_all(&at).expect("a folder");
        std::fs::copy(home.path("s.json"), at.join("t.json")).expect("a copy");
        std::fs::rename(home.path(".sops.yaml"), at.join("new.yaml")).expect("a config");
        if place == "." {
            world.repository.git(["rm", "-q", "--cached", ".sops.yaml"]);
            world.repository.commit("no config");
            world.fresh(&["decrypt", "t.json"]).fails(128);
        }
        std::fs::rename(at.join("new.yaml"), at.join(".sops.yaml")).expect("a config");
        world.fresh(&["decrypt", at.join("t.json").to_str().expect("text")]).ok();
        if place != "." {
            std::fs::rename(at.join(".sops.yaml"), home.path(".sops.yaml")).expect("a config");
        }
    }
}

#[test]
fn a_config_that_a_merge_has_brought_counts_when_it_is_committed() {
    let world = World::new();
    world.repository.git(["rm", "-q", "--cached", ".sops.yaml"]);
    world.repository.git(["commit", "--quiet", "--no-verify", "--message", "no config"]);
    world.repository.git(["add", ".sops.yaml"]);
    assert!(world.fresh(&["decrypt", "s.json"]).fails(128).contains(REFUSED));
    assert_eq!(asked(&world.vault), 0);
    world.repository.commit("a config");
    world.fresh(&["decrypt", "s.json"]).ok();
}

#[test]
fn an_endpoint_that_only_a_file_names_is_not_called() {
    let (world, trap) = (World::new(), Trap::new());
    for (list, entry) in entries(&trap) {
        world.tamper("s.json", |sops| {
            sops.as_object_mut().expect("a map").remove("hc_vault");
            sops["kms"] = json!([]);
            sops["gcp_kms"] = json!([]);
            sops["azure_kv"] = json!([]);
            sops[list] = json!([entry]);
        });
        for args in [
            &["decrypt", "s.json"][..],
            &["rotate", "-i", "s.json"],
            &["set", "s.json", "a", "5"],
            &["exec-env", "s.json", "true"],
            &["updatekeys", "-y", "s.json"],
            &["check", "--verify", "s.json"],
            &["diff", "HEAD"],
        ] {
            aimed(world.program(args), &trap).run();
            trap.is_untouched();
        }
        let used = trap.touched_by(|| {
            aimed(world.program(&["decrypt", "--use-key", "all", "s.json"]), &trap).run().fails(128);
        });
        assert!(used > 0, "{list}");
    }
}

#[test]
fn another_role_or_profile_makes_another_key() {
    let (world, trap) = (World::new(), Trap::new());
    world.config(&format!("kms: {ARN}"));
    world.repository.commit("another service");
    let file = |role: &str, profile: &str| {
        world.tamper("s.json", |sops| {
            sops["hc_vault"] = json!([]);
            sops["kms"] = json!([kms_entry(role, profile)]);
        });
        aimed(world.program(&["decrypt", "s.json"]), &trap)
    };
    for (role, profile) in [(ROLE, ""), ("", "prod")] {
        let message = file(role, profile).run().fails(128);
        let shown = if role.is_empty() { "the profile prod" } else { "the role arn:aws:iam" };
        assert!(message.contains(REFUSED) && message.contains(shown), "{message}");
        trap.is_untouched();
    }
    // The encryption context is the file's business.
    assert!(trap.touched_by(|| drop(file("", "").run().fails(128))) > 0);
}

#[test]
fn a_garbled_entry_does_not_lead_to_a_hostile_one() {
    let (world, trap) = (World::new(), Trap::new());
    world.tamper("s.json", |sops| {
        sops["hc_vault"][0]["enc"] = json!("vault:v1:=");
        let hostile = vault_entry(&trap.url("http"), "vault:v1:abcd");
        sops["hc_vault"].as_array_mut().expect("a list").push(hostile);
    });
    let message = world.run(&["decrypt", "s.json"]).fails(128);
    assert!(message.contains(REFUSED) && message.contains("transit/decrypt at 127.0.0.1"), "{message}");
    trap.is_untouched();
}

#[test]
fn an_added_key_group_is_not_asked() {
    let (world, trap) = (World::new(), Trap::new());
    world.tamper("s.json", |sops| {
        let honest = sops["hc_vault"].take();
        let hostile = vault_entry(&trap.url("http"), "vault:v1:abcd");
        sops["key_groups"] = json!([{ "hc_vault": honest }, { "hc_vault": [hostile] }]);
        sops["shamir_threshold"] = json!(2);
        sops.as_object_mut().expect("a map").remove("hc_vault");
    });
    world.run(&["decrypt", "s.json"]).fails(128);
    trap.is_untouched();
}

#[test]
fn a_key_that_was_approved_before_stays_usable() {
    let world = World::new();
    world.config(&format!("age: {}", crate::support::sandbox::recipient("alice")));
    world.repository.commit("age from now on");
    world.run(&["decrypt", "s.json"]).ok();
    assert!(world.fresh(&["decrypt", "s.json"]).fails(128).contains(REFUSED));
}

#[test]
fn under_the_name_of_sops_every_key_is_used() {
    let (world, trap) = (World::new(), Trap::new());
    world.tamper("s.json", |sops| sops["hc_vault"][0]["vault_address"] = json!(trap.url("http")));
    let sops = || credentials(world.repository.sandbox.as_sops(["decrypt", "s.json"]));
    assert!(trap.touched_by(|| drop(sops().run().fails(128))) > 0);
}
