//! Secrets replaced in what a program prints: against accidents, not against a program that wants to tell.
//!
//! ```text
//! values ─pieces→ whole, lines ─forms→ as they are, in JSON, shell, URL, base64 ─→ patterns
//! patterns ─→ Trie (finds them all in one pass), Windows (skips what can't be one) ─→ Stream
//! the program's pipe ─Pump→ Stream ─→ Outlets: where its output would have gone
//! ```
//!
//! Everything works on bytes. All that occurs is replaced, so of secrets within or across each other the whole: a secret
//! that is part of a longer one never leaves the rest of the longer one behind.

mod base64;
mod forms;
mod json;
mod outlets;
mod percent;
mod pieces;
pub(super) mod pump;
mod stream;
mod trie;
mod windows;

pub use outlets::Outlets;
pub use stream::Stream;

use trie::Trie;
use windows::Windows;
use zeroize::Zeroizing;

/// What counts as a secret at all.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Values and lines of fewer bytes are left alone, at least 1.
    pub minimum: usize,
}

impl Default for Options {
    fn default() -> Options {
        Options { minimum: 8 }
    }
}

/// Secrets, ready to be found in every form in which programs print them. Deliberately without `Debug`.
pub struct Mask {
    trie: Trie,
    windows: Option<Windows>,
    is_empty: bool,
    short: Vec<String>,
}

impl Mask {
    /// Takes values and what they are called. Empty values and common words, such as booleans, are no secrets.
    pub fn of<'v>(secrets: impl IntoIterator<Item = (&'v [u8], &'v str)>, options: Options) -> Mask {
        let minimum = options.minimum.max(1);
        let (mut patterns, mut short) = (Vec::new(), Vec::new());
        for (value, name) in secrets {
            match pieces::is_common(value) {
                true => {}
                false if value.len() < minimum => short.push(name.to_owned()),
                false => pieces::add(value, minimum, &mut patterns),
            }
        }
        patterns.sort_unstable_by(|one: &Zeroizing<Vec<u8>>, other| one.cmp(other.as_ref()));
        patterns.dedup();
        short.sort_unstable();
        short.dedup();
        Mask {
            trie: Trie::of(&patterns),
            windows: Windows::of(&patterns),
            is_empty: patterns.is_empty(),
            short,
        }
    }

    /// What the values are called that are too short to be masked, sorted.
    pub fn short(&self) -> &[String] {
        &self.short
    }

    /// Whether there is nothing to be found.
    pub fn is_empty(&self) -> bool {
        self.is_empty
    }

    /// A whole text with its secrets replaced.
    pub fn apply(&self, text: &[u8]) -> Zeroizing<Vec<u8>> {
        let mut out = Zeroizing::new(Vec::with_capacity(text.len()));
        let mut stream = self.stream();
        stream.push(text, &mut out);
        stream.flush(&mut out);
        out
    }

    /// The start of a text that arrives in pieces.
    pub fn stream(&self) -> Stream<'_> {
        Stream::new(self)
    }
}

#[cfg(test)]
mod tests;
