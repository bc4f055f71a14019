//! What is a recipient, and which ones are the same.

use super::*;
use std::collections::HashSet;

#[test]
fn every_kind_of_recipient_parses() {
    for text in [
        FIRST_PUBLIC,
        &fixture_text("age-1.3.2/pq.pub"),
        &fixture_text("age-1.3.2/ssh_ed25519.pub"),
        &fixture_text("age-1.3.2/ssh_rsa.pub"),
        &format!("  {FIRST_PUBLIC}\r\n"),
        "age1tag1qt8lw0ual6avlwmwatk888yqnmdamm7xfd0wak53ut6elz5c4swx2yqdj4e",
        &plugin("yubikey"),
    ] {
        assert_eq!(AgeRecipient::parse(text).unwrap().text(), text.trim());
    }
}

fn plugin(name: &str) -> String {
    age_core::primitives::bech32_encode(bech32::Hrp::parse(&format!("age1{name}")).unwrap(), &[1; 32])
}

fn refused(text: &str) -> RecipientError {
    AgeRecipient::parse(text).err().unwrap_or_else(|| panic!("{text} was taken"))
}

#[test]
fn what_is_no_recipient_is_refused_by_kind() {
    use RecipientError::{Invalid, Unknown};
    for text in ["", "me", "AGE1X", "gpg", "age", "Ssh-rsa x"] {
        assert_eq!(refused(text), Unknown, "{text}");
    }
    let mut damaged = FIRST_PUBLIC.to_owned();
    damaged.replace_range(10..11, "q");
    for (text, kind) in [
        (damaged.as_str(), "X25519"),
        ("age1", "X25519"),
        ("age1pq1", "post-quantum"),
        ("age1foo1xx", "plugin"),
        ("ssh-ed25519", "SSH"),
        ("ssh-ed25519 AAAA", "SSH"),
        ("ssh-dss AAAAB3NzaC1kc3MAAAABAQ", "SSH"),
    ] {
        assert!(matches!(refused(text), Invalid { kind: found, .. } if found == kind), "{text}");
    }
}

#[test]
fn a_plugin_is_named_by_letters_and_never_by_a_path() {
    for name in ["../../tmp/x", "/bin/sh", "a\\b", "a b", "c:x", "$x", ""] {
        let Ok(hrp) = bech32::Hrp::parse(&format!("age1{name}")) else { continue };
        let text = age_core::primitives::bech32_encode(hrp, &[1; 32]);
        assert!(AgeRecipient::parse(&text).is_err(), "{text}");
    }
}

#[test]
fn plugins_start_only_where_they_are_allowed() {
    let wrapped = with_key("").wrap(&recipient(&plugin("yubikey")), &share());
    let forbidden = RecipientError::PluginForbidden("yubikey".into());
    assert_eq!(wrapped, Err(KeyError::Recipient(forbidden)));
    let allowed = backend(Sources { plugins: true, ..Sources::default() });
    let name = "no-such-plugin-anywhere";
    let missing = RecipientError::PluginMissing(name.into());
    assert_eq!(allowed.wrap(&recipient(&plugin(name)), &share()), Err(KeyError::Recipient(missing)));
}

#[test]
fn a_secret_key_in_place_of_a_recipient_is_never_repeated() {
    for secret in [FIRST, &FIRST.to_lowercase(), "AGE-SECRET-KEY-PQ-1ABC"] {
        assert_eq!(refused(secret), RecipientError::Secret);
        let stored = recipient(secret);
        let said = format!("{stored} {stored:?} {:?}", with_key("").wrap(&stored, &share()));
        assert!(!said.to_uppercase().contains("KEY-1G") && !said.contains("1ABC"), "{said}");
    }
}

#[test]
fn points_of_low_order_are_refused_where_the_crate_would_panic() {
    let encode =
        |hrp, bytes: &[u8]| age_core::primitives::bech32_encode(bech32::Hrp::parse(hrp).unwrap(), bytes);
    let order_8 = [
        0x5f, 0x9c, 0x95, 0xbc, 0xa3, 0x50, 0x8c, 0x24, 0xb1, 0xd0, 0xb1, 0x55, 0x9c, 0x83, 0xef, 0x5b, 0x04,
        0x44, 0x5c, 0xc4, 0x58, 0x1c, 0x8e, 0x86, 0xd8, 0x22, 0x4e, 0xdd, 0xd0, 0x9f, 0x11, 0x57,
    ];
    for point in [[0; 32], order_8] {
        refused(&encode("age", &point));
        let identity = hybrid::Identity::generate().unwrap();
        let mut key = hybrid::bech32_bytes("age1pq", &identity.recipient()).unwrap();
        assert_eq!(encode("age1pq", &key), identity.recipient());
        key[1184..].copy_from_slice(&point);
        refused(&encode("age1pq", &key));
    }
}

