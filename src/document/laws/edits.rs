//! What an edit must keep, whatever the format: checks for the formats' own tests.

use super::parse;
use crate::document::Document;
use crate::document::edit::{Change, EditError};
use crate::document::format::Format;
use crate::document::step::{self, Step};
use crate::document::syntax::Limits;
use crate::document::tree::Node;
use crate::document::value::Kind;
use std::path::Path;
use std::time::{Duration, Instant};
use zeroize::Zeroizing;

/// Steps divided by `/`; numbers are positions.
pub(in crate::document) fn path(words: &str) -> Vec<Step> {
    words
        .split('/')
        .map(|word| match word.parse() {
            Ok(index) => Step::Index(index),
            Err(_) => Step::Key(word.to_owned()),
        })
        .collect()
}

/// A value as JSON has it.
pub(in crate::document) fn value(json: &str) -> Node {
    let document = parse(Format::Json, &format!("{{\"v\": {json}}}"));
    document.trees()[0].get("v").cloned().unwrap_or(Node::Map(Vec::new()))
}

/// The text with a value set, or removed where there is none.
pub(in crate::document) fn edited(
    format: Format,
    text: &str,
    at: &[Step],
    new: Option<&Node>,
) -> Result<Zeroizing<String>, EditError> {
    parse(format, text).edited(at, new.map_or(Change::Remove, Change::Set))
}

/// Each case: the text, the path, the value in JSON or `-` for its removal, and the text that is to come out; a
/// refusal is told by `!` and words that are in it.
pub(in crate::document) fn check(format: Format, cases: &[(&str, &str, &str, &str)]) {
    for (before, at, new, after) in cases {
        let node = (*new != "-").then(|| value(new));
        match (edited(format, before, &path(at), node.as_ref()), after.strip_prefix('!')) {
            (Ok(text), None) => assert_eq!(text.as_str(), *after, "{at} {new}\n{before}"),
            (Err(error), Some(words)) => {
                assert!(error.to_string().contains(words), "{at} {new}\n{before}\n{error}");
            }
            (Ok(text), Some(_)) => panic!("accepted: {at} {new}\n{before}\n->\n{}", text.as_str()),
            (Err(error), None) => panic!("{at} {new}\n{before}\n{error}"),
        }
    }
}

/// What became of the edits of a text.
#[derive(Default, Debug)]
pub(in crate::document) struct Tally {
    pub done: usize,
    pub refused: usize,
}

/// Every value set to a text, a number, a map and a list and removed, with a key set beside it and below it: done with
/// nothing lost but what is named, or refused in words.
pub(in crate::document) fn hold(format: Format, text: &str, most: usize) -> Tally {
    let document = parse(format, text);
    let mut tally = Tally::default();
    let Some(tree) = document.trees().into_iter().next() else { return tally };
    let paths = every_path(&tree);
    let every = paths.len().div_ceil(most).max(1);
    for at in paths.iter().step_by(every) {
        let beside = [&at[..at.len() - 1], &[Step::Key("a new key".into())]].concat();
        let behind = [&at[..at.len() - 1], &[Step::Index(usize::MAX)]].concat();
        let below = [&at[..], &[Step::Key("x".into()), Step::Index(0), Step::Key("y".into())]].concat();
        let in_place = match step::find(&tree, at) {
            Ok(Node::Scalar(value)) => matches!(value.kind, Kind::EmptyMap | Kind::EmptyList),
            _ => true,
        };
        for (at, new, keeps) in [
            (at, Some("\"new # 'text'\""), !in_place),
            (at, Some("-17"), !in_place),
            (at, Some("\"two\\nlines\""), false),
            (at, Some("{\"k\": 1, \"m\": {\"n\": [\"v\"]}}"), false),
            (at, Some("[{\"k\": 1}, {\"k\": []}]"), false),
            (at, None, false),
            (&beside, Some("1.5"), true),
            (&beside, Some("{\"k\": \"v\", \"m\": {}}"), true),
            (&behind, Some("[1, \"two\"]"), true),
            (&behind, Some("{\"k\": \"v\"}"), true),
            (&below, Some("true"), false),
        ] {
            let node = new.map(value);
            match edited(format, text, at, node.as_ref()) {
                Ok(made) => {
                    tally.done += 1;
                    let is_leaf = matches!(step::find(&tree, at), Ok(Node::Scalar(_)));
                    if keeps || new.is_none() && is_leaf {
                        // JSON's last entry takes the comma before it along, and the only one its line breaks.
                        let most = if format == Format::Json && new.is_none() { 3 } else { 1 };
                        lines_are_kept(text, &made, most, &format!("{} {new:?}", step::display(at)));
                    }
                }
                Err(EditError::Syntax(error)) => {
                    tally.refused += 1;
                    let shown = format!("{} {new:?}: {error}\n{text}", step::display(at));
                    assert!(!error.reason.contains("without touching"), "{shown}");
                    assert!(!error.reason.contains("can't take the change"), "{shown}");
                    assert!(error.path.is_some() && error.hint.is_some(), "{shown}");
                }
                Err(_) => tally.refused += 1,
            }
        }
    }
    tally
}

