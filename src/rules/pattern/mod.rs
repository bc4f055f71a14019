//! Regular expressions as sops understands them: the syntax and meaning of Go's `regexp` package (RE2), run by
//! Rust's `regex` crate. A pattern is translated piece by piece into spellings that mean the same in both; what
//! has no such spelling is refused, never guessed (security R35).

mod class;
mod cursor;
mod escape;
mod globs;
mod repeat;
mod translate;

#[cfg(test)]
mod tests;

use regex::{Regex, RegexBuilder};

/// The most bytes that a compiled pattern may take. Go allows patterns that are larger; nobody writes them.
const MAX_COMPILED_BYTES: usize = 1 << 20;

/// A compiled pattern and its spelling in Go's syntax.
#[derive(Clone, Debug)]
pub struct Pattern {
    source: String,
    effort: usize,
    /// `None` matches nothing.
    regex: Option<Regex>,
}

impl Pattern {
    /// Compiles a pattern in Go's syntax.
    ///
    /// ```
    /// use sops_rs::rules::pattern::Pattern;
    ///
    /// let pattern = Pattern::new(r"^secrets/[^/]+\.ya?ml$")?;
    /// assert!(pattern.is_match("secrets/db.yaml"));
    /// assert!(!pattern.is_match("secrets/old/db.yaml"));
    /// assert!(Pattern::new("(?=look)").is_err());
    /// # Ok::<(), sops_rs::rules::pattern::PatternError>(())
    /// ```
    pub fn new(go_syntax: &str) -> Result<Pattern, PatternError> {
        let translation = translate::translate(go_syntax)?;
        let regex = RegexBuilder::new(&translation.text)
            .size_limit(MAX_COMPILED_BYTES)
            .build()
            .map_err(|_| PatternError::unsupported(1, "the pattern is too large or nested too deeply"))?;
        Ok(Pattern { source: go_syntax.to_owned(), effort: translation.effort(), regex: Some(regex) })
    }

    /// The pattern of an existing file that no reader can compile: it matches nothing (spec, quirks Q1).
    pub fn never(source: &str) -> Pattern {
        Pattern { source: source.to_owned(), effort: 0, regex: None }
    }

    /// Whether the pattern matches anywhere in `text`.
    pub fn is_match(&self, text: &str) -> bool {
        self.regex.as_ref().is_some_and(|regex| regex.is_match(text))
    }

    /// How much work it was to compile, in units of about a microsecond. What compiles many patterns that it did
    /// not write should set itself a limit.
    pub fn effort(&self) -> usize {
        self.effort
    }

    /// The pattern as it was written.
    pub fn as_str(&self) -> &str {
        &self.source
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Pattern) -> bool {
        self.source == other.source
    }
}

impl Eq for Pattern {}

/// A pattern that can't be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason} (character {position} of the pattern)")]
pub struct PatternError {
    /// The character of the pattern at which the fault was found, from 1.
    pub position: usize,
    pub reason: String,
    /// sops takes this pattern, this program can't. When false, sops refuses it too (and, in the metadata of a
    /// file, treats it as matching nothing; spec, quirks Q1).
    pub valid_in_sops: bool,
}

impl PatternError {
    fn invalid(position: usize, reason: impl Into<String>) -> PatternError {
        PatternError { position, reason: reason.into(), valid_in_sops: false }
    }

    fn unsupported(position: usize, reason: impl Into<String>) -> PatternError {
        PatternError { position, reason: reason.into(), valid_in_sops: true }
    }
}
