//! Which program is started for PGP keys, with which words, and when none is.

use super::*;
use crate::support::repository::Repository;
use crate::support::sandbox::recipient;
use crate::support::terminal::{Terminal, until};
use std::path::PathBuf;

/// A gpg that writes down how it was called, and then is the real one.
fn recording(gpg: &GnuPg) -> (PathBuf, PathBuf) {
    let log = gpg.file("calls");
    let script = format!("#!/bin/sh\necho \"$GPG_TTY|$*\" >>'{}'\nexec gpg \"$@\"\n", log.display());
    (gpg.program("recording", &script), log)
}

#[test]
fn gpg_is_told_what_sops_tells_it_and_to_stay_off_the_network() {
    let (sandbox, gpg) = (Sandbox::new(), GnuPg::new());
    let key = gpg.key("alice");
    let (program, log) = recording(&gpg);
    let calls = |run: fn(&Sandbox, &GnuPg, &[&str]) -> Program| {
        sandbox.write("s.yaml", PLAIN);
        for args in [&["encrypt", "-i", "--pgp", &key, "s.yaml"][..], &["decrypt", "s.yaml"]] {
            run(&sandbox, &gpg, args).env("SOPS_GPG_EXEC", &program).run().ok();
        }
        let calls = std::fs::read_to_string(&log).unwrap();
        std::fs::remove_file(&log).unwrap();
        calls
    };
    let (ours, theirs) = (calls(ours), calls(theirs));
    let encrypt = format!(
        "--no-default-recipient --yes --encrypt -a -r {key} --trusted-key {} --no-encrypt-to",
        &key[24..]
    );
    assert_eq!(theirs, format!("|{encrypt}\n|-d\n"));
    let more = "--status-fd=2 --batch";
    assert_eq!(ours, format!("|{more} {encrypt} --no-auto-key-locate\n|{more} --no-auto-key-retrieve -d\n"));
}

#[test]
fn at_a_terminal_gpg_may_ask_and_knows_where() {
    let (sandbox, gpg) = (Sandbox::new(), GnuPg::new());
    sealed(&sandbox, &gpg, "s.yaml", &gpg.key("alice"));
    let (program, log) = recording(&gpg);
    let start = |settings: &str| {
        let line = format!(
            "{settings} SOPS_GPG_EXEC='{}' GNUPGHOME='{}' '{}' decrypt s.yaml | cat",
            program.display(),
            gpg.home().display(),
            tools::sops_rs().display()
        );
        assert_eq!(Terminal::start(&sandbox, &line).ends(), 0);
        let call = std::fs::read_to_string(&log).unwrap();
        std::fs::remove_file(&log).unwrap();
        call
    };
    let call = start("");
    assert!(call.starts_with("/dev/") && !call.contains("--batch"), "{call}");
    let call = start("GPG_TTY=/dev/pts/x");
    assert!(call.starts_with("/dev/pts/x|") && !call.contains("--batch"), "{call}");
}

#[test]
fn a_missing_gpg_is_named_with_what_to_do() {
    let (sandbox, gpg) = (Sandbox::new(), GnuPg::new());
    sealed(&sandbox, &gpg, "s.yaml", &gpg.key("alice"));
    let decrypt = |name: &str, value: &str| {
        ours(&sandbox, &gpg, &["decrypt", "s.yaml"]).env(name, value).run().fails(128)
    };
    let message = decrypt("PATH", "/nonexistent");
    assert!(message.contains("no gpg in PATH") && message.contains("SOPS_GPG_EXEC"), "{message}");
    let message = decrypt("SOPS_GPG_EXEC", "/nonexistent/gpg");
    assert!(message.contains("/nonexistent/gpg, which SOPS_GPG_EXEC names"), "{message}");
    let message = decrypt("SOPS_GPG_EXEC", "/etc/passwd");
    assert!(message.contains("can't be started"), "{message}");
    sandbox.write("p.yaml", PLAIN);
    let encrypt = ours(&sandbox, &gpg, &["encrypt", "-i", "--pgp", "BC17301B491B3F21", "p.yaml"]);
    let message = encrypt.env("PATH", "/nonexistent").run().fails(1);
    assert!(message.contains("no gpg in PATH") && sandbox.text("p.yaml") == PLAIN, "{message}");
}

