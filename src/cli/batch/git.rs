//! The files of a directory as git sees them: tracked ones, and new ones that it does not ignore.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Paths relative to `directory`; `None` outside of a repository or without git.
pub fn files(directory: &Path) -> Option<Vec<PathBuf>> {
    let mut git = Command::new("git");
    // A repository may name a program that watches its files; listing them needs none.
    git.args(["-c", "core.fsmonitor=false", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
    let output = git.current_dir(directory).stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    let paths = output.stdout.split(|&byte| byte == 0).filter(|path| !path.is_empty());
    output.status.success().then(|| paths.map(|path| PathBuf::from(OsStr::from_bytes(path))).collect())
}
