//! What makes a replacement impossible, with real file systems. Some need root to be set up.

use super::*;
use std::os::unix::fs::MetadataExt;
use std::process::Command;

const IN_PLACE: Options = Options { in_place: true };

/// Runs a command that sets up a file system; says so when it can't.
fn run(test: &str, program: &str, arguments: &[&str]) -> bool {
    let done = Command::new(program).args(arguments).output().is_ok_and(|output| output.status.success());
    if !done {
        eprintln!("SKIPPED {test}: `{program} {}` does not work here", arguments.join(" "));
    }
    done
}

/// Undoes a mount or a flag, also when the test fails.
struct Undo<'a>(&'a str, Vec<&'a str>);

impl Drop for Undo<'_> {
    fn drop(&mut self) {
        let _ = Command::new(self.0).args(&self.1).output();
    }
}

#[test]
fn a_file_with_hard_links_is_refused_unless_it_may_be_written_in_place() {
    let scene = Scene::new("old");
    let other = scene.directory.path().join("other");
    fs::hard_link(&scene.path, &other).unwrap();
    assert!(matches!(scene.replace(), Err(DiskError::HardLinks { links: 2, .. })));
    assert_eq!(scene.content(), "old");
    scene.replace_after(|| (), IN_PLACE).unwrap();
    assert_eq!(fs::read_to_string(other).unwrap(), "new");
}

#[test]
fn writing_in_place_looks_for_changes_too() {
    let scene = Scene::new("old");
    fs::hard_link(&scene.path, scene.directory.path().join("other")).unwrap();
    let outcome = scene.replace_after(|| fs::write(&scene.path, "changed").unwrap(), IN_PLACE);
    assert!(matches!(outcome, Err(DiskError::Changed { .. })));
    assert_eq!(scene.content(), "changed");
}

#[test]
fn a_full_disk_leaves_the_old_file() {
    let directory = tempfile::tempdir().unwrap();
    let mount = directory.path().to_str().unwrap();
    if !run("a_full_disk_leaves_the_old_file", "mount", &["-t", "tmpfs", "-o", "size=64k", "none", mount]) {
        return;
    }
    let _undo = Undo("umount", vec!["-l", mount]);
    let path = directory.path().join("secrets.yaml");
    fs::write(&path, "old").unwrap();
    let outcome = write(&path, &[b'x'; 200_000], NewMode::Default, Options::default(), PATIENCE);
    let fault = outcome.unwrap_err();
    assert!(fault.to_string().contains("No space left"), "{fault}");
    assert!(fault.hint().is_some());
    assert_eq!(fs::read_to_string(&path).unwrap(), "old");
    assert_eq!(names(directory.path()), ["secrets.yaml"]);
    let outcome =
        write(&path.with_file_name("new"), &[b'x'; 200_000], NewMode::Default, Options::default(), PATIENCE);
    assert!(outcome.is_err());
    assert_eq!(names(directory.path()), ["secrets.yaml"]);
}

#[test]
fn a_file_that_is_a_mount_point_is_refused_unless_it_may_be_written_in_place() {
    let scene = Scene::new("old");
    let source = scene.directory.path().join("source");
    fs::write(&source, "old").unwrap();
    let (from, to) = (source.to_str().unwrap(), scene.path.to_str().unwrap());
    if !run("a_file_that_is_a_mount_point…", "mount", &["--bind", from, to]) {
        return;
    }
    let _undo = Undo("umount", vec!["-l", to]);
    assert!(matches!(scene.replace(), Err(DiskError::MountPoint { .. })));
    assert_eq!(scene.names(), ["secrets.yaml", "source"]);
    scene.replace_after(|| (), IN_PLACE).unwrap();
    assert_eq!(fs::read_to_string(source).unwrap(), "new");
}

#[test]
fn a_read_only_file_system_is_named_as_the_reason() {
    let scene = Scene::new("old");
    let mount = scene.directory.path().to_str().unwrap();
    let options = ["-t", "tmpfs", "-o", "size=64k", "none", mount];
    if !run("a_read_only_file_system…", "mount", &options) {
        return;
    }
    let _undo = Undo("umount", vec!["-l", mount]);
    fs::write(&scene.path, "old").unwrap();
    assert!(run("a_read_only_file_system…", "mount", &["-o", "remount,ro", mount]));
    let fault = scene.replace().unwrap_err();
    assert!(fault.to_string().contains("Read-only"), "{fault}");
    let outcome =
        write(&scene.path.with_file_name("new"), b"x", NewMode::Private, Options::default(), PATIENCE);
    assert!(matches!(outcome, Err(DiskError::Directory { .. })));
}

#[test]
fn an_immutable_file_is_named_as_protected() {
    let scene = Scene::new("old");
    let path = scene.path.to_str().unwrap();
    if !run("an_immutable_file_is_named_as_protected", "chattr", &["+i", path]) {
        return;
    }
    let _undo = Undo("chattr", vec!["-i", path]);
    let fault = scene.replace().unwrap_err();
    assert!(matches!(fault, DiskError::Protected { .. }), "{fault}");
    assert_eq!(scene.content(), "old");
}

#[test]
fn an_immutable_directory_is_written_in_place_on_demand() {
    let scene = Scene::new("old");
    let directory = scene.directory.path().to_str().unwrap();
    if !run("an_immutable_directory…", "chattr", &["+i", directory]) {
        return;
    }
    let _undo = Undo("chattr", vec!["-i", directory]);
    let before = fs::metadata(&scene.path).unwrap().ino();
    assert!(matches!(scene.replace(), Err(DiskError::Directory { .. })));
    scene.replace_after(|| (), IN_PLACE).unwrap();
    assert_eq!(scene.content(), "new");
    assert_eq!(fs::metadata(&scene.path).unwrap().ino(), before);
}

#[test]
fn a_missing_directory_and_a_directory_as_target_are_errors() {
    let scene = Scene::new("old");
    let missing = scene.directory.path().join("no/such/file");
    assert!(write(&missing, b"x", NewMode::Private, Options::default(), PATIENCE).is_err());
    let outcome = write(scene.directory.path(), b"x", NewMode::Private, Options::default(), PATIENCE);
    assert!(matches!(outcome, Err(DiskError::NotAFile { .. })));
    assert!(write(Path::new("/"), b"x", NewMode::Private, Options::default(), PATIENCE).is_err());
    assert!(write(Path::new(""), b"x", NewMode::Private, Options::default(), PATIENCE).is_err());
}

#[test]
fn errors_name_the_file_and_what_to_do() {
    let scene = Scene::new("old");
    fs::hard_link(&scene.path, scene.directory.path().join("other")).unwrap();
    let fault = scene.replace().unwrap_err();
    assert!(fault.to_string().contains("secrets.yaml has 2 hard links"), "{fault}");
    assert!(fault.hint().unwrap().contains("--in-place-unsafe"));
}