#[test]
fn a_gpg_that_lies_or_prints_without_end_is_no_trouble() {
    let (sandbox, gpg) = (Sandbox::new(), GnuPg::new());
    let key = gpg.key("alice");
    sealed(&sandbox, &gpg, "s.yaml", &key);
    let before = sandbox.text("s.yaml");
    for (script, decrypted, encrypted) in [
        ("exec yes", "printed more than a key", "printed more than a key"),
        ("exec yes >&2", "could not decrypt: y", "could not encrypt: y"),
        ("yes >&2; echo", "neither a data key nor a share", "something else than a PGP message"),
        ("exec cat", "printed more than a key", "something else than a PGP message"),
        ("true", "printed nothing", "something else than a PGP message"),
        ("kill -9 $$", "does not say why", "does not say why"),
        ("cat >/dev/null; printf 'gpg: decryption failed: \\033[2Jhi\\n' >&2; exit 2", "[2Jhi", "[2Jhi"),
        ("echo 01234567890123456789012345678901", "a share, not a whole key", "something else"),
        ("printf 01234567890123456789012345678901", "", "something else"),
    ] {
        let program = gpg.program("fake", &format!("#!/bin/sh\n{script}\n"));
        let run = |args: &[&str]| ours(&sandbox, &gpg, args).env("SOPS_GPG_EXEC", &program).run();
        let message = run(&["decrypt", "s.yaml"]).refuses();
        assert!(message.contains(decrypted) && !message.contains('\u{1b}'), "{script}: {message}");
        sandbox.write("p.yaml", PLAIN);
        let message = run(&["encrypt", "-i", "--pgp", &key, "p.yaml"]).fails(1);
        assert!(message.contains(encrypted) && !message.contains('\u{1b}'), "{script}: {message}");
        assert!(sandbox.text("p.yaml") == PLAIN && sandbox.text("s.yaml") == before);
    }
}

#[test]
fn a_gpg_that_never_answers_is_left_with_control_c() {
    let (sandbox, gpg) = (Sandbox::new(), GnuPg::new());
    sealed(&sandbox, &gpg, "s.yaml", &gpg.key("alice"));
    let before = sandbox.text("s.yaml");
    let pid = gpg.file("pid");
    for (number, script) in
        ["exec sleep 600", "while :; do echo noise >&2; sleep 0.01; done"].into_iter().enumerate()
    {
        let program = gpg.program(
            "fake",
            &format!("#!/bin/sh\necho $$ >'{0}.new'; mv '{0}.new' '{0}'\n{script}\n", pid.display()),
        );
        let line = format!(
            "SOPS_GPG_EXEC='{}' GNUPGHOME='{}' '{}' rotate -i s.yaml",
            program.display(),
            gpg.home().display(),
            tools::sops_rs().display()
        );
        let terminal = Terminal::start(&sandbox, &line);
        let id = until(|| std::fs::read_to_string(&pid).ok()).expect("it starts");
        terminal.keys(&["C-c"]);
        assert_eq!(terminal.ends(), 130, "{number}");
        let ended = until(|| (!PathBuf::from(format!("/proc/{}", id.trim())).exists()).then_some(()));
        assert!(ended.is_some(), "it was left behind");
        std::fs::remove_file(&pid).unwrap();
        assert_eq!(sandbox.text("s.yaml"), before);
        let left: Vec<_> = std::fs::read_dir(sandbox.path("")).unwrap().collect();
        assert_eq!(left.len(), 1, "{left:?}");
    }
}

#[test]
fn nothing_is_started_for_a_file_that_age_opens_or_that_git_looks_at() {
    let (repository, gpg) = (Repository::new(), GnuPg::new());
    let (sandbox, key) = (&repository.sandbox, gpg.key("alice"));
    let started = gpg.file("started");
    let program = gpg.program("fake", &format!("#!/bin/sh\ntouch '{}'\nexit 2\n", started.display()));
    let watched = |args: &[&str]| {
        let run = sandbox.sops_rs(args).env("GNUPGHOME", gpg.home()).env("SOPS_GPG_EXEC", &program);
        let outcome = run.run();
        assert!(!started.exists(), "{}", outcome.describe());
        outcome
    };
    sandbox.write("both.yaml", PLAIN);
    let encrypt = ["encrypt", "-i", "--pgp", &key, "--age", &recipient("alice"), "both.yaml"];
    ours(sandbox, &gpg, &encrypt).run().ok();
    assert_eq!(watched(&["decrypt", "both.yaml"]).text(), PLAIN);
    watched(&["set", "both.yaml", "[\"user\"]", "\"other\""]).ok();
    watched(&["filestatus", "both.yaml"]).ok();
    watched(&["recipients", "who", "both.yaml"]).ok();
    // A file for PGP alone stays shut where git asks.
    for name in ["s.yaml", "base.yaml", "theirs.yaml"] {
        sealed(sandbox, &gpg, name, &key);
    }
    let before = sandbox.text("s.yaml");
    watched(&["textconv", "s.yaml"]);
    let merged = watched(&["merge", "--driver", "base.yaml", "s.yaml", "theirs.yaml", "7", "s.yaml"]);
    assert_eq!(merged.status.code(), Some(1), "{}", merged.describe());
    assert!(sandbox.text("s.yaml").contains(&key) && before.contains(&key));
    // A person who asks gets it.
    let opened = sandbox.sops_rs(["decrypt", "base.yaml"]).env("SOPS_GPG_EXEC", &program).run();
    assert!(!opened.success() && started.exists(), "{}", opened.describe());
}
