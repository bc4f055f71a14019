//! Three sequences aligned: where one side, the other or both changed what the common ancestor had.

use imara_diff::{Algorithm, Diff, InternedInput, Interner};
use std::hash::Hash;
use std::ops::Range;

/// Who changed a region.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Who {
    Nobody,
    Ours,
    Theirs,
    Both,
}

/// A piece of all three sequences. The regions of an alignment follow each other without gaps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Region {
    pub who: Who,
    pub base: Range<usize>,
    pub ours: Range<usize>,
    pub theirs: Range<usize>,
}

/// A change of one side: a range of the ancestor and what became of it.
pub(super) struct Hunk {
    before: Range<usize>,
    after: Range<usize>,
}

/// Which changes of the two sides are one region.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Touching {
    /// Only those that overlap, and two insertions in one place.
    Apart,
    /// Also an insertion next to a change that adds something: nobody knows which of the two comes first.
    Beside,
    /// All that touch.
    Together,
}

/// The changes from `before` to `after`.
pub(super) fn hunks<T: Hash + Eq>(
    before: impl ExactSizeIterator<Item = T>,
    after: impl ExactSizeIterator<Item = T>,
) -> Vec<Hunk> {
    let interner = Interner::new(before.len() + after.len());
    let mut input = InternedInput { before: Vec::new(), after: Vec::new(), interner };
    input.update_before(before);
    input.update_after(after);
    let mut diff = Diff::compute(Algorithm::Histogram, &input);
    diff.postprocess_no_heuristic(&input);
    let range = |range: Range<u32>| range.start as usize..range.end as usize;
    diff.hunks().map(|hunk| Hunk { before: range(hunk.before), after: range(hunk.after) }).collect()
}

/// The alignment that the changes of two sides make of a common ancestor of so many elements.
pub(super) fn regions(base: usize, ours: &[Hunk], theirs: &[Hunk], touching: Touching) -> Vec<Region> {
    let mut out = Vec::new();
    let mut at = Region { who: Who::Nobody, base: 0..0, ours: 0..0, theirs: 0..0 };
    let (mut i, mut j) = (0, 0);
    while let Some(is_ours) = ours_is_next(ours.get(i), theirs.get(j)) {
        let (first_i, first_j) = (i, j);
        if is_ours {
            i += 1
        } else {
            j += 1
        };
        loop {
            let meets = |one: Option<&Hunk>, next: Option<&Hunk>| {
                one.zip(next).is_some_and(|(one, next)| meet(one, next, touching))
            };
            if meets(theirs[first_j..j].last(), ours.get(i)) {
                i += 1;
            } else if meets(ours[first_i..i].last(), theirs.get(j)) {
                j += 1;
            } else {
                break;
            }
        }
        let (mine, other) = (&ours[first_i..i], &theirs[first_j..j]);
        let all = || mine.iter().chain(other);
        let start = all().map(|hunk| hunk.before.start).min().unwrap_or_default();
        let end = all().map(|hunk| hunk.before.end).max().unwrap_or_default();
        at = at.unchanged_until(start, &mut out);
        let who = match (mine.is_empty(), other.is_empty()) {
            (false, false) => Who::Both,
            (false, true) => Who::Ours,
            _ => Who::Theirs,
        };
        let region = Region {
            who,
            base: start..end,
            ours: at.ours.end..at.ours.end + length(end - start, mine),
            theirs: at.theirs.end..at.theirs.end + length(end - start, other),
        };
        out.push(region.clone());
        at = region;
    }
    at.unchanged_until(base, &mut out);
    out
}

impl Region {
    /// The region up to `end` of the ancestor that nobody changed, behind this one.
    fn unchanged_until(self, end: usize, out: &mut Vec<Region>) -> Region {
        let length = end - self.base.end;
        if length == 0 {
            return self;
        }
        let region = Region {
            who: Who::Nobody,
            base: self.base.end..end,
            ours: self.ours.end..self.ours.end + length,
            theirs: self.theirs.end..self.theirs.end + length,
        };
        out.push(region.clone());
        region
    }
}

/// How long a piece of the ancestor is after these changes in it.
fn length(before: usize, hunks: &[Hunk]) -> usize {
    let added: usize = hunks.iter().map(|hunk| hunk.after.len()).sum();
    let removed: usize = hunks.iter().map(|hunk| hunk.before.len()).sum();
    before + added - removed
}

/// Whether the next change is ours; `None` when there is none.
fn ours_is_next(ours: Option<&Hunk>, theirs: Option<&Hunk>) -> Option<bool> {
    let place = |hunk: &Hunk| (hunk.before.start, hunk.before.end);
    match (ours, theirs) {
        (None, None) => None,
        (Some(ours), Some(theirs)) => Some(place(ours) <= place(theirs)),
        (ours, _) => Some(ours.is_some()),
    }
}

/// Whether changes of two sides are one region.
fn meet(a: &Hunk, b: &Hunk, touching: Touching) -> bool {
    let overlap = a.before.start < b.before.end && b.before.start < a.before.end;
    let same = a.before == b.before;
    let touch = a.before.end == b.before.start || b.before.end == a.before.start;
    let grows = |hunk: &Hunk| hunk.after.len() > hunk.before.len();
    let adds = a.before.is_empty() || b.before.is_empty();
    overlap
        || same
        || match touching {
            Touching::Apart => false,
            Touching::Beside => touch && adds && grows(a) && grows(b),
            Touching::Together => touch,
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whose(base: &str, ours: &str, theirs: &str, touching: Touching) -> String {
        let to = |side: &str| {
            let (base, side): (Vec<char>, Vec<char>) = (base.chars().collect(), side.chars().collect());
            hunks(base.into_iter(), side.into_iter())
        };
        let regions = regions(base.len(), &to(ours), &to(theirs), touching);
        let one = |region: Region| match region.who {
            Who::Nobody => base[region.base].to_owned(),
            Who::Ours => format!("<{}>", &ours[region.ours]),
            Who::Theirs => format!("[{}]", &theirs[region.theirs]),
            Who::Both => format!("({}|{})", &ours[region.ours], &theirs[region.theirs]),
        };
        regions.into_iter().map(one).collect()
    }

    #[test]
    fn changes_next_to_each_other_are_apart_and_overlapping_ones_are_not() {
        let whose = |base, ours, theirs| whose(base, ours, theirs, Touching::Apart);
        assert_eq!(whose("abcd", "aXcd", "abYd"), "a<X>[Y]d");
        assert_eq!(whose("abcd", "aXYd", "abZd"), "a(XY|bZ)d");
        assert_eq!(whose("abcd", "abcdX", "abcdY"), "abcd(X|Y)");
        assert_eq!(whose("abcd", "Xabcd", "Ybcd"), "<X>[Y]bcd");
        assert_eq!(whose("abcdef", "aXYZf", "aUcdVf"), "a(XYZ|UcdV)f");
        assert_eq!(whose("", "X", "Y"), "(X|Y)");
        assert_eq!(whose("abc", "abc", "abc"), "abc");
        assert_eq!(whose("abcd", "bcd", "abc"), "<>bc[]");
    }

    #[test]
    fn an_insertion_beside_growth_has_no_certain_place_in_a_list() {
        let whose = |base, ours, theirs| whose(base, ours, theirs, Touching::Beside);
        assert_eq!(whose("abc", "abXc", "aYZc"), "a(bX|YZ)c");
        assert_eq!(whose("abc", "abXc", "aYc"), "a[Y]<X>c");
        assert_eq!(whose("ab", "a", "abX"), "a<>[X]");
    }
}
