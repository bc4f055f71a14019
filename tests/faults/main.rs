//! Every writing command, with each of its system calls failing or being its last (security G4): a file is the old
//! or the new one, nothing readable stays behind, and the exit code tells the truth.

mod edit;
mod memory;
mod order;
mod outputs;
mod strace;
mod users;
mod walks;

use std::ffi::OsString;
use std::fs;
use std::path::Path;
use strace::{Run, program};

/// A value that must not be seen anywhere but in a plain file.
const CANARY: &str = "canary-7b1d4e";
const ALICE: &str = "age10e8gwpg877crsfgh9ymrr92cks8u3xavduc9e0vftvfvk9hnf3rq00kruf";

fn plain() -> String {
    format!("# a config\ndb:\n    password: {CANARY} # old\n    port: 5432\n")
}

/// A run of the program with these arguments.
fn run(arguments: &[&str]) -> Run {
    let arguments = std::iter::once(program().into_os_string()).chain(arguments.iter().map(OsString::from));
    let key = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/keys/alice.age");
    Run {
        arguments: arguments.collect(),
        environment: vec![("SOPS_AGE_KEY_FILE", key.into()), ("PATH", "/usr/bin:/bin".into())],
    }
}

/// Runs without strace; the standard output of a run that succeeds.
fn plainly(directory: &Path, arguments: &[&str]) -> Option<Vec<u8>> {
    let Run { arguments, environment } = run(arguments);
    let output = std::process::Command::new(&arguments[0])
        .args(&arguments[1..])
        .env_clear()
        .envs(environment)
        .current_dir(directory)
        .stdin(std::process::Stdio::null())
        .output()
        .expect("the program");
    output.status.success().then_some(output.stdout)
}

/// The plain text, sealed once for all tests.
fn sealed() -> String {
    static SEALED: std::sync::OnceLock<String> = std::sync::OnceLock::new();
    SEALED
        .get_or_init(|| {
            let directory = tempfile::tempdir().expect("a directory");
            fs::write(directory.path().join("a.yaml"), plain()).expect("a file");
            let sealed = plainly(directory.path(), &["encrypt", "--age", ALICE, "a.yaml"]).expect("encrypt");
            String::from_utf8(sealed).expect("text")
        })
        .clone()
}
