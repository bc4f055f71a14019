//! A real repository in a sandbox of its own.

use super::outcome::Outcome;
use super::sandbox::Sandbox;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

/// The work tree is the sandbox's working directory.
pub struct Repository {
    pub sandbox: Sandbox,
}

impl Repository {
    /// An empty repository on branch `main`, in which the program is on the search path as `sops-rs`.
    pub fn new() -> Repository {
        Repository::of_kind(&[])
    }

    /// As [`Repository::new`], with more flags for `git init`, such as `--object-format=sha256`.
    pub fn of_kind(flags: &[&str]) -> Repository {
        let repository = Repository { sandbox: Sandbox::new() };
        let who = "[user]\n\tname = test\n\temail = test@localhost\n[init]\n\tdefaultBranch = main\n[commit]\n\tgpgSign = false\n";
        std::fs::write(repository.sandbox.home().join(".gitconfig"), who).expect("git's settings");
        let bin = repository.bin();
        std::fs::create_dir(&bin).expect("a folder for programs");
        std::os::unix::fs::symlink(super::tools::sops_rs(), bin.join("sops-rs")).expect("a link");
        repository.git(["init", "--quiet"].iter().chain(flags));
        repository
    }

    /// The folder of programs that comes first on the search path.
    pub fn bin(&self) -> PathBuf {
        self.sandbox.home().join("bin")
    }

    /// git in the work tree; what it prints. It has to succeed.
    pub fn git<A: AsRef<OsStr>>(&self, words: impl IntoIterator<Item = A>) -> String {
        String::from_utf8_lossy(&self.try_git(words).ok()).into_owned()
    }

    /// git in the work tree, whatever it comes to.
    pub fn try_git<A: AsRef<OsStr>>(&self, words: impl IntoIterator<Item = A>) -> Outcome {
        self.git_in(&self.sandbox.path(""), words)
    }

    /// git in some directory.
    pub fn git_in<A: AsRef<OsStr>>(&self, directory: &Path, words: impl IntoIterator<Item = A>) -> Outcome {
        let path = format!("{}:/usr/local/bin:/usr/bin:/bin", self.bin().display());
        let git = self.sandbox.program(Path::new("git"), words).env("PATH", path).env("GIT_EDITOR", "true");
        git.within(directory).run()
    }

    /// Commits everything in the work tree.
    pub fn commit(&self, title: &str) {
        self.git(["add", "--all"]);
        self.git(["commit", "--quiet", "--no-verify", "--message", title]);
    }
}
