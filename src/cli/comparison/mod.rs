//! Two versions of a file, compared by key path: with values where both can be opened, else by their tokens.

mod json;
mod lines;
mod opener;
mod spelling;
mod terms;
mod version;

pub use json::json;
pub use lines::{Kind, Line, lines};
pub use opener::Opener;
pub use version::Version;

use crate::crypto::Token;
use crate::document::Document;
use crate::document::tree::Node;
use crate::document::value::{Kind as ValueKind, Value};
use crate::file::{Open, Sealed};
use std::collections::HashSet;

/// What is compared, of both sides.
pub struct Comparison {
    /// `None` where there is no such file on that side.
    pub old_name: Option<String>,
    pub new_name: Option<String>,
    /// What must not be overlooked: a file that is in clear now, or was not opened.
    pub alarms: Vec<String>,
    /// What differs in who can read the file, and what in it is secret.
    pub terms: Vec<String>,
    pub old: Vec<Node>,
    pub new: Vec<Node>,
    /// Whether the trees hold values; else they hold tokens, and say only what is another one.
    pub has_values: bool,
}

/// Compares two versions. `opener` is `None` when values are not asked for.
pub fn compare(
    (old_name, old): (Option<String>, Version),
    (new_name, new): (Option<String>, Version),
    opener: Option<&mut Opener<'_>>,
) -> Comparison {
    let mut alarms = Vec::new();
    alarms.extend(turn(&old, &new).map(str::to_owned));
    for (side, version) in [("old", &old), ("new", &new)] {
        if let Version::Unreadable(reason) = version {
            alarms.push(format!("the {side} version can't be compared: {reason}"));
        }
    }
    let comparable = !matches!((&old, &new), (Version::Unreadable(_), _) | (_, Version::Unreadable(_)));
    // Of a version that can't be read nobody knows who can open it.
    let terms = if comparable { terms::changed(old.metadata(), new.metadata()) } else { Vec::new() };
    let rotated = is_rotated(&old, &new);
    if rotated {
        alarms.push(
            "every value has another ciphertext: the file has a new data key, or was encrypted anew".into(),
        );
    }
    let names = [&old_name, &new_name].map(|name| name.clone().unwrap_or_default());
    let (old, new, has_values) = match comparable {
        true => sides(old, new, rotated, &names, opener, &mut alarms),
        false => (Vec::new(), Vec::new(), false),
    };
    Comparison { old_name, new_name, alarms, terms, old, new, has_values }
}

/// The trees of both sides, and whether they hold values.
fn sides(
    old: Version,
    new: Version,
    rotated: bool,
    names: &[String; 2],
    opener: Option<&mut Opener<'_>>,
    alarms: &mut Vec<String>,
) -> (Vec<Node>, Vec<Node>, bool) {
    // Where one side has tokens and the other has none, or all tokens are others, only the structure can be compared.
    let mixed = matches!(
        (&old, &new),
        (Version::Sealed(_), Version::Plain(_)) | (Version::Plain(_), Version::Sealed(_))
    );
    let hidden = match (mixed, rotated) {
        (true, _) => Hidden::Values,
        (_, true) => Hidden::Tokens,
        _ => Hidden::Nothing,
    };
    let closed =
        |version: &Version| version.document().map(|document| masked(document, hidden)).unwrap_or_default();
    let (closed_old, closed_new) = (closed(&old), closed(&new));
    let Some(opener) = opener else { return (closed_old, closed_new, false) };
    let mut opened = [Vec::new(), Vec::new()];
    for ((version, name), trees) in [old, new].into_iter().zip(names).zip(&mut opened) {
        *trees = match version {
            Version::Missing | Version::Unreadable(_) => Vec::new(),
            Version::Plain(document) => document.trees(),
            Version::Sealed(sealed) => match opener.open(*sealed, name) {
                Ok(open) => Open::trees(&open),
                Err(reason) => {
                    alarms.push(format!("compared without values: {reason}"));
                    return (closed_old, closed_new, false);
                }
            },
        };
    }
    let [old, new] = opened;
    (old, new, true)
}

/// What of a document is not compared.
#[derive(Clone, Copy, PartialEq)]
enum Hidden {
    Nothing,
    Tokens,
    Values,
}

fn masked(document: &Document, hidden: Hidden) -> Vec<Node> {
    let values = document.slots().iter().map(|slot| {
        let value = document.value(slot);
        let is_hidden = match hidden {
            Hidden::Nothing => false,
            Hidden::Tokens => Token::looks_like(value.text().trim_start()),
            Hidden::Values => value.is_sealable(),
        };
        let kind = if slot.is_comment() { ValueKind::Comment } else { ValueKind::Str };
        if is_hidden { Value::new(kind, "") } else { value.to_value() }
    });
    document.trees_of(&values.collect::<Vec<Value>>())
}

/// Whether a file went from one state to the other.
fn turn(old: &Version, new: &Version) -> Option<&'static str> {
    match (old, new) {
        (Version::Sealed(_), Version::Plain(_)) => Some("IN CLEAR NOW: it was encrypted"),
        (Version::Plain(_), Version::Sealed(_)) => Some("encrypted now: it was in clear"),
        _ => None,
    }
}

/// Whether both sides have tokens and none in common.
fn is_rotated(old: &Version, new: &Version) -> bool {
    let (Version::Sealed(old), Version::Sealed(new)) = (old, new) else { return false };
    let known: HashSet<&[u8]> = tokens(old).collect();
    let mut others = tokens(new).peekable();
    !known.is_empty() && others.peek().is_some() && others.all(|token| !known.contains(token))
}

fn tokens(sealed: &Sealed) -> impl Iterator<Item = &[u8]> {
    let document = sealed.document();
    let values = document.slots().iter().map(|slot| document.value(slot));
    values.filter(|value| Token::looks_like(value.text().trim_start())).map(|value| value.bytes)
}
