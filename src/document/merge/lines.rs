//! Three texts → one, line by line: for texts that have no structure to go by.

use super::sequence::{Region, Touching, Who, hunks, regions};
use zeroize::Zeroizing;

/// A merge of lines: with our side of every conflict, and with theirs.
pub struct Lines {
    pub ours: Zeroizing<String>,
    /// `None` without conflicts.
    pub theirs: Option<Zeroizing<String>>,
}

/// Merges what two texts made of a third one. Lines that both changed are a conflict.
pub fn lines(base: &str, ours: &str, theirs: &str) -> Lines {
    let [base, mine, yours] = [base, ours, theirs].map(|text| text.split_inclusive('\n').collect::<Vec<_>>());
    let changes = |side: &[&str]| hunks(base.iter().copied(), side.iter().copied());
    // As large as it can get, so that no copy is left behind by growth.
    let empty = || Zeroizing::new(String::with_capacity(ours.len() + theirs.len()));
    let (mut left, mut right, mut differ) = (empty(), empty(), false);
    for Region { who, ours, theirs, .. } in
        regions(base.len(), &changes(&mine), &changes(&yours), Touching::Together)
    {
        let (ours, theirs) = (&mine[ours], &yours[theirs]);
        let (ours, theirs) = match who {
            Who::Theirs => (theirs, theirs),
            Who::Both => (ours, theirs),
            Who::Ours | Who::Nobody => (ours, ours),
        };
        differ |= ours != theirs;
        ours.iter().for_each(|line| left.push_str(line));
        theirs.iter().for_each(|line| right.push_str(line));
    }
    Lines { ours: left, theirs: differ.then_some(right) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn merged(base: &str, ours: &str, theirs: &str) -> (String, Option<String>) {
        let lines = lines(base, ours, theirs);
        (lines.ours.to_string(), lines.theirs.map(|theirs| theirs.to_string()))
    }

    #[test]
    fn changes_of_different_lines_are_both_taken() {
        let (base, ours, theirs) = ("a\nb\nc\nd\n", "A\nb\nc\nd\n", "a\nb\nc\nD\ne\n");
        assert_eq!(merged(base, ours, theirs), ("A\nb\nc\nD\ne\n".into(), None));
        assert_eq!(merged(base, theirs, ours), ("A\nb\nc\nD\ne\n".into(), None));
        assert_eq!(merged("a\nb\nc\n", "b\nc\n", "a\nb\n"), ("b\n".into(), None));
    }

    #[test]
    fn the_same_change_is_taken_once() {
        assert_eq!(merged("a\nb\n", "a\nB\n", "a\nB\n"), ("a\nB\n".into(), None));
        assert_eq!(merged("a\n", "a\nb\n", "a\nb\n"), ("a\nb\n".into(), None));
    }

    #[test]
    fn lines_that_both_changed_are_a_conflict_with_both_sides() {
        let (ours, theirs) = merged("a\nb\nc\nd\n", "a\nX\nc\nd\n", "a\nY\nc\nD\n");
        assert_eq!((ours.as_str(), theirs.as_deref()), ("a\nX\nc\nD\n", Some("a\nY\nc\nD\n")));
        let (ours, theirs) = merged("", "x\n", "y\n");
        assert_eq!((ours.as_str(), theirs.as_deref()), ("x\n", Some("y\n")));
    }
}
