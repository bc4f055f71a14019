//! What is wrong with a config, and where. A config holds no secrets, but people paste them into the wrong place:
//! errors name keys and patterns, never other values.

use super::creation::Rule;
use crate::document::error::Place;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// A config that can't be used, or that has no rule for a file.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("cannot read the config {}: {source}", .path.display())]
    Unreadable { path: PathBuf, source: io::Error },
    #[error("{}{}: {reason}", .path.display(), .place.map(|place| format!(":{place}")).unwrap_or_default())]
    Invalid { path: PathBuf, place: Option<Place>, reason: String, hint: Option<String> },
    #[error("no matching creation rules found for {file} in {}{}", .path.display(), list(.tried))]
    NoMatch {
        path: PathBuf,
        /// As the patterns saw it: relative to the config's directory when it lies below.
        file: String,
        tried: Vec<Tried>,
    },
}

impl ConfigError {
    /// What to do next.
    pub fn hint(&self) -> Option<&str> {
        match self {
            ConfigError::Unreadable { .. } => None,
            ConfigError::Invalid { hint, .. } => hint.as_deref(),
            ConfigError::NoMatch { .. } => {
                Some("add a rule whose path_regex matches, or one without path_regex at the end")
            }
        }
    }
}

/// A rule that did not match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tried {
    pub line: usize,
    pub name: Option<String>,
    pub pattern: String,
}

impl Tried {
    pub(super) fn of(rule: &Rule) -> Tried {
        let pattern = rule.path_regex.as_ref().map_or_else(String::new, |regex| regex.as_str().to_owned());
        Tried { line: rule.place.line, name: rule.name.clone(), pattern }
    }
}

/// The rules that an error names before it only counts them.
const LISTED: usize = 10;

fn list(tried: &[Tried]) -> String {
    let mut out = String::new();
    for (number, Tried { line, name, pattern }) in tried.iter().take(LISTED).enumerate() {
        let lead = if number == 0 { ": tried" } else { "," };
        let name = name.as_ref().map(|name| format!(" ({name})")).unwrap_or_default();
        out.push_str(&format!("{lead} {pattern:?} of line {line}{name}"));
    }
    match tried.len() {
        0 => ": the list of rules is empty".into(),
        all if all > LISTED => format!("{out} and {} more", all - LISTED),
        _ => out,
    }
}

/// Something in a config that is surely not meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    pub place: Place,
    pub text: String,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.text)
    }
}

/// A [`ConfigError::Invalid`] before it knows its file.
#[derive(Debug)]
pub(super) struct Fault {
    place: Option<Place>,
    reason: String,
    hint: Option<String>,
}

impl Fault {
    pub(super) fn at(place: Place, reason: impl Into<String>) -> Fault {
        Fault { place: Some(place), reason: reason.into(), hint: None }
    }

    pub(super) fn hint(mut self, hint: impl Into<String>) -> Fault {
        self.hint = Some(hint.into());
        self
    }

    pub(super) fn in_file(self, path: &Path) -> ConfigError {
        let Fault { place, reason, hint } = self;
        ConfigError::Invalid { path: path.to_owned(), place, reason, hint }
    }
}
