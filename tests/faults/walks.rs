use crate::strace::{Fault, Outcome, walk};
use crate::{ALICE, CANARY, plain, plainly, run, sealed};
use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;

const KILL: &[Fault] = &[Fault::Kill];
const ERRORS: &[Fault] =
    &[Fault::Error("ENOSPC"), Fault::Error("EIO"), Fault::Error("EINTR"), Fault::Error("EACCES")];
const MODE: u32 = 0o640;
const CONFIG: &str = ".sops.yaml";
const BOB: &str = "age1duy0qs8s9tllj4975p6qsylkc2zt8tredgqy05geu46jnjlyhagq4pcae0";

/// A rule for Alice and Bob.
fn config() -> String {
    format!("creation_rules:\n  - age: {ALICE},{BOB}\n")
}

/// What a file may hold in the end.
enum Holds {
    Nothing,
    Plain,
    Sealed,
    /// Sealed, with the very bytes that it had before.
    SameSealed,
    /// Sealed, not as it was before, and opens to the text in which the first is replaced by the second.
    Changed(&'static str, &'static str),
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

const SET: Case = changing(&["set", "a.yaml", "db.port", "6543"], "5432", "6543");
const UNSET: Case = changing(&["unset", "a.yaml", "db.port"], "    port: 5432\n", "");
const ROTATE: Case = changing(&["rotate", "-i", "a.yaml"], "5432", "5432");
const UPDATEKEYS: Case = changing(&["updatekeys", "-y", "a.yaml"], "5432", "5432");

/// A command that changes the sealed file.
const fn changing(arguments: &'static [&'static str], old: &'static str, new: &'static str) -> Case {
    Case { arguments, file: "a.yaml", before: Holds::SameSealed, after: Holds::Changed(old, new) }
}

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
            if self.arguments[0] == "updatekeys" {
                fs::write(directory.join(CONFIG), config()).expect("the config");
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
            if [OsStr::new("a.yaml"), OsStr::new(CONFIG), OsStr::new(self.file)]
                .contains(&&*entry.file_name())
            {
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
        (Holds::Changed(old, new), Some(found)) => {
            let expected = plain().replace(old, new);
            found != sealed()
                && !found.contains(CANARY)
                && plainly(directory, &["decrypt", file]).is_some_and(|opened| opened == expected.as_bytes())
        }
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
fn a_kill_at_any_call_of_a_change_leaves_the_old_or_the_new_file() {
    for case in [SET, UNSET, ROTATE, UPDATEKEYS] {
        case.strike(KILL);
    }
}

#[test]
#[ignore = "slow: thousands of runs"]
fn an_error_of_any_call_leaves_the_old_or_the_new_file_and_nothing_else() {
    for case in [ENCRYPT_IN_PLACE, DECRYPT_IN_PLACE, ENCRYPT_TO_NEW, DECRYPT_TO_NEW, DECRYPT_TO_EXISTING] {
        case.strike(ERRORS);
    }
    for case in [SET, UNSET, ROTATE, UPDATEKEYS] {
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
