//! Merges of sealed files as a whole.

use super::*;
use crate::crypto::Cipher;
use crate::document::markers::{SIZE, split};
use crate::file::{MacCheck, Open, Seal, Sealed, Sealing, open, seal};
use crate::keys::age::AgeRecipient;
use crate::keys::{Recipient, Stanza};
use crate::rules::Selection;

const LABELS: Labels<'_> = Labels { ours: "ours", theirs: "theirs", size: SIZE };
const BEFORE: &str = "2026-01-31T12:00:00Z";
const NOW: &str = "2026-02-01T12:00:00Z";

fn key(number: u8) -> DataKey {
    DataKey::from_slice(&[number; 32]).expect("32 bytes")
}

fn metadata(recipients: &[&str]) -> Metadata {
    let stanza = |name: &&str| Stanza::new(Recipient::Age(AgeRecipient::stored(name)), "wrapped".into(), "");
    Metadata::new(vec![recipients.iter().map(stanza).collect()])
}

fn opened(text: &str, number: u8, format: Format) -> Open {
    let sealed = Sealed::parse(text.as_bytes(), format, &Limits::default()).expect("a sealed file");
    open(sealed, &Cipher::new(&key(number)), MacCheck::Verify).expect("the mac holds")
}

/// A YAML file sealed under a key of this number; values that are as in `previous` keep their tokens.
fn sealed(text: &str, number: u8, metadata: Metadata, previous: Option<&Side>) -> Side {
    let document = Document::parse(text.as_bytes(), Format::Yaml, &Limits::default()).expect("YAML");
    let previous = previous.and_then(Side::sealed).map(|opened| crate::file::reuse::Reuse::of(&opened.open));
    let random = &mut Random::system();
    let request = Seal { cipher: &Cipher::new(&key(number)), metadata, now: BEFORE, random, previous };
    let Ok(Sealing::New(text)) = seal(&document, request) else { panic!("it can be sealed") };
    Side::Sealed(Box::new(Opened { open: opened(&text, number, Format::Yaml), key: key(number) }))
}

fn plain(text: &str) -> Side {
    let document = Document::parse(text.as_bytes(), Format::Yaml, &Limits::default()).expect("YAML");
    Side::Plain(Box::new(document))
}

fn text(side: &Side) -> &str {
    side.sealed().expect("a sealed side").open.sealed().document().text()
}

/// Three versions under one key, with the tokens of the first one.
fn sides(base: &str, ours: &str, theirs: &str) -> Sides {
    let old = sealed(base, 1, metadata(&["a"]), None);
    let next = |text: &str| match text == base {
        true => {
            Side::Sealed(Box::new(Opened { open: opened(self::text(&old), 1, Format::Yaml), key: key(1) }))
        }
        false => sealed(text, 1, metadata(&["a"]), Some(&old)),
    };
    let (ours, theirs) = (next(ours), next(theirs));
    Sides { base: Some(old), ours, theirs }
}

fn merged_with(sides: &mut Sides, fresh: Option<Fresh>) -> Result<Merged, Refusal> {
    let (random, limits) = (&mut Random::system(), Limits::default());
    merge(sides, Request { fresh, rival: None, rule: None, now: NOW, random, limits, labels: LABELS })
}

fn merged(sides: &mut Sides) -> Result<Merged, Refusal> {
    merged_with(sides, None)
}

fn content(merged: Result<Merged, Refusal>) -> String {
    let merged = merged.unwrap_or_else(|refusal| panic!("{refusal}"));
    String::from_utf8(merged.bytes.to_vec()).expect("text")
}

fn plaintext(text: &str, number: u8) -> String {
    let plain = opened(text, number, Format::Yaml).plaintext().expect("a text");
    String::from_utf8(plain.to_vec()).expect("text")
}

