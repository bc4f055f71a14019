//! Files that others wrote.

use super::*;
use crate::keys::open_gate;
use crate::keys::{Keyring, Order};
use ::hpke::{Deserializable, Kem, Serializable};
use age::{DecryptError, Decryptor, armor::ArmoredReader};
use sha2::{Digest, Sha256};
use std::io::Read;

#[test]
fn the_reference_and_this_back_end_read_each_kind_of_stanza() {
    let key = hex(&(0..32).collect::<Vec<u8>>());
    for kind in ["x25519", "pq", "ssh_ed25519", "ssh_rsa"] {
        let enc = fixture_text(&format!("age-1.3.2/{kind}.enc"));
        let public = fixture_text(&format!("age-1.3.2/{kind}.pub"));
        let backend = match kind {
            "x25519" | "pq" => with_key(&fixture_text(&format!("age-1.3.2/{kind}.txt"))),
            _ => backend(Sources {
                ssh_private_key_file: Some(fixture(&format!("age-1.3.2/{kind}"))),
                ..Sources::default()
            }),
        };
        assert_eq!(opened(&backend, &stanza(&public, &enc)), Ok(key.clone()), "{kind} of the reference");
        assert_eq!(opened(&backend, &sealed(&public)), Ok("07".repeat(32)), "{kind} of our own");
    }
}

#[test]
fn the_data_key_of_the_first_sample_is_found() {
    assert_eq!(opened(&with_key(FIRST), &stanza(FIRST_PUBLIC, FIRST_ENC)), Ok(FIRST_KEY.into()));
}

#[test]
fn the_shares_of_the_second_sample_combine_to_its_data_key() {
    let first = "-----BEGIN AGE ENCRYPTED FILE-----\nYWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IFgyNTUxOSBKYXdYSnpzT0ZUY0JzbmlO\nQWtERmt5eW0zQk8zelN2WGZ5ODZLY2ZDWFJZCmMxRHZGN3dTWlZXU2tNcXBZRjdn\nYUQ2bzBNd1ZDdUZGbVY0bWZxVzVudUUKLS0tIDNNQlgrR3JpM3l4MUJFeHdQaFlk\nUDRnQUVFc0FkVG91L3U2SzQrRWRDNE0Kp9m0U28JDnSRcxldbULV/phG6rxqMWud\nQB7opXos0kgGqF5xT4h2T8aM0fZ7Hzd9vwtNhBbuKXVSDBh0DdGJUIw=\n-----END AGE ENCRYPTED FILE-----\n";
    let second = "-----BEGIN AGE ENCRYPTED FILE-----\nYWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IFgyNTUxOSAwTitVaUNrbDd6cS93ai9i\nQ1FoUTViRE5wdGc3UXI1dG1LbWdtUWFYa0dVCnVrbkdMYWFiTnkwZ2d5dUNhQVZu\nOG1IMkk4Syt4TkZOYjVSV3MvdWpzUm8KLS0tIFZqcE5qeXYzNUhyK0dDNi9CcjdN\nSmJDY2ZLTUV2YWhjcjFxdnFPY1ZtKzQKRBBIV8yiHRjt3WSv1vZo/x4lgMUwKIh9\nSOTzOj1qjLfLel2L3QinAN0fvhFQyA5DEcE4Z4olYO5OoQzsajirSEI=\n-----END AGE ENCRYPTED FILE-----\n";
    let backend = with_key(&format!("{FIRST} {SECOND}"));
    let (first, second) = (stanza(FIRST_PUBLIC, first), stanza(SECOND_PUBLIC, second));
    assert_eq!(
        opened(&backend, &first).unwrap(),
        "69abc110b8da1042dc3944b6bf0497a2027be861cf0eb7e744ff16c9b0a0adcd01"
    );
    assert_eq!(
        opened(&backend, &second).unwrap(),
        "4427c1f06de910cf2e57d78a5544cc572fb73e0fa63a59a241e9f4bb0ffbe82602"
    );
    let keyring = Keyring::new(vec![Box::new(backend)]);
    let key = keyring.unwrap(&[vec![first.clone()], vec![second]], 2, &Order::default(), &open_gate).unwrap();
    assert_eq!(hex(key.as_bytes()), "7226c1b902cb10397bea35a210cd57f1193f53b2e8ebed2d470448e72c606794");

    let half = Keyring::new(vec![Box::new(with_key(FIRST))]);
    let report = half
        .unwrap(&[vec![first], vec![sealed(SECOND_PUBLIC)]], 2, &Order::default(), &open_gate)
        .err()
        .unwrap();
    assert_eq!(report.to_string(), "1 of 2 key groups opened, 2 are needed");
    assert_eq!(report.readers().map(ToString::to_string).collect::<Vec<_>>(), [SECOND_PUBLIC]);
}

