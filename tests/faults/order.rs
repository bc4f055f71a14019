//! The order of the calls, on which surviving a power cut rests.

use crate::strace::{Call, calls};
use crate::{ALICE, plain, run};
use std::fs;

fn position(calls: &[Call], from: usize, what: &str, wanted: impl Fn(&Call) -> bool) -> usize {
    let found = calls[from..].iter().position(wanted);
    from + found.unwrap_or_else(|| panic!("no {what} behind call {from}"))
}

/// The descriptor that a call returned.
fn result(call: &Call) -> &str {
    call.rest.rsplit("= ").next().expect("a result").trim()
}

#[test]
fn the_new_version_is_on_the_disk_before_it_takes_the_place_of_the_old_one() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("a.yaml"), plain()).unwrap();
    let calls = calls(&run(&["encrypt", "--age", ALICE, "-i", "a.yaml"]), directory.path());

    let lock = position(&calls, 0, "lock", |call| call.name == "flock" && call.rest.contains("LOCK_EX"));
    let open = position(&calls, lock, "new file", |call| {
        call.name == "openat" && call.rest.contains(".a.yaml.sops-rs-") && call.rest.contains("O_EXCL")
    });
    assert!(calls[open].rest.contains("O_NOFOLLOW") && calls[open].rest.contains("0600"));
    let file = result(&calls[open]);
    let on_file = |name: &'static str| {
        move |call: &Call| call.name == name && call.rest.starts_with(file) && !result(call).starts_with('-')
    };
    let write = position(&calls, open, "write", on_file("write"));
    let mode = position(&calls, write, "mode", on_file("fchmod"));
    let sync = position(&calls, mode, "flush of the file", on_file("fsync"));
    let look = position(&calls, sync, "last look", |call| {
        call.name == "openat" && call.rest.contains("\"a.yaml\", O_RDONLY")
    });
    let rename = position(&calls, look, "rename", |call| call.name.starts_with("rename"));
    let directory = calls[lock].rest.split(',').next().expect("a descriptor");
    position(&calls, rename, "flush of the directory", |call| {
        call.name == "fsync" && call.rest.starts_with(directory)
    });
    assert!(!calls[sync..rename].iter().any(on_file("write")), "written after it was flushed");
}
