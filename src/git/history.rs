//! Commits and how they follow each other.

use super::command::ask;
use super::{GitError, Repository};
use std::ffi::OsStr;
use std::path::Path;

impl Repository {
    /// The parents of a commit, the first one first.
    pub fn parents(&self, commit: &str) -> Result<Vec<String>, GitError> {
        let line =
            ask(self.top(), "rev-list", ["--parents", "--max-count=1", "--end-of-options", commit, "--"])?;
        let line = String::from_utf8_lossy(&line);
        Ok(line.split_whitespace().skip(1).map(str::to_owned).collect())
    }

    /// A best common ancestor of two commits; `None` when they have none.
    pub fn merge_base(&self, one: &str, other: &str) -> Result<Option<String>, GitError> {
        match ask(self.top(), "merge-base", ["--end-of-options", one, other]) {
            Ok(id) => Ok(Some(String::from_utf8_lossy(&id).trim().to_owned())),
            // It fails without a word when there is none.
            Err(GitError::Failed { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The last commit that left a file other than all of its parents have it; `path` is relative to the top.
    pub fn last_change(&self, path: &Path) -> Result<Option<String>, GitError> {
        let words = ["--max-count=1", "HEAD", "--"].map(OsStr::new).into_iter().chain([path.as_os_str()]);
        let id = ask(self.top(), "rev-list", words)?;
        Ok(Some(String::from_utf8_lossy(&id).trim().to_owned()).filter(|id| !id.is_empty()))
    }
}
