//! Keys that stand twice in one map, found when all of its keys are known.

use super::error::{Place, SyntaxError};
use super::path::{Component, PathId, Paths};

/// A key of a map, by the path that was made for it.
pub(super) struct Key {
    hash: u64,
    pub path: PathId,
    /// Where it stands in the text.
    pub at: usize,
}

impl Key {
    pub(super) fn new(paths: &Paths, path: PathId, at: usize) -> Key {
        let key = Key { hash: 0, path, at };
        let (map, name) = key.name(paths);
        Key { hash: hash(map, name.as_bytes()), ..key }
    }

    fn name<'p>(&self, paths: &'p Paths) -> (Option<PathId>, &'p str) {
        match paths.last(self.path) {
            Some(Component::Key(name)) => (paths.parent(self.path), name),
            _ => (None, ""),
        }
    }
}

/// An error if a key repeats an earlier one of the same map: at the first that does, naming both places.
/// May sort the keys.
pub(super) fn refuse(keys: &mut [Key], text: &str, paths: &Paths) -> Result<(), SyntaxError> {
    let same = |a: &Key, b: &Key| a.hash == b.hash && a.name(paths) == b.name(paths);
    let pair = if keys.len() <= 16 {
        (1..keys.len())
            .find_map(|n| keys[..n].iter().find(|key| same(key, &keys[n])).map(|key| (key, &keys[n])))
    } else if all_differ(keys) {
        None
    } else {
        // Whatever collides is told apart by name, in n log n.
        keys.sort_unstable_by(|a, b| {
            a.hash.cmp(&b.hash).then_with(|| a.name(paths).cmp(&b.name(paths))).then(a.at.cmp(&b.at))
        });
        let pairs = keys.windows(2).map(|pair| (&pair[0], &pair[1]));
        pairs.filter(|(first, second)| same(first, second)).min_by_key(|(_, second)| second.at)
    };
    match pair {
        Some((first, second)) => Err(fault(text, paths, first.at, second.at, second.path)),
        None => Ok(()),
    }
}

/// Numbers sort several times faster than keys, and mostly this is the whole answer.
fn all_differ(keys: &[Key]) -> bool {
    let mut hashes: Vec<u64> = keys.iter().map(|key| key.hash).collect();
    hashes.sort_unstable();
    hashes.windows(2).all(|pair| pair[0] != pair[1])
}

fn hash(map: Option<PathId>, name: &[u8]) -> u64 {
    const SPREAD: u64 = 0x9E37_79B9_7F4A_7C15;
    let mix = |sum: u64, word: u64| (sum ^ word).wrapping_mul(SPREAD).rotate_left(29);
    let start = mix(map.map_or(0, |id| u64::from(id.number())), name.len() as u64);
    let mut words = name.chunks_exact(8);
    let sum = words
        .by_ref()
        .fold(start, |sum, word| mix(sum, u64::from_le_bytes(word.try_into().unwrap_or_default())));
    let rest = words.remainder().iter().fold(0, |word, &byte| (word << 8) | u64::from(byte));
    mix(sum, rest)
}

/// What to say about a duplicate.
pub(super) fn fault(text: &str, paths: &Paths, first: usize, second: usize, path: PathId) -> SyntaxError {
    let place = Place::of(text.as_bytes(), first);
    SyntaxError::at(text.as_bytes(), second, format!("this key is already at {place}"))
        .repeated()
        .path(paths.display(path))
        .hint("remove one of the two: readers do not agree on which one counts")
}
