//! `edit`, whose plaintext is a file for a while, with each of its system calls and its editor's failing.

use crate::strace::{Fault, Outcome, walk, walk_some};
use crate::{CANARY, plain, plainly, run, sealed};
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const KILL: &[Fault] = &[Fault::Kill];
const ERRORS: &[Fault] = &[Fault::Error("ENOSPC"), Fault::Error("EIO"), Fault::Error("EACCES")];

/// Calls on files and processes. The others fail on no real system, or take Rust's own runtime down.
const CAN_FAIL: [&str; 22] = [
    "clone",
    "clone3",
    "execve",
    "fchmod",
    "fchown",
    "flock",
    "fstat",
    "fsync",
    "ftruncate",
    "getdents64",
    "lseek",
    "mkdir",
    "mkdirat",
    "newfstatat",
    "openat",
    "pipe2",
    "read",
    "rename",
    "renameat",
    "statx",
    "unlinkat",
    "write",
];

/// The run's own directory in memory.
fn memory(directory: &Path) -> PathBuf {
    Path::new("/dev/shm").join(directory.file_name().expect("a name"))
}

fn prepare(directory: &Path) -> crate::strace::Run {
    fs::write(directory.join("a.yaml"), sealed()).expect("the input");
    fs::create_dir(memory(directory)).expect("a directory in memory");
    let mut run = run(&["edit", "a.yaml"]);
    run.environment.push(("EDITOR", "sed -i s/5432/1/".into()));
    run.environment.push(("HOME", directory.into()));
    run.environment.push(("TMPDIR", directory.into()));
    run.environment.push(("XDG_RUNTIME_DIR", memory(directory).into()));
    run
}

fn check(outcome: &Outcome<'_>) {
    let (name, directory) = (outcome.name(), outcome.directory);
    let said = String::from_utf8_lossy(&outcome.output.stderr);
    assert!(!said.contains(CANARY) && !said.contains("defect"), "{name}: {said}");
    let opened = plainly(directory, &["decrypt", "a.yaml"]);
    let opened = opened.and_then(|opened| String::from_utf8(opened).ok()).unwrap_or_default();
    let (is_old, is_new) = (opened == plain(), opened == plain().replace("5432", "1"));
    assert!(is_old || is_new, "{name}: neither the old nor the new file");
    assert!(is_new || !outcome.output.status.success(), "{name}: success without a result");
    let in_memory = memory(directory);
    if outcome.fault == Fault::Kill {
        sweep(directory);
    }
    let left = fs::read_dir(&in_memory).map_or(0, Iterator::count);
    // Removing is what fails in some of these runs.
    if !matches!(outcome.call.name.as_str(), "unlinkat" | "rmdir" | "openat" | "getdents64" | "newfstatat") {
        assert_eq!(left, 0, "{name}: plaintext is left");
    }
    let _ = fs::remove_dir_all(in_memory);
    for file in files(directory) {
        let content = fs::read(&file).unwrap_or_default();
        let shows = content.windows(CANARY.len()).any(|part| part == CANARY.as_bytes());
        assert!(!shows, "{name}: plaintext in {}", file.display());
    }
}

/// The next edit, which changes nothing.
fn sweep(directory: &Path) {
    let run = run(&["edit", "a.yaml"]);
    let status = Command::new(&run.arguments[0])
        .args(&run.arguments[1..])
        .env_clear()
        .envs(run.environment)
        .envs([("EDITOR", OsString::from("true")), ("XDG_RUNTIME_DIR", memory(directory).into())])
        .current_dir(directory)
        .output()
        .expect("the program")
        .status;
    assert_eq!(status.code(), Some(200));
}

fn files(directory: &Path) -> Vec<PathBuf> {
    let (mut found, mut open) = (Vec::new(), vec![directory.to_owned()]);
    while let Some(path) = open.pop() {
        match fs::read_dir(&path) {
            Ok(entries) => open.extend(entries.flatten().map(|entry| entry.path())),
            Err(_) => found.push(path),
        }
    }
    found
}

#[test]
fn a_kill_at_any_call_of_an_edit_leaves_the_old_or_the_new_file() {
    println!("{} runs", walk(prepare, KILL, check));
}

#[test]
#[ignore = "slow: thousands of runs"]
fn an_error_of_any_call_of_an_edit_leaves_the_old_or_the_new_file_and_no_plaintext() {
    println!("{} runs", walk_some(prepare, |call| CAN_FAIL.contains(&call), ERRORS, check));
}
