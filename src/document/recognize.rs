//! Which format a sealed text has, told by the text itself: git hands files over under names that tell nothing.

use super::Document;
use super::error::SyntaxError;
use super::format::Format;
use super::slot::Style;
use super::syntax::Limits;
use zeroize::Zeroizing;

/// How the lines begin that a metadata block has in each format. More may begin so: a parse decides.
const SIGNS: [(Format, &[&str]); 4] = [
    (Format::Toml, &["[sops]", "[sops.", "[[sops.", "sops.", "sops ", "sops="]),
    (Format::Ini, &["[sops]"]),
    (Format::Yaml, &["sops:", "sops ", "\"sops\"", "'sops'", "? sops"]),
    (Format::Dotenv, &["sops_"]),
];

impl Document {
    /// Parses a file, sealed or not, as the format that its name tells; but one that is sealed in another format, or
    /// whose name tells none, as what its text is. A file that is neither sealed nor named as a format is binary.
    ///
    /// ```
    /// use sops_rs::document::{Document, format::Format, syntax::Limits};
    ///
    /// let text = b"[sops]\nmac = ENC[AES256_GCM,data:AA==,iv:AA==,tag:AA==,type:str]\n";
    /// let document = Document::recognize(text, Format::Binary, &Limits::default())?;
    /// assert_eq!(document.format(), Format::Ini);
    /// # Ok::<(), sops_rs::document::error::SyntaxError>(())
    /// ```
    pub fn recognize(bytes: &[u8], by_name: Format, limits: &Limits) -> Result<Document, SyntaxError> {
        let named = match by_name {
            Format::Binary => None,
            format => match Document::parse(bytes, format, limits) {
                Ok(document) if !takes_anything(format) => return Ok(document),
                parsed => Some(parsed),
            },
        };
        let text = std::str::from_utf8(bytes).ok().filter(|text| text.len() <= limits.bytes);
        match (text.and_then(|text| Document::of_sealed(text, limits)), named) {
            (Some(document), _) => Ok(document),
            (None, Some(named)) => named,
            (None, None) => Ok(Document::binary(bytes)),
        }
    }

    /// A sealed text of unknown format, parsed as the first format in which it has a metadata block.
    fn of_sealed(text: &str, limits: &Limits) -> Option<Document> {
        let parsed = |format| {
            let text = Zeroizing::new(text.to_owned());
            Document::from_text(text, format, limits).ok().filter(Document::has_metadata)
        };
        let first = text.trim_start_matches('\u{feff}').trim_ascii_start();
        if first.starts_with('{') {
            return parsed(Format::Json).map(Document::or_envelope).or_else(|| parsed(Format::Yaml));
        }
        let has_sign = |signs: &[&str]| {
            let begins = |line: &str| signs.iter().any(|sign| line.starts_with(sign));
            first.lines().any(|line| begins(line.trim_ascii_start()))
        };
        SIGNS.iter().filter(|(_, signs)| has_sign(signs)).find_map(|(format, _)| parsed(*format))
    }

    /// JSON that holds nothing but the text `data` is the envelope of a binary file.
    fn or_envelope(mut self) -> Document {
        if let [slot] = self.slots()
            && slot.style == Style::Double
            && self.paths().keys(slot.path) == ["data"]
        {
            self.format = Format::Binary;
        }
        self
    }
}

/// Whether a text that parses says nothing about being of this format: any line with `=` or `:` will do.
fn takes_anything(format: Format) -> bool {
    matches!(format, Format::Ini | Format::Dotenv)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn format(text: &str, by_name: Format) -> Option<Format> {
        Document::recognize(text.as_bytes(), by_name, &Limits::default()).ok().map(|found| found.format())
    }

    #[test]
    fn a_sealed_text_says_what_it_is() {
        for (text, expected) in [
            ("a: 1\nsops:\n  mac: x\n", Format::Yaml),
            ("{a: 1, sops: {mac: x}}", Format::Yaml),
            ("\u{feff}{\"a\": 1, \"sops\": {\"mac\": \"x\"}}", Format::Json),
            ("{\"data\": \"x\", \"sops\": {\"mac\": \"x\"}}", Format::Binary),
            ("a = 1\n[sops]\nmac = \"x\"\n", Format::Toml),
            ("a = 1\nsops.mac = \"x\"\n", Format::Toml),
            ("[a]\nb = 1\n[sops]\nmac = x\n", Format::Ini),
            ("A=1\nsops_mac=x\n", Format::Dotenv),
        ] {
            for by_name in Format::ALL {
                let named = Document::parse(text.as_bytes(), by_name, &Limits::default());
                let fits = by_name != Format::Binary && !takes_anything(by_name) && named.is_ok();
                let expected = if fits { by_name } else { expected };
                assert_eq!(format(text, by_name), Some(expected), "{text:?} named as {by_name}");
            }
        }
    }

    #[test]
    fn signs_in_a_value_do_not_count() {
        assert_eq!(
            format("a = '''\nsops:\nsops_mac=1\n'''\n[sops]\nmac='x'\n", Format::Binary),
            Some(Format::Toml)
        );
        assert_eq!(format("a: |\n  [sops]\n  mac = x\n", Format::Yaml), Some(Format::Yaml));
        assert_eq!(format("A=1\n", Format::Binary), Some(Format::Binary));
        assert_eq!(format("a: [", Format::Yaml), None);
    }
}
