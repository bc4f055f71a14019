//! Merges of sealed files by real git, with the program as its driver.

mod conflict;
mod flow;
mod keys;
mod passive;
mod repair;
mod sides;

use crate::support::fixtures;
use crate::support::format::Format;
use crate::support::outcome::Outcome;
use crate::support::repository::Repository;
use crate::support::sandbox::recipient;
use crate::support::team;
use std::path::{Path, PathBuf};

const DRIVER: &str = "sops-rs merge --driver %O %A %B %L %P %S %X %Y";

/// A repository in which the driver is set up for every file.
fn repository() -> Repository {
    set_up(Repository::new())
}

fn set_up(repository: Repository) -> Repository {
    repository.git(["config", "merge.sops-rs.name", "encrypted files"]);
    repository.git(["config", "merge.sops-rs.driver", DRIVER]);
    repository.sandbox.write(".git/info/attributes", "* merge=sops-rs\n");
    repository
}

/// Writes a plain text and seals it for Alice.
fn seal(repository: &Repository, file: &str, text: &str) {
    seal_for(repository, file, text, &["alice"]);
}

fn seal_for(repository: &Repository, file: &str, text: &str, who: &[&str]) {
    team::sealed(&repository.sandbox, file, text, who);
}

/// Gives a sealed file another plaintext: values that stay keep their tokens.
fn rewrite(repository: &Repository, file: &str, text: &str) {
    let editor = repository.sandbox.home().join("editor");
    std::fs::write(repository.sandbox.home().join("new-text"), text).expect("a file in the sandbox");
    script(&editor, "cp \"$HOME/new-text\" \"$1\"");
    let edit = repository.sandbox.sops_rs(["edit", file]).env("EDITOR", &editor);
    edit.run().ok();
}

fn script(path: &Path, body: &str) {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::write(path, format!("#!/bin/sh\n{body}\n")).expect("a script in the sandbox");
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).expect("an executable script");
}

/// `main` and `topic` come from one commit; each changes the file in its own way. Ends on `main`.
fn diverged(repository: &Repository, file: &str, base: &str, ours: &str, theirs: &str) {
    seal(repository, file, base);
    repository.commit("base");
    diverge(repository, file, ours, theirs);
}

fn diverge(repository: &Repository, file: &str, ours: &str, theirs: &str) {
    repository.git(["switch", "--quiet", "--create", "topic"]);
    rewrite(repository, file, theirs);
    repository.commit("theirs");
    repository.git(["switch", "--quiet", "main"]);
    rewrite(repository, file, ours);
    repository.commit("ours");
}

fn merge(repository: &Repository) -> Outcome {
    repository.try_git(["merge", "--no-edit", "topic"])
}

#[track_caller]
fn opens_to(repository: &Repository, file: &str, text: &str) {
    assert_eq!(repository.sandbox.run(["decrypt", file]).text(), text);
}

/// A text of a format with three values far apart.
fn text(format: Format, [first, second, third]: [&str; 3]) -> String {
    match format {
        Format::Yaml => format!("first: {first}\n# between\ndb:\n  second: {second}\n\nthird: {third}\n"),
        Format::Json => format!(
            "{{\n  \"first\": \"{first}\",\n  \"db\": {{\n    \"second\": \"{second}\"\n  }},\n  \"third\": \"{third}\"\n}}\n"
        ),
        Format::Toml => format!("first = \"{first}\"\nthird = \"{third}\"\n\n[db]\nsecond = \"{second}\"\n"),
        Format::Dotenv => format!("FIRST={first}\n# between\nSECOND={second}\n\nTHIRD={third}\n"),
        Format::Ini => format!("[top]\nfirst = {first}\n\n[db]\nsecond = {second}\nthird = {third}\n"),
        Format::Binary => format!("{first}\n-\n-\n{second}\n-\n-\n{third}\n"),
    }
}

/// Whether a text is anywhere in the work tree or in git's objects, compressed or not.
fn is_anywhere(repository: &Repository, needle: &str) -> bool {
    let objects = repository.git(["cat-file", "--batch-all-objects", "--batch-check=%(objectname)"]);
    let in_objects = objects.lines().any(|id| repository.git(["cat-file", "-p", id]).contains(needle));
    in_objects || is_below(&repository.sandbox.path(""), needle)
}

fn is_below(directory: &Path, needle: &str) -> bool {
    let entries = std::fs::read_dir(directory).expect("a folder").flatten();
    entries.into_iter().any(|entry| {
        let path = entry.path();
        match path.is_dir() {
            true => is_below(&path, needle),
            false => {
                let bytes = std::fs::read(&path).unwrap_or_default();
                bytes.windows(needle.len()).any(|window| window == needle.as_bytes())
            }
        }
    })
}

/// The sealed lines of a file outside of its metadata that are in both versions.
fn kept<'a>(before: &'a str, after: &str) -> Vec<&'a str> {
    before.lines().filter(|line| line.contains("ENC[") && after.lines().any(|other| other == *line)).collect()
}

/// The identity of somebody of the fixtures.
fn identity(who: &str) -> PathBuf {
    fixtures().join(format!("keys/{who}.age"))
}
