//! sops-rs: encrypted secrets files that stay themselves.
#![forbid(unsafe_code)]

pub mod crypto;
pub mod disk;
pub mod document;
pub mod rules;
