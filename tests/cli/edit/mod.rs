//! `edit`: with scripts as editors, under signals, and with real editors in a terminal.

mod as_sops;
mod flow;
mod places;
mod resume;
mod signals;
mod terminal;

use crate::support::sandbox::{Program, Sandbox, recipient};
use crate::support::tools;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// Plain text with a value that must not be seen anywhere; every test has one of its own.
fn plain(canary: &str) -> String {
    format!("# a config\ndb:\n    user: app # who\n    password: {canary}\nport: 5432\n")
}

/// A sandbox with `a.yaml`, sealed for Alice.
fn sealed(text: &str) -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("a.yaml", text);
    sandbox.run(["encrypt", "-i", "--age", &recipient("alice"), "a.yaml"]).ok();
    sandbox
}

/// A script that an editor can be: it finds the file as `$1`.
fn script(sandbox: &Sandbox, name: &str, body: &str) -> PathBuf {
    let path = sandbox.home().with_file_name("bin").join(name);
    fs::create_dir_all(path.parent().expect("a folder")).expect("a folder in the sandbox");
    fs::write(&path, format!("#!/bin/sh\n{body}\n")).expect("a script in the sandbox");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("an executable script");
    path
}

/// `edit` with this line as the editor.
fn edit(sandbox: &Sandbox, editor: &str, args: &[&str]) -> Program {
    let args = std::iter::once("edit").chain(args.iter().copied());
    sandbox.sops_rs(args).env("EDITOR", editor).env("SOPS_AGE_RECIPIENTS", recipient("alice"))
}

fn decrypted(sandbox: &Sandbox, name: &str) -> String {
    sandbox.run(["decrypt", name]).text()
}

/// Every file below these folders that holds a text.
fn holding(text: &str, folders: &[&Path]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open: Vec<PathBuf> = folders.iter().map(|folder| folder.to_path_buf()).collect();
    while let Some(path) = open.pop() {
        let Ok(stat) = fs::symlink_metadata(&path) else { continue };
        if stat.is_dir() {
            open.extend(fs::read_dir(&path).into_iter().flatten().flatten().map(|entry| entry.path()));
        } else if stat.is_file() {
            let bytes = fs::read(&path).unwrap_or_default();
            if bytes.windows(text.len()).any(|window| window == text.as_bytes()) {
                found.push(path);
            }
        }
    }
    found
}

/// No file of the sandbox or in memory has the canary, which the editor has seen.
#[track_caller]
fn no_trace(sandbox: &Sandbox, canary: &str) {
    let home = sandbox.home();
    let root = home.parent().expect("the sandbox");
    let bin = root.join("bin");
    let mut found = holding(canary, &[root, Path::new("/dev/shm")]);
    found.retain(|path| !path.starts_with(&bin));
    assert!(found.is_empty(), "plaintext in {found:?}");
}

/// The recipients of the sandbox's files as a flag's value.
fn alice() -> String {
    recipient("alice")
}

fn sops() -> PathBuf {
    tools::sops(tools::SOPS)
}
