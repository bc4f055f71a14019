//! The files that laws are tried on: the committed ones, and real ones where `SOPS_RS_CORPUS` points to some.

use super::format::Format;
use super::{files, fixtures};
use std::path::PathBuf;

/// The plain files of one format: the fixtures, then the corpus.
pub fn plain(format: Format) -> Vec<PathBuf> {
    let mut found = files(fixtures().join("plain").join(format.word()));
    found.extend(corpus(format));
    found
}

/// The files of the corpus, none when there is no corpus.
pub fn corpus(format: Format) -> Vec<PathBuf> {
    let Some(folder) = std::env::var_os("SOPS_RS_CORPUS").filter(|folder| !folder.is_empty()) else {
        return Vec::new();
    };
    let folder = PathBuf::from(folder);
    assert!(folder.is_dir(), "SOPS_RS_CORPUS is no folder: {}", folder.display());
    let part = folder.join(format.word());
    if part.is_dir() { files(part) } else { Vec::new() }
}
