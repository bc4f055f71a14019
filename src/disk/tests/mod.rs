mod attributes;
mod obstacles;
mod replacing;

use super::*;
use std::fs;
use std::path::PathBuf;

const LIMIT: usize = 1 << 20;

/// A file in a directory of its own.
struct Scene {
    directory: tempfile::TempDir,
    path: PathBuf,
}

impl Scene {
    fn new(content: &str) -> Scene {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().canonicalize().unwrap().join("secrets.yaml");
        fs::write(&path, content).unwrap();
        Scene { directory, path }
    }

    /// Reads the file, does something behind the back of the writer, and replaces it.
    fn replace_after(&self, meanwhile: impl FnOnce(), options: Options) -> Result<(), DiskError> {
        let guard = lock(&self.path, PATIENCE)?;
        let old = guard.read(LIMIT)?;
        meanwhile();
        guard.replace(&old, b"new", options)
    }

    fn replace(&self) -> Result<(), DiskError> {
        self.replace_after(|| (), Options::default())
    }

    fn content(&self) -> String {
        fs::read_to_string(&self.path).unwrap()
    }

    fn names(&self) -> Vec<String> {
        names(self.directory.path())
    }
}

fn names(directory: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}
