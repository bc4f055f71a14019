//! Arguments as a filter for the paths of a repository.

use crate::cli::batch::Glob;
use crate::config::absolute;
use crate::git::Entry;
use std::collections::HashSet;
use std::path::{Path, PathBuf};

/// Files, directories and globs.
#[derive(Default)]
pub struct Named {
    /// Files and directories, below the top, and each as it was typed. A name outside of the repository has no path.
    paths: HashSet<PathBuf>,
    typed: Vec<(Option<PathBuf>, String)>,
    /// Each with the directory that it starts in.
    globs: Vec<(PathBuf, Glob)>,
}

impl Named {
    /// Arguments typed in the directory `here`, for a repository whose top is `root`.
    pub fn of(arguments: &[PathBuf], root: &Path, here: &Path) -> Named {
        let below = |path: &Path| absolute(path, here).strip_prefix(root).map(Path::to_owned).ok();
        let mut named = Named::default();
        for argument in arguments {
            // A file can have a name that reads as a glob, too.
            let path = below(argument);
            named.paths.extend(path.clone());
            match argument.to_str().and_then(Glob::parse) {
                Some(glob) => named.globs.extend(below(&glob.directory).map(|directory| (directory, glob))),
                None => named.typed.push((path, argument.display().to_string())),
            }
        }
        named
    }

    /// Whether a path, relative to the top, is named, is below a directory that is, or matches a glob.
    pub fn has(&self, path: &Path) -> bool {
        let matches = |(directory, glob): &(PathBuf, Glob)| {
            path.strip_prefix(directory).is_ok_and(|below| glob.matches(below))
        };
        path.ancestors().any(|above| self.paths.contains(above)) || self.globs.iter().any(matches)
    }

    /// Those that are no globs and name none of the entries.
    pub fn unknown(&self, entries: &[Entry]) -> Vec<String> {
        let known: HashSet<&Path> = entries.iter().flat_map(|entry| entry.path.ancestors()).collect();
        let is_known =
            |path: &Option<PathBuf>| path.as_ref().is_some_and(|path| known.contains(path.as_path()));
        self.typed.iter().filter(|(path, _)| !is_known(path)).map(|(_, text)| text.clone()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_meant_from_where_they_are_typed() {
        let arguments = ["a.yaml", "../b", "d/*.json", "[x].ini", "/elsewhere"].map(PathBuf::from);
        let named = Named::of(&arguments, Path::new("/r"), Path::new("/r/here"));
        for path in ["here/a.yaml", "b", "b/c/d.yaml", "here/d/e.json", "here/[x].ini", "here/x.ini"] {
            assert!(named.has(Path::new(path)), "{path}");
        }
        for path in ["a.yaml", "here/b", "here/d/e/f.json", "bb"] {
            assert!(!named.has(Path::new(path)), "{path}");
        }
        let entry = |path: &str| Entry { mode: 0o100_644, id: String::new(), stage: 0, path: path.into() };
        assert_eq!(named.unknown(&[entry("here/a.yaml"), entry("b/c")]), ["/elsewhere"]);
    }
}
