//! A repository, and single questions about what is in it.

use super::GitError;
use super::command::{ask, git};
use crate::disk;
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use zeroize::Zeroizing;

/// A repository: its work tree, or its own directory when it is bare.
pub struct Repository {
    top: PathBuf,
    is_bare: bool,
}

impl Repository {
    /// Looks upwards for `.git`, without starting git. `path` is absolute, its links followed.
    pub fn of(path: &Path) -> Option<Repository> {
        let top = path.ancestors().skip(1).find(|directory| directory.join(".git").exists())?;
        Some(Repository { top: top.to_owned(), is_bare: false })
    }

    /// The repository that a directory is in, bare ones and those of `git worktree` and submodules too.
    pub fn around(directory: &Path) -> Result<Repository, GitError> {
        let flags = ["--is-bare-repository", "--is-inside-work-tree", "--absolute-git-dir"];
        let outside = |error| match error {
            GitError::Failed { .. } => GitError::NoRepository(directory.display().to_string()),
            error => error,
        };
        let answer = ask(directory, "rev-parse", flags).map_err(outside)?;
        let mut lines = answer.splitn(3, |&byte| byte == b'\n');
        let is_bare = lines.next() == Some(b"true");
        let is_inside = lines.next() == Some(b"true");
        let own = lines.next().unwrap_or_default().trim_ascii_end();
        if is_inside {
            let top = ask(directory, "rev-parse", ["--show-toplevel"])?;
            let top = PathBuf::from(OsStr::from_bytes(top.strip_suffix(b"\n").unwrap_or(&top)));
            return Ok(Repository { top, is_bare: false });
        }
        Ok(Repository { top: PathBuf::from(OsStr::from_bytes(own)), is_bare })
    }

    /// Whether it has no work tree.
    pub fn is_bare(&self) -> bool {
        self.is_bare
    }

    /// The top of the work tree, or the repository's own directory when it is bare; absolute.
    pub fn top(&self) -> &Path {
        &self.top
    }

    /// The commit that is checked out; `None` without one, or without git.
    pub fn head(&self) -> Option<String> {
        let id = self.run(["rev-parse", "--verify", "--quiet", "HEAD^{commit}"].map(OsStr::new), 1 << 10)?;
        Some(String::from_utf8(id.to_vec()).ok()?.trim().to_owned())
    }

    /// A file as it is in a commit; `None` when it is not there, or has more than `limit` bytes.
    pub fn blob(&self, commit: &str, path: &Path, limit: usize) -> Option<Zeroizing<Vec<u8>>> {
        let mut name = OsString::from(format!("{commit}:"));
        name.push(path.strip_prefix(&self.top).ok()?);
        self.run(["cat-file".as_ref(), "blob".as_ref(), name.as_os_str()], limit)
    }

    /// The last commit in which a text came to a file or left it: its short id, author, day and title.
    pub fn commit_of(&self, text: &str, path: &Path) -> Option<String> {
        let search = format!("-S{text}");
        let log = ["log", "-1", "--no-textconv", "--no-ext-diff", "--no-show-signature"];
        let format = ["--date=short", "--format=%h by %an on %ad: %s", search.as_str(), "--"];
        let words = log.into_iter().chain(format).map(OsStr::new);
        let found = self.run(words.chain([path.strip_prefix(&self.top).ok()?.as_os_str()]), 1 << 16)?;
        let found = String::from_utf8_lossy(&found);
        Some(found.trim().to_owned()).filter(|found| !found.is_empty())
    }

    /// What git prints; `None` when it fails or prints more than `limit` bytes.
    fn run<'a>(
        &self,
        words: impl IntoIterator<Item = &'a OsStr>,
        limit: usize,
    ) -> Option<Zeroizing<Vec<u8>>> {
        let mut child = git(&self.top).args(words).stdout(Stdio::piped()).spawn().ok()?;
        let printed = child.stdout.take().and_then(|mut out| disk::read_all(&mut out, limit).ok().flatten());
        // What is too long is not read to its end: git stops at the closed pipe.
        let status = child.wait().ok()?;
        printed.filter(|_| status.success())
    }
}

/// The files below a directory, relative to it, that are tracked or new and not ignored; `None` outside of a
/// repository or without git.
pub fn files(directory: &Path) -> Option<Vec<PathBuf>> {
    let words = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
    let output = git(directory).args(words).output().ok()?;
    let paths = output.stdout.split(|&byte| byte == 0).filter(|path| !path.is_empty());
    output.status.success().then(|| paths.map(|path| PathBuf::from(OsStr::from_bytes(path))).collect())
}
