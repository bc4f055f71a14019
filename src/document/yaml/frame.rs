//! The collections that are open while a text is scanned, and the keys seen in them.

use super::comments::{Above, Owner};
use crate::document::path::{Component, PathId, Paths};
use std::hash::{BuildHasher, RandomState};

/// What a node is to the collection that it stands in.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Root,
    Value,
    Item,
}

/// An open map or list.
pub(super) struct Frame {
    pub path: PathId,
    pub role: Role,
    pub map: bool,
    pub flow: bool,
    /// `[a: 1]`: a map of one entry without braces.
    pub pair: bool,
    /// Column of a block collection's keys or dashes.
    pub column: usize,
    /// The key whose value comes next.
    pub key: Option<PathId>,
    /// How many keys or items there were.
    pub count: u32,
    /// The number of the first slot of the collection, and of its current entry.
    pub first: u32,
    pub entry: u32,
    /// The first byte, without tag and anchor.
    pub start: usize,
    pub anchor: Option<usize>,
    /// Its number in [`crate::document::syntax::Scan::collections`].
    pub collection: Option<usize>,
}

impl Frame {
    /// Where comments go that are handed to the collection itself, at its end. A flow collection's feet go to
    /// its key, unless that `has_feet` already.
    pub(super) fn owner(&self, parent: Option<&Frame>, has_feet: bool) -> Owner {
        let outside = parent.map_or(self.path, |parent| parent.path);
        Owner {
            heads: self.path,
            lines: if self.role == Role::Item { outside } else { self.path },
            inline: self.role == Role::Item,
            feet: if self.flow && !has_feet { outside } else { self.path },
            // Behind an empty collection there is nothing to come before.
            first: if self.count == 0 { u32::MAX } else { self.first },
            above: Above::Before,
        }
    }
}

/// The keys of all open maps, innermost last.
#[derive(Default)]
pub(super) struct Keys {
    seen: Vec<Key>,
    hasher: RandomState,
}

struct Key {
    hash: u64,
    path: PathId,
    start: usize,
}

/// A key that a map has twice.
pub(super) struct Twice {
    pub path: PathId,
    pub first: usize,
    pub second: usize,
}

impl Keys {
    pub(super) fn add(&mut self, name: &str, path: PathId, start: usize) {
        self.seen.push(Key { hash: self.hasher.hash_one(name), path, start });
    }

    /// Forgets the last `count` keys, those of a map that ends, and finds the first that was there twice.
    pub(super) fn end_map(&mut self, count: u32, paths: &Paths) -> Option<Twice> {
        let from = self.seen.len() - count as usize;
        let keys = &mut self.seen[from..];
        // By hash, so that a map of a million keys stays fast; the hash is keyed, so nobody can choose clashes.
        keys.sort_unstable_by_key(|key| (key.hash, key.start));
        let same =
            |pair: &&[Key]| pair[0].hash == pair[1].hash && name(paths, &pair[0]) == name(paths, &pair[1]);
        let twice = keys.windows(2).filter(same).min_by_key(|pair| pair[1].start);
        let twice =
            twice.map(|pair| Twice { path: pair[1].path, first: pair[0].start, second: pair[1].start });
        self.seen.truncate(from);
        twice
    }
}

fn name<'a>(paths: &'a Paths, key: &Key) -> Option<Component<'a>> {
    paths.last(key.path)
}
