//! sops-rs: encrypted secrets files that stay themselves.
#![forbid(unsafe_code)]

#[cfg(feature = "cli")]
pub mod cli;
pub mod crypto;
pub mod disk;
pub mod document;
pub mod file;
pub mod keys;
pub mod metadata;
pub mod rules;
