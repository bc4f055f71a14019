//! The pre-commit hook: its text, and where git looks for it.

use super::command::ask;
use super::{GitError, Repository};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::path::PathBuf;

/// The name of the hook.
pub const HOOK: &str = "pre-commit";
/// The name that a hook gets which was there before ours.
pub const KEPT: &str = "pre-commit.before-sops-rs";
/// What the hook runs, behind the name of the program.
const CHECK: &str = "check --staged";

/// A line that every version of the hook has.
const MARK: &str = "# sops-rs: pre-commit hook";

/// The hook's text; `program` is a word of shell.
pub fn text(program: &str) -> String {
    format!(
        r#"#!/bin/sh
{MARK}, written by `sops-rs git-setup`; `sops-rs git-setup --remove` takes it out.
# Lines of your own belong into {KEPT} beside it, which runs afterwards.
if ! command -v {program} >/dev/null 2>&1; then
	echo "sops-rs: the program is not on the search path, so nobody has looked for secrets in clear" >&2
	echo "sops-rs: install it, or commit without the check: git commit --no-verify" >&2
	exit 1
fi
{program} {CHECK} </dev/null || exit $?
before="${{0%/*}}/{KEPT}"
if [ -x "$before" ]; then
	exec "$before" "$@"
fi
"#
    )
}

/// Whether a hook is one of ours.
pub fn is_ours(text: &[u8]) -> bool {
    text.split(|&byte| byte == b'\n').any(|line| line.starts_with(MARK.as_bytes()))
}

/// Whether a hook of somebody else runs the check by itself.
pub fn runs_the_check(text: &[u8]) -> bool {
    let runs =
        |line: &str| line.contains("sops-rs") && line.contains(CHECK) && !line.trim_start().starts_with('#');
    String::from_utf8_lossy(text).lines().any(runs)
}

/// The line for hooks that are shared with others, so that it names no place of this machine.
pub fn line() -> String {
    format!("sops-rs {CHECK} </dev/null || exit $?")
}

pub(super) fn is_line(text: &str) -> bool {
    text == line()
}

impl Repository {
    /// Where git keeps or looks for one of its own files (`hooks`, `info/attributes`), absolute. Hooks are where
    /// `core.hooksPath` says.
    pub fn git_path(&self, name: &str) -> Result<PathBuf, GitError> {
        self.place("--git-path", Some(name))
    }

    /// The directory that all work trees of the repository share, absolute.
    pub fn common_directory(&self) -> Result<PathBuf, GitError> {
        self.place("--git-common-dir", None)
    }

    fn place(&self, question: &str, name: Option<&str>) -> Result<PathBuf, GitError> {
        let words = [question].into_iter().chain(name);
        let answer = ask(self.top(), "rev-parse", words)?;
        let path = answer.strip_suffix(b"\n").unwrap_or(&answer);
        Ok(self.top().join(OsStr::from_bytes(path)))
    }
}
