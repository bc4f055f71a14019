//! A document without its values: what is left is its structure, as text of the same format.

use super::Document;
use super::format::Format;
use super::slot::Style;
use super::splice::{Edit, splice};
use zeroize::Zeroizing;

/// What stands in place of a value.
const MASK: &str = "***";

impl Document {
    /// The text with `***` in place of every value and comment, and without metadata. Values of several lines become
    /// one; `shown` says of a slot's number that it stays as it is. Null, empty text and empty containers say nothing
    /// and stay, and so do aliases, which name a value that is masked.
    pub fn masked(&self, shown: impl Fn(usize) -> bool) -> Zeroizing<String> {
        if self.format() == Format::Binary {
            return Zeroizing::new(format!("{MASK}\n"));
        }
        let mut edits: Vec<Edit> = Vec::new();
        let gone = || Zeroizing::new(String::new());
        for (number, slot) in self.slots().iter().enumerate() {
            let says_nothing = slot.style == Style::Alias || !self.value(slot).is_sealable();
            if says_nothing || shown(number) {
                continue;
            }
            let mut mask = gone();
            self.syntax().token(slot, MASK, &mut mask);
            edits.push((slot.span.clone(), mask));
            edits.extend(slot.tail.iter().map(|tail| (tail.clone(), gone())));
        }
        let blocks = self.scanned().parts.iter().flat_map(|part| &part.blocks);
        edits.extend(blocks.map(|block| (block.clone(), gone())));
        edits.sort_by_key(|(span, _)| (span.start, span.end));
        splice(self.text(), edits.iter().map(|(span, new)| (span.clone(), new.as_str())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::syntax::Limits;

    fn masked(format: Format, text: &str) -> String {
        let document = Document::parse(text.as_bytes(), format, &Limits::default()).expect("a fit text");
        let masked = document.masked(|_| false);
        let again = Document::parse(masked.as_bytes(), format, &Limits::default());
        let again = again.unwrap_or_else(|error| panic!("{error}: {}", masked.as_str()));
        assert_eq!(again.masked(|_| false), masked, "masking again changes something");
        masked.to_string()
    }

    #[test]
    fn every_value_goes_and_the_layout_stays() {
        let yaml = "%YAML 1.2\n---\na: &x 1 # c\nb: *x\nc: |-\n  l1\n  l2\nd: [1, 'two', {e: }]\nf: ~\ng: \"\"\n# end\n";
        let hidden = "%YAML 1.2\n---\na: &x \"***\" #***\nb: *x\nc: \"***\"\nd: [\"***\", '***', {e: }]\nf: ~\ng: \"\"\n#***\n";
        assert_eq!(masked(Format::Yaml, yaml), hidden);
        assert_eq!(
            masked(Format::Json, "{\"a\": [1, null, true, \"x\"],\n \"b\": {}}"),
            "{\"a\": [\"***\", null, \"***\", \"***\"],\n \"b\": {}}"
        );
        assert_eq!(
            masked(Format::Toml, "a = 1 # c\nb = '''\nx\n'''\n[t]\nd = 2026-01-01\n"),
            "a = \"***\" #***\nb = '***'\n[t]\nd = \"***\"\n"
        );
        assert_eq!(masked(Format::Dotenv, "# c\nA=1\nB=\n"), "#***\nA=***\nB=\n");
        assert_eq!(
            masked(Format::Ini, "; c\n[s]\na = 1\nb = \"\"\"x\ny\"\"\"\n"),
            "; ***\n[s]\na = ***\nb = \"\"\"***\"\"\"\n"
        );
    }

    #[test]
    fn the_metadata_is_left_out() {
        assert_eq!(masked(Format::Yaml, "a: 1\nsops:\n  mac: x\n"), "a: \"***\"\n");
        assert_eq!(masked(Format::Json, "{\"a\": 1, \"sops\": {\"mac\": \"x\"}}"), "{\"a\": \"***\"}");
    }
}
