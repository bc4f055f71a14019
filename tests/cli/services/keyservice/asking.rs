//! `--prompt`: a person decides before a key is used (Q56).

use super::{BOTH, PLAIN, Service, Who, keyless, sealed_for};
use crate::support::sandbox::{Sandbox, recipient};
use nix::sys::signal::Signal;
use std::thread;

/// The question of our server, which ends without a line end.
fn question(act: &str) -> String {
    format!("a client asks to {act} with the age key {}. Allow it? (y/n): ", recipient("alice"))
}

#[test]
fn a_person_says_yes_or_no_before_a_key_is_used() {
    let sandbox = Sandbox::new();
    let sealed = sealed_for(&sandbox, &["alice"]);
    let mut service = Service::ours(&sandbox, "keys.sock", &["alice"], &["--prompt"]);
    let uri = service.uri.clone();
    let decrypt = ["decrypt", "--keyservice", &uri, sealed];
    for client in BOTH {
        for (answer, code) in [("y\n", 0), ("what\nN\n", 128)] {
            let outcome = thread::scope(|scope| {
                let client = scope.spawn(|| keyless(&sandbox, client, &decrypt));
                let asked = question("decrypt");
                assert_eq!(service.running().bytes(asked.len()), asked.as_bytes());
                service.running().write(answer.as_bytes());
                if code != 0 {
                    assert_eq!(service.running().bytes(asked.len()), asked.as_bytes());
                }
                client.join().expect("a client")
            });
            assert_eq!(outcome.status.code(), Some(code), "{}", outcome.describe());
            assert_eq!(outcome.stderr.contains("PermissionDenied"), code != 0, "{}", outcome.describe());
        }
    }
    let said = service.end().stderr;
    let outcomes: Vec<&str> = said.lines().filter_map(|line| line.rsplit(": ").next()).collect();
    assert_eq!(outcomes, ["done", "the request was denied", "done", "the request was denied"]);
}

#[test]
fn where_nobody_answers_nothing_is_given() {
    let sandbox = Sandbox::new();
    let sealed = sealed_for(&sandbox, &["alice"]);
    let socket = sandbox.path("keys.sock").display().to_string();
    let program = sandbox.sops_rs(["keyservice", "--net", "unix", "--addr", &socket, "--prompt"]);
    let mut service =
        Service::listening(program.env("SOPS_AGE_KEY", crate::support::sandbox::identity("alice")));
    service.running().close();
    let message = keyless(&sandbox, Who::Ours, &["decrypt", "--keyservice", &service.uri, sealed]).fails(128);
    assert!(message.contains("nobody answered"), "{message}");
}

#[test]
fn a_client_hears_that_the_server_died_while_it_waited() {
    for signal in [Signal::SIGKILL, Signal::SIGTERM] {
        let sandbox = Sandbox::new();
        let sealed = sealed_for(&sandbox, &["alice"]);
        let mut service = Service::ours(&sandbox, "keys.sock", &["alice"], &["--prompt"]);
        let uri = service.uri.clone();
        let message = thread::scope(|scope| {
            let client =
                scope.spawn(|| keyless(&sandbox, Who::Ours, &["decrypt", "--keyservice", &uri, sealed]));
            let asked = question("decrypt");
            assert_eq!(service.running().bytes(asked.len()), asked.as_bytes());
            service.running().signal(signal);
            let outcome = service.running.take().expect("it runs").end();
            if signal == Signal::SIGTERM {
                outcome.ok();
            }
            client.join().expect("a client").fails(128)
        });
        assert!(message.contains(&format!("the key service {uri}: ")), "{message}");
        assert!(!message.contains(PLAIN));
    }
}
