//! Laws 2 and 3 over every format: whatever is accepted comes back byte for byte, and sealing it again with
//! nothing changed changes nothing.
//!
//! The documents are the home-made fixtures with random pieces cut, doubled and swapped: most are odd, many are
//! broken. A broken one must be refused with a place; it must never come back different.

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use sops_rs::crypto::{Cipher, DataKey, Random};
use sops_rs::document::Document;
use sops_rs::document::format::Format;
use sops_rs::document::syntax::Limits;
use sops_rs::file::reuse::Reuse;
use sops_rs::file::{FileError, MacCheck, Open, Seal, Sealed, Sealing, open, seal};
use sops_rs::keys::age::AgeRecipient;
use sops_rs::keys::{Recipient, Stanza};
use sops_rs::metadata::Metadata;
use std::path::Path;

const ENC: &str = "-----BEGIN AGE ENCRYPTED FILE-----\nYQ==\n-----END AGE ENCRYPTED FILE-----\n";

/// Texts that are put where they may hurt.
const ODD: &[&str] = &[
    "\n", "\r\n", "#", "# c\n", "'", "\"", "|\n", ">-\n", "&a ", "*a", "- ", ": ", "{", "}", "[", "]", ",",
    "  ", "=", ";", "\\", "é", "\u{2028}", "---\n", "...",
];

fn cipher() -> Cipher {
    Cipher::new(&DataKey::from_slice(&[3; 32]).expect("32 bytes"))
}

fn fixtures() -> Vec<(Format, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/plain");
    let mut found = Vec::new();
    for format in Format::ALL.into_iter().filter(|format| *format != Format::Binary) {
        let mut files: Vec<_> = std::fs::read_dir(root.join(format.word()))
            .expect("fixtures of the format")
            .filter_map(|entry| std::fs::read_to_string(entry.ok()?.path()).ok())
            .filter(|text| text.len() < 4096)
            .collect();
        files.sort();
        assert!(!files.is_empty(), "{format}");
        found.extend(files.into_iter().map(|text| (format, text)));
    }
    found
}

fn sealed(document: &Document, now: &str, previous: Option<&Open>) -> Result<Sealing, FileError> {
    let stanza = Stanza::new(Recipient::Age(AgeRecipient::stored("age1sample")), ENC.into(), "");
    let request = Seal {
        cipher: &cipher(),
        metadata: Metadata::new(vec![vec![stanza]]),
        now,
        random: &mut Random::system(),
        previous: previous.map(Reuse::of),
    };
    seal(document, request)
}

/// Panics where a law is broken; says whether the text was accepted.
fn check(format: Format, text: &str) -> bool {
    let document = match Document::parse(text.as_bytes(), format, &Limits::default()) {
        Ok(document) => document,
        Err(error) => {
            assert!(error.place.is_some(), "a refusal has a place: {error}\n{text}");
            return false;
        }
    };
    let sealing = match sealed(&document, "2026-11-22T00:00:00Z", None) {
        Ok(Sealing::New(sealing)) => sealing,
        Ok(Sealing::Unchanged) => unreachable!("there is no earlier file"),
        Err(FileError::NotExact) => panic!("{format}: accepted, but can't be sealed exactly:\n{text}"),
        Err(_) => return false,
    };
    let sealed_file = Sealed::parse(sealing.as_bytes(), format, &Limits::default());
    let opened = sealed_file.and_then(|file| open(file, &cipher(), MacCheck::Verify));
    let mut opened = opened.unwrap_or_else(|error| panic!("{format}: {error}\n{text}\n->\n{}", *sealing));
    let plain = opened.plaintext().unwrap_or_else(|error| panic!("{format}: {error}\n{text}"));
    assert_eq!(std::str::from_utf8(&plain), Ok(text), "{format} ->\n{}", *sealing);
    let again = sealed(&document, "2027-01-01T00:00:00Z", Some(&opened));
    assert!(matches!(again, Ok(Sealing::Unchanged)), "{format}: sealing again\n{text}\n->\n{}", *sealing);
    true
}

/// A cut, a doubling or an insertion at about `at` thousandths of the text.
fn mutate(text: &mut String, (at, length, what): (usize, usize, usize)) {
    let boundary = |text: &str, mut at: usize| {
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let start = boundary(text, text.len() * at / 1000);
    let end = boundary(text, (start + length).min(text.len()));
    match what {
        0 => text.replace_range(start..end, ""),
        1 => {
            let piece = text[start..end].to_owned();
            text.insert_str(end, &piece);
        }
        _ => text.insert_str(start, ODD[what % ODD.len()]),
    }
}

#[test]
fn every_fixture_keeps_the_laws() {
    let accepted = fixtures().iter().filter(|(format, text)| check(*format, text)).count();
    assert!(accepted > 20, "{accepted} accepted");
}

/// The same 3000 cases in every run, so that a run says something of the change it is made for. To look for
/// new cases: `PROPTEST_CASES=100000 PROPTEST_RNG_SEED=$RANDOM cargo test --test laws`.
fn config() -> ProptestConfig {
    let asked = |name| std::env::var(name).ok().and_then(|value| value.parse::<u64>().ok());
    ProptestConfig {
        cases: asked("PROPTEST_CASES").unwrap_or(3000) as u32,
        rng_seed: RngSeed::Fixed(asked("PROPTEST_RNG_SEED").unwrap_or(20_261_122)),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn whatever_is_accepted_comes_back(
        file in 0usize..1000,
        edits in prop::collection::vec((0usize..1000, 0usize..40, 0usize..2 + ODD.len()), 1..4),
    ) {
        thread_local!(static FIXTURES: Vec<(Format, String)> = fixtures());
        FIXTURES.with(|fixtures| {
            let (format, mut text) = fixtures[file % fixtures.len()].clone();
            edits.into_iter().for_each(|edit| mutate(&mut text, edit));
            check(format, &text);
        });
    }
}
