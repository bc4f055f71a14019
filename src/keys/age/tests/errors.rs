//! Damage, and what is said about it.

use super::*;
use crate::keys::open_gate;
use std::{fmt::Debug, marker::PhantomData};

#[test]
fn wrong_and_missing_identities_are_told_apart() {
    let stanza = stanza(FIRST_PUBLIC, FIRST_ENC);
    assert_eq!(opened(&with_key(SECOND), &stanza), Err(KeyError::NoMatch));
    assert_eq!(opened(&with_key(""), &stanza), Err(KeyError::NoIdentity));
}

#[test]
fn blanks_around_the_armor_and_windows_line_ends_are_tolerated() {
    for enc in [
        FIRST_ENC.trim_end().to_owned(),
        format!("\n \r\n\t{FIRST_ENC}\n\n  "),
        FIRST_ENC.replace('\n', "\r\n"),
    ] {
        assert_eq!(opened(&with_key(FIRST), &stanza(FIRST_PUBLIC, &enc)), Ok(FIRST_KEY.into()), "{enc:?}");
    }
}

#[test]
fn what_is_written_ends_with_a_line_feed_and_has_no_carriage_return() {
    let enc = sealed(FIRST_PUBLIC).enc;
    assert!(enc.starts_with("-----BEGIN AGE ENCRYPTED FILE-----\n"));
    assert!(enc.ends_with("\n-----END AGE ENCRYPTED FILE-----\n") && !enc.contains('\r'));
}

