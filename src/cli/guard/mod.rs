//! The check of many files against the policy: which files, where their bytes and configs come from, and what was found.

mod configs;
mod named;
mod place;
mod scope;
mod source;
mod work;

pub use scope::{Scope, Target};
pub use work::guard;

use crate::check::{Finding, Level};
use std::path::PathBuf;
use std::sync::Arc;

/// A file as reports name it.
pub struct Name {
    /// Below the top of the repository; outside of one, below the working directory.
    pub path: PathBuf,
    /// As a person types it here.
    pub shown: String,
}

/// A finding and the file that it is about.
pub struct Located {
    pub file: Arc<Name>,
    pub finding: Finding,
}

/// What a check came to.
#[derive(Default)]
pub struct Report {
    /// How many files were looked at.
    pub files: usize,
    /// How many of them are encrypted.
    pub encrypted: usize,
    /// How many configs the files have; without one they were only held against what they say of themselves.
    pub configs: usize,
    /// By file, and in it by place.
    pub found: Vec<Located>,
}

impl Report {
    /// How many findings of a level there are.
    pub fn count(&self, level: Level) -> usize {
        self.found.iter().filter(|located| located.finding.level == level).count()
    }
}
