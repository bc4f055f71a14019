//! What git knows and has committed, asked of git itself; the only place that starts git. No program that a repository's
//! own attributes or settings name is started: they belong to whoever can write the repository.

mod changes;
mod command;
mod entries;
mod error;
mod history;
mod objects;
mod repository;

pub use changes::FileChange;
pub use entries::Entry;
pub use error::GitError;
pub use objects::Objects;
pub use repository::{Repository, files};
