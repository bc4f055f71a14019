//! Where our server listens, and what it leaves behind.

use super::{PLAIN, Service, Who, keyless, sealed_for};
use crate::support::sandbox::Sandbox;
use nix::sys::signal::Signal;
use std::os::unix::fs::{FileTypeExt as _, PermissionsExt as _};
use std::os::unix::net::UnixListener;

#[test]
fn a_signal_ends_it_with_its_socket_and_without_an_error() {
    for signal in [Signal::SIGINT, Signal::SIGTERM] {
        let sandbox = Sandbox::new();
        let mut service = Service::ours(&sandbox, "keys.sock", &[], &[]);
        let made = sandbox.path("keys.sock").metadata().expect("a socket");
        assert!(made.file_type().is_socket());
        assert_eq!(made.permissions().mode() & 0o777, 0o600);
        service.running().signal(signal);
        let running = service.running.take().expect("it runs");
        assert_eq!(running.end().text(), "");
        assert!(!sandbox.path("keys.sock").exists());
    }
}

#[test]
fn what_is_in_its_place_stays() {
    let sandbox = Sandbox::new();
    let service = Service::ours(&sandbox, "keys.sock", &["alice"], &[]);
    sandbox.write("file", "text");
    std::os::unix::fs::symlink(sandbox.path("keys.sock"), sandbox.path("link")).expect("a link");
    for (name, why) in [
        ("keys.sock", "there is a key service, or another program"),
        ("file", "no socket of yours"),
        ("link", "no socket of yours"),
        ("", "no socket of yours"),
        ("no/such/folder", "can't listen"),
    ] {
        let path = sandbox.path(name).display().to_string();
        let message = sandbox.run(["keyservice", "--net", "unix", "--addr", &path]).fails(1);
        assert!(message.contains(why), "{name}: {message}");
    }
    assert_eq!(sandbox.text("file"), "text");
    let sealed = sealed_for(&sandbox, &["alice"]);
    assert_eq!(
        keyless(&sandbox, Who::Ours, &["decrypt", "--keyservice", &service.uri, sealed]).text(),
        PLAIN
    );
}

#[test]
fn the_socket_of_a_killed_server_is_replaced() {
    let sandbox = Sandbox::new();
    drop(Service::ours(&sandbox, "keys.sock", &[], &[]));
    assert!(sandbox.path("keys.sock").exists(), "a killed server can't clean up");
    let service = Service::ours(&sandbox, "keys.sock", &[], &[]);
    assert_eq!(service.end().text(), "");
}

#[test]
fn a_socket_that_took_its_place_is_not_removed() {
    let sandbox = Sandbox::new();
    let service = Service::ours(&sandbox, "keys.sock", &[], &[]);
    std::fs::remove_file(sandbox.path("keys.sock")).expect("it is ours");
    let _other = UnixListener::bind(sandbox.path("keys.sock")).expect("the name is free");
    service.end().ok();
    assert!(sandbox.path("keys.sock").exists());
}

#[test]
fn other_machines_can_connect_only_if_told_so() {
    let sandbox = Sandbox::new();
    for address in ["0.0.0.0:0", ":0", "[::]:0"] {
        let message = sandbox.run(["keyservice", "--address", address]).fails(1);
        assert!(message.contains("can be reached from other machines"), "{message}");
        assert!(message.contains("--allow-plain-tcp"), "{message}");
    }
    for address in ["127.0.0.1", "x", "a b:1", "127.0.0.1:99999"] {
        let message = sandbox.run(["keyservice", "--address", address]).fails(1);
        assert!(message.contains("is not an address"), "{message}");
    }
    let open = sandbox.sops_rs(["keyservice", "--address", "0.0.0.0:0", "--allow-plain-tcp"]);
    let service = Service::listening(open);
    assert!(service.uri.starts_with("tcp://0.0.0.0:"), "{}", service.uri);
    service.end().ok();
    let mut as_sops = sandbox.as_sops(["keyservice", "--net", "tcp", "--addr=0.0.0.0:0"]).start();
    assert!(as_sops.error_line().contains("can be reached from other machines"));
    assert!(as_sops.error_line().starts_with("listening on tcp://0.0.0.0:"));
    as_sops.signal(Signal::SIGTERM);
    as_sops.end().ok();
}

#[test]
fn a_unix_socket_needs_a_path() {
    let message = Sandbox::new().run(["keyservice", "--network", "unix"]).fails(1);
    assert!(message.contains("--address"), "{message}");
}