/// At most so many lines that were there are not there any more, and all changes are in one place.
fn lines_are_kept(before: &str, after: &str, most: usize, what: &str) {
    let [before, after] = [before, after].map(|text| text.trim_start_matches('\u{feff}'));
    let (old, new): (Vec<&str>, Vec<&str>) = (before.lines().collect(), after.lines().collect());
    let head = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let rest = old.len().min(new.len()) - head;
    let tail = old.iter().rev().zip(new.iter().rev()).take(rest).take_while(|(a, b)| a == b).count();
    // A value of several lines that becomes one of one line takes its lines along.
    let gone = old[head..old.len() - tail].iter().filter(|line| !line.trim().is_empty()).count();
    let spread = before.contains("\"\"\"")
        || before.contains("'''")
        || before.contains("\\\n")
        || before.contains("\\\r\n");
    assert!(gone <= most || spread, "{what}\n{before}\n->\n{after}");
}

/// An edit of a long text takes some times as long as reading it, whatever the machine has else to do; were it quadratic,
/// it would be thousands of times.
pub(in crate::document) fn takes_linear_time(format: Format, text: &str, at: &str, new: Option<&str>) {
    let start = Instant::now();
    parse(format, text);
    let read = start.elapsed();
    let node = new.map(value);
    let start = Instant::now();
    assert!(edited(format, text, &path(at), node.as_ref()).is_ok(), "{at}");
    let took = start.elapsed();
    assert!(took < read * 40 + Duration::from_secs(2), "{at}: {took:?}, and {read:?} to read the text");
}

/// The paths to all values, maps and lists.
fn every_path(tree: &Node) -> Vec<Vec<Step>> {
    let mut found = Vec::new();
    let mut open = vec![(Vec::new(), tree)];
    while let Some((at, node)) = open.pop() {
        for (number, (key, child)) in node.entries().enumerate() {
            let step = match node {
                Node::List(_) => Step::Index(number),
                _ => Step::Key(key.to_owned()),
            };
            let path = [&at[..], &[step]].concat();
            found.push(path.clone());
            open.push((path, child));
        }
    }
    found
}

/// The committed files of a format that can be read as such.
pub(in crate::document) fn fixtures(format: Format) -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/plain").join(format.word());
    let files = std::fs::read_dir(folder).expect("fixtures of the format");
    let readable = |text: &String| Document::parse(text.as_bytes(), format, &Limits::default()).is_ok();
    let texts: Vec<String> =
        files.filter_map(|file| std::fs::read_to_string(file.ok()?.path()).ok()).filter(readable).collect();
    assert!(!texts.is_empty(), "{format}");
    texts
}

/// The laws over the fixtures of a format.
pub(in crate::document) fn hold_for_fixtures(format: Format) {
    let mut sum = Tally::default();
    for text in fixtures(format) {
        let Tally { done, refused } = hold(format, &text, 200);
        sum.done += done;
        sum.refused += refused;
    }
    assert!(sum.done > sum.refused / 4, "{sum:?}");
}
