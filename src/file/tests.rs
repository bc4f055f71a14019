//! The laws of the design over every format, on home-made documents.

use super::reuse::Reuse;
use super::{FileError, MacCheck, Open, Seal, Sealed, Sealing, open, seal};
use crate::crypto::{Cipher, DataKey, Random};
use crate::document::Document;
use crate::document::format::Format;
use crate::document::syntax::Limits;
use crate::document::tree::Node;
use crate::keys::age::AgeRecipient;
use crate::keys::{Recipient, Stanza};
use crate::metadata::Metadata;
use crate::rules::Selection;

fn cipher() -> Cipher {
    Cipher::new(&DataKey::from_slice(&[b'f'; 32]).expect("32 bytes"))
}

fn metadata(selection: Option<Selection>) -> Metadata {
    let recipient = Recipient::Age(AgeRecipient::stored(
        "age1lzd99uklcjnc0e7d860axevet2cz99ce9pq6tzuzd05l5nr28ams36nvun",
    ));
    let enc = "-----BEGIN AGE ENCRYPTED FILE-----\nYWdl\n-----END AGE ENCRYPTED FILE-----\n";
    Metadata {
        selection,
        ..Metadata::new(vec![vec![Stanza { recipient, enc: enc.into(), entry: Node::Map(vec![]) }]])
    }
}

fn parse(text: &str, format: Format) -> Document {
    match Document::parse(text.as_bytes(), format, &Limits::default()) {
        Ok(document) => document,
        Err(error) => panic!("{format}: {error}"),
    }
}

fn sealing(text: &str, format: Format, now: &str, previous: Option<&Open>) -> Result<Sealing, FileError> {
    let request = Seal {
        cipher: &cipher(),
        metadata: metadata(None),
        now,
        random: &mut Random::system(),
        previous: previous.map(Reuse::of),
    };
    seal(&parse(text, format), request)
}

fn sealed(text: &str, format: Format) -> String {
    match sealing(text, format, "2026-11-22T00:00:00Z", None) {
        Ok(Sealing::New(text)) => text.to_string(),
        Ok(Sealing::Unchanged) => panic!("nothing to compare with"),
        Err(error) => panic!("{format}: {error}"),
    }
}

fn opened(text: &str, format: Format) -> Result<Open, FileError> {
    open(Sealed::parse(text.as_bytes(), format, &Limits::default())?, &cipher(), MacCheck::Verify)
}

fn plaintext(text: &str, format: Format) -> String {
    let mut open = opened(text, format).unwrap_or_else(|error| panic!("{format}: {error}\n{text}"));
    let plain = open.plaintext().unwrap_or_else(|error| panic!("{format}: {error}"));
    assert!(open.warnings.is_empty(), "{:?}", open.warnings);
    String::from_utf8(plain.to_vec()).expect("text")
}

/// Texts with what each format can spell.
const TEXTS: &[(Format, &str)] = &[
    (Format::Json, "{}"),
    (Format::Json, "{ \"a\" : \"x\" }"),
    (
        Format::Json,
        "{\n  \"a\": [1, 2.50, 1e3, -0, 123456789012345678901, true, null, \"\", {}, []],\n  \"b\": \"\\u0041\\/\"\n}\n",
    ),
    (Format::Json, "\u{feff}{\r\n\t\"a\": {\"b\": [[\"c\"]]}\r\n}"),
    (Format::Yaml, "a: 1\n"),
    (Format::Yaml, "a: 1"),
    (
        Format::Yaml,
        "# top\na: 0x1F # inline\nb:\n  - x # one\n  # two\n  - 'y'\n\n  - \"z\\t\"\nc: |\n  one\n  two\nd: >-\n  folded\n  text\n\ne: {f: [g, 'h', 1_000]}\n",
    ),
    (
        Format::Yaml,
        "base: &b\n  user: u\n  list: [1, two]\nprod:\n  <<: *b\n  alias: *b\ntext: &t secret\nagain: *t\n",
    ),
    (Format::Yaml, "%YAML 1.1\n---\na: b\n...\n---\n# second\nc: |2\n    indented\n  d\n# end\n"),
    (Format::Yaml, "a: |\n  no line end"),
    (Format::Yaml, "{a: b, c: [d]}"),
    (Format::Yaml, "8080: port\ntrue: t\n\"q\": ~\nempty:\nnull_too: null\ndate: 2024-01-01\nm: {}\nl: []\n"),
    (Format::Toml, "a = 1\n"),
    (
        Format::Toml,
        "# top\ntitle = \"T\"\n\n[a.b] # in\nc = 0x1F\nd = 1_000.5\ne = '''\nmulti\n'''\nf = [1, 2, # x\n 3]\ng = {h = 'i', j.k = 1979-05-27}\n[[t]]\nu = 07:32:00\n[[t]]\nu = 1979-05-27T07:32:00Z",
    ),
    (Format::Dotenv, "# c\nA=b\nEMPTY=\nQ=\"q \\n r\"\n"),
    (Format::Dotenv, "A=b\r\nC=d"),
    (Format::Ini, "; top\nroot = 1\n\n[a]\n# one\n# two\nk = v ; inline\nq = \"quoted\"\n[b]\nempty =\n"),
];

#[test]
fn what_was_sealed_opens_byte_for_byte() {
    for &(format, text) in TEXTS {
        let sealed = sealed(text, format);
        assert_eq!(plaintext(&sealed, format), text, "{sealed}");
    }
}

