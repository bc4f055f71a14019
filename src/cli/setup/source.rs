//! Where the files of a repository are read: in its work tree, or, when it has none, in its last commit.

use crate::cli::error::CliError;
use crate::cli::exit;
use crate::disk;
use crate::git::{self, Repository};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// The files of a repository.
pub struct Source<'a> {
    repository: &'a Repository,
    /// The commit, in a bare repository.
    commit: Option<String>,
}

impl Source<'_> {
    /// The work tree of a repository, or the commit that a bare one has checked out.
    pub fn of(repository: &Repository) -> Source<'_> {
        let commit = repository.is_bare().then(|| repository.head()).flatten();
        Source { repository, commit }
    }

    /// Whether there is no work tree.
    pub fn is_bare(&self) -> bool {
        self.repository.is_bare()
    }

    /// As [`Repository::top`].
    pub fn top(&self) -> &Path {
        self.repository.top()
    }

    /// The files that are tracked or new, relative to the top, sorted. Links are none.
    pub fn files(&self) -> Result<Vec<PathBuf>, CliError> {
        let mut files: Vec<PathBuf> = match (&self.commit, self.is_bare()) {
            (Some(commit), _) => {
                let entries = self.repository.tree(commit).map_err(CliError::git)?;
                entries.into_iter().filter(git::Entry::is_file).map(|entry| entry.path).collect()
            }
            (None, true) => Vec::new(),
            (None, false) => {
                let files = git::files(self.top()).ok_or_else(|| {
                    CliError::new(exit::READ_INPUT, "git can't list the files of the work tree")
                        .hint("see what `git status` says")
                })?;
                let is_file = |path: &PathBuf| {
                    self.top().join(path).symlink_metadata().is_ok_and(|found| found.is_file())
                };
                files.into_iter().filter(is_file).collect()
            }
        };
        files.sort();
        files.dedup();
        Ok(files)
    }

    /// The bytes of a file; `None` when it can't be read, or has more than `limit`.
    pub fn read(&self, path: &Path, limit: usize) -> Option<Zeroizing<Vec<u8>>> {
        let whole = self.top().join(path);
        match &self.commit {
            Some(commit) => self.repository.blob(commit, &whole, limit),
            None => disk::read_regular(&whole, limit).ok().map(|mut read| read.take_bytes()),
        }
    }
}
