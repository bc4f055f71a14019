//! Keys behind a passphrase: the agent asks for it.

use super::*;
use crate::support::terminal::Terminal;

/// A key with the passphrase `pass phrase`, and a file for it.
fn locked() -> (Sandbox, GnuPg) {
    let (sandbox, gpg) = (Sandbox::new(), GnuPg::new());
    let key = gpg.key_with("alice", &["--passphrase", "pass phrase"], "never");
    sealed(&sandbox, &gpg, "s.yaml", &key);
    (sandbox, gpg)
}

#[test]
fn the_passphrase_comes_from_the_pinentry() {
    let (sandbox, gpg) = locked();
    gpg.pinentry("echo 'D pass phrase'; echo OK");
    assert_eq!(ours(&sandbox, &gpg, &["decrypt", "s.yaml"]).run().text(), PLAIN);
    // From here on the agent knows it.
    gpg.program("pinentry", "#!/bin/sh\nexit 1\n");
    assert_eq!(ours(&sandbox, &gpg, &["decrypt", "s.yaml"]).detached().run().text(), PLAIN);
    assert_eq!(theirs(&sandbox, &gpg, &["decrypt", "s.yaml"]).run().text(), PLAIN);
}

#[test]
fn why_it_was_not_unlocked_is_said() {
    let (sandbox, gpg) = locked();
    for (answer, why) in [
        ("echo 'ERR 83886179 Operation cancelled'", "was cancelled"),
        ("echo 'D wrong'; echo OK", "passphrase is wrong"),
        ("echo 'ERR 83886142 Timeout'", "in time"),
        ("echo 'ERR 83918950 Inappropriate ioctl for device'", "GPG_TTY"),
    ] {
        gpg.pinentry(answer);
        let message = ours(&sandbox, &gpg, &["decrypt", "s.yaml"]).run().fails(128);
        assert!(message.contains(why), "{answer}: {message}");
    }
    gpg.agent("pinentry-program /nonexistent/pinentry\n");
    let message = ours(&sandbox, &gpg, &["decrypt", "s.yaml"]).run().fails(128);
    assert!(message.contains("no pinentry"), "{message}");
    gpg.agent("");
    std::fs::write(gpg.file("gpg.conf"), "agent-program /nonexistent/agent\n").unwrap();
    let message = ours(&sandbox, &gpg, &["decrypt", "s.yaml"]).run().fails(128);
    assert!(message.contains("agent of gpg can't be reached"), "{message}");
}

#[test]
fn a_pinentry_on_the_terminal_finds_it_without_settings() {
    let (sandbox, gpg) = locked();
    gpg.agent("pinentry-program /usr/bin/pinentry-curses\n");
    let line = |args: &str| {
        let program = tools::sops_rs();
        format!(
            "unset SOPS_AGE_KEY_FILE; GNUPGHOME='{}' '{}' {args}",
            gpg.home().display(),
            program.display()
        )
    };
    let terminal = Terminal::start(&sandbox, &line("decrypt s.yaml | cat"));
    terminal.shows("passphrase");
    terminal.keys(&["pass phrase", "Enter"]);
    assert_eq!(terminal.ends(), 0);
    terminal.shows("user: app");
    gpg.agent("pinentry-program /usr/bin/pinentry-curses\n");
    let terminal = Terminal::start(&sandbox, &line("decrypt s.yaml | cat"));
    terminal.shows("passphrase");
    terminal.keys(&["Tab", "Tab", "Enter"]);
    terminal.ends();
    terminal.shows("cancelled");
}
