//! What a person reads when something fails: the one place that adds hints and exit codes to errors.

use super::exit;
use crate::disk::DiskError;
use crate::document::error::SyntaxError;
use crate::file::FileError;
use crate::git::GitError;
use std::fmt;
use std::path::Path;

/// A failure ready to be printed: one line, its causes, what to do next.
#[derive(Debug)]
pub struct CliError {
    pub code: u8,
    pub message: String,
    pub causes: Vec<String>,
    pub hint: Option<String>,
    /// Printed without `error:` in front.
    pub bare: bool,
    /// What sops prints, to the letter, where its users match on it. Under that name it is printed instead.
    pub in_sops: Option<String>,
}

impl CliError {
    pub fn new(code: u8, message: impl Into<String>) -> CliError {
        CliError { code, message: message.into(), causes: Vec::new(), hint: None, bare: false, in_sops: None }
    }

    /// A message that is printed as it is, where other programs match it.
    pub fn bare(code: u8, message: &str) -> CliError {
        CliError { bare: true, ..CliError::new(code, message) }
    }

    /// An exit code without a word.
    pub fn silent(code: u8) -> CliError {
        CliError::bare(code, "")
    }

    pub fn cause(mut self, cause: impl fmt::Display) -> CliError {
        self.causes.push(cause.to_string());
        self
    }

    pub fn hint(mut self, hint: impl Into<String>) -> CliError {
        self.hint = Some(hint.into());
        self
    }

    pub fn in_sops(mut self, message: impl Into<String>) -> CliError {
        self.in_sops = Some(message.into());
        self
    }

    /// The error as one of several files has it: with the file's name, if it does not name it already.
    pub fn of_file(mut self, name: &str) -> CliError {
        self.bare = false;
        if !self.message.contains(name) {
            self.message = format!("{name}: {}", self.message);
        }
        self
    }

    /// A text that does not parse; `code` says whose text it is.
    pub fn syntax(code: u8, name: &str, error: SyntaxError) -> CliError {
        let place = error.place.map(|place| format!(":{place}")).unwrap_or_default();
        let message = format!("{name}{place}: {error}");
        let hint = error.hint.unwrap_or_else(|| "correct the file at that place".into());
        CliError { hint: Some(hint), ..CliError::new(code, message) }
    }

    /// A file that can't be sealed.
    pub fn sealing(name: &str, error: FileError) -> CliError {
        let code = match &error {
            FileError::Syntax(_) => exit::READ_INPUT,
            FileError::AlreadyEncrypted { .. } => exit::ALREADY_ENCRYPTED,
            FileError::NoDocument => exit::NO_DOCUMENT,
            FileError::AllClear(_) => exit::GENERIC,
            FileError::Crypto(_) => exit::ENCRYPT_MAC,
            _ => exit::ENCRYPT_TREE,
        };
        CliError::file(code, name, error)
    }

    /// A file that can't be opened.
    pub fn opening(name: &str, error: FileError) -> CliError {
        let code = match &error {
            FileError::Value { .. } => exit::DECRYPT_TREE,
            FileError::MacMismatch | FileError::MacMissing | FileError::MacUnreadable(_) => {
                exit::MAC_MISMATCH
            }
            _ => exit::GENERIC,
        };
        CliError::file(code, name, error)
    }

    /// An opened file whose text can't be made.
    pub fn spelling(name: &str, error: FileError) -> CliError {
        CliError::file(exit::DUMP_TREE, name, error)
    }

    fn file(code: u8, name: &str, error: FileError) -> CliError {
        if let FileError::Syntax(error) = error {
            return CliError::syntax(code, name, error);
        }
        let place = error.place().map(|place| format!(":{place}")).unwrap_or_default();
        let hint = hint(&error);
        let message = format!("{name}{place}: {error}");
        let in_sops = match &error {
            FileError::NotEncrypted => Some("sops metadata not found".to_owned()),
            FileError::MacMismatch | FileError::MacMissing => Some(format!("MAC mismatch. {message}")),
            _ => None,
        };
        CliError { hint: hint.map(Into::into), in_sops, ..CliError::new(code, message) }
    }

