//! All patterns at once: Aho and Corasick's automaton, in flat arrays that can be wiped.

use std::collections::VecDeque;
use std::ops::Range;
use zeroize::Zeroizing;

/// The node at which nothing is matched.
pub(super) const ROOT: usize = 0;

/// Deliberately without `Debug`: the labels are the patterns.
pub(super) struct Trie {
    /// The byte that leads to each node. The children of a node are neighbours, in the order of their bytes.
    labels: Zeroizing<Vec<u8>>,
    nodes: Vec<Node>,
    /// The children of the root, by their bytes; [`ROOT`] where there is none.
    first: [usize; 256],
}

#[derive(Clone, Copy, Default)]
struct Node {
    /// The first child; the last one is before the first child of the next node.
    children: usize,
    /// The node of the longest proper suffix that is the start of a pattern too.
    suffix: usize,
    /// How many of the last bytes may be the start of something longer: those that lead here, or, where nothing goes on,
    /// to the suffix.
    open: usize,
    /// The length of the longest pattern that ends here; 0 for none.
    longest: usize,
}

impl Trie {
    /// Builds the automaton from patterns that are sorted, different and not empty.
    pub(super) fn of(patterns: &[Zeroizing<Vec<u8>>]) -> Trie {
        let most = 1 + patterns.iter().map(|pattern| pattern.len()).sum::<usize>();
        let mut trie = Trie {
            // Never to be moved, which would leave a copy behind.
            labels: Zeroizing::new(Vec::with_capacity(most)),
            nodes: Vec::new(),
            first: [ROOT; 256],
        };
        trie.grow(patterns);
        trie.link();
        trie
    }

    /// Makes the nodes level by level: each stands for a range of patterns that start alike.
    fn grow(&mut self, patterns: &[Zeroizing<Vec<u8>>]) {
        let mut waiting: VecDeque<(Range<usize>, usize)> = VecDeque::from([(0..patterns.len(), 0)]);
        self.labels.push(0);
        let mut made = 1;
        while let Some((mut alike, depth)) = waiting.pop_front() {
            let mut node = Node { children: made, open: depth, ..Node::default() };
            if patterns.get(alike.start).is_some_and(|pattern| pattern.len() == depth) {
                node.longest = depth;
                alike.start += 1;
            }
            while let Some(&label) = patterns[alike.clone()].first().and_then(|pattern| pattern.get(depth)) {
                let same =
                    patterns[alike.clone()].partition_point(|pattern| pattern.get(depth) <= Some(&label));
                waiting.push_back((alike.start..alike.start + same, depth + 1));
                self.labels.push(label);
                if depth == 0 {
                    self.first[usize::from(label)] = made;
                }
                made += 1;
                alike.start += same;
            }
            self.nodes.push(node);
        }
    }

    /// Sets the suffixes, which are all nearer to the root, and what ends by way of them.
    fn link(&mut self) {
        for parent in 0..self.nodes.len() {
            for child in self.children(parent) {
                let suffix = match parent {
                    ROOT => ROOT,
                    _ => self.step(self.nodes[parent].suffix, self.labels[child]),
                };
                let shorter = self.nodes[suffix];
                let is_leaf = self.children(child).is_empty();
                let node = &mut self.nodes[child];
                node.suffix = suffix;
                node.longest = node.longest.max(shorter.longest);
                if is_leaf {
                    node.open = shorter.open;
                }
            }
        }
    }

    fn children(&self, node: usize) -> Range<usize> {
        let end = self.nodes.get(node + 1).map_or(self.nodes.len(), |next| next.children);
        self.nodes[node].children..end
    }

    fn child(&self, node: usize, byte: u8) -> Option<usize> {
        if node == ROOT {
            return Some(self.first[usize::from(byte)]).filter(|child| *child != ROOT);
        }
        let children = self.children(node);
        let at = self.labels[children.clone()].iter().position(|label| *label == byte)?;
        Some(children.start + at)
    }

    /// The node behind one more byte. A run over a text takes at most two steps per byte, whatever the text.
    pub(super) fn step(&self, mut node: usize, byte: u8) -> usize {
        loop {
            match self.child(node, byte) {
                Some(child) => return child,
                None if node == ROOT => return ROOT,
                None => node = self.nodes[node].suffix,
            }
        }
    }

    /// How many of the last bytes may be the start of a pattern that has not ended yet.
    pub(super) fn open(&self, node: usize) -> usize {
        self.nodes[node].open
    }

    /// How many of the last bytes are a pattern; of several the most, which cover the others.
    pub(super) fn ended(&self, node: usize) -> usize {
        self.nodes[node].longest
    }
}
