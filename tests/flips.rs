//! Law 5: a flipped bit in a sealed file is rejected, or changes no value.
//!
//! Every bit of every sealed sample is flipped, once each, and the result is opened with the right data key. A
//! file that still opens must hold the same values under the same keys. What may differ is what the format does
//! not authenticate (docs/format.md): comments, empty values, blanks between tokens, and the metadata that the
//! MAC does not cover.

use sops_rs::crypto::{Cipher, DataKey, Random};
use sops_rs::document::Document;
use sops_rs::document::format::Format;
use sops_rs::document::syntax::Limits;
use sops_rs::file::{MacCheck, Seal, Sealed, Sealing, open, seal};
use sops_rs::keys::age::AgeRecipient;
use sops_rs::keys::{Recipient, Stanza};
use sops_rs::metadata::Metadata;

/// Samples without values in clear: those have no key names that are protected (security 1.2).
const SAMPLES: &[(Format, &str)] = &[
    (Format::Json, "{\"a\": \"one\", \"b\": [1, 2.5, true], \"c\": {\"d\": \"0\"}}"),
    (
        Format::Json,
        "{\n  \"user\": \"me\",\n  \"list\": [\"x\", \"y\"],\n  \"big\": 123456789012345678901\n}\n",
    ),
    (Format::Json, "{\n\t\"a\": {\"b\": {\"c\": [[\"d\"], [\"e\"]]}}\n}\n"),
    (Format::Json, "{\"a\":\"\\u0041\\/\",\"b\":-0.5e10}"),
    (Format::Yaml, "a: one\nb:\n  - 1\n  - two\nc:\n  d: true\n"),
    (Format::Yaml, "a: |\n  block\n  text\nb: [x, 'y', 0x1F]\nc: 2024-01-01\n"),
    (Format::Yaml, "base: &b {user: u}\nprod: *b\ntext: &t secret\nagain: *t\n"),
    (Format::Yaml, "---\na: one\n---\nb: two\n"),
    (Format::Yaml, "# comment\na: one # inline\nb:\n  # inner\n  - two\n"),
    (Format::Toml, "a = 'one'\n[t]\nb = 0x1F\nc = [1, 2]\n"),
    (Format::Toml, "a.b = 1.5\n[[t]]\nc = \"x\"\n[[t]]\nc = \"y\"\n"),
    (Format::Toml, "d = 1979-05-27\ne = '''\nmulti\n'''\nf = {g = true}\n"),
    (Format::Toml, "# comment\na = 1 # inline\n"),
    (Format::Dotenv, "A=one\nB=two\n"),
    (Format::Dotenv, "# comment\nA=x\\ny\nB=\"quoted\""),
    (Format::Dotenv, "LONG=abcdefghijklmnopqrstuvwxyz0123456789\r\nB=c\r\n"),
    (Format::Ini, "[s]\na = one\nb = two\n"),
    (Format::Ini, "; top\nroot = 1\n[s]\n# c\na = one ; inline\n"),
    (Format::Ini, "[a]\nk = \"quoted\"\n[b]\nk = `back`\n"),
    (Format::Binary, "any bytes at all\n"),
];

/// Keys, kind and bytes of a value.
type Leaf = (Vec<String>, String, Vec<u8>);

/// Short, so that most flips hit what this test is about; that a damaged stanza does not unwrap is age's to say.
const ENC: &str = "-----BEGIN AGE ENCRYPTED FILE-----\nYQ==\n-----END AGE ENCRYPTED FILE-----\n";

fn cipher() -> Cipher {
    Cipher::new(&DataKey::from_slice(&[7; 32]).expect("32 bytes"))
}

fn sealed(format: Format, text: &str) -> String {
    let document = match format {
        Format::Binary => Document::binary(text.as_bytes()),
        _ => Document::parse(text.as_bytes(), format, &Limits::default()).expect("the sample parses"),
    };
    let stanza = Stanza::new(Recipient::Age(AgeRecipient::stored("age1sample")), ENC.into(), "");
    let metadata = Metadata::new(vec![vec![stanza]]);
    let (cipher, now) = (cipher(), "2026-11-22T00:00:00Z");
    let request = Seal { cipher: &cipher, metadata, now, random: &mut Random::system(), previous: None };
    match seal(&document, request).expect("the sample seals") {
        Sealing::New(text) => text.to_string(),
        Sealing::Unchanged => unreachable!("there is no earlier file"),
    }
}

/// The values of a file with their keys: all that is authenticated. `None` when it does not open.
fn values(bytes: &[u8], format: Format, cipher: &Cipher) -> Option<Vec<Leaf>> {
    let sealed = Sealed::parse(bytes, format, &Limits::default()).ok()?;
    let mut open = open(sealed, cipher, MacCheck::Verify).ok()?;
    let plain = open.plaintext().ok()?;
    if format != Format::Binary {
        Document::parse(&plain, format, &Limits::default()).expect("an opened text is well-formed");
    }
    let document = open.sealed().document();
    let slots = document.slots().iter().enumerate();
    let authenticated =
        slots.filter(|&(number, slot)| !slot.is_comment() && open.value(number).is_sealable());
    let leaf = |(number, slot): (usize, &sops_rs::document::slot::Slot)| {
        let keys = document.paths().keys(slot.path).into_iter().map(String::from).collect();
        let value = open.value(number);
        (keys, format!("{:?}", value.kind), value.bytes.to_vec())
    };
    Some(authenticated.map(leaf).collect())
}

#[test]
fn a_flipped_bit_is_rejected_or_changes_no_value() {
    let cipher = cipher();
    let (mut flips, mut accepted) = (0, 0);
    for &(format, text) in SAMPLES {
        let sealed = sealed(format, text);
        let before = values(sealed.as_bytes(), format, &cipher).expect("the sample opens");
        assert!(!before.is_empty());
        let mut bytes = sealed.into_bytes();
        for at in 0..bytes.len() {
            for bit in 0..8 {
                bytes[at] ^= 1 << bit;
                flips += 1;
                if let Some(after) = values(&bytes, format, &cipher) {
                    accepted += 1;
                    let now = String::from_utf8_lossy(&bytes);
                    assert!(after == before, "{format}: bit {bit} of byte {at} changed a value:\n{now}");
                }
                bytes[at] ^= 1 << bit;
            }
        }
    }
    println!("{flips} flips, {accepted} accepted with the same values");
    assert!(flips > 100_000);
}
