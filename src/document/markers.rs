//! Conflict markers: two texts as one with both sides of every difference, as git writes them, and back.

use imara_diff::{Algorithm, Diff, InternedInput};
use zeroize::Zeroizing;

/// The length of a marker when nobody says otherwise (git's `conflict-marker-size`).
pub const SIZE: usize = 7;

/// How the markers of a text look.
#[derive(Clone, Copy)]
pub struct Labels<'a> {
    pub ours: &'a str,
    pub theirs: &'a str,
    /// The length of a marker in characters.
    pub size: usize,
}

/// The sides of a text with markers.
pub struct Sides {
    pub ours: Zeroizing<String>,
    /// Where git was told to show the common ancestor (`merge.conflictStyle`).
    pub base: Option<Zeroizing<String>>,
    pub theirs: Zeroizing<String>,
}

/// A marker that is not where one can be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {reason}")]
pub struct MarkerError {
    /// From 1.
    pub line: usize,
    pub reason: &'static str,
}

/// One text of two: equal lines once, and markers around those that differ.
pub fn mark(ours: &str, theirs: &str, labels: &Labels<'_>) -> Zeroizing<String> {
    let input = InternedInput::new(ours, theirs);
    let diff = Diff::compute(Algorithm::Histogram, &input);
    let mut text = Zeroizing::new(String::with_capacity(2 * (ours.len() + theirs.len())));
    let lines = |tokens: &[imara_diff::Token], text: &mut String| {
        tokens.iter().for_each(|&line| text.push_str(input.interner[line]));
        if !tokens.is_empty() && !text.ends_with('\n') {
            text.push('\n');
        }
    };
    let marker = |sign: &str, label: &str, text: &mut String| {
        text.push_str(&sign.repeat(labels.size));
        if !label.is_empty() {
            text.push(' ');
            text.push_str(label);
        }
        text.push('\n');
    };
    let mut at = 0;
    for hunk in diff.hunks() {
        let (before, after) = (hunk.before, hunk.after);
        lines(&input.before[at..before.start as usize], &mut text);
        marker("<", labels.ours, &mut text);
        lines(&input.before[before.start as usize..before.end as usize], &mut text);
        marker("=", "", &mut text);
        lines(&input.after[after.start as usize..after.end as usize], &mut text);
        marker(">", labels.theirs, &mut text);
        at = before.end as usize;
    }
    let rest = input.before[at..].iter();
    rest.for_each(|&line| text.push_str(input.interner[line]));
    text
}

/// Where a line of a text with markers belongs.
#[derive(Clone, Copy, PartialEq)]
enum Part {
    Both,
    Ours,
    Base,
    Theirs,
}

/// Where a text's first conflict is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    /// From 1.
    pub line: usize,
    /// The length of its markers in characters.
    pub size: usize,
}

/// The first conflict of a text, whatever the length of its markers, which is [`SIZE`] at least.
pub fn find(text: &str) -> Option<Found> {
    text.lines().enumerate().find_map(|(number, line)| {
        let size = line.bytes().take_while(|&byte| byte == b'<').count();
        (size >= SIZE && sign(line, size) == Some('<')).then_some(Found { line: number + 1, size })
    })
}

/// What stands behind the markers of a text's first conflict, on our side and on theirs.
pub fn labels(text: &str, size: usize) -> [Option<&str>; 2] {
    ['<', '>'].map(|wanted| {
        let line = text.lines().find(|line| sign(line, size) == Some(wanted))?;
        Some(line[size..].trim()).filter(|label| !label.is_empty())
    })
}

/// The first line, from 1, that a conflict has left in a text: any marker but the one between the sides, which
/// is also how titles are underlined.
pub fn leftover(text: &str, size: usize) -> Option<usize> {
    let is_left = |line| matches!(sign(line, size), Some('<' | '|' | '>'));
    text.lines().position(is_left).map(|at| at + 1)
}

