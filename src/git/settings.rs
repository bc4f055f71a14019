//! Settings of one repository, `git config --local`: those of the user and the system are never written.

use super::command::ask;
use super::{GitError, Repository};

/// A setting, as git lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// In lower case but for the part in the middle: `diff.sops-rs.cachetextconv`.
    pub name: String,
    pub value: String,
}

impl Repository {
    /// The settings of the repository itself whose names start with one of these.
    pub fn settings(&self, starts: &[&str]) -> Result<Vec<Setting>, GitError> {
        self.listed(&["--local", "--list", "-z"], starts)
    }

    /// As [`Repository::settings`], from everywhere that git looks; the last one of a name counts.
    pub fn all_settings(&self, starts: &[&str]) -> Result<Vec<Setting>, GitError> {
        self.listed(&["--list", "-z"], starts)
    }

    fn listed(&self, words: &[&str], starts: &[&str]) -> Result<Vec<Setting>, GitError> {
        let listed = ask(self.top(), "config", words)?;
        let listed = String::from_utf8_lossy(&listed);
        let settings = listed.split('\0').filter(|record| !record.is_empty()).map(|record| {
            // A name alone is true.
            let (name, value) = record.split_once('\n').unwrap_or((record, "true"));
            Setting { name: name.to_owned(), value: value.to_owned() }
        });
        Ok(settings.filter(|setting| starts.iter().any(|start| setting.name.starts_with(start))).collect())
    }

    /// Gives a setting one value, whatever it had.
    pub fn set(&self, name: &str, value: &str) -> Result<(), GitError> {
        ask(self.top(), "config", ["--local", "--replace-all", name, value]).map(drop)
    }

    /// Takes a setting out.
    pub fn unset(&self, name: &str) -> Result<(), GitError> {
        ask(self.top(), "config", ["--local", "--unset-all", name]).map(drop)
    }

    /// Takes out a section (`diff.sops-rs`) with all that is in it.
    pub fn remove_section(&self, section: &str) -> Result<(), GitError> {
        ask(self.top(), "config", ["--local", "--remove-section", section]).map(drop)
    }

    /// Whether there is a ref of this full name.
    pub fn has_ref(&self, name: &str) -> bool {
        ask(self.top(), "show-ref", ["--verify", "--quiet", name]).is_ok()
    }
}
