use super::*;
use std::fs;

/// A tree of directories with empty files in it.
fn tree(files: &[&str]) -> (tempfile::TempDir, PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let root = directory.path().canonicalize().unwrap();
    for file in files {
        let path = root.join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "").unwrap();
    }
    (directory, root)
}

fn found(root: &Path, file: Option<&str>, working_directory: &str) -> Option<String> {
    let search = find(file.map(Path::new), &root.join(working_directory));
    let config = search.config?;
    Some(config.strip_prefix(root).map_or_else(|_| "outside".into(), |path| path.display().to_string()))
}

#[test]
fn the_config_nearest_to_the_file_is_taken() {
    let (_directory, root) =
        tree(&["a/.sops.yaml", "a/b/.sops-rs.yaml", "a/b/.sops.yaml", "a/b/c/x", "d/.sops.yaml"]);
    let take = |file, at| found(&root, file, at);
    assert_eq!(take(Some("c/x"), "a/b").as_deref(), Some("a/b/.sops-rs.yaml"));
    assert_eq!(take(Some("a/x"), "").as_deref(), Some("a/.sops.yaml"));
    assert_eq!(take(Some("../a/b/new/file"), "d").as_deref(), Some("a/b/.sops-rs.yaml"));
    assert_eq!(take(Some("a/b/../x"), "").as_deref(), Some("a/.sops.yaml"));
    assert_eq!(take(None, "a/b/c").as_deref(), Some("a/b/.sops-rs.yaml"));
}

#[test]
fn without_one_above_the_file_the_working_directory_is_searched() {
    let (_directory, root) = tree(&["d/.sops.yaml", "d/e/x", "f/x"]);
    assert_eq!(found(&root, Some("../../f/x"), "d/e").as_deref(), Some("d/.sops.yaml"));
    assert_eq!(found(&root, Some("x"), "f"), None);
}

#[test]
fn a_file_that_ends_in_yml_is_warned_about() {
    let (_directory, root) = tree(&["a/.sops.yml", ".sops.yaml"]);
    let search = find(Some(Path::new("a/x")), &root);
    assert_eq!(search.config, Some(root.join(".sops.yaml")));
    assert!(search.warning().unwrap().contains("a/.sops.yml is not used"));
    let (_directory, root) = tree(&["a/.sops-rs.yml"]);
    assert!(find(None, &root.join("a")).warning().unwrap().contains("rename it"));
    assert_eq!(find(None, &root).warning(), None);
}

#[test]
fn a_directory_of_that_name_is_no_config() {
    let (_directory, root) = tree(&["a/.sops-rs.yaml/x", "a/.sops.yaml"]);
    assert_eq!(found(&root, None, "a").as_deref(), Some("a/.sops.yaml"));
}
