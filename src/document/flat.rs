//! What the formats share that hold only text under flat names (dotenv, INI): nested metadata names, line feeds
//! as `\n`, and numbers as text (spec, stores 7 and 8).

use super::error::{Place, SyntaxError};
use super::path::{PathId, Paths};
use super::slot::{Content, Slot};
use super::tree::{Item, Node};
use super::value::{Kind, ValueRef};
use std::iter::once;
use std::ops::Range;
use zeroize::Zeroizing;

const MAP: &str = "__map_";
const LIST: &str = "__list_";

/// A scalar as text, as dotenv, INI and environment variables hold it (spec, stores 8). `None` for null, empty
/// containers, and bytes that are no text.
pub fn as_text(value: ValueRef<'_>) -> Option<Zeroizing<String>> {
    let text = std::str::from_utf8(value.bytes).ok()?;
    let text = match value.kind {
        Kind::Str | Kind::Bytes | Kind::Int | Kind::Comment => text.to_owned(),
        Kind::Bool => text.to_ascii_lowercase(),
        Kind::Float => text.parse().map_or_else(|_| text.to_owned(), short_float),
        Kind::Time => whole_seconds(text),
        Kind::Null | Kind::EmptyMap | Kind::EmptyList => return None,
    };
    Some(Zeroizing::new(text))
}

/// The shortest digits that round-trip; `E` notation from 1e6 up and below 1e-4, else with one decimal at least.
fn short_float(number: f64) -> String {
    if !number.is_finite() {
        return super::value::canonical_float(number);
    }
    let scientific = format!("{number:E}");
    let (digits, exponent) = scientific.split_once('E').unwrap_or((&scientific, "0"));
    match exponent.parse::<i32>() {
        Ok(exponent) if !(-4..6).contains(&exponent) => {
            let sign = if exponent < 0 { '-' } else { '+' };
            format!("{digits}E{sign}{:02}", exponent.unsigned_abs())
        }
        _ => format!("{number:?}"),
    }
}

/// An RFC 3339 time without its fraction of a second.
fn whole_seconds(time: &str) -> String {
    let (seconds, fraction) = time.split_once('.').unwrap_or((time, ""));
    let zone = fraction.trim_start_matches(|c: char| c.is_ascii_digit());
    format!("{seconds}{zone}")
}

/// Keys from a root as an error shows them.
pub(super) fn display(keys: &[&str]) -> String {
    let mut paths = Paths::default();
    let root = paths.root(0);
    let path = keys.iter().fold(root, |path, key| paths.key(path, key));
    paths.display(path)
}

/// The content of a text in which `\n` stands for a line feed.
pub(super) fn unescape(text: &str, range: Range<usize>) -> Content {
    let written = &text[range.clone()];
    if !written.contains("\\n") {
        return Content::AsWritten(range);
    }
    Content::Cooked(Zeroizing::new(written.replace("\\n", "\n").into_bytes().into_boxed_slice()))
}

/// A text with its line feeds as `\n`. A backslash before an `n` is not told apart (spec, quirks Q62).
pub(super) fn escape(text: &str) -> Zeroizing<String> {
    Zeroizing::new(text.replace('\n', "\\n"))
}

/// The leaves of a metadata tree under their flat names, in the order of the tree. Null, empty maps and lists
/// vanish.
pub(super) fn flatten(tree: &Node) -> Vec<(String, Zeroizing<String>)> {
    let mut leaves = Vec::new();
    // An explicit stack: the depth of a tree is not ours to bound.
    let mut open = vec![(String::new(), tree, 0, 0)];
    while let Some((prefix, node, item, position)) = open.pop() {
        let Some(next) = node.items().get(item) else { continue };
        let Item::Entry { key, node: child } = next else {
            open.push((prefix, node, item + 1, position));
            continue;
        };
        let name = match node {
            Node::List(_) => format!("{prefix}{LIST}{position}"),
            _ if prefix.is_empty() => key.clone(),
            _ => format!("{prefix}{MAP}{key}"),
        };
        open.push((prefix, node, item + 1, position + 1));
        match child {
            Node::Scalar(value) => {
                leaves.extend(as_text(value.borrow()).map(|text| (name, text)));
            }
            _ => open.push((name, child, 0, 0)),
        }
    }
    leaves
}

/// A metadata entry as a flat format has it.
pub(super) struct Entry<'t> {
    /// Without the format's prefix.
    pub name: &'t str,
    /// Its path is not set yet.
    pub slot: Slot,
}

