//! What a service says, as far as it can be shown.

use crate::keys::recipient::printable;

/// Most characters that are shown.
const MOST: usize = 200;
/// A word this long is not shown if it is a part of what must stay secret.
const SHORTEST: usize = 6;
const HIDDEN: &str = "…";

/// Somebody else's words on one line, fit for a terminal and without `secrets`: a service may repeat what was sent, or a
/// piece of it.
pub(in crate::keys) fn quote(text: &str, secrets: &[&str]) -> String {
    let secrets = || secrets.iter().filter(|secret| !secret.is_empty());
    let text = secrets().fold(text.to_owned(), |text, secret| text.replace(secret, HIDDEN));
    let is_part = |c: char| c.is_ascii_alphanumeric() || "+/=-_.~%".contains(c);
    let is_secret = |word: &str| word.len() >= SHORTEST && secrets().any(|secret| secret.contains(word));
    let mut shown = String::with_capacity(text.len());
    for piece in text.split_inclusive(|c: char| !is_part(c)) {
        let word = piece.trim_end_matches(|c: char| !is_part(c));
        shown.push_str(if is_secret(word) { HIDDEN } else { word });
        shown.push_str(&piece[word.len()..]);
    }
    printable(&shown.split_whitespace().collect::<Vec<_>>().join(" "), MOST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_sent_does_not_come_back() {
        let secrets = ["ya29.c-secret_TOKEN", "AAECAwQF+/8=", "pa$$ w0rd", ""];
        for (text, shown) in [
            ("bad token ya29.c-secret_TOKEN, sorry", "bad token …, sorry"),
            ("bad token \"ya29.c-secret\"", "bad token \"…\""),
            ("x=AAECAwQF+/8=;", "x=…;"),
            ("no pa$$ w0rd here", "no … here"),
            (
                "Permission 'use' denied on resource projects/p",
                "Permission 'use' denied on resource projects/p",
            ),
        ] {
            assert_eq!(quote(text, &secrets), shown);
        }
    }

    #[test]
    fn the_words_are_short_and_on_one_line() {
        assert_eq!(quote(" a\n\tb\u{1b}[2J ", &[]), "a b\u{FFFD}[2J");
        assert_eq!(quote(&"x".repeat(5000), &[]).chars().count(), MOST);
    }
}
