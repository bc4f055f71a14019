//! How services are named, and what happens without any.

use super::{PLAIN, Service, Who, keyless, sealed_for};
use crate::support::sandbox::{Sandbox, recipient};

#[test]
fn without_a_service_and_this_machine_nothing_is_sealed_or_opened() {
    let sandbox = Sandbox::new();
    let sealed = sealed_for(&sandbox, &["alice"]);
    let off = "--enable-local-keyservice=false";
    let encrypt = ["encrypt", off, "--age", &recipient("alice"), "plain.yaml"];
    sandbox.run(encrypt).fails(1);
    sandbox.run(["decrypt", off, sealed]).fails(128);
    // Set and empty is off as well (Q78).
    let decrypt =
        |value| sandbox.sops_rs(["decrypt", sealed]).env("SOPS_ENABLE_LOCAL_KEYSERVICE", value).run();
    decrypt("").fails(128);
    decrypt("true").ok();
}

#[test]
fn a_value_that_is_no_service_is_an_error_and_under_the_name_sops_a_warning() {
    let sandbox = Sandbox::new();
    let sealed = sealed_for(&sandbox, &["alice"]);
    for value in [":%", "http://127.0.0.1:1", "unix://relative", "tcp://127.0.0.1", "\u{1b}[2J"] {
        let args = ["decrypt", "--keyservice", value, sealed];
        let message = sandbox.run(args).fails(1);
        assert!(message.contains("is no key service: expected unix:///PATH or tcp://HOST:PORT"), "{message}");
        assert!(!message.contains('\u{1b}'));
        let outcome = sandbox.as_sops(args).run();
        assert!(outcome.stderr.contains("it is left out"), "{}", outcome.describe());
        assert_eq!(outcome.text(), PLAIN);
    }
    sandbox.run(["decrypt", "--keyservice", "", sealed]).ok();
}

#[test]
fn the_variable_is_a_list_and_a_flag_takes_its_place() {
    let sandbox = Sandbox::new();
    let sealed = sealed_for(&sandbox, &["alice"]);
    let service = Service::ours(&sandbox, "keys.sock", &["alice"], &[]);
    let absent = format!("unix://{}", sandbox.path("absent.sock").display());
    let list = format!("{absent},{},", service.uri);
    let decrypt = |args: &[&str]| {
        let program = sandbox.sops_rs(args).without("SOPS_AGE_KEY_FILE");
        program.env("SOPS_KEYSERVICE", &list).run()
    };
    assert_eq!(decrypt(&["decrypt", sealed]).text(), PLAIN);
    let message = decrypt(&["decrypt", "--keyservice", &absent, sealed]).fails(128);
    assert!(message.contains(&format!("the key service {absent}: it can't be reached")), "{message}");
}

/// sops ignores it there (Q44).
#[test]
fn under_the_name_sops_a_service_may_stand_before_the_command() {
    let sandbox = Sandbox::new();
    let sealed = sealed_for(&sandbox, &["alice"]);
    let service = Service::sops(&sandbox, "unix", &["alice"]);
    for args in [
        ["-keyservice", &service.uri, "decrypt", sealed],
        ["--keyservice", &service.uri, "-d", sealed],
        ["decrypt", sealed, "--keyservice", &service.uri],
    ] {
        let outcome = sandbox.as_sops(args).without("SOPS_AGE_KEY_FILE").run();
        assert_eq!(outcome.text(), PLAIN);
    }
}

/// 0.0.0.0 is this machine to a client, and no loopback address: nothing leaves the machine here.
#[test]
fn data_keys_do_not_leave_the_machine_in_clear_unless_told_so() {
    let sandbox = Sandbox::new();
    let sealed = sealed_for(&sandbox, &["alice"]);
    let service = Service::ours_on_tcp(&sandbox, &["alice"]);
    let uri = service.uri.replace("127.0.0.1", "0.0.0.0");
    let args = ["decrypt", "--keyservice", &uri, sealed];
    let message = keyless(&sandbox, Who::Ours, &args).fails(1);
    assert!(message.contains(&format!("data keys would go to {uri} in clear")), "{message}");
    assert!(message.contains("--allow-plain-tcp"), "{message}");
    let allowed = [&args[..], &["--allow-plain-tcp"]].concat();
    assert_eq!(keyless(&sandbox, Who::Ours, &allowed).text(), PLAIN);
    let allowed = sandbox.sops_rs(args).without("SOPS_AGE_KEY_FILE").env("SOPS_RS_ALLOW_PLAIN_TCP", "1");
    assert_eq!(allowed.run().text(), PLAIN);
    let outcome = sandbox.as_sops(args).without("SOPS_AGE_KEY_FILE").run();
    assert!(outcome.stderr.contains("in clear"), "{}", outcome.describe());
    assert_eq!(outcome.text(), PLAIN);
}