/// One step of a nested name. Names sort before positions, which matters only for finding a mixture of both.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Step<'t> {
    Key(&'t str),
    Index(u32),
}

/// Gives metadata entries their nested paths below `sops`, and returns them sorted by path, list items in the
/// order of their positions whatever their order in the text.
///
/// # Errors
/// Two entries of one name, a name that has both a value and parts, a list with a missing position, and
/// nesting deeper than `depth`.
pub(super) fn nest(
    text: &str,
    paths: &mut Paths,
    root: PathId,
    entries: Vec<Entry<'_>>,
    depth: usize,
) -> Result<Vec<Slot>, SyntaxError> {
    let mut nested = Vec::with_capacity(entries.len());
    for Entry { name, slot } in entries {
        match steps(name, depth) {
            Ok(steps) => nested.push((steps, name, slot)),
            Err(reason) => {
                return Err(SyntaxError::at(text.as_bytes(), slot.span.start, reason).path(name));
            }
        }
    }
    nested.sort_by(|a, b| a.0.cmp(&b.0));
    let mut slots: Vec<Slot> = Vec::with_capacity(nested.len());
    let mut before: Vec<Step<'_>> = Vec::new();
    let mut open = vec![paths.key(root, "sops")];
    for (steps, name, mut slot) in nested {
        let shared = before.iter().zip(&steps).take_while(|(a, b)| a == b).count();
        if let Err(reason) = joins(&before, &steps, shared) {
            let mut fault = SyntaxError::at(text.as_bytes(), slot.span.start, reason).path(name);
            if let (Some(last), true) = (slots.last(), shared == before.len()) {
                let line = Place::of(text.as_bytes(), last.span.start).line;
                fault = fault.repeated().hint(format!("the other one is on line {line}: delete one of them"));
            }
            return Err(fault);
        }
        open.truncate(shared + 1);
        for step in &steps[shared..] {
            let parent = open[open.len() - 1];
            open.push(match step {
                Step::Key(key) => paths.key(parent, key),
                Step::Index(position) => paths.index(parent, *position),
            });
        }
        slot.path = open[open.len() - 1];
        slots.push(slot);
        before = steps;
    }
    Ok(slots)
}

/// Whether `next` can follow `before` in a sorted sequence of a tree's leaves; `shared` steps are the same.
fn joins(before: &[Step<'_>], next: &[Step<'_>], shared: usize) -> Result<(), &'static str> {
    if shared == before.len() && !before.is_empty() {
        return Err(match next.len() == shared {
            true => "the metadata has this name twice",
            false => "the metadata uses this name both for a value and for a map or list",
        });
    }
    let expected = match (before.get(shared), next.get(shared)) {
        (Some(Step::Key(_)), Some(Step::Index(_))) => {
            return Err("the metadata uses this name both for a map and for a list");
        }
        (Some(Step::Index(position)), _) => position.saturating_add(1),
        _ => 0,
    };
    let positions = once(expected).chain(std::iter::repeat(0));
    let complete = next[shared..]
        .iter()
        .zip(positions)
        .all(|(step, expected)| !matches!(step, Step::Index(position) if *position != expected));
    if complete { Ok(()) } else { Err("a position is missing in this list of the metadata") }
}

/// Splits a flat name at every `__map_` and `__list_`.
fn steps(name: &str, depth: usize) -> Result<Vec<Step<'_>>, String> {
    let mut steps = Vec::new();
    let mut rest = name;
    let mut list = false;
    loop {
        let cut = [rest.find(MAP), rest.find(LIST)].into_iter().flatten().min();
        let part = &rest[..cut.unwrap_or(rest.len())];
        steps.push(if list { Step::Index(position(part)?) } else { Step::Key(part) });
        if steps.len() >= depth {
            return Err(format!("the metadata is nested deeper than {depth} levels"));
        }
        let Some(cut) = cut else { return Ok(steps) };
        list = rest[cut..].starts_with(LIST);
        rest = &rest[cut + if list { LIST.len() } else { MAP.len() }..];
    }
}

