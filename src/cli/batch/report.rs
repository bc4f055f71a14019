//! What is said about the work on many files: a line for each on standard output, errors and the summary on standard
//! error.

use super::flags::Flags;
use super::select::File;
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::exit;
use std::collections::HashSet;

/// What became of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was written, or with `--dry-run` would be: `rotated`.
    Changed(&'static str),
    /// There was nothing to do: `already up to date`.
    Same(&'static str),
    /// A file of a directory that the command is not for: nothing worth a word.
    Passed,
}

/// The results so far.
pub struct Report<'a> {
    flags: &'a Flags,
    /// How many files had each result, in the order of the first ones.
    counts: Vec<(String, usize)>,
    changed: usize,
    failed: usize,
    /// Warnings that were printed: those about the config are the same for every file.
    warned: HashSet<String>,
    /// Standard output is gone.
    broken: Option<CliError>,
}

impl Report<'_> {
    pub fn new(flags: &Flags) -> Report<'_> {
        Report { flags, counts: Vec::new(), changed: 0, failed: 0, warned: HashSet::new(), broken: None }
    }

    /// Prints the line of a file, behind what was said during its work.
    pub fn add(
        &mut self,
        file: &File,
        result: Result<Outcome, CliError>,
        said: Vec<String>,
        context: &Context,
    ) {
        self.said(said, context);
        let name = file.name();
        let what = match result {
            Ok(Outcome::Passed) => return,
            Ok(Outcome::Changed(word)) => {
                self.changed += 1;
                if self.flags.is_dry() { format!("would be {word}") } else { word.to_owned() }
            }
            Ok(Outcome::Same(word)) => word.to_owned(),
            Err(error) => {
                self.failed += 1;
                return context.say(&error.of_file(&name).to_string());
            }
        };
        self.print(&format!("{name}: {what}\n"), context);
        self.count(&what);
    }

    /// Prints what was said during the work on a file; each line once.
    pub fn said(&mut self, lines: Vec<String>, context: &Context) {
        for line in lines {
            if self.warned.insert(line.clone()) {
                context.say(&line);
            }
        }
    }

    /// Text for standard output; when nobody reads it, the work goes on all the same.
    pub fn print(&mut self, text: &str, context: &Context) {
        if self.broken.is_none() {
            self.broken = context.print(text.as_bytes()).err();
        }
    }

    fn count(&mut self, what: &str) {
        match self.counts.iter_mut().find(|(known, _)| known == what) {
            Some((_, count)) => *count += 1,
            None => self.counts.push((what.to_owned(), 1)),
        }
    }

    /// The summary, and what it means for the exit code.
    pub fn finish(self, context: &Context) -> Result<(), CliError> {
        let mut parts: Vec<String> =
            self.counts.iter().map(|(what, count)| format!("{count} {what}")).collect();
        if self.failed > 0 {
            parts.push(format!("{} failed", self.failed));
        }
        context.say(&if parts.is_empty() { "no file to work on".into() } else { parts.join(", ") });
        match self.broken {
            Some(error) => Err(error),
            None if self.failed > 0 || (self.flags.check && self.changed > 0) => {
                Err(CliError::silent(exit::GENERIC))
            }
            None => Ok(()),
        }
    }
}
