//! Signals while a file is edited: whatever comes, no plaintext stays and the file is whole.

use super::{decrypted, edit, holding, no_trace, plain, script, sealed};
use crate::support::sandbox::Sandbox;
use crate::support::terminal::until;
use crate::support::tools;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

const SIGNALS: [(&str, i32); 4] = [("INT", 2), ("TERM", 15), ("HUP", 1), ("QUIT", 3)];

/// `edit` in the background, in a process group of its own.
fn start(sandbox: &Sandbox, editor: &PathBuf) -> Child {
    Command::new(tools::sops_rs())
        .args(["edit", "a.yaml"])
        .current_dir(sandbox.path(""))
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .env("HOME", sandbox.home())
        .env("TMPDIR", sandbox.tmp())
        .env("SOPS_AGE_KEY_FILE", crate::support::fixtures().join("keys/alice.age"))
        .env("EDITOR", editor)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()
        .expect("the program")
}

fn send(signal: &str, target: i64) {
    let status = Command::new("kill").args(["-s", signal, "--", &target.to_string()]).status();
    assert!(status.expect("kill").success());
}

/// An editor that changes the text, says so, and waits until it is told to go on.
fn blocking(sandbox: &Sandbox, change: &str) -> PathBuf {
    let body = format!(
        "{change}\ntouch '{0}/ready'\nuntil [ -e '{0}/go' ]; do sleep 0.02; done",
        sandbox.path("").display()
    );
    script(sandbox, "blocking", &body)
}

fn exit_code(child: &mut Child) -> Option<i32> {
    let status = until(|| Some(())).and_then(|()| child.wait().ok()).expect("it ends");
    status.code().or_else(|| status.signal().map(|signal| 128 + signal))
}

#[test]
fn term_and_hup_end_the_editor_and_keep_the_changed_text() {
    for (name, number) in [("TERM", 15), ("HUP", 1)] {
        let canary = format!("canary-{name}-61d0");
        let sandbox = sealed(&plain(&canary));
        let before = sandbox.text("a.yaml");
        let editor = blocking(&sandbox, "sed -i s/app/x/ \"$1\"");
        let mut child = start(&sandbox, &editor);
        until(|| sandbox.path("ready").exists().then_some(())).expect("the editor runs");
        send(name, child.id().into());
        assert_eq!(exit_code(&mut child), Some(128 + number));
        no_trace(&sandbox, &canary);
        assert_eq!(sandbox.text("a.yaml"), before);
        edit(&sandbox, "true", &["--resume", "a.yaml"]).run().ok();
        assert_eq!(decrypted(&sandbox, "a.yaml"), plain(&canary).replace("app", "x"));
    }
}

#[test]
fn an_editor_that_ignores_term_is_killed() {
    let sandbox = sealed(&plain("canary-stubborn"));
    let editor = blocking(&sandbox, "trap '' TERM");
    let mut child = start(&sandbox, &editor);
    until(|| sandbox.path("ready").exists().then_some(())).expect("the editor runs");
    send("TERM", child.id().into());
    assert_eq!(exit_code(&mut child), Some(143));
    no_trace(&sandbox, "canary-stubborn");
}

#[test]
fn int_and_quit_are_the_editors_own() {
    for name in ["INT", "QUIT"] {
        let sandbox = sealed(&plain("keyboard"));
        let editor = blocking(&sandbox, "sed -i s/app/x/ \"$1\"");
        let mut child = start(&sandbox, &editor);
        until(|| sandbox.path("ready").exists().then_some(())).expect("the editor runs");
        send(name, child.id().into());
        std::thread::sleep(Duration::from_millis(50));
        sandbox.write("go", "");
        assert_eq!(exit_code(&mut child), Some(0), "{name}");
        assert_eq!(decrypted(&sandbox, "a.yaml"), plain("keyboard").replace("app", "x"));
    }
}

#[test]
fn a_signal_to_all_leaves_nothing() {
    for (name, number) in SIGNALS {
        let canary = format!("canary-group-{name}-1b7c");
        let sandbox = sealed(&plain(&canary));
        let editor = blocking(&sandbox, "sed -i s/app/x/ \"$1\"");
        let mut child = start(&sandbox, &editor);
        until(|| sandbox.path("ready").exists().then_some(())).expect("the editor runs");
        send(name, -i64::from(child.id()));
        let expected = if matches!(name, "INT" | "QUIT") { 201 } else { 128 + number };
        assert_eq!(exit_code(&mut child), Some(expected), "{name}");
        no_trace(&sandbox, &canary);
        edit(&sandbox, "true", &["--resume", "a.yaml"]).run().ok();
        assert_eq!(decrypted(&sandbox, "a.yaml"), plain(&canary).replace("app", "x"));
    }
}

#[test]
fn what_a_kill_leaves_in_memory_goes_with_the_next_edit() {
    let canary = "canary-kill-9-a3";
    let sandbox = sealed(&plain(canary));
    let before = sandbox.text("a.yaml");
    let editor = blocking(&sandbox, "sed -i s/app/x/ \"$1\"");
    let mut child = start(&sandbox, &editor);
    until(|| sandbox.path("ready").exists().then_some(())).expect("the editor runs");
    send("KILL", child.id().into());
    assert_eq!(exit_code(&mut child), Some(137));
    let left = holding(canary, &["/dev/shm".as_ref()]);
    edit(&sandbox, "true", &["a.yaml"]).run().fails(200);
    assert!(!left.is_empty(), "the editor still ran");
    no_trace(&sandbox, canary);
    assert_eq!(sandbox.text("a.yaml"), before);
    sandbox.write("go", "");
}

#[test]
fn signals_at_any_moment_leave_the_old_file_or_the_new_one() {
    for (name, number) in SIGNALS {
        for delay in [0, 2, 5, 10, 15, 20, 30, 40, 60, 90] {
            let canary = format!("canary-any-{name}-{delay}-4e");
            let sandbox = sealed(&plain(&canary));
            let editor = script(&sandbox, "quick", "sed -i s/app/x/ \"$1\"");
            let mut child = start(&sandbox, &editor);
            std::thread::sleep(Duration::from_millis(delay));
            if matches!(child.try_wait(), Ok(None)) {
                send(name, child.id().into());
            }
            let code = exit_code(&mut child);
            let expected = [Some(0), Some(128 + number)];
            assert!(expected.contains(&code), "{name} after {delay} ms: {code:?}");
            no_trace(&sandbox, &canary);
            let text = decrypted(&sandbox, "a.yaml");
            let (old, new) = (plain(&canary), plain(&canary).replace("app", "x"));
            assert!(text == new || (code != Some(0) && text == old), "{name} after {delay} ms: {code:?}");
        }
    }
}
