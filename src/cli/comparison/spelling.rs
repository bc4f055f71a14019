//! Values as people read them: quoted text, escapes for what a terminal would obey, and long ones cut to what differs.

use super::lines::{Kind, Line};
use crate::document::tree::Node;
use crate::document::value::Kind as ValueKind;
use imara_diff::{Algorithm, Diff, InternedInput};
use zeroize::Zeroizing;

/// Characters of a value on one line.
const LONGEST: usize = 120;
/// Characters around a difference.
const AROUND: usize = 20;
/// Lines of a value that only one side has.
const MOST_LINES: usize = 40;

/// The text of a value that has several lines; `None` for all others.
fn block(node: &Node) -> Option<&str> {
    let Node::Scalar(value) = node else { return None };
    let text = std::str::from_utf8(&value.bytes).ok().filter(|_| value.kind == ValueKind::Str)?;
    text.trim_end_matches('\n').contains('\n').then_some(text)
}

/// A value that one side has.
pub fn alone(kind: Kind, path: &str, node: &Node, lines: &mut Vec<Line>) {
    let Some(text) = block(node) else {
        return lines.push(Line::new(kind, format!("{path}: {}", *short(node))));
    };
    let count = text.lines().count();
    lines.push(Line::new(kind, format!("{path}: {count} lines")));
    lines.extend(text.lines().take(MOST_LINES).map(|line| Line::within(kind, clean(line))));
    if count > MOST_LINES {
        lines.push(Line::within(Kind::Note, format!("… {} more lines", count - MOST_LINES)));
    }
}

/// A value that is another one now.
pub fn both(path: &str, old: &Node, new: &Node, lines: &mut Vec<Line>) {
    if let (Some(before), Some(after)) = (whole(old), whole(new))
        && (block(old).is_some() || block(new).is_some())
    {
        return by_line(path, before, after, lines);
    }
    match (whole(old), whole(new)) {
        (Some(before), Some(after)) if before.len().max(after.len()) > LONGEST => {
            let start = common(before.chars(), after.chars());
            let [old_length, new_length] = [before, after].map(|text| text.chars().count());
            let rest = old_length.min(new_length) - start;
            let end = common(before.chars().rev(), after.chars().rev()).min(rest);
            let place = format!("{path}: differs from character {} on", start + 1);
            lines.push(Line::new(Kind::Changed, place));
            for (kind, text, length) in
                [(Kind::Removed, before, old_length), (Kind::Added, after, new_length)]
            {
                lines.push(Line::within(kind, window(text, length, start, end)));
            }
        }
        _ => lines.push(Line::new(Kind::Changed, format!("{path}: {} → {}", *short(old), *short(new)))),
    }
}

/// A text.
fn whole(node: &Node) -> Option<&str> {
    match node {
        Node::Scalar(value) if value.kind == ValueKind::Str => std::str::from_utf8(&value.bytes).ok(),
        _ => None,
    }
}

fn by_line(path: &str, before: &str, after: &str, lines: &mut Vec<Line>) {
    let counts = [before, after].map(|text| text.lines().count());
    lines.push(Line::new(Kind::Changed, format!("{path}: {} → {} lines", counts[0], counts[1])));
    let (old, new): (Vec<&str>, Vec<&str>) =
        (before.split_inclusive('\n').collect(), after.split_inclusive('\n').collect());
    let input = InternedInput::new(before, after);
    for hunk in Diff::compute(Algorithm::Histogram, &input).hunks() {
        let gone = &old[hunk.before.start as usize..hunk.before.end as usize];
        let come = &new[hunk.after.start as usize..hunk.after.end as usize];
        for (kind, side) in [(Kind::Removed, gone), (Kind::Added, come)] {
            for line in side {
                // A text that ends without a line end is another one.
                let end = if line.ends_with('\n') { "" } else { " (no line end)" };
                lines.push(Line::within(kind, format!("{}{end}", *clean(line.trim_end_matches('\n')))));
            }
        }
    }
}

fn common(one: impl Iterator<Item = char>, other: impl Iterator<Item = char>) -> usize {
    one.zip(other).take_while(|(one, other)| one == other).count()
}

/// What differs of a long text, with a little around it.
fn window(text: &str, length: usize, start: usize, end: usize) -> Zeroizing<String> {
    let from = start.saturating_sub(AROUND);
    let to = (length - end + AROUND).min(length).min(from + LONGEST);
    let piece = Zeroizing::new(text.chars().skip(from).take(to - from).collect::<String>());
    let (before, after) = (if from > 0 { "…" } else { "" }, if to < length { "…" } else { "" });
    Zeroizing::new(format!("{before}{}{after} ({length} characters)", *clean(&piece)))
}

/// A value on one line.
fn short(node: &Node) -> Zeroizing<String> {
    let fixed = |text: &str| Zeroizing::new(text.to_owned());
    let value = match node {
        Node::Map(_) => return fixed("{}"),
        Node::List(_) => return fixed("[]"),
        Node::Scalar(value) => value,
    };
    match (value.kind, std::str::from_utf8(&value.bytes)) {
        (ValueKind::Null, _) => fixed("null"),
        (_, Err(_)) => fixed(&format!("{} bytes", value.bytes.len())),
        (ValueKind::Str | ValueKind::Bytes, Ok(text)) => quoted(text),
        (ValueKind::Bool, Ok(text)) => clean(&Zeroizing::new(text.to_ascii_lowercase())),
        (_, Ok(text)) => clean(text),
    }
}

fn quoted(text: &str) -> Zeroizing<String> {
    let count = text.chars().count();
    if count <= LONGEST {
        return Zeroizing::new(format!("\"{}\"", *escaped(text)));
    }
    let head = Zeroizing::new(text.chars().take(LONGEST - AROUND).collect::<String>());
    Zeroizing::new(format!("\"{}…\" ({count} characters)", *escaped(&head)))
}

fn escaped(text: &str) -> Zeroizing<String> {
    Zeroizing::new(clean(text).replace('"', "\\\""))
}

/// The text without what a terminal would obey: control characters, and those that turn the direction of writing.
pub fn clean(text: &str) -> Zeroizing<String> {
    let mut out = Zeroizing::new(String::with_capacity(text.len()));
    for letter in text.chars() {
        match letter {
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\\' => out.push_str("\\\\"),
            '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => {
                out.push_str(&letter.escape_unicode().to_string());
            }
            letter if letter.is_control() => out.push_str(&letter.escape_unicode().to_string()),
            letter => out.push(letter),
        }
    }
    out
}
