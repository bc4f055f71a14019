//! sops-rs: encrypted secrets files that stay themselves.
#![forbid(unsafe_code)]

pub mod crypto;
pub mod document;
pub mod file;
pub mod keys;
pub mod metadata;
pub mod rules;
