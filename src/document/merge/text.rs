//! Three texts aligned: what is settled, and what both sides changed, with the ways to resolve it.

use super::Side;
use super::sequence::{self, Region, Touching, Who};
use std::ops::Range;
use zeroize::Zeroizing;

/// A piece of the merged text.
pub(super) enum Piece<'t> {
    /// Changed by one side at most, or by both alike.
    Settled(&'t str),
    Clash(Clash<'t>),
}

/// A piece that both sides changed.
pub(super) struct Clash<'t> {
    ours: &'t str,
    theirs: &'t str,
    /// The same entry by entry, and word by word.
    entries: Vec<Word<'t>>,
    words: Vec<Word<'t>>,
}

/// A piece of a clash.
enum Word<'t> {
    Settled(&'t str),
    /// Put in by both at one place.
    Added(&'t str, &'t str),
    Clash(&'t str, &'t str),
}

/// A way to resolve a clash.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Pick {
    /// Lines of one key together, whatever their values, with one side's words where both changed them.
    Entries(Side),
    /// Word by word, as well.
    Words(Side),
    Ours,
    Theirs,
    OursTheirs,
    TheirsOurs,
}

/// The lines of three texts aligned.
pub(super) fn pieces<'t>(
    base: &'t str,
    ours: &'t str,
    theirs: &'t str,
    touching: Touching,
) -> Vec<Piece<'t>> {
    let aligned = align(base, ours, theirs, touching, lines, |line| line);
    let piece = |(who, [base, ours, theirs]): (Who, [&'t str; 3])| match who {
        Who::Theirs => Piece::Settled(theirs),
        Who::Both if ours != theirs => Piece::Clash(Clash {
            ours,
            theirs,
            entries: paired(base, ours, theirs),
            words: woven(base, ours, theirs),
        }),
        _ => Piece::Settled(ours),
    };
    aligned.into_iter().map(piece).collect()
}

/// The merged text with a pick for each clash. `newline` goes between lines of two sides that have none there.
pub(super) fn resolved(pieces: &[Piece<'_>], picks: &[Pick], newline: &str) -> Zeroizing<String> {
    let longest = |piece: &Piece<'_>| match piece {
        Piece::Settled(text) => text.len(),
        Piece::Clash(clash) => clash.ours.len() + clash.theirs.len() + newline.len(),
    };
    // One allocation, so that no copy is left behind by growth.
    let mut out = Zeroizing::new(String::with_capacity(pieces.iter().map(longest).sum()));
    let mut picks = picks.iter();
    for piece in pieces {
        match piece {
            Piece::Settled(text) => out.push_str(text),
            Piece::Clash(clash) => {
                clash.resolve(picks.next().copied().unwrap_or(Pick::Ours), newline, &mut out)
            }
        }
    }
    out
}

impl Clash<'_> {
    fn resolve(&self, pick: Pick, newline: &str, out: &mut String) {
        let mut both = |first: &str, second: &str| {
            out.push_str(first);
            if !first.is_empty() && !first.ends_with('\n') && !second.is_empty() {
                out.push_str(newline);
            }
            out.push_str(second);
        };
        match pick {
            Pick::Ours => out.push_str(self.ours),
            Pick::Theirs => out.push_str(self.theirs),
            Pick::OursTheirs => both(self.ours, self.theirs),
            Pick::TheirsOurs => both(self.theirs, self.ours),
            Pick::Entries(side) => self.entries.iter().for_each(|word| word.resolve(side, out)),
            Pick::Words(side) => self.words.iter().for_each(|word| word.resolve(side, out)),
        }
    }
}

impl Word<'_> {
    fn resolve(&self, side: Side, out: &mut String) {
        match (self, side) {
            (Word::Settled(text), _) => out.push_str(text),
            (Word::Added(ours, theirs), _) => {
                out.push_str(ours);
                out.push_str(theirs);
            }
            (Word::Clash(ours, _), Side::Ours) => out.push_str(ours),
            (Word::Clash(_, theirs), Side::Theirs) => out.push_str(theirs),
        }
    }
}

/// Aligned by what stands before the values, so that a line whose value changed is still the same entry.
fn paired<'t>(base: &'t str, ours: &'t str, theirs: &'t str) -> Vec<Word<'t>> {
    let mut out = Vec::new();
    for (who, [base, ours, theirs]) in align(base, ours, theirs, Touching::Apart, lines, label) {
        match who {
            // The same keys on all sides, so as many lines.
            Who::Nobody => {
                let theirs = lines(theirs);
                for ((base, ours), theirs) in lines(base).into_iter().zip(lines(ours)).zip(theirs) {
                    match ours == theirs || base == theirs {
                        true => out.push(Word::Settled(ours)),
                        false if base == ours => out.push(Word::Settled(theirs)),
                        false => out.extend(woven(base, ours, theirs)),
                    }
                }
            }
            Who::Ours if base == theirs => out.push(Word::Settled(ours)),
            Who::Theirs if base == ours => out.push(Word::Settled(theirs)),
            _ if ours == theirs => out.push(Word::Settled(ours)),
            _ if base.is_empty() => out.extend(added(ours, theirs)),
            _ => out.push(Word::Clash(ours, theirs)),
        }
    }
    out
}