#[test]
fn no_value_stays_in_clear() {
    for &(format, text) in TEXTS {
        let sealed = sealed(text, format);
        // Words of five letters and more: shorter ones turn up in base64 by chance.
        for secret in ["secret", "folded", "multi", "indented", "hunter", "inline"] {
            assert!(!sealed.contains(secret), "{format}: {secret} in\n{sealed}");
        }
    }
}

#[test]
fn sealing_again_with_nothing_changed_changes_nothing() {
    for &(format, text) in TEXTS {
        let first = sealed(text, format);
        let open = opened(&first, format).unwrap_or_else(|error| panic!("{error}"));
        let again = sealing(text, format, "2027-01-01T00:00:00Z", Some(&open));
        assert!(matches!(again, Ok(Sealing::Unchanged)), "{format}:\n{text}");
    }
}

#[test]
fn one_changed_value_changes_its_line_the_time_and_the_mac_only() {
    for (format, before, after) in [
        (
            Format::Json,
            "{\n  \"a\": \"1\",\n  \"b\": [\"x\", \"x\"],\n  \"c\": true\n}\n",
            "{\n  \"a\": \"2\",\n  \"b\": [\"x\", \"x\"],\n  \"c\": true\n}\n",
        ),
        (
            Format::Yaml,
            "# c\na: one\nb:\n  - x\n  - x\nc: true\n",
            "# c\na: two\nb:\n  - x\n  - x\nc: true\n",
        ),
        (Format::Toml, "a = 'one'\nb = ['x', 'x']\n", "a = 'two'\nb = ['x', 'x']\n"),
        (Format::Dotenv, "#c\nA=one\nB=x\n", "#c\nA=two\nB=x\n"),
        (Format::Ini, "[s]\na = one\nb = x\n", "[s]\na = two\nb = x\n"),
    ] {
        let first = sealed(before, format);
        let open = opened(&first, format).unwrap_or_else(|error| panic!("{error}"));
        let Ok(Sealing::New(second)) = sealing(after, format, "2027-01-01T00:00:00Z", Some(&open)) else {
            panic!("{format}: nothing new");
        };
        let changed: Vec<(&str, &str)> =
            first.lines().zip(second.lines()).filter(|(old, new)| old != new).collect();
        assert_eq!(first.lines().count(), second.lines().count());
        assert_eq!(changed.len(), 3, "{format}: {changed:#?}");
        assert_eq!(plaintext(&second, format), after);
    }
}

#[test]
fn a_token_copied_to_another_key_does_not_open() {
    let sealed = sealed("{\"a\": \"x\", \"b\": \"y\"}", Format::Json);
    let tokens: Vec<&str> = sealed.split('"').filter(|text| text.starts_with("ENC[")).collect();
    let swapped = sealed.replacen(tokens[1], tokens[0], 1);
    assert!(matches!(opened(&swapped, Format::Json), Err(FileError::Value { .. })));
}

#[test]
fn swapped_list_items_fail_the_mac() {
    let sealed = sealed("{\"l\": [\"x\", \"y\"]}", Format::Json);
    let tokens: Vec<String> =
        sealed.split('"').filter(|text| text.starts_with("ENC[")).map(Into::into).collect();
    let swapped = sealed.replacen(&tokens[0], "SWAP", 1).replacen(&tokens[1], &tokens[0], 1);
    let swapped = swapped.replacen("SWAP", &tokens[1], 1);
    assert_eq!(opened(&swapped, Format::Json).err(), Some(FileError::MacMismatch));
}

#[test]
fn a_value_in_clear_among_tokens_is_refused() {
    let sealed = sealed("{\"a\": \"x\", \"b\": 1}", Format::Json);
    let token = sealed.split('"').find(|text| text.starts_with("ENC[")).expect("a token").to_owned();
    let forged = sealed.replacen(&token, "clear", 1);
    assert!(matches!(opened(&forged, Format::Json), Err(FileError::Value { .. })));
}

#[test]
fn a_rule_that_leaves_everything_in_clear_is_refused() {
    let request = Seal {
        cipher: &cipher(),
        metadata: metadata(Some(Selection::EncryptedSuffix("_secret".into()))),
        now: "2026-11-22T00:00:00Z",
        random: &mut Random::system(),
        previous: None,
    };
    let sealing = seal(&parse("{\"a\": 1}", Format::Json), request);
    assert!(matches!(sealing, Err(FileError::AllClear(_))));
}

#[test]
fn a_binary_file_comes_back_with_every_byte() {
    let bytes: Vec<u8> = (0..=255).collect();
    let request = Seal {
        cipher: &cipher(),
        metadata: metadata(None),
        now: "2026-11-22T00:00:00Z",
        random: &mut Random::system(),
        previous: None,
    };
    let Ok(Sealing::New(text)) = seal(&Document::binary(&bytes), request) else { panic!("not sealed") };
    let mut open = opened(&text, Format::Binary).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(open.plaintext().map(|plain| plain.to_vec()), Ok(bytes));
}

#[test]
fn no_sample_needs_its_whole_text_kept() {
    for &(format, text) in TEXTS {
        let sealed = sealed(text, format);
        let open = opened(&sealed, format).unwrap_or_else(|error| panic!("{error}"));
        let whole = open.layout().is_some_and(|layout| layout.whole.is_some());
        assert!(!whole, "{format}:\n{text}\n{sealed}");
    }
}

#[test]
fn clear_comments_are_named_only_so_often() {
    let sealed = sealed("a: x\n", Format::Yaml);
    let many = format!("{}{sealed}", "# left in clear\n".repeat(100));
    let open = opened(&many, Format::Yaml).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(open.warnings.len(), 21);
    assert_eq!(open.warnings.last(), Some(&super::open::Warning::MoreComments));
}
