//! Three texts → one, line by line: for texts that have no structure to go by.

use imara_diff::{Algorithm, Diff, InternedInput, Token};
use std::ops::Range;
use zeroize::Zeroizing;

/// A merge of lines: with our side of every conflict, and with theirs.
pub struct Lines {
    pub ours: Zeroizing<String>,
    /// `None` without conflicts.
    pub theirs: Option<Zeroizing<String>>,
}

/// Merges what two texts made of a third one. Changes that touch are a conflict, as in git.
pub fn merge(base: &str, ours: &str, theirs: &str) -> Lines {
    let (left, right) = (Change::between(base, ours), Change::between(base, theirs));
    let size = ours.len() + theirs.len();
    let mut lines = Both {
        ours: Zeroizing::new(String::with_capacity(size)),
        theirs: Zeroizing::new(String::with_capacity(size)),
        differ: false,
    };
    let (mut at, mut next) = (0, [0, 0]);
    let base_lines = &left.input.before;
    while let Some(region) = region(&left, &right, &mut next) {
        lines.both(&left, &base_lines[at..region.base.start]);
        let (ours, theirs) = (left.after(&region, 0), right.after(&region, 1));
        let [mine, yours] = [&region.hunks[0], &region.hunks[1]].map(|hunks| !hunks.is_empty());
        let same = || ours.len() == theirs.len() && left.text(ours).eq(right.text(theirs));
        match (mine, yours) {
            (true, true) if !same() => lines.each(left.text(ours), right.text(theirs)),
            (true, _) => lines.both(&left, ours),
            (false, _) => lines.both(&right, theirs),
        }
        at = region.base.end;
    }
    lines.both(&left, &base_lines[at..]);
    Lines { ours: lines.ours, theirs: lines.differ.then_some(lines.theirs) }
}

/// What one side made of the common ancestor.
struct Change<'a> {
    input: InternedInput<&'a str>,
    hunks: Vec<(Range<usize>, Range<usize>)>,
}

impl<'a> Change<'a> {
    fn between(base: &'a str, side: &'a str) -> Change<'a> {
        let input = InternedInput::new(base, side);
        let diff = Diff::compute(Algorithm::Histogram, &input);
        let range = |range: Range<u32>| range.start as usize..range.end as usize;
        let hunks = diff.hunks().map(|hunk| (range(hunk.before), range(hunk.after))).collect();
        Change { input, hunks }
    }

    /// This side's lines in place of a region of the ancestor's.
    fn after(&self, region: &Region, side: usize) -> &[Token] {
        let hunks = &self.hunks[region.hunks[side].clone()];
        let (Some((first, new)), Some((last, end))) = (hunks.first(), hunks.last()) else {
            return &self.input.before[region.base.clone()];
        };
        &self.input.after
            [new.start - (first.start - region.base.start)..end.end + (region.base.end - last.end)]
    }

    fn text(&self, lines: &'a [Token]) -> impl Iterator<Item = &'a str> + use<'a, '_> {
        lines.iter().map(|&line| self.input.interner[line])
    }
}

/// Lines of the ancestor that are changed, with each side's hunks in them.
struct Region {
    base: Range<usize>,
    hunks: [Range<usize>; 2],
}

/// The next region; `next` are the hunks of each side that are still to come.
fn region(left: &Change<'_>, right: &Change<'_>, next: &mut [usize; 2]) -> Option<Region> {
    let sides = [&left.hunks, &right.hunks];
    let peek = |side: usize, next: &[usize; 2]| sides[side].get(next[side]).map(|(base, _)| base.clone());
    let first = match (peek(0, next), peek(1, next)) {
        (Some(a), Some(b)) => {
            if b.start < a.start {
                b
            } else {
                a
            }
        }
        (a, b) => a.or(b)?,
    };
    let from = *next;
    let mut base = first;
    loop {
        let touching = (0..2).find(|&side| peek(side, next).is_some_and(|hunk| hunk.start <= base.end));
        let Some(side) = touching else { break };
        base.end = peek(side, next).map_or(base.end, |hunk| base.end.max(hunk.end));
        next[side] += 1;
    }
    Some(Region { base, hunks: [from[0]..next[0], from[1]..next[1]] })
}

struct Both {
    ours: Zeroizing<String>,
    theirs: Zeroizing<String>,
    differ: bool,
}

impl Both {
    fn both<'a>(&mut self, of: &'a Change<'a>, lines: &'a [Token]) {
        of.text(lines).for_each(|line| {
            self.ours.push_str(line);
            self.theirs.push_str(line);
        });
    }

    fn each<'a>(&mut self, ours: impl Iterator<Item = &'a str>, theirs: impl Iterator<Item = &'a str>) {
        ours.for_each(|line| self.ours.push_str(line));
        theirs.for_each(|line| self.theirs.push_str(line));
        self.differ = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn merged(base: &str, ours: &str, theirs: &str) -> (String, Option<String>) {
        let lines = merge(base, ours, theirs);
        (lines.ours.to_string(), lines.theirs.map(|theirs| theirs.to_string()))
    }

    #[test]
    fn changes_far_apart_are_both_taken() {
        let (base, ours, theirs) = ("a\nb\nc\nd\n", "A\nb\nc\nd\n", "a\nb\nc\nD\ne\n");
        assert_eq!(merged(base, ours, theirs), ("A\nb\nc\nD\ne\n".into(), None));
        assert_eq!(merged(base, theirs, ours), ("A\nb\nc\nD\ne\n".into(), None));
    }

    #[test]
    fn the_same_change_is_taken_once() {
        assert_eq!(merged("a\nb\n", "a\nB\n", "a\nB\n"), ("a\nB\n".into(), None));
        assert_eq!(merged("a\n", "a\nb\n", "a\nb\n"), ("a\nb\n".into(), None));
    }

    #[test]
    fn changes_that_touch_are_a_conflict_with_both_sides() {
        let (ours, theirs) = merged("a\nb\nc\nd\n", "a\nX\nc\nd\n", "a\nb\nY\nd\n");
        assert_eq!((ours.as_str(), theirs.as_deref()), ("a\nX\nc\nd\n", Some("a\nb\nY\nd\n")));
        let (ours, theirs) = merged("", "x\n", "y\n");
        assert_eq!((ours.as_str(), theirs.as_deref()), ("x\n", Some("y\n")));
        let (ours, theirs) = merged("a\nb\nc\nd\ne\n", "a\nd\ne\n", "a\nB\nc\nD\ne\n");
        assert_eq!((ours.as_str(), theirs.as_deref()), ("a\nd\ne\n", Some("a\nB\nc\nD\ne\n")));
    }

    #[test]
    fn removals_and_last_lines_without_an_end_survive() {
        assert_eq!(merged("a\nb\nc\nd", "a\nc\nd", "a\nb\nc\nd\ne"), ("a\nc\nd\ne".into(), None));
        assert_eq!(merged("a\nb\nc\n", "b\nc\n", "a\nb\n"), ("b\n".into(), None));
    }
}
