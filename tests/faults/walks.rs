use crate::strace::{Fault, Outcome, walk};
use crate::{ALICE, CANARY, plain, plainly, run, sealed};
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;

const KILL: &[Fault] = &[Fault::Kill];
const ERRORS: &[Fault] =
    &[Fault::Error("ENOSPC"), Fault::Error("EIO"), Fault::Error("EINTR"), Fault::Error("EACCES")];
const MODE: u32 = 0o640;

/// What a file may hold in the end.
enum Holds {
    Nothing,
    Plain,
    Sealed,
    /// Sealed, with the very bytes that it had before.
    SameSealed,
}

/// A writing command: what its file held before, and what it holds when the command succeeds.
struct Case {
    arguments: &'static [&'static str],
    file: &'static str,
    before: Holds,
    after: Holds,
}

const ENCRYPT_IN_PLACE: Case = Case {
    arguments: &["encrypt", "--age", ALICE, "-i", "a.yaml"],
    file: "a.yaml",
    before: Holds::Plain,
    after: Holds::Sealed,
};
const DECRYPT_IN_PLACE: Case = Case {
    arguments: &["decrypt", "-i", "a.yaml"],
    file: "a.yaml",
    before: Holds::SameSealed,
    after: Holds::Plain,
};
const ENCRYPT_TO_NEW: Case = Case {
    arguments: &["encrypt", "--age", ALICE, "--output", "out.yaml", "a.yaml"],
    file: "out.yaml",
    before: Holds::Nothing,
    after: Holds::Sealed,
};
const DECRYPT_TO_NEW: Case = Case {
    arguments: &["decrypt", "--output", "out.yaml", "a.yaml"],
    file: "out.yaml",
    before: Holds::Nothing,
    after: Holds::Plain,
};
const DECRYPT_TO_EXISTING: Case = Case {
    arguments: &["decrypt", "--output", "out.yaml", "a.yaml"],
    file: "out.yaml",
    before: Holds::SameSealed,
    after: Holds::Plain,
};

impl Case {
    fn input(&self) -> String {
        if self.arguments[0] == "encrypt" { plain() } else { sealed() }
    }

    fn strike(&self, faults: &[Fault]) {
        let prepare = |directory: &Path| {
            fs::write(directory.join("a.yaml"), self.input()).expect("the input");
            if let (Holds::SameSealed, true) = (&self.before, self.file != "a.yaml") {
                fs::write(directory.join(self.file), sealed()).expect("the output");
            }
            for file in fs::read_dir(directory).expect("the directory") {
                let path = file.expect("an entry").path();
                fs::set_permissions(path, fs::Permissions::from_mode(MODE)).expect("a mode");
            }
            run(self.arguments)
        };
        let runs = walk(prepare, faults, |outcome| self.check(outcome));
        println!("{} of {}: {runs} runs", self.arguments.join(" "), self.file);
    }

    fn check(&self, outcome: &Outcome<'_>) {
        let name = format!("{}: {}", self.arguments.join(" "), outcome.name());
        let directory = outcome.directory;
        let is_new = holds(directory, self.file, &self.after);
        let is_old = holds(directory, self.file, &self.before);
        assert!(is_new || is_old, "{name}: neither the old nor the new file");
        let done = outcome.output.status.success();
        assert!(is_new || !done, "{name}: success without a result");
        assert!(is_old || done || outcome.late, "{name}: failure with a result");
        if self.file != "a.yaml" {
            assert_eq!(fs::read_to_string(directory.join("a.yaml")).unwrap(), self.input(), "{name}");
        }
        if let Ok(metadata) = fs::metadata(directory.join(self.file)) {
            let new = matches!(self.before, Holds::Nothing);
            let mode = metadata.mode() & 0o777;
            assert!(mode == MODE || (new && mode & 0o022 == 0), "{name}: mode {mode:o}");
        }
        for entry in fs::read_dir(directory).expect("the directory").flatten() {
            if entry.file_name() == "a.yaml" || entry.file_name() == self.file {
                continue;
            }
            assert_eq!(outcome.fault, Fault::Kill, "{name}: {:?} is left", entry.file_name());
            let content = fs::read_to_string(entry.path()).expect("what is left");
            let mode = entry.metadata().expect("what is left").mode();
            match self.after {
                Holds::Plain => assert_eq!(mode & 0o137 & !MODE, 0, "{name}: mode {mode:o}"),
                _ => assert!(!content.contains(CANARY), "{name}: plaintext is left"),
            }
        }
        let said = String::from_utf8_lossy(&outcome.output.stderr);
        assert!(!said.contains(CANARY), "{name}: the error tells a value");
    }
}

fn holds(directory: &Path, file: &str, what: &Holds) -> bool {
    let found = fs::read_to_string(directory.join(file)).ok();
    match (what, found) {
        (Holds::Nothing, found) => found.is_none(),
        (Holds::Plain, Some(found)) => found == plain(),
        (Holds::SameSealed, Some(found)) => found == sealed(),
        (Holds::Sealed, Some(found)) => {
            !found.contains(CANARY)
                && found.contains("ENC[")
                && plainly(directory, &["decrypt", file]).is_some_and(|opened| opened == plain().as_bytes())
        }
        _ => false,
    }
}

#[test]
fn a_kill_at_any_call_leaves_the_old_or_the_new_file() {
    for case in [ENCRYPT_IN_PLACE, DECRYPT_IN_PLACE, ENCRYPT_TO_NEW, DECRYPT_TO_NEW, DECRYPT_TO_EXISTING] {
        case.strike(KILL);
    }
}

#[test]
#[ignore = "slow: thousands of runs"]
fn an_error_of_any_call_leaves_the_old_or_the_new_file_and_nothing_else() {
    for case in [ENCRYPT_IN_PLACE, DECRYPT_IN_PLACE, ENCRYPT_TO_NEW, DECRYPT_TO_NEW, DECRYPT_TO_EXISTING] {
        case.strike(ERRORS);
    }
}

#[test]
fn a_full_disk_at_any_call_leaves_the_old_file() {
    ENCRYPT_IN_PLACE.strike(&[Fault::Error("ENOSPC")]);
}

#[test]
fn what_a_killed_run_leaves_is_gone_after_the_next() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("a.yaml"), plain()).unwrap();
    let left = directory.path().join(".a.yaml.sops-rs-abcdefgh.tmp");
    fs::write(&left, "of a killed run").unwrap();
    plainly(directory.path(), ENCRYPT_IN_PLACE.arguments).expect("encrypt");
    assert!(!left.exists());
}
