//! A text that arrives in pieces, with its secrets replaced.

use super::Mask;
use super::trie::ROOT;
use std::ops::Range;
use zeroize::Zeroizing;

/// What stands for every run of secret bytes, however long.
const STARS: &[u8] = b"***";
/// Bytes that are taken in at a time.
const PIECE: usize = 1 << 16;

/// One stream under a [`Mask`]. Deliberately without `Debug`.
///
/// A run of secrets that touch or overlap becomes one replacement. Only what may be the start of a secret is kept back.
pub struct Stream<'m> {
    mask: &'m Mask,
    /// What arrived last. The places below are places in here.
    text: Zeroizing<Vec<u8>>,
    /// What was given out already, masked or as it is.
    given: usize,
    /// What the automaton has read, and where it stands.
    read: usize,
    node: usize,
    /// Secrets of which some bytes were not given out yet: sorted, and none touches another.
    found: Vec<Range<usize>>,
    /// Whether the byte before `given` was a secret's.
    in_secret: bool,
}

impl<'m> Stream<'m> {
    pub(super) fn new(mask: &'m Mask) -> Stream<'m> {
        Stream {
            mask,
            text: Zeroizing::default(),
            given: 0,
            read: 0,
            node: ROOT,
            found: Vec::new(),
            in_secret: false,
        }
    }

    /// Takes the next bytes in and appends to `out` what is certain.
    pub fn push(&mut self, bytes: &[u8], out: &mut Zeroizing<Vec<u8>>) {
        for piece in bytes.chunks(PIECE) {
            self.take(piece);
            self.search();
            let certain = self.certain();
            // A secret may be the start of a longer one. It is masked in any case.
            let open = self.found.iter().find(|secret| secret.start <= certain && certain < secret.end);
            let end = open.map_or(certain, |secret| secret.end);
            self.give(end, out);
            self.forget();
        }
    }

    /// Puts a piece behind the text. Growing by itself, the vector would leave a copy behind.
    fn take(&mut self, piece: &[u8]) {
        let length = self.text.len() + piece.len();
        if length > self.text.capacity() {
            let mut larger = Zeroizing::new(Vec::with_capacity(length.next_power_of_two()));
            larger.extend_from_slice(&self.text);
            self.text = larger;
        }
        self.text.extend_from_slice(piece);
    }

    /// How many bytes are kept back.
    pub fn held(&self) -> usize {
        self.text.len() - self.given
    }

    /// Appends to `out` what was kept back. If it was the start of a secret and the rest arrives later, that is masked.
    pub fn flush(&mut self, out: &mut Zeroizing<Vec<u8>>) {
        self.give(self.text.len(), out);
    }

    /// Before this no secret can be found any more.
    fn certain(&self) -> usize {
        self.read - self.mask.trie.open(self.node)
    }

    /// Finds all secrets that end in the text.
    ///
    /// The automaton runs only where [`super::windows`] sees a chance, until all starts there are refuted and nearly none
    /// is left; so it reads a byte again a bounded number of times.
    fn search(&mut self) {
        let trie = &self.mask.trie;
        let mut chances = 0..0;
        while self.read < self.text.len() {
            if let Some(windows) = &self.mask.windows {
                let start = self.certain();
                if start >= chances.end && self.read - start < windows.reach() {
                    chances = windows.next(&self.text, start);
                    (self.read, self.node) = (chances.start, ROOT);
                    if chances.is_empty() {
                        // The rest is too short to be told by its windows.
                        chances.end = self.text.len();
                    }
                }
            }
            let Some(byte) = self.text.get(self.read) else { break };
            self.node = trie.step(self.node, *byte);
            self.read += 1;
            match trie.ended(self.node) {
                0 => {}
                length => self.find(self.read - length..self.read),
            }
        }
    }

    /// Notes a secret, which ends behind all others, as one with those that it touches.
    fn find(&mut self, mut secret: Range<usize>) {
        while let Some(last) = self.found.pop_if(|last| last.end >= secret.start) {
            secret = secret.start.min(last.start)..secret.end.max(last.end);
        }
        self.found.push(secret);
    }

    /// Gives everything out before a place.
    fn give(&mut self, end: usize, out: &mut Zeroizing<Vec<u8>>) {
        // At most three bytes for each, so that it never moves between two pieces of one text.
        out.reserve(STARS.len() * (end.saturating_sub(self.given) + 1));
        for secret in &self.found {
            if secret.start >= end || self.given >= end {
                break;
            }
            if secret.end <= self.given {
                continue;
            }
            if self.given < secret.start {
                out.extend_from_slice(&self.text[self.given..secret.start]);
                self.in_secret = false;
            }
            if !self.in_secret {
                out.extend_from_slice(STARS);
                self.in_secret = true;
            }
            self.given = secret.end.min(end);
        }
        if self.given < end {
            out.extend_from_slice(&self.text[self.given..end]);
            (self.given, self.in_secret) = (end, false);
        }
    }

    /// Forgets what was given out and can't be the start of anything.
    fn forget(&mut self) {
        let done = self.given.min(self.certain());
        let left = self.text.len() - done;
        self.text.copy_within(done.., 0);
        self.text.truncate(left);
        self.given -= done;
        self.read -= done;
        self.found.retain_mut(|secret| {
            let kept = secret.end > done + self.given;
            *secret = secret.start.saturating_sub(done)..secret.end.saturating_sub(done);
            kept
        });
    }
}
