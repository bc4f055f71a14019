//! What an ordinary user may do to files. Needs root, to become one.

use crate::{ALICE, plain, run};
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::Path;
use std::process::{Command, Output};

const USER: u32 = 54321;
const OTHER: u32 = 54322;

/// A directory of the user with a file in it; nothing when this is no place for such tests.
fn scene(test: &str, owner: u32, mode: u32) -> Option<tempfile::TempDir> {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("a.yaml");
    fs::write(&file, plain()).unwrap();
    let usable = Command::new("setpriv").arg("--version").output().is_ok()
        && chown(directory.path(), Some(USER), Some(USER)).is_ok()
        && chown(&file, Some(owner), Some(owner)).is_ok();
    if !usable {
        eprintln!("SKIPPED {test}: needs root and setpriv");
        return None;
    }
    fs::set_permissions(directory.path(), fs::Permissions::from_mode(0o755)).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
    Some(directory)
}

/// Runs the program as the user. It is copied to where the user can reach it.
fn as_user(directory: &Path, arguments: &[&str]) -> Output {
    let program = run(arguments);
    let reachable = tempfile::tempdir().unwrap();
    fs::set_permissions(reachable.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let copy = reachable.path().join("sops-rs");
    // By another program: a copy that this one has open for writing would be inherited by what other threads start,
    // and could not be run meanwhile.
    assert!(Command::new("cp").arg(&program.arguments[0]).arg(&copy).status().unwrap().success());
    let user = USER.to_string();
    Command::new("setpriv")
        .args(["--reuid", &user, "--regid", &user, "--clear-groups"])
        .arg(&copy)
        .args(&program.arguments[1..])
        .env_clear()
        .current_dir(directory)
        .output()
        .unwrap()
}

const ENCRYPT: &[&str] = &["encrypt", "--age", ALICE, "-i", "a.yaml"];

fn is_sealed(directory: &Path) -> bool {
    fs::read_to_string(directory.join("a.yaml")).unwrap().contains("ENC[")
}

fn refused(output: &Output, directory: &Path, reason: &str) {
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && said.contains(reason), "{said}");
    assert_eq!(fs::read_to_string(directory.join("a.yaml")).unwrap(), plain());
    assert_eq!(fs::read_dir(directory).unwrap().count(), 1, "something is left");
}

#[test]
fn a_user_replaces_his_own_file() {
    let Some(directory) = scene("a_user_replaces_his_own_file", USER, 0o640) else { return };
    let output = as_user(directory.path(), ENCRYPT);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(is_sealed(directory.path()));
    let now = fs::metadata(directory.path().join("a.yaml")).unwrap();
    assert_eq!((now.uid(), now.gid(), now.mode() & 0o777), (USER, USER, 0o640));
}

#[test]
fn a_file_of_another_user_is_refused_as_its_owner_would_be_lost() {
    let Some(directory) = scene("a_file_of_another_user…", OTHER, 0o666) else { return };
    refused(&as_user(directory.path(), ENCRYPT), directory.path(), "belongs to user 54322");
    let mut in_place = ENCRYPT.to_vec();
    in_place.push("--in-place-unsafe");
    let output = as_user(directory.path(), &in_place);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(is_sealed(directory.path()));
    assert_eq!(fs::metadata(directory.path().join("a.yaml")).unwrap().uid(), OTHER);
}

#[test]
fn a_file_that_is_read_only_stays_as_it_is() {
    let Some(directory) = scene("a_file_that_is_read_only…", USER, 0o444) else { return };
    refused(&as_user(directory.path(), ENCRYPT), directory.path(), "may not be written");
}

#[test]
fn a_directory_that_is_read_only_is_named_as_the_reason() {
    let Some(directory) = scene("a_directory_that_is_read_only…", USER, 0o644) else { return };
    fs::set_permissions(directory.path(), fs::Permissions::from_mode(0o555)).unwrap();
    refused(&as_user(directory.path(), ENCRYPT), directory.path(), "cannot be written");
}
