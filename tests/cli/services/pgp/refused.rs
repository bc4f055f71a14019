//! Keys that can't be used: said why, and nothing is written.

use super::*;
use crate::support::sandbox::recipient;

/// Has both programs refuse to encrypt for a key; our message.
fn refused(gpg: &GnuPg, fingerprint: &str) -> String {
    let sandbox = Sandbox::new();
    sandbox.write("s.yaml", PLAIN);
    let args = ["encrypt", "-i", "--pgp", fingerprint, "s.yaml"];
    theirs(&sandbox, gpg, &args).run().fails(1);
    let message = ours(&sandbox, gpg, &args).run().fails(1);
    assert_eq!(sandbox.text("s.yaml"), PLAIN);
    assert!(message.contains(fingerprint), "{message}");
    message
}

#[test]
fn a_missing_public_key_is_said() {
    let message = refused(&GnuPg::new(), "85D77543B3D624B63CEA9E6DBC17301B491B3F21");
    assert!(message.contains("no public key") && message.contains("gpg --import"), "{message}");
}

#[test]
fn an_expired_key_gets_nothing_and_still_opens_what_it_got() {
    let (sandbox, gpg) = (Sandbox::new(), GnuPg::new());
    let old = ["--faked-system-time", "20200101T000000", "--passphrase", ""];
    let key = gpg.key_with("old", &old, "1d");
    let message = refused(&gpg, &key);
    assert!(message.contains("expired"), "{message}");
    // Made when it was good.
    let faked = "#!/bin/sh\nexec gpg --faked-system-time 20200101T010000 \"$@\"\n";
    let then = gpg.program("then", faked);
    sandbox.write("s.yaml", PLAIN);
    let encrypt = ours(&sandbox, &gpg, &["encrypt", "-i", "--pgp", &key, "s.yaml"]);
    encrypt.env("SOPS_GPG_EXEC", then).run().ok();
    assert_eq!(ours(&sandbox, &gpg, &["decrypt", "s.yaml"]).run().text(), PLAIN);
    assert_eq!(theirs(&sandbox, &gpg, &["decrypt", "s.yaml"]).run().text(), PLAIN);
    // And every command that would wrap for it says so.
    let before = sandbox.text("s.yaml");
    let message = ours(&sandbox, &gpg, &["rotate", "-i", "s.yaml"]).run().fails(1);
    assert!(message.contains("expired") && message.contains(&key), "{message}");
    assert_eq!(sandbox.text("s.yaml"), before);
}

#[test]
fn a_revoked_key_gets_nothing() {
    let gpg = GnuPg::new();
    let key = gpg.key("gone");
    let prepared = std::fs::read_to_string(gpg.file(&format!("openpgp-revocs.d/{key}.rev"))).unwrap();
    gpg.gpg(["--import"]).pipe(prepared.replace(":-----BEGIN", "-----BEGIN")).run().ok();
    let message = refused(&gpg, &key);
    assert!(message.contains("revoked"), "{message}");
}

#[test]
fn what_is_no_fingerprint_never_reaches_gpg() {
    let (sandbox, gpg) = (Sandbox::new(), GnuPg::new());
    let key = gpg.key("alice");
    let file = gpg.file("written");
    let option = format!("--output={}", file.display());
    for hostile in [option.as_str(), "alice", "491B3F21", &format!("{key} -r{key}")] {
        // Put into the file by somebody who can't open it.
        sealed(&sandbox, &gpg, "s.yaml", &key);
        let text = sandbox.text("s.yaml").replace(&format!("fp: {key}"), &format!("fp: '{hostile}'"));
        sandbox.write("s.yaml", &text);
        let message = ours(&sandbox, &gpg, &["rotate", "-i", "s.yaml"]).run().fails(1);
        assert!(message.contains("not a PGP fingerprint"), "{message}");
        assert!(!file.exists() && sandbox.text("s.yaml") == text);
        // What it is called does not matter for opening it.
        assert_eq!(ours(&sandbox, &gpg, &["decrypt", "s.yaml"]).run().text(), PLAIN);
        sandbox.write("p.yaml", PLAIN);
        ours(&sandbox, &gpg, &["encrypt", &format!("--pgp={hostile}"), "p.yaml"]).run().fails(1);
        assert!(!file.exists());
    }
    let alice = recipient("alice");
    let args = ["rotate", "-i", &format!("--rm-pgp={option}"), "--add-age", &alice, "s.yaml"];
    sandbox.write(
        "s.yaml",
        sandbox.text("s.yaml").replace(&format!("fp: '{key} -r{key}'"), &format!("fp: '{option}'")),
    );
    ours(&sandbox, &gpg, &args).run().ok();
    assert_eq!(sandbox.run(["decrypt", "s.yaml"]).text(), PLAIN);
}

#[test]
fn a_damaged_message_is_said() {
    let (sandbox, gpg) = (Sandbox::new(), GnuPg::new());
    let key = gpg.key("alice");
    sealed(&sandbox, &gpg, "s.yaml", &key);
    let whole = sandbox.text("s.yaml");
    let armor = message(&whole);
    let line = armor.lines().nth(2).expect("a line of the armor");
    for (damaged, why) in [
        (whole.replace(line, &line.to_ascii_uppercase()), "pgp"),
        (whole.replace("BEGIN PGP MESSAGE", "BEGIN PGP PUBLIC KEY BLOCK"), "does not begin with the armor"),
        (whole.replace(line, ""), "pgp"),
    ] {
        assert_ne!(damaged, whole);
        sandbox.write("s.yaml", &damaged);
        let message = ours(&sandbox, &gpg, &["decrypt", "s.yaml"]).run().fails(128);
        assert!(message.contains(why) && message.contains(&key), "{message}");
    }
    // A good message of something else.
    let other = gpg.gpg(["-a", "--trust-model", "always", "-e", "-r", &key]).pipe("too short").run().text();
    let indented: String = other.trim().lines().map(|line| format!("                {line}\n")).collect();
    let start = whole.find("-----BEGIN PGP").map(|at| whole[..at].rfind('\n').unwrap() + 1).unwrap();
    let end = whole.find("-----END PGP MESSAGE-----\n").unwrap() + "-----END PGP MESSAGE-----\n".len();
    sandbox.write("s.yaml", format!("{}{indented}{}", &whole[..start], &whole[end..]));
    let message = ours(&sandbox, &gpg, &["decrypt", "s.yaml"]).run().fails(128);
    assert!(message.contains("neither a data key nor a share"), "{message}");
}