/// A list position; what is no number counts as 0, as in sops.
fn position(digits: &str) -> Result<u32, String> {
    let number = digits.strip_prefix('+').unwrap_or(digits);
    if number.is_empty() || !number.bytes().all(|b| b.is_ascii_digit()) {
        return Ok(0);
    }
    number.parse().map_err(|_| "a list of the metadata has a position that is too large".into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::value::Value;

    fn as_str(kind: Kind, canonical: &str) -> Option<String> {
        as_text(Value::new(kind, canonical).borrow()).map(|text| text.to_string())
    }

    #[test]
    fn scalars_become_text_as_sops_converts_them() {
        for (kind, canonical, text) in [
            (Kind::Int, "-7", "-7"),
            (Kind::Bool, "True", "true"),
            (Kind::Bool, "False", "false"),
            (Kind::Float, "1", "1.0"),
            (Kind::Float, "1.5", "1.5"),
            (Kind::Float, "100000", "100000.0"),
            (Kind::Float, "1000000", "1E+06"),
            (Kind::Float, "1234567.5", "1.2345675E+06"),
            (Kind::Float, "1000000000000000000000", "1E+21"),
            (Kind::Float, "0.0001", "0.0001"),
            (Kind::Float, "0.00001", "1E-05"),
            (Kind::Float, "0", "0.0"),
            (Kind::Float, "-0", "-0.0"),
            (Kind::Float, "+Inf", "+Inf"),
            (Kind::Float, "NaN", "NaN"),
            (Kind::Time, "2024-01-01T01:02:03.12Z", "2024-01-01T01:02:03Z"),
            (Kind::Time, "2006-01-02T15:04:05+07:00", "2006-01-02T15:04:05+07:00"),
        ] {
            assert_eq!(as_str(kind, canonical).as_deref(), Some(text), "{canonical}");
        }
        assert_eq!(as_str(Kind::Null, ""), None);
    }

    #[test]
    fn a_metadata_tree_is_flattened_in_its_own_order() {
        let names: Vec<String> =
            flatten(&crate::document::laws::lines::metadata()).into_iter().map(|(n, _)| n).collect();
        assert_eq!(names[0], "age__list_0__map_enc");
        assert_eq!(names[23], "age__list_11__map_recipient");
        assert_eq!(names[24..], ["mac", "unencrypted_regex"]);
    }

    #[test]
    fn empty_containers_and_nulls_vanish_from_flat_metadata() {
        let entry = |key: &str, node| Item::Entry { key: key.into(), node };
        let tree = Node::Map(vec![
            entry("kms", Node::List(Vec::new())),
            entry("none", Node::Scalar(Value::new(Kind::Null, ""))),
            entry("shamir_threshold", Node::Scalar(Value::new(Kind::Int, "2"))),
        ]);
        let leaves = flatten(&tree);
        assert_eq!(leaves.len(), 1);
        assert_eq!((leaves[0].0.as_str(), leaves[0].1.as_str()), ("shamir_threshold", "2"));
    }

    /// The paths of names that stand one below the other, or the error.
    fn nested(names: &[&str]) -> Result<Vec<String>, String> {
        let mut paths = Paths::default();
        let root = paths.root(0);
        let text = "\n".repeat(names.len());
        let entries = names.iter().enumerate().map(|(line, name)| {
            let slot = Slot {
                path: root,
                span: line..line,
                tail: Box::default(),
                kind: Kind::Str,
                style: crate::document::slot::Style::Plain,
                flow: false,
                indent: 0,
                content: Content::AsWritten(line..line),
            };
            Entry { name, slot }
        });
        match nest(&text, &mut paths, root, entries.collect(), 8) {
            Ok(slots) => Ok(slots.iter().map(|slot| paths.display(slot.path)).collect()),
            Err(fault) => Err(fault.to_string()),
        }
    }

    #[test]
    fn flat_names_nest_in_any_order_of_the_text() {
        let mut names: Vec<String> = (0..11).rev().map(|n| format!("age__list_{n}__map_enc")).collect();
        names.push("key_groups__list_0__map_pgp__list_0__map_fp".into());
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let paths = nested(&names).unwrap();
        assert_eq!(paths[0], "sops.age[0].enc");
        assert_eq!(paths[10], "sops.age[10].enc");
        assert_eq!(paths[11], "sops.key_groups[0].pgp[0].fp");
    }

    #[test]
    fn flat_names_that_make_no_tree_are_refused() {
        for (names, reason) in [
            (&["mac", "mac"][..], "twice"),
            (&["mac", "mac__map_a"], "both for a value and for a map or list"),
            (&["a__map_b", "a__list_0"], "both for a map and for a list"),
            (&["age__list_1"], "a position is missing"),
            (&["age__list_0__map_x", "age__list_2__map_x"], "a position is missing"),
            (&["age__list_99999999999999"], "too large"),
            (&["a__map_b__map_c__map_d__map_e__map_f__map_g__map_h"], "deeper than 8"),
        ] {
            let fault = nested(names).expect_err(reason);
            assert!(fault.contains(reason), "{fault}");
        }
    }
}
