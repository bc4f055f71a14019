//! How git is started: in a directory, without prompts, and without what the repository's settings would run.

use super::GitError;
use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Stdio};

/// Most characters of git's own complaint that are passed on.
const MOST_SAID: usize = 300;

/// git in a directory, without input and messages.
pub(super) fn git(directory: &Path) -> Command {
    let mut git = Command::new("git");
    git.args(["--no-pager", "--literal-pathspecs", "-c", "core.fsmonitor=false"]);
    // In a hook these name another index or repository than that of the directory.
    ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"].iter().for_each(|name| {
        git.env_remove(name);
    });
    git.env("GIT_OPTIONAL_LOCKS", "0").env("GIT_NO_LAZY_FETCH", "1").env("GIT_TERMINAL_PROMPT", "0");
    git.current_dir(directory).stdin(Stdio::null()).stderr(Stdio::null());
    git
}

/// What git prints on these words; `words[0]` is the command's name.
pub(super) fn ask<W: AsRef<OsStr>>(
    directory: &Path,
    command: &'static str,
    words: impl IntoIterator<Item = W>,
    prepare: impl FnOnce(&mut Command),
) -> Result<Vec<u8>, GitError> {
    answer(git(directory), command, words, prepare)
}

/// As [`ask`], of a git that has got settings of its own.
pub(super) fn answer<W: AsRef<OsStr>>(
    mut git: Command,
    command: &'static str,
    words: impl IntoIterator<Item = W>,
    prepare: impl FnOnce(&mut Command),
) -> Result<Vec<u8>, GitError> {
    git.arg(command).args(words).stderr(Stdio::piped());
    prepare(&mut git);
    let output = git.output().map_err(|error| GitError::NotStarted(error.to_string()))?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let line = said.lines().next().unwrap_or("it said nothing").trim_start_matches("fatal: ");
    let message = line.chars().filter(|letter| !letter.is_control()).take(MOST_SAID).collect();
    Err(GitError::Failed { command, message })
}
