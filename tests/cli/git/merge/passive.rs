//! What the driver may not do: git starts it by itself, in repositories that others write.

use super::*;

fn of(a: &str, b: &str) -> String {
    format!("a: {a}\nkeep: x\nb: {b}\n")
}

/// Runs the driver by hand under strace; the system calls that start a program or open a connection.
fn traced(repository: &Repository, words: &[&str], variables: &[(&str, &str)]) -> (Outcome, Vec<String>) {
    let trace = repository.sandbox.home().join("trace");
    let calls = "trace=execve,execveat,connect,socket,fork,vfork,kill";
    let program = crate::support::tools::sops_rs();
    let head = ["-f", "-qq", "-e", calls, "-o"].map(Into::into).to_vec();
    let args: Vec<std::ffi::OsString> = head
        .into_iter()
        .chain([trace.clone().into(), program.into(), "merge".into(), "--driver".into()])
        .chain(words.iter().map(Into::into))
        .collect();
    let mut run = repository.sandbox.program(Path::new("strace"), args);
    for (name, value) in variables {
        run = run.env(name, value);
    }
    let outcome = run.run();
    let text = std::fs::read_to_string(trace).expect("a trace");
    (outcome, text.lines().filter(|line| line.contains('(')).map(str::to_owned).collect())
}

#[test]
fn the_driver_starts_no_program_and_opens_no_connection() {
    let repository = repository();
    let (alice, other) =
        (recipient("alice"), "age1yubikey1qwerty00000000000000000000000000000000000000000000000000000000");
    for file in ["s.yaml", "theirs.yaml", "base.yaml"] {
        repository.sandbox.write(file, of("1", "2"));
        repository.sandbox.run(["encrypt", "-i", "--age", &alice, file]).ok();
    }
    // Both have a key of their own, and the policy names a plugin and a service.
    let rule = format!(
        "creation_rules:\n  - age: {alice},{other}\n    kms: arn:aws:kms:eu-west-1:111122223333:key/a\n"
    );
    repository.sandbox.write(".sops.yaml", rule);
    let touched = repository.sandbox.home().join("touched");
    let command = format!("touch {}", touched.display());
    let variables =
        [("SOPS_AGE_KEY_CMD", command.as_str()), ("SOPS_AGE_SSH_PRIVATE_KEY_CMD", command.as_str())];
    let words = ["base.yaml", "s.yaml", "theirs.yaml", "7", "s.yaml"];
    let (outcome, calls) = traced(&repository, &words, &variables);
    assert_eq!(outcome.status.code(), Some(1), "{}", outcome.describe());
    assert_eq!(calls.len(), 1, "only the program itself: {calls:#?}");
    assert!(calls[0].contains("execve"), "{calls:#?}");
    assert!(!touched.exists());
}

#[test]
fn the_driver_answers_one_to_whatever_it_gets() {
    let repository = repository();
    seal(&repository, "good.yaml", &of("1", "2"));
    let bytes = repository.sandbox.read("good.yaml");
    repository.sandbox.write("noise.yaml", (0..=255).collect::<Vec<u8>>());
    repository.sandbox.write("half.yaml", &bytes[..bytes.len() / 2]);
    repository.sandbox.write("empty.yaml", "");
    for ours in ["good.yaml", "noise.yaml", "half.yaml", "empty.yaml", "none.yaml"] {
        for theirs in ["noise.yaml", "half.yaml", "none.yaml", "empty.yaml"] {
            for path in ["s.yaml", "-x", "a\nb.json", "s.toml", "s"] {
                repository.sandbox.write("good.yaml", &bytes);
                let words = ["merge", "--driver", "empty.yaml", ours, theirs, "7", path, "%S", "", "-l"];
                let outcome = repository.sandbox.run(words);
                let code = outcome.status.code();
                assert!(matches!(code, Some(0 | 1)), "{}", outcome.describe());
            }
        }
    }
}

#[test]
fn a_common_ancestor_with_markers_counts_with_both_halves() {
    let repository = repository();
    let of = |second: &str, third: &str| text(Format::Yaml, ["a", second, third]);
    diverged(&repository, "s.yaml", &of("b", "c"), &of("x", "c"), &of("y", "c"));
    repository.git(["branch", "side", "topic"]);
    // Each side merges the other one and resolves the conflict in its own way, so that they have two ancestors.
    for (branch, other, second) in [("main", "topic", "x"), ("side", "main~1", "x")] {
        let other = if branch == "side" { "first" } else { other };
        if branch == "main" {
            repository.git(["tag", "first", "main"]);
        }
        repository.git(["switch", "--quiet", branch]);
        assert!(!repository.try_git(["merge", "--no-edit", other]).success());
        repository.git([
            "checkout",
            "--quiet",
            if branch == "main" { "--ours" } else { "--theirs" },
            "s.yaml",
        ]);
        opens_to(&repository, "s.yaml", &of(second, "c"));
        repository.commit("resolved");
    }
    rewrite(&repository, "s.yaml", &of("x", "side"));
    repository.commit("side goes on");
    repository.git(["switch", "--quiet", "main"]);
    rewrite(&repository, "s.yaml", &text(Format::Yaml, ["main", "x", "c"]));
    repository.commit("main goes on");
    let outcome = repository.try_git(["merge", "--no-edit", "side"]);
    assert!(outcome.success(), "{}", outcome.describe());
    opens_to(&repository, "s.yaml", &text(Format::Yaml, ["main", "x", "side"]));
}
