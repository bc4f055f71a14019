//! Why a source of identities, or one of them, is of no use. Never holds what was read.

use crate::keys::program::Broken;
use crate::keys::wiped::Unread;
use std::io;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Fault {
    #[error("it cannot be read: {0}")]
    Read(String),
    #[error("it is larger than {} MiB", .0 >> 20)]
    TooLarge(usize),
    #[error("it is not UTF-8 text")]
    NotText,
    #[error("line {line} {found}")]
    Line { line: usize, found: &'static str },
    #[error("it holds no SSH private key that can be read here: {0}")]
    Ssh(&'static str),
    #[error("the command has unbalanced quotes")]
    Quotes,
    #[error("the command cannot be started: {0}")]
    Start(String),
    #[error("the command failed ({0})")]
    Exit(String),
    #[error("it is an age file that no passphrase opens: {0}")]
    NotPassphrase(&'static str),
    #[error("no passphrase was given")]
    NoPassphrase,
    #[error("the passphrase is wrong")]
    WrongPassphrase,
    #[error("unlocking it takes more work than is allowed (2^{0})")]
    Work(u8),
    #[error("age-plugin-{plugin}: {message}")]
    Plugin { plugin: String, message: String },
    #[error("the key in it matches, and does not decrypt the file key")]
    Decryption,
}

impl Fault {
    /// A failure to read; the operating system's words, which name no content.
    pub(super) fn read(error: &io::Error) -> Fault {
        Fault::Read(error.to_string())
    }
}

impl From<Unread> for Fault {
    fn from(unread: Unread) -> Fault {
        match unread {
            Unread::Failed(error) => Fault::read(&error),
            Unread::TooLarge(limit) => Fault::TooLarge(limit),
        }
    }
}

impl From<Broken> for Fault {
    fn from(broken: Broken) -> Fault {
        match broken {
            Broken::Start(error) => Fault::Start(error.to_string()),
            Broken::Unread(unread) => unread.into(),
        }
    }
}
