//! Duplicate keys, found when an object is complete.

use crate::document::path::{Component, PathId, Paths};

/// One key of an object that is still open.
pub(super) struct Key {
    hash: u64,
    pub path: PathId,
    /// Where it stands in the text.
    pub at: usize,
}

impl Key {
    pub(super) fn new(name: &str, path: PathId, at: usize) -> Key {
        Key { hash: hash(name.as_bytes()), path, at }
    }

    fn name<'p>(&self, paths: &'p Paths) -> &'p str {
        match paths.last(self.path) {
            Some(Component::Key(name)) => name,
            _ => "",
        }
    }
}

/// The first key that repeats an earlier one, after that one.
pub(super) fn duplicate<'k>(keys: &'k mut [Key], paths: &Paths) -> Option<(&'k Key, &'k Key)> {
    let same = |a: &Key, b: &Key| a.hash == b.hash && a.name(paths) == b.name(paths);
    if keys.len() <= 16 {
        let second = (1..keys.len()).find(|&n| keys[..n].iter().any(|key| same(key, &keys[n])))?;
        let first = keys[..second].iter().position(|key| same(key, &keys[second]))?;
        return Some((&keys[first], &keys[second]));
    }
    // The hash only makes comparing cheap: whatever collides is still told apart by name, in n log n.
    keys.sort_unstable_by(|a, b| {
        a.hash.cmp(&b.hash).then_with(|| a.name(paths).cmp(b.name(paths))).then(a.at.cmp(&b.at))
    });
    keys.windows(2)
        .filter(|pair| same(&pair[0], &pair[1]))
        .map(|pair| (&pair[0], &pair[1]))
        .min_by_key(|(_, second)| second.at)
}

fn hash(name: &[u8]) -> u64 {
    const SPREAD: u64 = 0x9E37_79B9_7F4A_7C15;
    let mix = |sum: u64, word: u64| (sum ^ word).wrapping_mul(SPREAD).rotate_left(29);
    let mut words = name.chunks_exact(8);
    let sum = words.by_ref().fold(name.len() as u64, |sum, word| {
        mix(sum, u64::from_le_bytes(word.try_into().unwrap_or_default()))
    });
    let rest = words.remainder().iter().fold(0, |word, &byte| (word << 8) | u64::from(byte));
    mix(sum, rest)
}
