//! Which files differ between commits, the index and the work tree. Asked of git's plumbing, which starts no driver; and
//! filters, which it would run over files of the work tree to compare them, are turned off.

use super::command::{answer, ask, git};
use super::entries::path;
use super::{Entry, GitError, Repository};
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// A file that differs: `None` on the side where it is not there. The two paths differ when it was renamed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileChange {
    pub old: Option<Entry>,
    pub new: Option<Entry>,
}

const PLAIN: [&str; 6] =
    ["--raw", "-z", "--no-abbrev", "--no-ext-diff", "--no-textconv", "--ignore-submodules=all"];

impl Repository {
    /// The files that differ between two commits or trees.
    pub fn changes(&self, old: &str, new: &str) -> Result<Vec<FileChange>, GitError> {
        self.raw("diff-tree", &["-r", "-M", "--end-of-options", old, new])
    }

    /// The files that differ between a commit or tree and the index.
    pub fn staged_changes(&self, old: &str) -> Result<Vec<FileChange>, GitError> {
        self.raw("diff-index", &["--cached", "-M", "--end-of-options", old])
    }

    /// The files that differ between a commit or tree and the work tree. An entry that [`Entry::is_in_work_tree`] is
    /// to be read there, and may turn out to be as it was.
    pub fn work_tree_changes(&self, old: &str) -> Result<Vec<FileChange>, GitError> {
        let mut changes = self.staged_changes(old)?;
        let at: HashMap<PathBuf, usize> =
            changes.iter().enumerate().map(|(at, change)| (change.path().to_owned(), at)).collect();
        for unstaged in self.raw("diff-files", &[])? {
            match at.get(unstaged.path()) {
                Some(&at) => changes[at].new = unstaged.new,
                None => changes.push(unstaged),
            }
        }
        changes.retain(|change| change.old.is_some() || change.new.is_some());
        changes.sort_by(|a, b| a.path().cmp(b.path()));
        changes.dedup();
        Ok(changes)
    }

    /// The tree without files, to compare a first commit with.
    pub fn empty_tree(&self) -> Result<String, GitError> {
        let id = ask(self.top(), "hash-object", ["-t", "tree", "--stdin"])?;
        Ok(String::from_utf8_lossy(&id).trim().to_owned())
    }

    /// The settings that name filters, those of the user too.
    fn filters(&self) -> Vec<String> {
        let words = ["-z", "--name-only", "--get-regexp", r"^filter\..*\.(clean|process|required)$"];
        // git fails where there are none.
        let listed = ask(self.top(), "config", words).unwrap_or_default();
        let names = listed.split(|&byte| byte == 0).filter(|name| !name.is_empty());
        names.filter_map(|name| String::from_utf8(name.to_vec()).ok()).collect()
    }

    fn raw(&self, command: &'static str, words: &[&str]) -> Result<Vec<FileChange>, GitError> {
        let mut git = git(self.top());
        for name in self.filters() {
            // A filter without a command changes nothing.
            git.arg("-c").arg(format!("{name}={}", if name.ends_with(".required") { "false" } else { "" }));
        }
        let listed = answer(git, command, PLAIN.iter().chain(words))?;
        let mut records = listed.split(|&byte| byte == 0);
        let mut changes = Vec::new();
        while let Some(change) = records.next().and_then(|words| change(words, &mut records)) {
            changes.push(change);
        }
        Ok(changes)
    }
}

impl FileChange {
    /// The new path, or else the old one.
    pub fn path(&self) -> &Path {
        let entry = self.new.as_ref().or(self.old.as_ref());
        entry.map_or(Path::new(""), |entry| &entry.path)
    }
}

/// `:MODE MODE ID ID STATUS`, and then one path, or two where the file was renamed.
fn change<'a>(words: &[u8], paths: &mut impl Iterator<Item = &'a [u8]>) -> Option<FileChange> {
    let words = std::str::from_utf8(words).ok()?.strip_prefix(':')?;
    let mut words = words.split(' ');
    let (old, new) = (words.next()?, words.next()?);
    let (old_id, new_id, status) = (words.next()?, words.next()?, words.next()?);
    let first = path(paths.next()?);
    let second = match status.starts_with(['R', 'C']) {
        true => path(paths.next()?),
        false => first.clone(),
    };
    Some(FileChange { old: entry(old, old_id, first), new: entry(new, new_id, second) })
}

/// A mode of zero is no file.
fn entry(mode: &str, id: &str, path: PathBuf) -> Option<Entry> {
    let mode = u32::from_str_radix(mode, 8).ok().filter(|mode| *mode != 0)?;
    Some(Entry { mode, id: id.to_owned(), stage: 0, path })
}
