//! A comparison as lines for people.

use super::Comparison;
use super::spelling::{alone, both, clean};
use crate::document::difference::{What, difference};
use crate::document::step;
use zeroize::Zeroizing;

/// What a line says, and so its sign and colour.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Head,
    Added,
    Removed,
    Changed,
    Note,
    Alarm,
}

/// A line as it is printed, with its sign but without its colour. May hold a value, so deliberately without `Debug`.
pub struct Line {
    pub kind: Kind,
    pub text: Zeroizing<String>,
}

impl Line {
    /// A line with the sign of its kind.
    pub fn new(kind: Kind, text: impl Into<Zeroizing<String>>) -> Line {
        let sign = match kind {
            Kind::Head => "",
            Kind::Added => "  + ",
            Kind::Removed => "  - ",
            Kind::Changed => "  ~ ",
            Kind::Note => "  # ",
            Kind::Alarm => "  ! ",
        };
        Line { kind, text: behind(sign, &text.into()) }
    }

    /// A line of a value that has several.
    pub fn within(kind: Kind, text: impl Into<Zeroizing<String>>) -> Line {
        let Line { kind, text } = Line::new(kind, text);
        Line { kind, text: behind("    ", &text) }
    }
}

/// A text behind another one, made without growing, which would leave copies.
fn behind(start: &str, text: &str) -> Zeroizing<String> {
    Zeroizing::new([start, text].concat())
}

/// The lines of a file: its name, what must not be overlooked, and what differs. Empty when nothing does.
pub fn lines(comparison: &Comparison) -> Vec<Line> {
    let mut lines = vec![Line::new(Kind::Head, head(comparison))];
    lines.extend(comparison.alarms.iter().map(|text| Line::new(Kind::Alarm, clean(text))));
    lines.extend(comparison.terms.iter().map(|text| Line::new(Kind::Alarm, clean(text))));
    let several = comparison.old.len().max(comparison.new.len()) > 1;
    for change in difference(&comparison.old, &comparison.new) {
        let document = if several { format!("document {}: ", change.document + 1) } else { String::new() };
        let path = format!("{document}{}", *clean(&step::display(&change.path)));
        match (change.what, comparison.has_values) {
            (What::Added(node), true) => alone(Kind::Added, &path, node, &mut lines),
            (What::Removed(node), true) => alone(Kind::Removed, &path, node, &mut lines),
            (What::Changed(old, new), true) => both(&path, old, new, &mut lines),
            (What::Added(_), false) => lines.push(Line::new(Kind::Added, path)),
            (What::Removed(_), false) => lines.push(Line::new(Kind::Removed, path)),
            (What::Changed(..), false) => lines.push(Line::new(Kind::Changed, path)),
            (What::Comments, _) => lines.push(Line::new(Kind::Note, format!("comments changed at {path}"))),
        }
    }
    if lines.len() == 1 && comparison.old_name == comparison.new_name {
        lines.push(Line::new(Kind::Note, "no value differs: only spelling, order or ciphertext".to_owned()));
    }
    lines
}

fn head(comparison: &Comparison) -> String {
    match (&comparison.old_name, &comparison.new_name) {
        (Some(old), Some(new)) if old == new => clean(new).to_string(),
        (Some(old), Some(new)) => format!("{} → {}", *clean(old), *clean(new)),
        (None, Some(new)) => format!("{} (added)", *clean(new)),
        (Some(old), None) => format!("{} (deleted)", *clean(old)),
        (None, None) => String::new(),
    }
}
