//! Other metadata for a sealed file, every token as it is: what changing recipients comes to (spec, cli 12, 13).

use super::FileError;
use super::sealed::Sealed;
use crate::document::Document;
use crate::document::splice::splice;
use crate::document::syntax::Limits;
use crate::metadata::Metadata;
use zeroize::Zeroizing;

/// The text of `sealed` with `metadata` in its block. Outside of the block not a byte changes; the caller takes
/// over what has to stay (`mac`, `lastmodified`, `version`, unknown fields) from the metadata that was there.
pub fn rewrap(sealed: &Sealed, metadata: &Metadata) -> Result<Zeroizing<String>, FileError> {
    let old = sealed.document();
    let node = metadata.to_node();
    if node == sealed.metadata().to_node() {
        return Ok(Zeroizing::new(old.text().to_owned()));
    }
    let blocks = old.scanned().parts.iter().flat_map(|part| part.blocks.iter().cloned());
    let bare = splice(old.text(), blocks.map(|block| (block, "")));
    let bare = Document::from_text(bare, old.format(), &unlimited())?;
    let parts = bare.scanned().parts.iter();
    let edits: Vec<_> = parts.map(|part| bare.syntax().metadata(bare.text(), part, &node)).collect();
    let text = splice(bare.text(), edits.iter().map(|edit| (edit.span.clone(), edit.text.as_str())));
    match holds(&text, sealed, metadata) {
        true => Ok(text),
        false => Err(FileError::NotExact),
    }
}

/// Whether a text has just the values of the sealed file and the metadata.
fn holds(text: &Zeroizing<String>, sealed: &Sealed, metadata: &Metadata) -> bool {
    let old = sealed.document();
    let Ok(new) = Sealed::parse(text.as_bytes(), old.format(), &unlimited()) else { return false };
    let (slots, values) = (old.slots(), new.document().slots());
    let same_path = |a, b| old.paths().components(a) == new.document().paths().components(b);
    slots.len() == values.len()
        && slots
            .iter()
            .zip(values)
            .all(|(a, b)| old.value(a) == new.document().value(b) && same_path(a.path, b.path))
        && new.metadata().to_node() == metadata.to_node()
}