#[test]
fn tokens_of_both_sides_are_kept() {
    let mut sides = sides("a: 1\nk: 0\nb: 2\n", "a: one\nk: 0\nb: 2\n", "a: 1\nk: 0\nb: two\n");
    let (ours, theirs) = (text(&sides.ours).to_owned(), text(&sides.theirs).to_owned());
    let result = content(merged(&mut sides));
    assert_eq!(plaintext(&result, 1), "a: one\nk: 0\nb: two\n");
    let lines: Vec<&str> = result.lines().collect();
    assert!(lines[..2].iter().all(|line| ours.lines().any(|old| old == *line)));
    assert!(lines[1..3].iter().all(|line| theirs.lines().any(|old| old == *line)));
    assert!(result.contains(NOW));
}

#[test]
fn a_merge_that_is_one_side_has_its_bytes() {
    for (ours, theirs) in [("a: one\n", "a: 1\n"), ("a: 1\n", "a: one\n")] {
        let mut sides = sides("a: 1\n", ours, theirs);
        let expected = text(if ours == "a: one\n" { &sides.ours } else { &sides.theirs }).to_owned();
        assert!(content(merged(&mut sides)) == expected, "other bytes");
    }
}

#[test]
fn both_halves_of_a_conflict_open_and_share_every_other_line() {
    let mut sides = sides("a: 1\nk: 0\nb: 2\n", "a: one\nk: 0\nb: 3\n", "a: uno\nk: 0\nb: 2\n");
    let result = content(merged(&mut sides));
    let halves = split(&result, SIZE).expect("balanced markers");
    assert_eq!(plaintext(&halves.ours, 1), "a: one\nk: 0\nb: 3\n");
    assert_eq!(plaintext(&halves.theirs, 1), "a: uno\nk: 0\nb: 3\n");
    let differing =
        |a: &str, b: &str| a.lines().filter(|line| !b.lines().any(|other| other == *line)).count();
    assert_eq!(differing(&halves.ours, &halves.theirs), 2, "the value and the mac");
    assert_eq!(differing(&halves.theirs, &halves.ours), 2);
}

#[test]
fn a_key_that_theirs_brought_is_never_taken() {
    let base = sealed("a: 1\nb: 2\n", 1, metadata(&["a"]), None);
    let ours = sealed("a: one\nb: 2\n", 1, metadata(&["a"]), Some(&base));
    let theirs = sealed("a: 1\nb: two\n", 2, metadata(&["a", "mallory"]), None);
    let mut sides = Sides { base: Some(base), ours, theirs };
    assert_eq!(sides.under(), Under::NewKey);
    assert!(matches!(merged(&mut sides), Err(Refusal::NoKey)));
    let fresh = Fresh { key: key(3), metadata: metadata(&["a"]) };
    let result = content(merged_with(&mut sides, Some(fresh)));
    assert_eq!(plaintext(&result, 3), "a: one\nb: two\n");
    assert!(!result.contains("mallory"));
    let token = |line: &&str| line.contains("ENC[");
    let known = [text(&sides.ours), text(&sides.theirs)];
    assert!(result.lines().filter(token).all(|line| known.iter().all(|text| !text.contains(line))));
}

#[test]
fn a_key_that_only_we_rotated_stays() {
    let base = sealed("a: 1\nb: 2\n", 1, metadata(&["a"]), None);
    let theirs = sealed("a: 1\nb: two\n", 1, metadata(&["a", "gone"]), Some(&base));
    let ours = sealed("a: one\nb: 2\n", 2, metadata(&["a"]), None);
    let mut sides = Sides { base: Some(base), ours, theirs };
    assert_eq!(sides.under(), Under::Ours);
    let result = content(merged(&mut sides));
    assert_eq!(plaintext(&result, 2), "a: one\nb: two\n");
    assert!(!result.contains("gone"));
}

#[test]
fn a_plain_side_is_sealed_with_the_other_one() {
    let ours = sealed("a: one\nb: 2\n", 1, metadata(&["a"]), None);
    let mut sides = Sides { base: Some(plain("a: 1\nb: 2\n")), ours, theirs: plain("a: 1\nb: two\n") };
    let result = content(merged(&mut sides));
    assert_eq!(plaintext(&result, 1), "a: one\nb: two\n");
    std::mem::swap(&mut sides.ours, &mut sides.theirs);
    assert_eq!(sides.under(), Under::NewKey);
    let fresh = Fresh { key: key(3), metadata: metadata(&["policy"]) };
    let result = content(merged_with(&mut sides, Some(fresh)));
    assert_eq!(plaintext(&result, 3), "a: one\nb: two\n");
    assert!(result.contains("policy"));
}