#[test]
fn damaged_text_is_refused_with_a_reason() {
    let huge = format!("{FIRST_ENC}{}", " ".repeat(1 << 20));
    for (enc, reason) in [
        ("", "begin"),
        ("age-encryption.org/v1", "begin"),
        ("-----BEGIN PGP MESSAGE-----", "begin"),
        (&format!("x{FIRST_ENC}"), "begin"),
        (&format!("{FIRST_ENC}x"), "end"),
        (&FIRST_ENC.replace("YWdl", "YWd!"), "armor"),
        (&FIRST_ENC.replace("YWdl", "YWd"), "armor"),
        (&FIRST_ENC.replace("eU9G", "\neU9G"), "armor"),
        (&huge, "1 MiB"),
    ] {
        match opened(&with_key(FIRST), &stanza(FIRST_PUBLIC, enc)) {
            Err(KeyError::Damaged(why)) => assert!(why.contains(reason), "{why}"),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn no_flipped_bit_and_no_cut_gives_another_key() {
    let backend = with_key(FIRST);
    for at in 0..FIRST_ENC.len() {
        assert!(
            opened(&backend, &stanza(FIRST_PUBLIC, &FIRST_ENC[..at])).is_err() || at + 1 == FIRST_ENC.len()
        );
        for bit in 0..7 {
            let mut bytes = FIRST_ENC.as_bytes().to_vec();
            bytes[at] ^= 1 << bit;
            let enc = String::from_utf8(bytes).unwrap();
            let outcome = opened(&backend, &stanza(FIRST_PUBLIC, &enc));
            let blank = at + 1 == FIRST_ENC.len();
            assert!(outcome.is_err() || (blank && outcome == Ok(FIRST_KEY.into())), "{at} {bit}");
        }
    }
}

#[test]
fn only_a_key_or_a_share_is_taken_out_of_an_age_file() {
    use std::io::Write;
    for length in [0, 16, 31, 34, 10_000] {
        let to: age::x25519::Recipient = FIRST_PUBLIC.parse().unwrap();
        let encryptor = age::Encryptor::with_recipients([&to as &dyn age::Recipient].into_iter()).unwrap();
        let armor =
            age::armor::ArmoredWriter::wrap_output(Vec::new(), age::armor::Format::AsciiArmor).unwrap();
        let mut stream = encryptor.wrap_output(armor).unwrap();
        stream.write_all(&vec![1; length]).unwrap();
        let enc = String::from_utf8(stream.finish().unwrap().finish().unwrap()).unwrap();
        let reason = "it holds neither a data key nor a share";
        let outcome = opened(&with_key(FIRST), &stanza(FIRST_PUBLIC, &enc));
        assert_eq!(outcome, Err(KeyError::Damaged(reason)), "{length}");
    }
}

#[test]
fn a_megabyte_of_header_takes_no_time() {
    use base64::prelude::{BASE64_STANDARD, Engine};
    let line = format!("-> X25519 {}\n{}\n", "A".repeat(43), "A".repeat(43));
    let grease = format!("-> x {}\n\n", "y ".repeat(200_000).trim_end());
    let wide = format!("-> x {}\n\n", "y ".repeat(300).trim_end());
    for header in [
        line.repeat(7_000),
        line.repeat(140),
        wide.repeat(70),
        grease,
        "-> a\n\n".repeat(100_000),
        "->".repeat(300_000),
    ] {
        let file = format!("age-encryption.org/v1\n{header}--- {}\n", "A".repeat(43));
        let encoded = BASE64_STANDARD.encode(file);
        let mut enc = "-----BEGIN AGE ENCRYPTED FILE-----\n".to_owned();
        for chunk in encoded.as_bytes().chunks(64) {
            enc += std::str::from_utf8(chunk).unwrap();
            enc += "\n";
        }
        enc += "-----END AGE ENCRYPTED FILE-----\n";
        let start = std::time::Instant::now();
        assert!(opened(&with_key(FIRST), &stanza(FIRST_PUBLIC, &enc)).is_err());
        let took = start.elapsed();
        assert!(took.as_secs() < 5, "{took:?} for {} bytes", enc.len());
    }
}

#[test]
fn errors_repeat_no_secret() {
    let secret = "QYT0T7TZ33RAZEE0GZYVZN0APSU24RK7";
    let broken = format!("{FIRST}X\n");
    let locked = fixture("age-1.3.2/x25519_locked.age");
    let sources = || Sources {
        ssh_private_key_cmd: Some(format!("echo {FIRST}")),
        key: Some(Zeroizing::new(broken.clone())),
        key_file: Some(locked.clone()),
        key_cmd: Some(format!("/nonexistent/{FIRST} {FIRST}")),
        ..Sources::default()
    };
    let backend = AgeBackend::new(sources(), Answer::new(Some("QYT0T7TZ33RAZEE0GZYVZN0APSU24RK7")));
    let error = backend.unwrap(&stanza(FIRST, FIRST_ENC)).err().unwrap();
    let mut said = format!("{error} {error:?} {:?}", backend.sources());
    let keyring = crate::keys::Keyring::new(vec![Box::new(AgeBackend::new(sources(), Arc::new(NoPrompt)))]);
    let report =
        keyring.unwrap(&[vec![stanza(FIRST, FIRST_ENC)]], 0, &Default::default(), &open_gate).err().unwrap();
    said += &format!("{report} {report:?}");
    said += &format!("{:?}", recipients_in(&broken));
    let key = DataKey::from_slice(&[7; 32]).unwrap();
    let failure = keyring.wrap(&[vec![recipient(FIRST)]], 0, &key, "").err().unwrap();
    said += &format!("{failure} {failure:?}");
    assert!(!said.contains(secret) && !said.contains("AGE-SECRET-KEY-1G"), "{said}");
    assert!(said.contains("line 1 is a damaged"), "{said}");
}

/// Whether a type can be printed: an inherent constant comes before one of a trait.
struct Printable<T: ?Sized>(PhantomData<T>);
trait NotPrintable {
    const PRINTABLE: bool = false;
}
impl<T: ?Sized> NotPrintable for Printable<T> {}
impl<T: ?Sized + Debug> Printable<T> {
    const PRINTABLE: bool = true;
}

#[test]
fn what_holds_secrets_has_no_debug() {
    const {
        assert!(Printable::<KeyError>::PRINTABLE, "the probe works");
        assert!(!Printable::<Share>::PRINTABLE);
        assert!(!Printable::<Generated>::PRINTABLE);
        assert!(!Printable::<Sources>::PRINTABLE);
        assert!(!Printable::<AgeBackend>::PRINTABLE);
        assert!(!Printable::<identity::Identity>::PRINTABLE);
        assert!(!Printable::<hybrid::Identity>::PRINTABLE);
        assert!(!Printable::<xwing::PrivateKey>::PRINTABLE);
        assert!(!Printable::<locked::Locked>::PRINTABLE);
        assert!(!Printable::<Stanza>::PRINTABLE);
    }
}
