//! Replacing pieces of a text, everything between them untouched.

use std::ops::Range;
use zeroize::Zeroizing;

/// The bytes to replace, and their replacement.
pub type Edit = (Range<usize>, Zeroizing<String>);

/// Applies edits that are ascending by start and do not overlap (an insertion may touch a replacement).
/// The result is allocated once, so that no copy of a secret is left behind by growth.
pub fn splice<'a>(
    text: &str,
    edits: impl Iterator<Item = (Range<usize>, &'a str)> + Clone,
) -> Zeroizing<String> {
    let (added, removed) =
        edits.clone().fold((0, 0), |(added, removed), (span, new)| (added + new.len(), removed + span.len()));
    let mut out = Zeroizing::new(String::with_capacity((text.len() + added).saturating_sub(removed)));
    let mut at = 0;
    for (span, new) in edits {
        // An edit inside bytes that another one has already replaced has nothing left to act on.
        if span.start < at {
            continue;
        }
        out.push_str(&text[at..span.start]);
        out.push_str(new);
        at = span.end;
    }
    out.push_str(&text[at..]);
    out
}

/// Pieces put together, allocated once for the same reason.
pub(super) fn joined(pieces: &[&str]) -> Zeroizing<String> {
    Zeroizing::new(pieces.concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_spans_change() {
        let edits = [(1..2, "XY"), (3..3, "-"), (3..4, ""), (5..6, "")];
        assert_eq!(splice("abcdef", edits.into_iter()).as_str(), "aXYc-e");
    }
}