/// Lines that both sides put in at one place: those that they begin and end with alike, once.
fn added<'t>(ours: &'t str, theirs: &'t str) -> [Word<'t>; 3] {
    let alike = |(ours, theirs): &(&str, &str)| ours == theirs;
    let length = |(line, _): (&str, &str)| line.len();
    let head: usize = lines(ours).into_iter().zip(lines(theirs)).take_while(alike).map(length).sum();
    let (start, rest) = ours.split_at(head);
    let theirs = &theirs[head..];
    let pairs = lines(rest).into_iter().rev().zip(lines(theirs).into_iter().rev());
    let tail: usize = pairs.take_while(alike).map(length).sum();
    let (middle, end) = rest.split_at(rest.len() - tail);
    [Word::Settled(start), Word::Added(middle, &theirs[..theirs.len() - tail]), Word::Settled(end)]
}

/// What of a line is there before its value, or the line without a comma at its end.
fn label(line: &str) -> &str {
    match line.find([':', '=']) {
        Some(end) => &line[..end],
        None => line.trim_end().trim_end_matches(','),
    }
}

fn woven<'t>(base: &'t str, ours: &'t str, theirs: &'t str) -> Vec<Word<'t>> {
    let aligned = align(base, ours, theirs, Touching::Apart, words, |word| word);
    let word = |(who, [base, ours, theirs]): (Who, [&'t str; 3])| match who {
        Who::Theirs => Word::Settled(theirs),
        Who::Both if ours == theirs => Word::Settled(ours),
        Who::Both if base.is_empty() => Word::Added(ours, theirs),
        Who::Both => Word::Clash(ours, theirs),
        _ => Word::Settled(ours),
    };
    aligned.into_iter().map(word).collect()
}

type Aligned<'t> = Vec<(Who, [&'t str; 3])>;

/// Three texts cut into tokens and aligned by a part of each.
fn align<'t>(
    base: &'t str,
    ours: &'t str,
    theirs: &'t str,
    touching: Touching,
    cut: impl Fn(&'t str) -> Vec<&'t str>,
    part: impl Fn(&'t str) -> &'t str,
) -> Aligned<'t> {
    let texts = [base, ours, theirs];
    let [base, ours, theirs] = texts.map(cut);
    let parts = |tokens: &[&'t str]| tokens.iter().map(|token| part(token)).collect::<Vec<_>>();
    let before = parts(&base);
    let to = |side: &[&'t str]| sequence::hunks(before.iter().copied(), parts(side).into_iter());
    let regions = sequence::regions(base.len(), &to(&ours), &to(&theirs), touching);
    let mut at = [0; 3];
    let cut = |Region { who, base: in_base, ours: in_ours, theirs: in_theirs }| {
        let ranges: [(&[&str], Range<usize>); 3] = [(&base, in_base), (&ours, in_ours), (&theirs, in_theirs)];
        let mut parts = [""; 3];
        for (side, (tokens, range)) in ranges.into_iter().enumerate() {
            let end = at[side] + tokens[range].iter().map(|token| token.len()).sum::<usize>();
            parts[side] = &texts[side][at[side]..end];
            at[side] = end;
        }
        (who, parts)
    };
    regions.into_iter().map(cut).collect()
}

/// Lines with their ends.
fn lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

/// Words, runs of blanks, line ends, and every other character on its own.
fn words(text: &str) -> Vec<&str> {
    let kind = |char: char| match char {
        '\r' | '\n' => 0,
        ' ' | '\t' => 1,
        _ if char.is_alphanumeric() || char == '_' => 2,
        _ => 3,
    };
    let mut out = Vec::new();
    let (mut start, mut last) = (0, None);
    for (at, char) in text.char_indices() {
        let goes_on = match last {
            Some('\r') => char == '\n',
            Some(last) => kind(last) == kind(char) && matches!(kind(char), 1 | 2),
            None => true,
        };
        if !goes_on {
            out.push(&text[start..at]);
            start = at;
        }
        last = Some(char);
    }
    if start < text.len() {
        out.push(&text[start..]);
    }
    out
}
