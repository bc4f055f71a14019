//! Files sealed and opened through services of either program by either program.

use super::{BOTH, PLAIN, Service, Who, keyless, sealed_for};
use crate::support::sandbox::{Sandbox, recipient};
use crate::support::team::grouped_config;
use std::thread;

fn service(sandbox: &Sandbox, server: Who, network: &str, people: &[&str]) -> Service {
    match (server, network) {
        (Who::Sops, network) => Service::sops(sandbox, network, people),
        (Who::Ours, "unix") => Service::ours(sandbox, "ours.sock", people, &[]),
        (Who::Ours, _) => Service::ours_on_tcp(sandbox, people),
    }
}

#[test]
fn each_opens_what_the_other_sealed_through_a_service_of_either() {
    for (server, network) in BOTH.into_iter().flat_map(|who| [(who, "unix"), (who, "tcp")]) {
        let sandbox = Sandbox::new();
        let service = service(&sandbox, server, network, &["alice"]);
        sandbox.write("plain.yaml", PLAIN);
        for client in BOTH {
            let through = ["--enable-local-keyservice=false", "--keyservice", &service.uri];
            let encrypt = ["encrypt", "--age", &recipient("alice"), "plain.yaml"];
            let sealed = keyless(&sandbox, client, &[&encrypt[..1], &through, &encrypt[1..]].concat()).text();
            sandbox.write("sealed.yaml", sealed);
            for reader in BOTH {
                let decrypt = [&["decrypt"][..], &through, &["sealed.yaml"]].concat();
                let plain = keyless(&sandbox, reader, &decrypt).text();
                // sops writes indentation of its own.
                assert_eq!(plain, PLAIN, "{server:?} {network} {client:?} {reader:?}");
            }
        }
    }
}

#[test]
fn groups_come_together_from_several_services() {
    for server in BOTH {
        let sandbox = Sandbox::new();
        grouped_config(&sandbox, &[&["alice"], &["bob"]], "shamir_threshold: 2");
        sandbox.write("plain.yaml", PLAIN);
        let alice = service(&sandbox, server, "tcp", &["alice"]);
        let bob = service(&sandbox, server, "tcp", &["bob"]);
        let services = ["--keyservice", &alice.uri, "--keyservice", &bob.uri];
        for client in BOTH {
            let more = if client == Who::Ours {
                vec![
                    "--add-recipient".to_owned(),
                    recipient("alice"),
                    "--add-recipient".into(),
                    recipient("bob"),
                ]
            } else {
                Vec::new()
            };
            let more: Vec<&str> = more.iter().map(String::as_str).collect();
            let encrypt = [&["encrypt"][..], &services, &more, &["plain.yaml"]].concat();
            sandbox.write("sealed.yaml", keyless(&sandbox, client, &encrypt).text());
            for reader in BOTH {
                let decrypt = [&["decrypt"][..], &services, &["sealed.yaml"]].concat();
                assert_eq!(
                    keyless(&sandbox, reader, &decrypt).text(),
                    PLAIN,
                    "{server:?} {client:?} {reader:?}"
                );
                let half = [&["decrypt"][..], &services[..2], &["sealed.yaml"]].concat();
                keyless(&sandbox, reader, &half).fails(128);
            }
        }
    }
}

#[test]
fn this_machine_is_asked_before_services_and_these_in_their_order() {
    let sandbox = Sandbox::new();
    let sealed = sealed_for(&sandbox, &["alice"]);
    let without = Service::ours(&sandbox, "without.sock", &["bob"], &[]);
    let with = Service::ours(&sandbox, "with.sock", &["alice"], &[]);
    let both = ["--keyservice", &without.uri, "--keyservice", &with.uri];
    // The first of them has to say no before the second is asked.
    let decrypt = [&["decrypt"][..], &both, &[sealed]].concat();
    assert_eq!(keyless(&sandbox, Who::Ours, &decrypt).text(), PLAIN);
    // Nobody has to be asked.
    sandbox.run(decrypt).ok();
    // Only the first one has to be asked.
    let swapped = [&["decrypt"][..], &both[2..], &both[..2], &[sealed]].concat();
    assert_eq!(keyless(&sandbox, Who::Ours, &swapped).text(), PLAIN);
    let lines = |service: Service| {
        let said = service.end().stderr;
        said.lines().map(|line| line.ends_with(": done")).collect::<Vec<_>>()
    };
    assert_eq!((lines(without), lines(with)), (vec![false], vec![true, true]));
}

#[test]
fn many_clients_are_answered_at_the_same_time() {
    for server in BOTH {
        let sandbox = Sandbox::new();
        let service = service(&sandbox, server, "unix", &["alice"]);
        let sealed = sealed_for(&sandbox, &["alice"]);
        let decrypt = ["decrypt", "--keyservice", &service.uri, sealed];
        thread::scope(|scope| {
            for client in BOTH.into_iter().cycle().take(8) {
                let sandbox = &sandbox;
                scope.spawn(move || assert_eq!(keyless(sandbox, client, &decrypt).text(), PLAIN));
            }
        });
    }
}

#[test]
fn many_files_are_worked_on_through_one_service() {
    let sandbox = Sandbox::new();
    let service = Service::sops(&sandbox, "tcp", &["alice"]);
    let names: Vec<String> = (0..20).map(|number| format!("files/{number}.yaml")).collect();
    names.iter().for_each(|name| drop(sandbox.write(name, PLAIN)));
    let through = ["--enable-local-keyservice=false", "--keyservice", &service.uri];
    let encrypt = ["encrypt", "-i", "--jobs", "8", "--age", &recipient("alice")];
    keyless(&sandbox, Who::Ours, &[&encrypt[..], &through, &["files"]].concat()).ok();
    keyless(&sandbox, Who::Ours, &[&["decrypt", "-i", "--jobs", "8"][..], &through, &["files"]].concat())
        .ok();
    assert!(names.iter().all(|name| sandbox.text(name) == PLAIN));
}

#[test]
fn what_is_said_of_a_request_holds_no_secret() {
    let sandbox = Sandbox::new();
    let service = Service::ours(&sandbox, "keys.sock", &["alice"], &[]);
    let sealed = sealed_for(&sandbox, &["alice"]);
    keyless(&sandbox, Who::Ours, &["decrypt", "--keyservice", &service.uri, sealed]).ok();
    let said = service.end().stderr;
    let (time, rest) = said.trim_end().split_once(' ').expect("a time");
    assert!(time.ends_with('Z'), "{said}");
    assert_eq!(rest, format!("decrypt with the age key {}: done", recipient("alice")));
}

#[test]
fn what_uses_only_keys_that_lie_ready_asks_no_service() {
    let sandbox = Sandbox::new();
    let service = Service::ours(&sandbox, "keys.sock", &["alice"], &[]);
    let sealed = sealed_for(&sandbox, &["alice"]);
    let text = sandbox.text(sealed);
    let shown = sandbox.sops_rs(["textconv", sealed]).without("SOPS_AGE_KEY_FILE");
    let shown = shown.env("SOPS_KEYSERVICE", &service.uri).run().text();
    assert!(shown.starts_with("# sops-rs: not decrypted") && shown.ends_with(&text), "{shown}");
    assert_eq!(service.end().stderr, "");
}