/// The sides of a text with markers of this length.
pub fn split(text: &str, size: usize) -> Result<Sides, MarkerError> {
    let mut sides = Sides { ours: Zeroizing::default(), base: None, theirs: Zeroizing::new(String::new()) };
    let mut base = Zeroizing::new(String::new());
    let (mut part, mut has_base, mut opened) = (Part::Both, false, 0);
    for (number, line) in text.split_inclusive('\n').enumerate() {
        let wrong = |reason| MarkerError { line: number + 1, reason };
        part = match (sign(line, size), part) {
            (Some('<'), Part::Both) => {
                opened = number + 1;
                Part::Ours
            }
            (Some('<'), _) => return Err(wrong("a conflict starts within another")),
            (Some('|'), Part::Ours) => {
                has_base = true;
                Part::Base
            }
            (Some('='), Part::Ours | Part::Base) => Part::Theirs,
            (Some('>'), Part::Theirs) => Part::Both,
            (Some('>'), _) => return Err(wrong("a conflict ends that has not started")),
            _ => {
                let (ours, theirs) = (&mut sides.ours, &mut sides.theirs);
                match part {
                    Part::Both => [ours, &mut base, theirs].into_iter().for_each(|to| to.push_str(line)),
                    Part::Ours => ours.push_str(line),
                    Part::Base => base.push_str(line),
                    Part::Theirs => theirs.push_str(line),
                }
                part
            }
        };
    }
    if part != Part::Both {
        return Err(MarkerError { line: opened, reason: "the conflict has no end" });
    }
    sides.base = has_base.then_some(base);
    Ok(sides)
}

/// The sign of a marker line.
fn sign(line: &str, size: usize) -> Option<char> {
    let line = line.trim_end_matches(['\r', '\n']);
    let first = line.chars().next().filter(|first| "<|=>".contains(*first))?;
    let rest = line.trim_start_matches(first);
    let is_marker = line.len() - rest.len() == size && (rest.is_empty() || rest.starts_with(' '));
    is_marker.then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LABELS: Labels<'_> = Labels { ours: "HEAD", theirs: "topic", size: SIZE };

    #[test]
    fn two_texts_come_back_out_of_one_with_markers() {
        for (ours, theirs) in [
            ("a: 1\nb: 2\nc: 3\n", "a: 1\nb: x\nc: 3\n"),
            ("a: 1\n", ""),
            ("", "a: 1\n"),
            ("a\r\nb\r\n", "x\r\nb\r\n"),
            ("a: 1\nb: 2\n", "b: 2\nc: 3\n"),
        ] {
            let text = mark(ours, theirs, &LABELS);
            assert!(find(&text).is_some_and(|found| found.size == SIZE));
            let sides = split(&text, SIZE).expect("balanced markers");
            assert_eq!((sides.ours.as_str(), sides.theirs.as_str()), (ours, theirs));
            assert!(sides.base.is_none());
        }
        assert_eq!(mark("a\nb\n", "a\nb\n", &LABELS).as_str(), "a\nb\n");
    }

    #[test]
    fn the_common_ancestor_is_read_too() {
        let text = "<<<<<<< HEAD\na\n||||||| base\nb\n=======\nc\n>>>>>>> topic\nd\n";
        let sides = split(text, SIZE).expect("balanced markers");
        assert_eq!(sides.base.as_ref().map(|base| base.as_str()), Some("b\nd\n"));
        assert_eq!((sides.ours.as_str(), sides.theirs.as_str()), ("a\nd\n", "c\nd\n"));
    }

    #[test]
    fn labels_and_leftovers_are_found_in_the_lines_of_markers() {
        let text = mark("a\n", "b\n", &LABELS);
        assert_eq!(labels(&text, SIZE), [Some("HEAD"), Some("topic")]);
        assert_eq!(labels("<<<<<<<\n=======\n>>>>>>>\n", SIZE), [None, None]);
        assert_eq!(leftover("Title\n=======\na\n>>>>>>> topic\n", SIZE), Some(4));
        assert_eq!(leftover("Title\n=======\n", SIZE), None);
    }

    #[test]
    fn a_conflict_is_found_by_markers_of_any_length() {
        assert_eq!(find("a\n<<<<<<<<< HEAD\nb\n"), Some(Found { line: 2, size: 9 }));
        assert_eq!(find("<<<<<<\n <<<<<<< HEAD\n<<<<<<<x\n"), None);
    }

    #[test]
    fn markers_out_of_place_are_told_with_their_line() {
        let line = |text: &str| split(text, SIZE).err().map(|error| error.line);
        assert_eq!(line("a\n<<<<<<< HEAD\nb\n"), Some(2));
        assert_eq!(line("a\n>>>>>>> topic\n"), Some(2));
        assert_eq!(line("<<<<<<< a\n<<<<<<< b\n"), Some(2));
        assert_eq!(line("=======\n<<<<<<<< long\n"), None);
    }
}
