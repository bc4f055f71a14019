//! Security G7: after every command, a value that is secret is nowhere but in the ciphertext: not in the repository, its
//! objects, the home, temporary and runtime directories, memory file systems, or anything printed for people.

use crate::support::outcome::Outcome;
use crate::support::sandbox::{Sandbox, recipient};
use std::fs;
use std::path::{Path, PathBuf};

const CANARY: &str = "canary-5f0c9a";
const NEXT: &str = "canary-81d2e7";

/// A repository with a rule for Alice and an encrypted file that holds the canary.
fn repository() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.git(["init", "-q", "."]);
    sandbox.write(".sops.yaml", format!("creation_rules:\n  - age: {}\n", recipient("alice")));
    sandbox.write("a.yaml", format!("db:\n  user: app\n  password: {CANARY}\n"));
    sandbox.write("editor", format!("#!/bin/sh\nsed -i s/{CANARY}/{NEXT}/ \"$1\"\n"));
    sandbox.program(Path::new("/bin/chmod"), ["+x", "editor"]).run().ok();
    sandbox
}

/// All files below a folder that hold a canary.
fn found_in(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(path) = open.pop() {
        match fs::read_dir(&path) {
            Ok(entries) => open.extend(entries.flatten().map(|entry| entry.path())),
            Err(_) => {
                let bytes = fs::read(&path).unwrap_or_default();
                let holds = |needle: &str| bytes.windows(needle.len()).any(|at| at == needle.as_bytes());
                if (holds(CANARY) || holds(NEXT)) && !path.ends_with("work/editor") {
                    found.push(path);
                }
            }
        }
    }
    found
}

fn check(sandbox: &Sandbox, outcome: &Outcome) {
    assert!(outcome.success(), "{}", outcome.describe());
    for text in [CANARY, NEXT] {
        assert!(!outcome.stderr.contains(text), "{}", outcome.describe());
    }
    sandbox.git(["add", "-A", "--", ".", ":!editor"]);
    sandbox.git(["commit", "-qm", "state", "--allow-empty"]);
    let objects = sandbox.git(["cat-file", "--batch-all-objects", "--batch"]);
    let objects = String::from_utf8_lossy(&objects);
    assert!(!objects.contains(CANARY) && !objects.contains(NEXT), "in git, after {}", outcome.command);
    let root = sandbox.path("").parent().expect("the sandbox").to_owned();
    for folder in [root.as_path(), Path::new("/dev/shm")] {
        let found = found_in(folder);
        assert!(found.is_empty(), "{found:?}, after {}", outcome.command);
    }
}

#[test]
fn no_command_leaves_a_secret_behind() {
    let sandbox = repository();
    let alice = recipient("alice");
    let bob = recipient("bob");
    check(&sandbox, &sandbox.run(["encrypt", "-i", "a.yaml"]));
    let value = format!("\"{CANARY}\"");
    let set = sandbox.sops_rs(["set", "--value-stdin", "a.yaml", "db.second"]);
    check(&sandbox, &set.pipe(&value).run());
    check(&sandbox, &sandbox.run(["unset", "a.yaml", "db.second"]));
    let editor = sandbox.path("editor");
    check(&sandbox, &sandbox.sops_rs(["edit", "a.yaml"]).env("SOPS_EDITOR", &editor).run());
    check(&sandbox, &sandbox.run(["rotate", "-i", "a.yaml"]));
    check(&sandbox, &sandbox.run(["groups", "add", "-f", "a.yaml", "-i", "--age", &alice]));
    check(
        &sandbox,
        &sandbox.run([
            "groups",
            "delete",
            "-f",
            "a.yaml",
            "-i",
            "--shamir-secret-sharing-threshold",
            "1",
            "1",
        ]),
    );
    check(&sandbox, &sandbox.run(["recipients", "add", &bob]));
    check(&sandbox, &sandbox.run(["updatekeys", "-y", "a.yaml"]));
    check(&sandbox, &sandbox.run(["recipients", "remove", &bob]));
    check(&sandbox, &sandbox.run(["filestatus", "a.yaml"]));
    check(&sandbox, &sandbox.run(["exec-env", "a.yaml", "test -n \"$db__password\""]));
    check(&sandbox, &sandbox.run(["exec-file", "a.yaml", "grep -q password {}"]));
    check(&sandbox, &sandbox.run(["exec-file", "--no-fifo", "a.yaml", "grep -q password {}"]));
    check(&sandbox, &sandbox.run(["exec-file", "--memfd", "a.yaml", "grep -q password {}"]));
    for format in ["dotenv", "bash", "fish", "powershell", "nu", "direnv", "docker", "json", "dlt-toml"] {
        check(&sandbox, &sandbox.run(["export", "--format", format, "a.yaml"]));
    }
    check(&sandbox, &sandbox.run(["export", "--format", "k8s-secret", "--name", "n", "a.yaml"]));
    check(&sandbox, &sandbox.run(["decrypt", "--extract", "db.user", "a.yaml"]));
    assert!(sandbox.text("a.yaml").contains(&alice) && !sandbox.text("a.yaml").contains(&bob));
}
