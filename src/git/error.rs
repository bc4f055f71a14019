//! Questions that git did not answer.

/// Why git has no answer. Never holds the content of a file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GitError {
    #[error("git can't be started: {0}")]
    NotStarted(String),
    #[error("{0} is in no git repository")]
    NoRepository(String),
    #[error("{0:?} names no commit")]
    NoCommit(String),
    /// git's own first line of complaint.
    #[error("`git {command}` failed: {message}")]
    Failed { command: &'static str, message: String },
}