/// What the test kit expects of a file.
fn verdict(file: &[u8], identities: &str) -> (&'static str, Option<String>) {
    let sources = Sources { key: Some(Zeroizing::new(identities.to_owned())), ..Sources::default() };
    let (places, talk) = (sources.places(), Talk::new(Arc::new(NoPrompt), false));
    let ring = Ring::new(&places, "", &talk);
    let stream = Decryptor::new_buffered(ArmoredReader::new(file))
        .and_then(|decryptor| decryptor.decrypt([&ring as &dyn age::Identity].into_iter()));
    match stream {
        Ok(mut stream) => {
            let mut payload = Vec::new();
            stream.read_to_end(&mut payload).unwrap();
            ("success", Some(hex(&Sha256::digest(&payload))))
        }
        Err(DecryptError::NoMatchingKeys) => ("no match", None),
        // The age crate takes a version 1 header that it cannot read for one of another version.
        Err(DecryptError::InvalidHeader | DecryptError::UnknownFormat) => ("header failure", None),
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn hybrid_vectors_of_the_age_test_kit_have_their_verdicts() {
    let mut seen = 0;
    for entry in fs::read_dir(fixture("cctv")).unwrap() {
        let path = entry.unwrap().path();
        let bytes = fs::read(&path).unwrap();
        let split = bytes.windows(2).position(|pair| pair == b"\n\n").unwrap();
        let head = std::str::from_utf8(&bytes[..split]).unwrap();
        let field = |name: &str| {
            let values = head.lines().filter_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
            values.collect::<Vec<_>>().join(" ")
        };
        let (found, payload) = verdict(&bytes[split + 2..], &field("identity"));
        assert_eq!(found, field("expect"), "{}", path.display());
        assert_eq!(payload.unwrap_or_default(), field("payload"), "{}", path.display());
        seen += 1;
    }
    assert_eq!(seen, 19);
}

/// The vector of draft-ietf-hpke-pq for MLKEM768-X25519 with HKDF-SHA256 and ChaCha20Poly1305, long values as
/// their SHA-256.
#[test]
fn the_kem_derives_and_encapsulates_as_the_hpke_draft_has_it() {
    struct Fixed(Vec<u8>);
    impl ::hpke::rand_core::RngCore for Fixed {
        fn next_u32(&mut self) -> u32 {
            unreachable!()
        }
        fn next_u64(&mut self) -> u64 {
            unreachable!()
        }
        fn fill_bytes(&mut self, out: &mut [u8]) {
            out.copy_from_slice(&self.0.drain(..out.len()).collect::<Vec<_>>());
        }
        fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), ::hpke::rand_core::Error> {
            self.fill_bytes(out);
            Ok(())
        }
    }
    impl ::hpke::rand_core::CryptoRng for Fixed {}
    let unhex = |text: &str| -> Vec<u8> {
        (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
    };

    let (secret, public) = xwing::XWing::derive_keypair(&unhex(IKM_R));
    assert_eq!(hex(&secret.to_bytes()), SK_R);
    assert_eq!(hex(&Sha256::digest(public.to_bytes())), PK_R_SHA256);
    assert!(xwing::PublicKey::from_bytes(&public.to_bytes()).unwrap() == public);
    let (shared, enc) = xwing::XWing::encap(&public, None, &mut Fixed(unhex(IKM_E))).ok().unwrap();
    assert_eq!(hex(&Sha256::digest(enc.to_bytes())), ENC_SHA256);
    assert_eq!(hex(&shared.0), SHARED);
    assert_eq!(hex(&xwing::XWing::decap(&secret, None, &enc).ok().unwrap().0), SHARED);
}

const IKM_R: &str = "0379761fa4f6869592b0d1f9a71eb92b122dc030a7a8858132109f6b1a4bbde4";
const SK_R: &str = "b3f98b03126a431ccecc62ae0f68e102c2d8e1cc7b21ba85d821d8e31761e0f8";
const PK_R_SHA256: &str = "120b60e0ae3c00c1c9def1c61aeb12de710bfa49646ae6f99a7e564b25ace493";
const IKM_E: &str = concat!(
    "a3a869097e0241158eca5dc6c9e695f9e0d2ee5db51c09c435aab69d56509a43",
    "d94ff76d7d47cf79ecf75394261236cec024bd849cc782e14f7f0738af83daed"
);
const ENC_SHA256: &str = "3a7ef30fb815e75b7f0f16f5bab5c36250882d94ea0f776cc2241cdd3b36b480";
const SHARED: &str = "b90cf181d95351d1091569487caaf6c3434eeb181a2c4c04631980ce139afa67";