/// The file was within the user's limits when it was read.
fn unlimited() -> Limits {
    Limits { bytes: usize::MAX, depth: usize::MAX }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::{Cipher, DataKey, Random};
    use crate::document::format::Format;
    use crate::file::{MacCheck, Seal, Sealing, open, seal};
    use crate::keys::age::AgeRecipient;
    use crate::keys::{Recipient, Stanza};
    use std::path::{Path, PathBuf};

    fn stanza(recipient: &str) -> Stanza {
        let enc = "-----BEGIN AGE ENCRYPTED FILE-----\nAAAA\n-----END AGE ENCRYPTED FILE-----\n";
        Stanza::new(Recipient::Age(AgeRecipient::stored(recipient)), enc.into(), "")
    }

    fn key() -> DataKey {
        DataKey::from_slice(&[7; 32]).expect("32 bytes")
    }

    fn sealed(bytes: &[u8], format: Format) -> Option<Sealed> {
        let limits = Limits::default();
        let document = match format {
            Format::Binary => Document::binary(bytes),
            format => Document::parse(bytes, format, &limits).ok()?,
        };
        let metadata = Metadata::new(vec![vec![stanza("age1one")]]);
        let (cipher, now) = (Cipher::new(&key()), "2026-01-31T12:00:00Z");
        let random = &mut Random::system();
        let request = Seal { cipher: &cipher, metadata, now, random, previous: None };
        let Ok(Sealing::New(text)) = seal(&document, request) else { return None };
        Sealed::parse(text.as_bytes(), format, &limits).ok()
    }

    fn files_below(folder: &str) -> Vec<PathBuf> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(folder);
        let entries = std::fs::read_dir(&root).expect("a folder of fixtures");
        entries.map(|entry| entry.expect("an entry").path()).collect()
    }

    fn groups() -> [Vec<Vec<Stanza>>; 3] {
        let three = ["age1one", "age1two", "ssh-ed25519 AAAA someone"].map(stanza);
        [vec![three.to_vec()], three.map(|one| vec![one]).to_vec(), vec![vec![stanza("age1two")]]]
    }

    /// Through other groups and back, the plaintext is the same, and outside of the block nothing moved.
    fn stays(bytes: &[u8], format: Format) -> bool {
        let Some(first) = sealed(bytes, format) else { return false };
        let mut now = first;
        for groups in groups() {
            let threshold = groups.len() as u32;
            let metadata = Metadata { groups, shamir_threshold: threshold, ..now.metadata().clone() };
            let text = rewrap(&now, &metadata).expect("the metadata fits");
            now = Sealed::parse(text.as_bytes(), format, &unlimited()).expect("a sealed file");
            assert_eq!(now.metadata().groups.len() as u32, threshold);
        }
        let mut opened = open(now, &Cipher::new(&key()), MacCheck::Verify).expect("the mac still holds");
        assert!(opened.plaintext().expect("a text").as_slice() == bytes, "another plaintext");
        true
    }

    #[test]
    fn other_recipients_leave_the_plaintext_of_every_fixture_as_it_is() {
        let mut rewrapped = 0;
        for format in Format::ALL {
            for path in files_below(&format!("plain/{}", format.word())) {
                let bytes = std::fs::read(&path).expect("a readable fixture");
                rewrapped += usize::from(stays(&bytes, format));
            }
        }
        assert!(rewrapped > 40, "only {rewrapped} fixtures could be tried");
    }

    #[test]
    fn texts_without_a_last_line_end_come_back_as_they_were() {
        for (format, text) in [
            (Format::Yaml, "a: b"),
            (Format::Yaml, "a: |\n  b"),
            (Format::Yaml, "a: b\n---\nc: d\n"),
            (Format::Yaml, "{a: b}"),
            (Format::Json, "{\"a\":\"b\"}"),
            (Format::Json, "{\n  \"a\": \"b\"\n}\n"),
            (Format::Toml, "a = 'b'"),
            (Format::Toml, "[t]\r\na = 'b'\r\n"),
            (Format::Dotenv, "A=b"),
            (Format::Ini, "[s]\na = b"),
            (Format::Binary, "\0bytes"),
        ] {
            assert!(stays(text.as_bytes(), format), "{format}: {text:?}");
        }
    }

    #[test]
    fn a_block_that_says_the_same_is_not_written_again() {
        let first = sealed(b"a: b\n", Format::Yaml).expect("a sealed file");
        let text = rewrap(&first, first.metadata()).expect("a text");
        assert_eq!(text.as_str(), first.document().text());
    }

    #[test]
    fn files_of_sops_keep_every_line_outside_of_their_block() {
        for format in [Format::Yaml, Format::Json, Format::Dotenv, Format::Ini] {
            for path in files_below(&format!("sops-3.13.2/{}", format.word())) {
                let bytes = std::fs::read(&path).expect("a readable fixture");
                let Ok(old) = Sealed::parse(&bytes, format, &Limits::default()) else { continue };
                let [groups, ..] = groups();
                let metadata = Metadata { groups, shamir_threshold: 0, ..old.metadata().clone() };
                let text = rewrap(&old, &metadata).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
                let new = Sealed::parse(text.as_bytes(), format, &unlimited()).expect("a sealed file");
                let bare = |sealed: &Sealed| {
                    let parts = sealed.document().scanned().parts.iter();
                    let blocks: Vec<_> = parts.flat_map(|part| part.blocks.iter().cloned()).collect();
                    splice(sealed.document().text(), blocks.into_iter().map(|block| (block, ""))).to_string()
                };
                assert_eq!(bare(&old), bare(&new), "{}", path.display());
            }
        }
    }
}
