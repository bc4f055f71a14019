//! Why a program does not get its secrets. Names and places only, never a value.

use super::guard::Reason;
use std::io;

#[derive(Debug, thiserror::Error)]
pub enum ExecError {
    #[error("{file}: {key} is a list, which is no value for a variable")]
    List { file: String, key: String },
    #[error("{file}: {key} can't become a variable: {why}")]
    Name { file: String, key: String, why: &'static str },
    #[error("{file}: the value of {key} holds a NUL byte, which no variable can")]
    Nul { file: String, key: String },
    #[error("{file}: the keys together make more than {limit} bytes of names")]
    Names { file: String, limit: usize },
    #[error("{file}: {key} has no place in the preset {preset}: {why}")]
    Place { file: String, key: String, preset: &'static str, why: &'static str },
    #[error("{file}: {key} would set the variable {name}, {reason}")]
    Refused { file: String, key: String, name: String, reason: Reason },
    #[error("the variable {name} is set twice: by {first} and by {second}")]
    Collision { name: String, first: String, second: String },
    #[error("--only {pattern}: no variable has that name")]
    Unmatched { pattern: String },
    #[error("there is no user {name}")]
    NoUser { name: String },
    #[error("can't run a program as the user {name}: {source}")]
    Identity { name: String, source: io::Error },
    #[error("{name:?} leads out of the private directory")]
    NotLocal { name: String },
    #[error("there is no directory in memory for the file")]
    NoMemory,
    #[error("can't {action}: {source}")]
    Io { action: &'static str, source: io::Error },
    #[error("can't start {program}: {source}")]
    Start { program: String, source: io::Error },
    #[error(transparent)]
    Disk(#[from] crate::disk::DiskError),
}

impl ExecError {
    pub(super) fn io(action: &'static str, source: impl Into<io::Error>) -> ExecError {
        ExecError::Io { action, source: source.into() }
    }

    /// What the user can do about it.
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            ExecError::List { .. } => "--json gives lists as JSON; --only leaves out what is not needed".into(),
            ExecError::Name { .. } => {
                "rename the key, or leave it out with --only".into()
            }
            ExecError::Place { .. } => {
                "docs/export.md shows the layout that each preset reads; --preset plain takes any file".into()
            }
            ExecError::Nul { .. } => "hand the value over in a file, with exec-file".into(),
            ExecError::Names { .. } => "shorten the keys, or use exec-file".into(),
            ExecError::Refused { name, .. } => {
                format!("if that is meant, say --allow-env {name}; if you did not write it, find out who did")
            }
            ExecError::Collision { .. } => {
                "rename one of the keys, or leave --strict out: then the later one wins".into()
            }
            ExecError::Unmatched { .. } => {
                "names are compared as the command gets them, after --separator, --upper and --prefix".into()
            }
            ExecError::NoUser { .. } => "check the spelling; --user takes a name, not a number".into(),
            ExecError::Identity { source, .. } if source.kind() == io::ErrorKind::PermissionDenied => {
                "only root may become another user".into()
            }
            ExecError::NotLocal { .. } => {
                "--filename takes the name of a file, such as key.pem or certs/key.pem".into()
            }
            ExecError::NoMemory => {
                "set XDG_RUNTIME_DIR to a tmpfs, or allow a disk with --tmp-on-disk; the FIFO and the memfd of exec-file need neither"
                    .into()
            }
            ExecError::Start { source, .. } => match source.kind() {
                io::ErrorKind::NotFound => {
                    "words behind -- are a program and its arguments; a line of shell is run by `sh -c LINE`".into()
                }
                io::ErrorKind::ArgumentListTooLong => {
                    "the system limits the size of variables: choose with --only, or use exec-file".into()
                }
                io::ErrorKind::PermissionDenied => "check that it is a program that you may run".into(),
                _ => return None,
            },
            ExecError::Disk(error) => return error.hint().map(Into::into),
            ExecError::Identity { .. } | ExecError::Io { .. } => return None,
        })
    }
}
