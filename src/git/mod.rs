//! What git knows and has committed, asked of git itself, and what of it is ours: lines of
//! `.gitattributes`, settings, hooks. The only place that starts git. No program that a repository's
//! own attributes or settings name is started: they belong to whoever can write the repository.

pub mod attributes;
pub mod block;
mod changes;
mod command;
mod entries;
mod error;
mod history;
pub mod hooks;
mod objects;
mod repository;
mod settings;

pub use changes::FileChange;
pub use entries::Entry;
pub use error::GitError;
pub use objects::Objects;
pub use repository::{Repository, files};
pub use settings::Setting;
