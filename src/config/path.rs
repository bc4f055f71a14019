//! Paths as rules see them: absolute, cleaned of `.` and `..` by their text alone, links not followed (spec,
//! config 2).

use std::path::{Component, Path, PathBuf};

/// Makes a path absolute without looking at the disk: joins it to `working_directory`, drops `.`, resolves `..`.
pub fn absolute(path: &Path, working_directory: &Path) -> PathBuf {
    let mut clean = PathBuf::new();
    for component in working_directory.join(path).components() {
        match component {
            Component::CurDir => {}
            // Above the root is the root.
            Component::ParentDir => {
                clean.pop();
            }
            other => clean.push(other),
        }
    }
    clean
}

/// The directory of a config file, absolute.
pub(super) fn directory_of(config: &Path, working_directory: &Path) -> PathBuf {
    let mut directory = absolute(config, working_directory);
    directory.pop();
    directory
}

/// What patterns are tried on: the path below the config's directory, or the whole one of a file elsewhere, with
/// forward slashes on every system. A config in the root directory sees whole paths, as in sops.
pub(super) fn subject(file: &Path, directory: &Path) -> String {
    let below = match directory.parent() {
        Some(_) => file.strip_prefix(directory).unwrap_or(file),
        None => file,
    };
    let text = below.to_string_lossy();
    match std::path::MAIN_SEPARATOR {
        '/' => text.into_owned(),
        separator => text.replace(separator, "/"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_cleaned_by_its_text_alone() {
        for (path, clean) in [
            ("a.yaml", "/work/a.yaml"),
            ("./x/../a.yaml", "/work/a.yaml"),
            ("../../../a.yaml", "/a.yaml"),
            ("/b//c/./d", "/b/c/d"),
        ] {
            assert_eq!(absolute(Path::new(path), Path::new("/work")), Path::new(clean));
        }
    }

    #[test]
    fn patterns_see_the_path_below_the_config() {
        let subject = |file, directory| subject(Path::new(file), Path::new(directory));
        assert_eq!(subject("/repo/a/b.yaml", "/repo"), "a/b.yaml");
        assert_eq!(subject("/repository/b.yaml", "/repo"), "/repository/b.yaml");
        assert_eq!(subject("/elsewhere/b.yaml", "/repo"), "/elsewhere/b.yaml");
        assert_eq!(subject("/a/b.yaml", "/"), "/a/b.yaml");
    }
}
