//! Files that go from us to sops and back.

use super::*;
use crate::support::format::Format;
use crate::support::sandbox::{identity, recipient};
use crate::support::team::plain;

#[test]
fn what_is_wrapped_here_sops_opens_and_the_other_way_round() {
    let (sandbox, gpg) = (Sandbox::new(), GnuPg::new());
    let key = gpg.key("alice");
    for format in Format::ALL {
        let name = format.file("secret");
        sandbox.write(&name, plain(format));
        ours(&sandbox, &gpg, &["encrypt", "-i", "--pgp", &key, &name]).run().ok();
        assert_eq!(ours(&sandbox, &gpg, &["decrypt", &name]).run().text(), plain(format));
        if format == Format::Toml {
            continue;
        }
        theirs(&sandbox, &gpg, &["decrypt", &name]).run().ok();
        sandbox.write(&name, plain(format));
        theirs(&sandbox, &gpg, &["encrypt", "-i", "--pgp", &key, &name]).run().ok();
        let both = [ours, theirs].map(|program| program(&sandbox, &gpg, &["decrypt", &name]).run().text());
        assert_eq!(both[0], both[1], "{name}");
    }
}

#[test]
fn each_of_several_people_opens_the_file_and_nobody_else() {
    let (sandbox, people) = (Sandbox::new(), ["alice", "bob", "carol"].map(|name| (name, GnuPg::new())));
    let keys = people.each_ref().map(|(name, gpg)| gpg.key(name));
    let (_, alice) = &people[0];
    alice.import(&people[1].1, "bob");
    for (name, sealed) in
        [("ours.yaml", sealed as fn(&Sandbox, &GnuPg, &str, &str)), ("theirs.yaml", sealed_by_sops)]
    {
        sealed(&sandbox, alice, name, &format!("{},{}", keys[0], keys[1]));
        for (_, gpg) in &people[..2] {
            assert_eq!(ours(&sandbox, gpg, &["decrypt", name]).run().text(), PLAIN);
            assert_eq!(theirs(&sandbox, gpg, &["decrypt", name]).run().text(), PLAIN);
        }
        let (_, carol) = &people[2];
        let message = ours(&sandbox, carol, &["decrypt", name]).run().fails(128);
        theirs(&sandbox, carol, &["decrypt", name]).run().fails(128);
        for (key, why) in [(&keys[0], "no secret key"), (&keys[1], "GNUPGHOME")] {
            assert!(message.contains(key.as_str()) && message.contains(why), "{message}");
        }
    }
}

#[test]
fn blanks_small_letters_and_long_ids_name_a_key_as_in_sops() {
    let (sandbox, gpg) = (Sandbox::new(), GnuPg::new());
    let key = gpg.key("alice");
    let spaced = format!("{} {}", &key[..20], &key[20..]);
    for name in [spaced.as_str(), &key.to_lowercase(), &key[24..], &format!("0x{key}")] {
        sealed(&sandbox, &gpg, "ours.yaml", name);
        sealed_by_sops(&sandbox, &gpg, "theirs.yaml", name);
        let named = ["ours.yaml", "theirs.yaml"].map(|file| {
            let text = sandbox.text(file);
            text.lines().find_map(|line| line.trim().strip_prefix("fp: ").map(str::to_owned))
        });
        assert_eq!(named[0].as_deref().map(|it| it.trim_matches('"')), Some(&*name.replace(' ', "")));
        assert_eq!(named[0], named[1]);
        assert_eq!(theirs(&sandbox, &gpg, &["decrypt", "ours.yaml"]).run().text(), PLAIN);
    }
}

#[test]
fn a_mark_behind_a_fingerprint_forces_that_subkey() {
    let (sandbox, gpg) = (Sandbox::new(), GnuPg::new());
    let main = gpg.key("alice");
    // gpg would take the newer one.
    gpg.gpg(["--pinentry-mode", "loopback", "--passphrase", "", "--quick-add-key", &main, "cv25519", "encr"])
        .run()
        .ok();
    let keys = gpg.fingerprints("alice");
    assert_eq!(keys.len(), 3);
    for subkey in &keys[1..] {
        let marked = format!("{subkey}!");
        for sealed in [sealed, sealed_by_sops] {
            sealed(&sandbox, &gpg, "s.yaml", &marked);
            assert_eq!(gpg.readers(&message(&sandbox.text("s.yaml"))), [&subkey[24..]]);
            assert_eq!(ours(&sandbox, &gpg, &["decrypt", "s.yaml"]).run().text(), PLAIN);
            assert_eq!(theirs(&sandbox, &gpg, &["decrypt", "s.yaml"]).run().text(), PLAIN);
        }
    }
    // The main key signs, and can't be forced to encrypt.
    let marked = format!("{main}!");
    sandbox.write("p.yaml", PLAIN);
    let message = ours(&sandbox, &gpg, &["encrypt", "-i", "--pgp", &marked, "p.yaml"]).run().fails(1);
    assert!(message.contains("for other uses"), "{message}");
    theirs(&sandbox, &gpg, &["encrypt", "-i", "--pgp", &marked, "p.yaml"]).run().fails(1);
}

#[test]
fn a_key_that_nobody_trusts_and_settings_that_add_readers_make_no_difference() {
    let (sandbox, gpg, other) = (Sandbox::new(), GnuPg::new(), GnuPg::new());
    let (mine, bob) = (gpg.key("alice"), other.key("bob"));
    gpg.import(&other, "bob");
    let settings = format!("encrypt-to {mine}\ndefault-recipient {mine}\nauto-key-locate wkd,keyserver\n");
    std::fs::write(gpg.file("gpg.conf"), settings).unwrap();
    for sealed in [sealed, sealed_by_sops] {
        sealed(&sandbox, &gpg, "s.yaml", &bob);
        assert_eq!(gpg.readers(&message(&sandbox.text("s.yaml"))).len(), 1);
        assert_eq!(ours(&sandbox, &other, &["decrypt", "s.yaml"]).run().text(), PLAIN);
        ours(&sandbox, &gpg, &["decrypt", "s.yaml"]).run().fails(128);
    }
}

#[test]
fn groups_of_pgp_and_age_open_in_both_programs() {
    let (sandbox, gpg) = (Sandbox::new(), GnuPg::new());
    let (key, alice, bob) = (gpg.key("pat"), recipient("alice"), recipient("bob"));
    sandbox.write(
        ".sops.yaml",
        format!(
            "creation_rules:\n  - shamir_threshold: 2\n    key_groups:\n      - pgp: [{key}]\n      - age: [{alice}]\n      - \
             age: [{bob}]\n"
        ),
    );
    for program in [ours, theirs] {
        sandbox.write("s.yaml", PLAIN);
        program(&sandbox, &gpg, &["encrypt", "-i", "s.yaml"]).run().ok();
        for reader in [ours, theirs] {
            for who in ["alice", "bob"] {
                let opened =
                    reader(&sandbox, &gpg, &["decrypt", "s.yaml"]).env("SOPS_AGE_KEY", identity(who)).run();
                assert_eq!(opened.text(), PLAIN);
            }
            reader(&sandbox, &gpg, &["decrypt", "s.yaml"]).run().fails(128);
        }
    }
}