#[test]
fn lattice_keys_beyond_the_modulus_are_refused() {
    let identity = hybrid::Identity::generate().unwrap();
    let mut key = hybrid::bech32_bytes("age1pq", &identity.recipient()).unwrap();
    key[..3].fill(0xFF);
    refused(&age_core::primitives::bech32_encode(bech32::Hrp::parse("age1pq").unwrap(), &key));
}

/// An SSH public key of these fields.
fn ssh(kind: &str, fields: &[&[u8]]) -> String {
    use base64::prelude::{BASE64_STANDARD, Engine};
    let wire = [kind.as_bytes()].into_iter().chain(fields.iter().copied()).flat_map(|field| {
        let mut part = u32::try_from(field.len()).unwrap().to_be_bytes().to_vec();
        part.extend_from_slice(field);
        part
    });
    format!("{kind} {}", BASE64_STANDARD.encode(wire.collect::<Vec<u8>>()))
}

#[test]
fn malformed_ssh_keys_are_refused_without_a_panic() {
    let mut modulus = [0xC3; 256];
    for (fields, good) in [
        (vec![&[1u8, 0, 1][..], &[0], &[]], false),
        (vec![&[0], &modulus], false),
        (vec![&[], &modulus], false),
        (vec![&[1, 0, 1], &[0; 256]], false),
        (vec![&[1, 0, 1]], false),
        (vec![&[1, 0, 1], &[0xC3; 100]], false),
        (vec![&[1, 0, 1], &[0xC3; 3000]], false),
    ] {
        assert_eq!(AgeRecipient::parse(&ssh("ssh-rsa", &fields)).is_ok(), good);
    }
    // An even modulus is no key either; whatever comes of it is no panic.
    modulus[255] = 0xC2;
    let odd = [&[0][..], &modulus].concat();
    if AgeRecipient::parse(&ssh("ssh-rsa", &[&[1, 0, 1], &odd])).is_ok() {
        let _ = with_key("").wrap(&recipient(&ssh("ssh-rsa", &[&[1, 0, 1], &odd])), &share());
    }
    for key in [&[9u8; 31][..], &[9; 33], &[0; 32], &[0xFF; 32]] {
        let _ = AgeRecipient::parse(&ssh("ssh-ed25519", &[key]));
    }
    let text = fixture_text("age-1.3.2/ssh_rsa.pub");
    for end in 0..text.len() {
        let _ = AgeRecipient::parse(&text[..end]);
    }
}

#[test]
fn the_comment_of_an_ssh_key_does_not_make_another_recipient() {
    let text = fixture_text("age-1.3.2/ssh_ed25519.pub");
    let bare = text.split(' ').take(2).collect::<Vec<_>>().join(" ");
    let (with, without) = (recipient(&text), recipient(&bare));
    assert!(with == without && HashSet::from([with.clone(), without]).len() == 1);
    assert_eq!(with.to_string(), text.trim());
    assert!(with != recipient(FIRST_PUBLIC));
    assert!(recipient(&format!(" {FIRST_PUBLIC}\n")) == recipient(FIRST_PUBLIC));
}

#[test]
fn long_recipients_are_short_in_messages() {
    let text = fixture_text("age-1.3.2/pq.pub");
    let shown = recipient(&text).to_string();
    assert!(shown.starts_with("age1pq1") && shown.chars().count() == 100, "{shown}");
}

#[test]
fn generated_identities_open_what_their_recipients_seal() {
    for kind in [Kind::X25519, Kind::PostQuantum] {
        let (one, other) = (generate(kind).unwrap(), generate(kind).unwrap());
        assert!(*one.identity != *other.identity);
        let found = recipients_in(&format!("# note\n{}\n", *one.identity)).unwrap();
        assert!(found == [one.recipient.clone()]);
        let stanza = sealed(one.recipient.text());
        assert_eq!(opened(&with_key(&one.identity), &stanza), Ok("07".repeat(32)));
        assert_eq!(opened(&with_key(&other.identity), &stanza), Err(KeyError::NoMatch));
    }
}

#[test]
fn the_public_side_of_reference_identities_is_the_references() {
    for kind in ["x25519", "pq"] {
        let found = recipients_in(&fixture_text(&format!("age-1.3.2/{kind}.txt"))).unwrap();
        assert_eq!(found[0].text(), fixture_text(&format!("age-1.3.2/{kind}.pub")).trim());
    }
}
