//! Law 4, the other way: what the real tools sealed, we open to the same values. The files were written by
//! `fixtures/renew`, with each tool's own view of them beside.

use crate::support::format::Format;
use crate::support::outcome::Outcome;
use crate::support::peer::{self, View};
use crate::support::sandbox::{Sandbox, identity};
use crate::support::yaml::outline;
use crate::support::{files, fixtures, name, pool, report, tools};
use std::path::{Path, PathBuf};

/// Opens a fixture with the identities that its name asks for.
fn open(sandbox: &Sandbox, file: &Path) -> Outcome {
    let format = Format::of(file);
    let sealed = format.file("sealed");
    std::fs::copy(file, sandbox.path(&sealed)).expect("a copy of the fixture");
    let program = sandbox.sops_rs(["decrypt", &sealed]);
    let name = name(file);
    let keys = fixtures().join("keys");
    let program = if name.contains(".ssh-rsa.") {
        program.env("SOPS_AGE_SSH_PRIVATE_KEY_FILE", keys.join("ssh-rsa"))
    } else if name.contains(".ssh-ed25519.") {
        program.env("SOPS_AGE_SSH_PRIVATE_KEY_FILE", keys.join("ssh-ed25519"))
    } else if name.contains(".quantum.") {
        program.env("SOPS_AGE_KEY", identity("quantum"))
    } else if name.contains(".shamir.") {
        program.env("SOPS_AGE_KEY", identity("carol"))
    } else {
        program
    };
    program.run()
}

/// What the tool that sealed the file makes of it, laid beside it.
fn beside(file: &Path, extension: &str) -> Vec<u8> {
    let beside = PathBuf::from(format!("{}.{extension}", file.display()));
    std::fs::read(&beside).unwrap_or_else(|e| panic!("{}: {e}", beside.display()))
}

/// Why what we opened is not what the tool opened; `None` if it is the same.
fn differs(sandbox: &Sandbox, file: &Path, ours: Vec<u8>) -> Option<String> {
    let (ours, theirs) = match Format::of(file) {
        Format::Binary => (View::Binary(ours), View::Binary(beside(file, "opened"))),
        // Ours spells a double as a double (`2.0`), sops does not: it must see the same in both.
        Format::Yaml => {
            let theirs = outline(&String::from_utf8_lossy(&beside(file, "opened"))).expect("YAML of sops");
            match peer::reads(sandbox, tools::SOPS_OLD, Format::Yaml, &ours) {
                Err(message) => return Some(format!("sops does not take what we opened: {message}")),
                Ok(view) => (view, View::Yaml(theirs)),
            }
        }
        format => match peer::reads(sandbox, tools::SOPS, format, &ours) {
            Err(message) => return Some(format!("sops does not take what we opened: {message}")),
            Ok(view) => (view, View::Json(String::from_utf8_lossy(&beside(file, "values")).into_owned())),
        },
    };
    // sops itself loses a few comments between its own sealing and opening.
    let lost = theirs.comments().iter().find(|comment| !ours.comments().contains(comment));
    lost.map(|comment| format!("the comment {comment:?} is lost")).or_else(|| ours.differs(&theirs))
}

fn try_all(version: &str, format: Format) {
    let files = files(fixtures().join(version).join(format.word()));
    let wrong = pool::each(&files, |file| {
        let sandbox = Sandbox::new();
        let outcome = open(&sandbox, file);
        if !outcome.success() {
            return Some(format!("{}: {}", file.display(), outcome.stderr));
        }
        differs(&sandbox, file, outcome.stdout).map(|what| format!("{}: {what}", file.display()))
    });
    let wrong: Vec<String> = wrong.into_iter().flatten().collect();
    report::none_wrong(&format!("{} {} files of {version}", files.len(), format.word()), &wrong);
}

#[test]
fn yaml_of_sops_opens_to_the_same_values_and_comments() {
    try_all("sops-3.13.2", Format::Yaml);
    try_all("sops-3.12.2", Format::Yaml);
}

#[test]
fn json_of_sops_opens_to_the_same_values() {
    try_all("sops-3.13.2", Format::Json);
    try_all("sops-3.12.2", Format::Json);
}

#[test]
fn dotenv_of_sops_opens_to_the_same_values() {
    try_all("sops-3.13.2", Format::Dotenv);
    try_all("sops-3.12.2", Format::Dotenv);
}

#[test]
fn ini_of_sops_opens_to_the_same_values() {
    try_all("sops-3.13.2", Format::Ini);
    try_all("sops-3.12.2", Format::Ini);
}

#[test]
fn binary_files_of_sops_open_to_the_same_bytes() {
    try_all("sops-3.13.2", Format::Binary);
    try_all("sops-3.12.2", Format::Binary);
}
