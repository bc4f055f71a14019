//! The program behaves the same at a terminal, in a pipe, in CI and under cron: what a FILE argument says is never
//! overruled by what standard input is.

use crate::support::sandbox::{Input, Sandbox, recipient};

const PLAIN: &str = "password: hunter2\n";

/// A sandbox with `plain.yaml` and `sealed.yaml`.
fn with_files() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("plain.yaml", PLAIN);
    let sealed = sandbox.run(["encrypt", "--age", &recipient("alice"), "plain.yaml"]).ok();
    sandbox.write("sealed.yaml", sealed);
    sandbox
}

fn inputs() -> [(&'static str, Input); 4] {
    [
        ("an empty input", Input::Empty),
        ("an empty pipe", Input::Pipe(Vec::new())),
        ("a pipe with another file", Input::Pipe(b"other: file\n".to_vec())),
        ("no input at all", Input::Closed),
    ]
}

#[test]
fn decrypt_reads_its_file_whatever_the_input_is() {
    let sandbox = with_files();
    for (what, input) in inputs() {
        let opened = sandbox.sops_rs(["decrypt", "sealed.yaml"]).input(input).run();
        assert!(opened.success(), "{what}: {}", opened.describe());
        assert_eq!(opened.stdout, PLAIN.as_bytes(), "{what}");
    }
}

#[test]
fn encrypt_reads_its_file_whatever_the_input_is() {
    let sandbox = with_files();
    let alice = recipient("alice");
    for (what, input) in inputs() {
        let sealed = sandbox.sops_rs(["encrypt", "--age", &alice, "plain.yaml"]).input(input).run();
        assert!(sealed.success(), "{what}: {}", sealed.describe());
        sandbox.write("again.yaml", sealed.stdout);
        assert_eq!(sandbox.run(["decrypt", "again.yaml"]).text(), PLAIN, "{what}");
    }
}

#[test]
fn nothing_needs_a_terminal() {
    let sandbox = with_files();
    let opened = sandbox.sops_rs(["decrypt", "sealed.yaml"]).input(Input::Closed).detached().run();
    assert_eq!(opened.text(), PLAIN);
    let alice = recipient("alice");
    let sealed = sandbox.sops_rs(["encrypt", "-i", "--age", &alice, "plain.yaml"]).detached().run();
    assert!(sealed.ok().is_empty());
    assert_eq!(sandbox.run(["decrypt", "plain.yaml"]).text(), PLAIN);
}

#[test]
fn decrypt_reads_a_pipe_when_no_file_is_named() {
    let sandbox = with_files();
    let sealed = sandbox.read("sealed.yaml");
    let types = ["--input-type", "yaml", "--output-type", "yaml"];
    let args = ["decrypt"].into_iter().chain(types);
    assert_eq!(sandbox.sops_rs(args).pipe(&sealed).run().text(), PLAIN);
    let by_name = ["decrypt", "--filename-override", "x.yaml"];
    assert_eq!(sandbox.sops_rs(by_name).pipe(&sealed).run().text(), PLAIN);
}

#[test]
fn encrypt_reads_a_pipe_when_the_name_is_given() {
    let sandbox = Sandbox::new();
    let alice = recipient("alice");
    let args = ["encrypt", "--age", &alice, "--filename-override", "x.yaml"];
    let sealed = sandbox.sops_rs(args).pipe(PLAIN).run().ok();
    sandbox.write("sealed.yaml", sealed);
    assert_eq!(sandbox.run(["decrypt", "sealed.yaml"]).text(), PLAIN);
}

#[test]
fn encrypt_of_a_pipe_without_a_name_is_refused() {
    let sandbox = Sandbox::new();
    let alice = recipient("alice");
    let message = sandbox.sops_rs(["encrypt", "--age", &alice]).pipe(PLAIN).run().fails(8);
    assert!(message.contains("--filename-override"), "{message}");
}

#[test]
fn in_place_without_a_file_is_refused() {
    let sandbox = Sandbox::new();
    sandbox.sops_rs(["decrypt", "-i"]).pipe("x").run().fails(8);
    let alice = recipient("alice");
    let args = ["encrypt", "-i", "--age", &alice, "--filename-override", "x.yaml"];
    sandbox.sops_rs(args).pipe("x: y\n").run().fails(8);
}

#[test]
fn a_missing_file_is_named_whatever_the_input_is() {
    let sandbox = Sandbox::new();
    for (what, input) in inputs() {
        let message = sandbox.sops_rs(["decrypt", "none.yaml"]).input(input).run().fails(100);
        assert!(message.contains("none.yaml"), "{what}: {message}");
    }
}

#[test]
fn a_dash_is_a_file_name() {
    let sandbox = with_files();
    std::fs::copy(sandbox.path("sealed.yaml"), sandbox.path("-")).expect("a file named -");
    let opened = sandbox.run(["decrypt", "--input-type", "yaml", "--output-type", "yaml", "-"]);
    assert_eq!(opened.text(), PLAIN);
}

/// A reader that goes away early must not cost the file, and must not be answered with a panic.
#[test]
fn a_closed_output_is_no_panic() {
    let sandbox = with_files();
    let program = env!("CARGO_BIN_EXE_sops-rs");
    let line = format!("'{program}' decrypt sealed.yaml | true; exit ${{PIPESTATUS[0]}}");
    let outcome = sandbox.program(std::path::Path::new("/bin/bash"), ["-c", &line]).run();
    assert!(!outcome.crashed(), "{}", outcome.describe());
    let full = format!("'{program}' decrypt sealed.yaml > /dev/full");
    let outcome = sandbox.program(std::path::Path::new("/bin/bash"), ["-c", &full]).run();
    assert!(!outcome.crashed() && !outcome.success(), "{}", outcome.describe());
}
