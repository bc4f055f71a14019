//! Where a file is, seen from somewhere else.

use super::Name;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

/// The places that names of files are relative to, both absolute.
pub struct Places {
    /// The top of the repository.
    pub root: PathBuf,
    /// The working directory.
    pub here: PathBuf,
}

impl Places {
    /// The name of a file for reports and for people; `path` is absolute.
    pub fn name(&self, path: &Path) -> Arc<Name> {
        Arc::new(Name {
            path: path.strip_prefix(&self.root).unwrap_or(path).to_owned(),
            shown: relative(path, &self.here).display().to_string(),
        })
    }
}

/// The way from a directory to a file, by the text of their paths.
fn relative(path: &Path, from: &Path) -> PathBuf {
    let (mut to, mut from) = (path.components().peekable(), from.components().peekable());
    while to.peek().is_some() && to.peek() == from.peek() {
        to.next();
        from.next();
    }
    let up = from.map(|_| Component::ParentDir);
    up.chain(to).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_named_from_where_the_person_is() {
        for (path, from, way) in
            [("/r/a/b", "/r", "a/b"), ("/r/a/b", "/r/c/d", "../../a/b"), ("/r/a", "/r/a/c", "..")]
        {
            assert_eq!(relative(Path::new(path), Path::new(from)), Path::new(way));
        }
    }
}