    /// A tree that the output's format can't hold.
    pub fn dump(error: SyntaxError) -> CliError {
        CliError { hint: error.hint.clone(), ..CliError::new(exit::DUMP_TREE, error.to_string()) }
    }

    /// A file system call that failed.
    pub fn disk(code: u8, error: DiskError) -> CliError {
        let hint = error.hint().map(Into::into);
        CliError { hint, ..CliError::new(code, error.to_string()) }
    }

    /// A question that git did not answer.
    pub fn git(error: GitError) -> CliError {
        let hint = match &error {
            GitError::NotStarted(_) => "install git, or put it on the search path",
            GitError::NoRepository(_) => "run this in a repository, or make one with `git init`",
            GitError::NoCommit(_) => "`git log --oneline --all` lists the commits that there are",
            GitError::Failed { .. } => "see what `git status` says",
        };
        CliError::new(exit::READ_INPUT, error.to_string()).hint(hint)
    }

    /// As [`CliError::git`] for a command that can do without: where there is no git or no repository, `instead` says how.
    pub fn git_or(error: GitError, instead: &str) -> CliError {
        let is_absent = matches!(error, GitError::NotStarted(_) | GitError::NoRepository(_));
        let error = CliError::git(error);
        match error.hint.as_deref().filter(|_| is_absent) {
            Some(hint) => CliError { hint: Some(format!("{hint}; {instead}")), ..error },
            None => error,
        }
    }

    /// A FILE that is not there.
    pub fn no_such_file(path: &Path) -> CliError {
        let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        CliError::new(exit::NO_FILE, format!("there is no file {}", path.display()))
            .hint("check the name and the directory you are in")
            .in_sops(format!("Error: cannot operate on non-existent file \"{}\"", absolute.display()))
    }
}

/// What to do about a file that can't be sealed or opened.
fn hint(error: &FileError) -> Option<&'static str> {
    Some(match error {
        FileError::NotEncrypted => {
            "encrypt it first with `sops-rs encrypt -i FILE`; if it is encrypted, name its format with --input-type"
        }
        FileError::AlreadyEncrypted { .. } => {
            "decrypt it first, or remove the sops block if it is a leftover"
        }
        FileError::NoDocument => "write at least one key and value into the file",
        FileError::AllClear(_) => {
            "check the rule's spelling against the keys of the file; to keep a file in clear, do not encrypt it"
        }
        FileError::Value { error: crate::crypto::CryptoError::NotAToken, .. } => {
            "the value was added by hand to an encrypted file: take it out and add it to the decrypted text"
        }
        FileError::Value { .. } => {
            "restore the value from an earlier commit, and edit encrypted files only through sops or sops-rs"
        }
        FileError::CommentRule { .. } => {
            "choose a comment pattern that no encrypted text can match, such as `sops:enc`"
        }
        FileError::MacMismatch | FileError::MacMissing | FileError::MacUnreadable(_) => {
            "compare the file with its last good commit; merging or sorting encrypted files by hand does this. --ignore-mac shows the content, unverified"
        }
        FileError::Layout(_) => {
            "restore the line x_layout from an earlier commit, or delete it: the values then get their default spelling"
        }
        FileError::Metadata { .. } => "restore the sops block from the file's last good commit",
        FileError::NotExact => {
            "this is a defect of sops-rs: please report the file's structure (not its values)"
        }
        _ => return None,
    })
}

impl fmt::Display for CliError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let start = if self.bare { "" } else { "error: " };
        write!(f, "{start}{}", self.message)?;
        for cause in &self.causes {
            write!(f, "\n  caused by: {}", cause.replace('\n', "\n    "))?;
        }
        if let Some(hint) = &self.hint {
            write!(f, "\n  hint: {hint}")?;
        }
        Ok(())
    }
}
