//! The pre-commit hook of `git-setup`: beside an earlier one, shared with others, or an entry for a manager of hooks.

use super::*;

#[test]
fn an_earlier_hook_runs_after_ours_and_decides_as_before() {
    let repository = repository();
    let earlier = "#!/bin/sh\necho \"earlier $0 $*\" >>\"$HOME/calls\"\nexit $(cat \"$HOME/earlier\")\n";
    script(&repository.sandbox.path(".git/hooks/pre-commit"), earlier);
    setup(&repository, &[]).ok();
    record_calls(&repository);
    let home = repository.sandbox.home();
    repository.git(["add", "--all"]);
    let commit = |answer: &str, earlier: &str| {
        fs::write(home.join("answer"), answer).expect("an answer");
        fs::write(home.join("earlier"), earlier).expect("an answer");
        let _ = fs::remove_file(home.join("calls"));
        let done = repository.try_git(["commit", "--quiet", "--allow-empty", "-m", "x"]).success();
        (done, fs::read_to_string(home.join("calls")).expect("calls"))
    };
    assert_eq!(commit("1", "0"), (false, "check --staged\n".to_owned()));
    let both = "check --staged\nearlier .git/hooks/pre-commit.before-sops-rs \n";
    assert_eq!(commit("0", "3"), (false, both.to_owned()));
    assert_eq!(commit("0", "0"), (true, both.to_owned()));
    // Arguments, standard input and exit status pass through.
    script(
        &repository.sandbox.path(".git/hooks/pre-commit.before-sops-rs"),
        "#!/bin/sh\nread line\necho \"$1-$2 $line\"\nexit 7\n",
    );
    let hook = repository.sandbox.path(".git/hooks/pre-commit");
    let path = format!("{}:/usr/bin:/bin", repository.bin().display());
    let passed = repository.sandbox.program(&hook, ["a b", "c"]).env("PATH", path).pipe("line\n").run();
    assert_eq!((passed.status.code(), passed.stdout.as_slice()), (Some(7), &b"a b-c line\n"[..]));
}

#[test]
fn without_the_program_a_commit_is_blocked_with_a_way_around() {
    let repository = repository();
    setup(&repository, &[]).ok();
    fs::remove_file(repository.bin().join("sops-rs")).expect("a link");
    repository.git(["add", "--all"]);
    let said = repository.try_git(["commit", "-m", "x"]).refuses();
    assert!(said.contains("not on the search path") && said.contains("git commit --no-verify"), "{said}");
    repository.git(["commit", "--quiet", "--no-verify", "-m", "x"]);
}

#[test]
fn a_program_that_is_not_on_the_path_is_called_by_its_own() {
    let repository = repository();
    let odd = repository.sandbox.home().join("it's 100% \"here\"");
    fs::create_dir(&odd).expect("a directory");
    // Copied by another process: one that still had it open could not be started here.
    repository.sandbox.program(Path::new("cp"), [tools::sops_rs(), odd.join("sops-rs")]).run().ok();
    repository.sandbox.program(&odd.join("sops-rs"), ["git-setup"]).run().ok();
    let textconv = repository.git(["config", "diff.sops-rs.textconv"]);
    let words = |line: &str| {
        repository.sandbox.program(Path::new("/bin/sh"), ["-c", &format!("printf '%s|' {line}")]).run().text()
    };
    assert_eq!(words(textconv.trim()), format!("{}|textconv|", odd.join("sops-rs").display()));
    let driver = repository.git(["config", "merge.sops-rs.driver"]);
    assert!(driver.contains("100%% "), "{driver}");
    let text = repository.sandbox.text(".git/hooks/pre-commit");
    let line = text.lines().find_map(|line| line.strip_suffix(" check --staged </dev/null || exit $?"));
    assert_eq!(words(line.expect("a call")), format!("{}|", odd.join("sops-rs").display()));
    // Moved: found, and mended.
    fs::remove_dir_all(&odd).expect("it is gone");
    assert!(String::from_utf8_lossy(&setup(&repository, &["--check"]).stdout).contains("not there"));
    setup(&repository, &[]).ok();
    assert_eq!(repository.git(["config", "diff.sops-rs.textconv"]), "sops-rs textconv\n");
    assert!(repository.sandbox.text(".git/hooks/pre-commit").contains("\nsops-rs check --staged "));
}

#[test]
fn shared_hooks_are_changed_on_request_only() {
    for (hooks, file) in [("tools/hooks", "tools/hooks/pre-commit"), (".husky/_", ".husky/pre-commit")] {
        let repository = repository();
        script(&repository.sandbox.path(file), "#!/bin/sh\necho mine\n");
        fs::create_dir_all(repository.sandbox.path(hooks)).expect("a directory");
        repository.git(["config", "core.hooksPath", hooks]);
        let before = tree(&repository.sandbox.path(""));
        let outcome = setup(&repository, &[]);
        assert_eq!(outcome.status.code(), Some(1));
        assert!(
            outcome.stderr.contains("--edit-hook") && outcome.stderr.contains(file),
            "{}",
            outcome.stderr
        );
        assert_eq!(repository.sandbox.text(file), "#!/bin/sh\necho mine\n");
        assert!(!repository.sandbox.path(".git/hooks/pre-commit").exists());
        setup(&repository, &["--edit-hook"]).ok();
        setup(&repository, &["--edit-hook"]).ok();
        let text = repository.sandbox.text(file);
        assert!(
            text.starts_with("#!/bin/sh\n# sops-rs: begin") && text.ends_with("end\necho mine\n"),
            "{text}"
        );
        setup(&repository, &["--check"]).ok();
        setup(&repository, &["--remove"]).ok();
        same(&before, &tree(&repository.sandbox.path("")));
    }
}

#[test]
fn managers_of_hooks_get_an_entry_and_lose_it_again() {
    let kept = "# mine\nrepos:\n- repo: https://example.org/x  # y\n  rev: \"1\"\n  hooks:\n  - id: z\n";
    for (words, name, text) in [
        ("--pre-commit", ".pre-commit-config.yaml", Some(kept)),
        ("--pre-commit", ".pre-commit-config.yaml", None),
        ("--lefthook", "lefthook.yml", Some("pre-commit:\n  parallel: true # yes\n")),
        ("--lefthook", ".lefthook.toml", Some("[pre-push.commands.t]\nrun = 'x'\n")),
        ("--lefthook", "lefthook.yml", None),
    ] {
        let repository = repository();
        text.map(|text| repository.sandbox.write(name, text));
        let before = tree(&repository.sandbox.path(""));
        let first = setup(&repository, &[words]);
        assert!(first.stderr.contains("install"), "{}", first.stderr);
        let once = repository.sandbox.text(name);
        assert!(once.contains("sops-rs check --staged") && once.starts_with(text.unwrap_or("")), "{once}");
        assert!(!repository.sandbox.path(".git/hooks/pre-commit").exists());
        setup(&repository, &[words]);
        setup(&repository, &[]);
        assert_eq!(repository.sandbox.text(name), once);
        script(&repository.sandbox.path(".git/hooks/pre-commit"), "#!/bin/sh\n# by the manager\n");
        setup(&repository, &["--check"]).ok();
        fs::remove_file(repository.sandbox.path(".git/hooks/pre-commit")).expect("a hook");
        setup(&repository, &["--remove"]).ok();
        same(&before, &tree(&repository.sandbox.path("")));
    }
}
