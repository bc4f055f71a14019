//! How git is started: in a directory, without prompts, and without what the repository's settings would run.

use super::GitError;
use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Stdio};

/// Most characters of git's own complaint that are passed on.
const MOST_SAID: usize = 300;

/// Variables that name another repository, index or file of settings than that of the directory, as in a hook.
const ELSEWHERE: [&str; 5] = ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_CONFIG"];

/// git in a directory, without input and messages.
pub(super) fn git(directory: &Path) -> Command {
    let mut git = Command::new("git");
    git.args(["--no-pager", "--literal-pathspecs", "-c", "core.fsmonitor=false"]);
    for name in ELSEWHERE {
        git.env_remove(name);
    }
    git.env("GIT_OPTIONAL_LOCKS", "0").env("GIT_NO_LAZY_FETCH", "1").env("GIT_TERMINAL_PROMPT", "0");
    git.current_dir(directory).stdin(Stdio::null()).stderr(Stdio::null());
    git
}

/// What a command of git prints in a directory.
pub(super) fn ask<W: AsRef<OsStr>>(
    directory: &Path,
    command: &'static str,
    words: impl IntoIterator<Item = W>,
) -> Result<Vec<u8>, GitError> {
    answer(git(directory), command, words)
}

/// As [`ask`], of a git that has got settings or variables of its own. Fails when git does.
pub(super) fn answer<W: AsRef<OsStr>>(
    mut git: Command,
    command: &'static str,
    words: impl IntoIterator<Item = W>,
) -> Result<Vec<u8>, GitError> {
    git.arg(command).args(words).stderr(Stdio::piped());
    let output = git.output().map_err(|error| GitError::NotStarted(error.to_string()))?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let line = said.lines().next().unwrap_or("it said nothing").trim_start_matches("fatal: ");
    let message = line.chars().filter(|letter| !letter.is_control()).take(MOST_SAID).collect();
    Err(GitError::Failed { command, message })
}
