//! All patterns at once: Aho and Corasick's automaton, in flat arrays that can be wiped.

use std::collections::VecDeque;
use std::ops::Range;
use zeroize::{DefaultIsZeroes, Zeroizing};

/// The node at which nothing is matched.
pub(super) const ROOT: usize = 0;

/// Deliberately without `Debug`: the labels are the patterns.
pub(super) struct Trie {
    /// The children of a node are neighbours, in the order of their bytes. Where nothing branches, a node's child stands
    /// behind it, so that a run through a pattern stays near in memory.
    nodes: Zeroizing<Vec<Node>>,
    /// The children of the root, by their bytes; [`ROOT`] where there is none.
    first: [usize; 256],
}

/// Small, since there are very many: patterns have 1,024 bytes at most, and memory for 2^32 nodes there is not.
#[derive(Clone, Copy, Default)]
struct Node {
    /// The first child, and how many there are.
    children: u32,
    count: u16,
    /// How many of the last bytes may be the start of something longer: those that lead here, or, where nothing goes on,
    /// to the suffix.
    open: u16,
    /// The node of the longest proper suffix that is the start of a pattern too.
    suffix: u32,
    /// The length of the longest pattern that ends here; 0 for none.
    longest: u16,
    /// The byte that leads here.
    label: u8,
}

impl DefaultIsZeroes for Node {}

impl Trie {
    /// Builds the automaton from patterns that are sorted, different and not empty.
    pub(super) fn of(patterns: &[Zeroizing<Vec<u8>>]) -> Trie {
        let most = 1 + patterns.iter().map(|pattern| pattern.len()).sum::<usize>();
        let mut trie = Trie {
            // Never to be moved, which would leave a copy behind.
            nodes: Zeroizing::new(Vec::with_capacity(most)),
            first: [ROOT; 256],
        };
        trie.grow(patterns);
        trie.link();
        trie
    }

    /// Makes the nodes, each of which stands for a range of patterns that start alike, branch by branch.
    fn grow(&mut self, patterns: &[Zeroizing<Vec<u8>>]) {
        let mut waiting: Vec<(Range<usize>, usize, usize)> = vec![(0..patterns.len(), ROOT, 0)];
        self.nodes.push(Node::default());
        while let Some((mut alike, place, depth)) = waiting.pop() {
            let children = self.nodes.len();
            let mut longest = 0;
            if patterns.get(alike.start).is_some_and(|pattern| pattern.len() == depth) {
                longest = depth;
                alike.start += 1;
            }
            while let Some(&label) = patterns[alike.clone()].first().and_then(|pattern| pattern.get(depth)) {
                let same =
                    patterns[alike.clone()].partition_point(|pattern| pattern.get(depth) <= Some(&label));
                let child = self.nodes.len();
                waiting.push((alike.start..alike.start + same, child, depth + 1));
                self.nodes.push(Node { label, ..Node::default() });
                if depth == 0 {
                    self.first[usize::from(label)] = child;
                }
                alike.start += same;
            }
            let count = self.nodes.len() - children;
            let node = &mut self.nodes[place];
            node.children = narrow(children);
            (node.count, node.open, node.longest) = (narrow(count), narrow(depth), narrow(longest));
        }
    }

    /// Sets the suffixes, which are all nearer to the root, and what ends by way of them: level by level.
    fn link(&mut self) {
        let mut waiting = VecDeque::from([ROOT]);
        while let Some(parent) = waiting.pop_front() {
            for child in self.children(parent) {
                let suffix = match parent {
                    ROOT => ROOT,
                    _ => self.step(self.suffix(parent), self.nodes[child].label),
                };
                let shorter = self.nodes[suffix];
                let node = &mut self.nodes[child];
                node.suffix = narrow(suffix);
                node.longest = node.longest.max(shorter.longest);
                if node.count == 0 {
                    node.open = shorter.open;
                }
                waiting.push_back(child);
            }
        }
    }

    fn children(&self, node: usize) -> Range<usize> {
        let node = self.nodes[node];
        let start = node.children as usize;
        start..start + usize::from(node.count)
    }

    fn suffix(&self, node: usize) -> usize {
        self.nodes[node].suffix as usize
    }

    fn child(&self, node: usize, byte: u8) -> Option<usize> {
        if node == ROOT {
            return Some(self.first[usize::from(byte)]).filter(|child| *child != ROOT);
        }
        let children = self.children(node);
        let at = self.nodes[children.clone()].iter().position(|child| child.label == byte)?;
        Some(children.start + at)
    }

    /// The node behind one more byte. A run over a text takes at most two steps per byte, whatever the text.
    pub(super) fn step(&self, mut node: usize, byte: u8) -> usize {
        loop {
            match self.child(node, byte) {
                Some(child) => return child,
                None if node == ROOT => return ROOT,
                None => node = self.suffix(node),
            }
        }
    }

    /// How many of the last bytes may be the start of a pattern that has not ended yet.
    pub(super) fn open(&self, node: usize) -> usize {
        usize::from(self.nodes[node].open)
    }

    /// How many of the last bytes are a pattern; of several the most, which cover the others.
    pub(super) fn ended(&self, node: usize) -> usize {
        usize::from(self.nodes[node].longest)
    }
}

/// A number in fewer bits, which it fits into.
fn narrow<N: TryFrom<usize> + Default>(number: usize) -> N {
    N::try_from(number).unwrap_or_default()
}