#[test]
fn two_plain_sides_stay_plain() {
    let side = |a: &str, b: &str| plain(&format!("a: {a}\nk: 0\nb: {b}\n"));
    let mut sides = Sides { base: Some(side("1", "2")), ours: side("one", "2"), theirs: side("1", "two") };
    assert_eq!(content(merged(&mut sides)), "a: one\nk: 0\nb: two\n");
}

#[test]
fn a_rule_of_theirs_does_not_uncover_a_value_of_ours() {
    let under = |suffix: &str| Metadata {
        selection: Some(Selection::EncryptedSuffix(suffix.into())),
        ..metadata(&["a"])
    };
    let base = sealed("a_key: 1\n", 1, under("key"), None);
    let theirs = sealed("a_key: 1\n", 1, under("a_key"), None);
    let ours = sealed("a_key: 1\nnew_key: secret\n", 1, under("key"), Some(&base));
    let mut sides = Sides { base: Some(base), ours, theirs };
    match merged(&mut sides) {
        Err(Refusal::Reveals(paths)) => assert_eq!(paths, ["new_key"]),
        Err(refusal) => panic!("{refusal}"),
        Ok(_) => panic!("it was written in clear"),
    }
}

#[test]
fn a_value_that_one_side_has_in_clear_may_be_so() {
    let under = |suffix: &str| Metadata {
        selection: Some(Selection::EncryptedSuffix(suffix.into())),
        ..metadata(&["a"])
    };
    let base = sealed("a_key: 1\nb_key: 2\n", 1, under("key"), None);
    let theirs = sealed("a_key: 1\nb_key: 2\n", 1, under("a_key"), None);
    let ours = sealed("a_key: one\nb_key: 2\n", 1, under("key"), Some(&base));
    let mut sides = Sides { base: Some(base), ours, theirs };
    let result = content(merged(&mut sides));
    assert!(result.contains("b_key: 2\n") && !result.contains("one"));
    assert_eq!(plaintext(&result, 1), "a_key: one\nb_key: 2\n");
}

#[test]
fn two_formats_are_no_merge() {
    let toml = Document::parse(b"a = 1\n", Format::Toml, &Limits::default()).expect("TOML");
    let mut sides = Sides { base: None, ours: plain("a: 1\n"), theirs: Side::Plain(Box::new(toml)) };
    assert!(matches!(merged(&mut sides), Err(Refusal::Formats { .. })));
}

#[test]
fn an_unverified_side_is_sealed_anew() {
    let text = text(&sealed("a_unencrypted: 1\nb: 2\n", 1, metadata(&["a"]), None)).replace(": 1\n", ": 3\n");
    let side = || {
        let sealed = Sealed::parse(text.as_bytes(), Format::Yaml, &Limits::default()).expect("a sealed file");
        let open = open(sealed, &Cipher::new(&key(1)), MacCheck::Waive).expect("every value opens");
        Side::Sealed(Box::new(Opened { open, key: key(1) }))
    };
    let mut sides = Sides { base: None, ours: side(), theirs: side() };
    assert_eq!(plaintext(&content(merged(&mut sides)), 1), "a_unencrypted: 3\nb: 2\n");
}

#[test]
fn a_token_that_both_sides_have_is_given_out_once() {
    let twice = "# note\na: 1\n# note\nb: 2\n";
    let mut sides = sides("# note\na: 1\n", "# note\na: 1\nc: 3\n", twice);
    let result = content(merged(&mut sides));
    let tokens: Vec<&str> = result.lines().filter(|line| line.starts_with("#ENC[")).collect();
    assert!(tokens.len() < 2 || tokens[0] != tokens[1], "one token for two comments");
}
