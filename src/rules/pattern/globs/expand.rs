//! The ways in which a pattern can match, each as a row of pieces.

use super::piece::{Piece, SLASH};
use regex_syntax::hir::{Class, Hir, HirKind, Look, Repetition};

type Way = Vec<Piece>;

/// The most pieces of one way.
const LONGEST: usize = 512;
/// The ways in which a pattern can match that are told from each other.
const MOST_WAYS: usize = 64;
/// How often a repeated part is written out.
const MOST_COPIES: u32 = 8;
/// Members of a class that have more than one byte, and are still written out.
const MOST_WIDE: usize = 2;
/// Ranges of a class that are still written out.
const MOST_RANGES: usize = 8;

/// The ways, or `None` when they are too many. Not `exact`, there is one way, in which each choice has become any text.
/// Recurses as deep as the pattern is nested, which its parser limits.
pub(super) fn ways(pattern: &Hir, exact: bool) -> Option<Vec<Way>> {
    let ways = match pattern.kind() {
        HirKind::Literal(text) => vec![text.0.iter().copied().map(Piece::Byte).collect()],
        HirKind::Class(class) => one_of(class, exact),
        HirKind::Look(Look::Start) => vec![vec![Piece::Start]],
        HirKind::Look(Look::End) => vec![vec![Piece::End]],
        // The edges of words and lines: without them it matches more.
        HirKind::Empty | HirKind::Look(_) => vec![Way::new()],
        HirKind::Capture(group) => ways(&group.sub, exact)?,
        HirKind::Concat(parts) => {
            let mut all = vec![Way::new()];
            for part in parts {
                all = joined(&all, &ways(part, exact)?)?;
            }
            all
        }
        HirKind::Alternation(_) if !exact => vec![vec![anything(pattern)]],
        HirKind::Alternation(parts) => {
            let mut all = Vec::new();
            for part in parts {
                all.extend(ways(part, exact)?);
            }
            all
        }
        HirKind::Repetition(repetition) => repeated(repetition, exact)?,
    };
    let fits = ways.len() <= MOST_WAYS && ways.iter().all(|way| way.len() <= LONGEST);
    (fits || !exact).then_some(ways)
}

fn joined(heads: &[Way], tails: &[Way]) -> Option<Vec<Way>> {
    let fits = heads.len() * tails.len() <= MOST_WAYS;
    fits.then(|| {
        heads.iter().flat_map(|head| tails.iter().map(move |tail| [&head[..], tail].concat())).collect()
    })
}

fn repeated(repetition: &Repetition, exact: bool) -> Option<Vec<Way>> {
    let (part, most) = (&*repetition.sub, repetition.max);
    let many = anything(part);
    match (repetition.min, most) {
        (_, Some(0)) => return Some(vec![Way::new()]),
        (0, Some(1)) if exact => {
            let mut all = ways(part, exact)?;
            all.push(Way::new());
            return Some(all);
        }
        (0, _) => return Some(vec![vec![many]]),
        // `.+`: that it is not nothing is not worth two wildcards.
        _ if is_class(part) && many == Piece::Any => return Some(vec![vec![many]]),
        _ => {}
    }
    let copies = repetition.min.min(if exact { MOST_COPIES } else { 1 });
    let once = ways(part, exact)?;
    let mut all = vec![Way::new()];
    for _ in 0..copies {
        all = joined(&all, &once)?;
        if all.iter().any(|way| way.len() > LONGEST) && exact {
            return None;
        }
    }
    if most != Some(copies) {
        all.iter_mut().for_each(|way| way.push(many.clone()));
    }
    Some(all)
}

fn is_class(part: &Hir) -> bool {
    match part.kind() {
        HirKind::Class(_) => true,
        HirKind::Capture(group) => is_class(&group.sub),
        _ => false,
    }
}

/// Whatever a part can match, and more.
fn anything(part: &Hir) -> Piece {
    if has_slash(part) { Piece::Any } else { Piece::Star }
}

fn has_slash(part: &Hir) -> bool {
    match part.kind() {
        HirKind::Empty | HirKind::Look(_) => false,
        HirKind::Literal(text) => text.0.contains(&b'/'),
        HirKind::Class(class) => ranges(class).iter().any(|(low, high)| (*low..=*high).contains(&'/')),
        HirKind::Capture(group) => has_slash(&group.sub),
        HirKind::Repetition(repetition) => has_slash(&repetition.sub),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => parts.iter().any(has_slash),
    }
}

fn ranges(class: &Class) -> Vec<(char, char)> {
    match class {
        Class::Unicode(class) => class.iter().map(|range| (range.start(), range.end())).collect(),
        // Only patterns for bytes that are no text have others than ASCII here, and they are not compiled.
        Class::Bytes(class) => {
            class.iter().map(|range| (char::from(range.start()), char::from(range.end()))).collect()
        }
    }
}

fn one_of(class: &Class, exact: bool) -> Vec<Way> {
    let ranges = ranges(class);
    let has = |c: char| ranges.iter().any(|(low, high)| (*low..=*high).contains(&c));
    if has('/') && !exact {
        return vec![vec![Piece::Any]];
    }
    let mut ways = Vec::new();
    if has('/') {
        ways.push(vec![SLASH]);
    }
    let wide =
        ranges.iter().map(|(low, high)| (*low.max(&'\u{80}'), *high)).filter(|(low, high)| low <= high);
    let wide: Vec<char> = wide.flat_map(|(low, high)| low..=high).take(MOST_WIDE + 1).collect();
    if wide.len() > MOST_WIDE || (!exact && !wide.is_empty()) {
        // git counts bytes, and a character has up to four.
        ways.push(vec![Piece::One, Piece::Star]);
        return ways;
    }
    ways.extend((1..0x80).any(|byte| byte != b'/' && has(char::from(byte))).then(|| vec![ascii(has)]));
    ways.extend(wide.iter().map(|c| c.to_string().bytes().map(Piece::Byte).collect()));
    ways
}

/// One of some ASCII characters, of which there is at least one.
fn ascii(has: impl Fn(char) -> bool) -> Piece {
    let members: Vec<u8> = (1..0x80).filter(|byte| *byte != b'/' && has(char::from(*byte))).collect();
    let runs: Vec<&[u8]> = members.chunk_by(|one, next| one + 1 == *next).collect();
    match members[..] {
        [one] => Piece::Byte(one),
        _ if runs.len() > MOST_RANGES || members.iter().any(u8::is_ascii_control) => Piece::One,
        _ => Piece::Class(format!("[{}]", runs.iter().map(|run| spelled(run)).collect::<String>())),
    }
}

/// Characters in a row, as they stand in brackets.
fn spelled(run: &[u8]) -> String {
    let one = |byte: &u8| match byte {
        b'[' | b']' | b'\\' | b'^' | b'!' | b'-' => format!("\\{}", char::from(*byte)),
        byte => char::from(*byte).to_string(),
    };
    match run {
        [low, _, .., high] => format!("{}-{}", one(low), one(high)),
        run => run.iter().map(one).collect(),
    }
}
