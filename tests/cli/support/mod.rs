//! What the tests share: sandboxes, the tools, formats, and the peers' view of a file.

pub mod corpus;
pub mod format;
pub mod generate;
pub mod gnupg;
pub mod outcome;
pub mod peer;
pub mod pool;
pub mod report;
pub mod repository;
pub mod running;
pub mod sandbox;
pub mod server;
pub mod services;
pub mod team;
pub mod terminal;
pub mod tools;
pub mod yaml;

use std::path::{Path, PathBuf};

/// The committed fixtures.
pub fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures")
}

/// The files of a folder, sorted, without those that the fixture tools lay beside a sealed file.
pub fn files(folder: impl AsRef<Path>) -> Vec<PathBuf> {
    let folder = folder.as_ref();
    let entries = std::fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let mut files: Vec<PathBuf> = entries
        .map(|entry| entry.expect("a readable folder").path())
        .filter(|path| path.extension().is_none_or(|ext| ext != "opened" && ext != "values"))
        .collect();
    files.sort();
    assert!(!files.is_empty(), "{} is empty", folder.display());
    files
}

/// The last part of a path as text.
pub fn name(path: &Path) -> &str {
    path.file_name().and_then(|name| name.to_str()).expect("a file with a plain name")
}
