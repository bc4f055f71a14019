//! The files of a commit and of the index, as git lists them.

use super::command::{answer, ask, git};
use super::{GitError, Repository};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

/// A file of a tree or of the index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// git's mode, such as `0o100644`; `0o120000` is a symbolic link, `0o160000` a submodule.
    pub mode: u32,
    /// The blob's name, 40 hexadecimal digits or 64.
    pub id: String,
    /// 0, or in a conflict 1 (the common ancestor), 2 (ours) and 3 (theirs).
    pub stage: u8,
    /// Relative to the top of the work tree.
    pub path: PathBuf,
}

impl Entry {
    /// Whether it is a file with content of its own, no link and no submodule.
    pub fn is_file(&self) -> bool {
        self.mode & 0o170_000 == 0o100_000
    }

    /// Whether it is a symbolic link.
    pub fn is_link(&self) -> bool {
        self.mode & 0o170_000 == 0o120_000
    }

    /// Whether git has no blob of it: the content is that of the work tree.
    pub fn is_in_work_tree(&self) -> bool {
        self.id.bytes().all(|digit| digit == b'0')
    }
}

impl Repository {
    /// The name of the commit that `revision` means.
    pub fn commit(&self, revision: &str) -> Result<String, GitError> {
        let none = || GitError::NoCommit(revision.to_owned());
        if revision.starts_with('-') {
            return Err(none());
        }
        let name = format!("{revision}^{{commit}}");
        let words = ["--verify", "--quiet", "--end-of-options", &name];
        let id = ask(self.top(), "rev-parse", words).map_err(|error| match error {
            GitError::Failed { .. } => none(),
            error => error,
        })?;
        Ok(String::from_utf8_lossy(&id).trim().to_owned())
    }

    /// Every file of a commit, in git's order.
    pub fn tree(&self, commit: &str) -> Result<Vec<Entry>, GitError> {
        let listed = ask(self.top(), "ls-tree", ["-r", "-z", "--full-tree", commit])?;
        Ok(records(&listed).filter_map(tree_entry).collect())
    }

    /// Those of these paths, absolute, that are in a commit.
    pub fn entries(&self, commit: &str, paths: &[PathBuf]) -> Result<Vec<Entry>, GitError> {
        let words = ["-z", "--full-tree", commit, "--"].map(OsStr::new);
        let names = paths.iter().filter_map(|path| path.strip_prefix(self.top()).ok());
        let listed = ask(self.top(), "ls-tree", words.into_iter().chain(names.map(Path::as_os_str)))?;
        Ok(records(&listed).filter_map(tree_entry).collect())
    }

    /// Every file of the index; a path in conflict has up to three entries. `file` is another index than the
    /// repository's own, as a hook gets it in `GIT_INDEX_FILE`.
    pub fn index(&self, file: Option<&Path>) -> Result<Vec<Entry>, GitError> {
        let mut git = git(self.top());
        git.envs(file.map(|file| ("GIT_INDEX_FILE", file)));
        let listed = answer(git, "ls-files", ["--stage", "-z"])?;
        Ok(records(&listed).filter_map(index_entry).collect())
    }
}

fn records(listed: &[u8]) -> impl Iterator<Item = &[u8]> {
    listed.split(|&byte| byte == 0).filter(|record| !record.is_empty())
}

/// `MODE blob ID\tPATH`
fn tree_entry(record: &[u8]) -> Option<Entry> {
    let (words, path) = halves(record)?;
    let mut words = words.split(' ');
    let mode = u32::from_str_radix(words.next()?, 8).ok()?;
    let _kind = words.next()?;
    Some(Entry { mode, id: words.next()?.to_owned(), stage: 0, path })
}

/// `MODE ID STAGE\tPATH`
fn index_entry(record: &[u8]) -> Option<Entry> {
    let (words, path) = halves(record)?;
    let mut words = words.split(' ');
    let mode = u32::from_str_radix(words.next()?, 8).ok()?;
    let id = words.next()?.to_owned();
    Some(Entry { mode, id, stage: words.next()?.parse().ok()?, path })
}

fn halves(record: &[u8]) -> Option<(&str, PathBuf)> {
    let tab = record.iter().position(|&byte| byte == b'\t')?;
    let words = std::str::from_utf8(&record[..tab]).ok()?;
    Some((words, path(&record[tab + 1..])))
}

pub(super) fn path(bytes: &[u8]) -> PathBuf {
    PathBuf::from(OsStr::from_bytes(bytes))
}
