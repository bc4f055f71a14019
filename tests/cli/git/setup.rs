//! `git-setup`: what it makes of real repositories, what it finds missing, and that it leaves no trace when it goes.

use crate::support::outcome::Outcome;
use crate::support::repository::Repository;
use crate::support::sandbox::recipient;
use crate::support::terminal::Terminal;
use crate::support::tools;
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};

/// A config with a rule for each pattern.
fn config(patterns: &[&str]) -> String {
    let rule = |pattern: &&str| format!("  - path_regex: '{pattern}'\n    age: {}\n", recipient("alice"));
    format!("creation_rules:\n{}", patterns.iter().map(rule).collect::<String>())
}

/// A repository with a config and two files that its rule matches.
fn repository() -> Repository {
    let repository = Repository::new();
    fill(&repository);
    repository
}

fn fill(repository: &Repository) {
    let sandbox = &repository.sandbox;
    sandbox.write(".sops.yaml", config(&[r"\.enc\.(yaml|json)$", "^prod/"]));
    sandbox.write("a.enc.yaml", "a: 1\n");
    sandbox.write("prod/é b.toml", "a = 1\n");
    sandbox.write("other.yaml", "a: 1\n");
}

fn setup_in(repository: &Repository, directory: &Path, words: &[&str]) -> Outcome {
    let path = format!("{}:/usr/bin:/bin", repository.bin().display());
    let words = ["git-setup"].iter().chain(words);
    repository
        .sandbox
        .program(&repository.bin().join("sops-rs"), words)
        .env("PATH", path)
        .within(directory)
        .run()
}

fn setup(repository: &Repository, words: &[&str]) -> Outcome {
    setup_in(repository, &repository.sandbox.path(""), words)
}

/// Everything below a directory: mode, and bytes or target.
fn tree(directory: &Path) -> BTreeMap<PathBuf, (u32, Vec<u8>)> {
    let mut found = BTreeMap::new();
    let mut open = vec![directory.to_owned()];
    while let Some(directory) = open.pop() {
        for entry in fs::read_dir(&directory).expect("a directory") {
            let path = entry.expect("an entry").path();
            let metadata = path.symlink_metadata().expect("metadata");
            let content = if metadata.is_dir() {
                open.push(path.clone());
                Vec::new()
            } else if metadata.is_symlink() {
                fs::read_link(&path).expect("a link").into_os_string().into_encoded_bytes()
            } else {
                fs::read(&path).expect("a file")
            };
            found.insert(path, (metadata.permissions().mode(), content));
        }
    }
    found
}

#[track_caller]
fn same(before: &BTreeMap<PathBuf, (u32, Vec<u8>)>, after: &BTreeMap<PathBuf, (u32, Vec<u8>)>) {
    let paths = before.keys().chain(after.keys());
    let differ: Vec<_> = paths.filter(|path| before.get(*path) != after.get(*path)).collect();
    assert!(differ.is_empty(), "{differ:#?}");
}

fn script(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().expect("a directory")).expect("a directory");
    // A link would lead to the program under test.
    let _ = fs::remove_file(path);
    fs::write(path, text).expect("a script");
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("a mode");
}

/// Puts a program in the place of sops-rs that writes down how it is called and answers as the file `answer` says.
fn record_calls(repository: &Repository) {
    let home = repository.sandbox.home();
    let text =
        "#!/bin/sh\necho \"$*\" >>\"$HOME/calls\"\ncat >>\"$HOME/calls\"\nexit $(cat \"$HOME/answer\")\n";
    script(&repository.bin().join("sops-rs"), text);
    fs::write(home.join("answer"), "0").expect("an answer");
}

fn attributes(repository: &Repository, path: &str) -> String {
    repository.git(["check-attr", "diff", "merge", "--", path])
}

#[test]
fn a_repository_gets_attributes_settings_and_a_hook_once() {
    let repository = repository();
    setup(&repository, &[]).ok();
    for path in ["a.enc.yaml", "deep/er/b.enc.json", "prod/x", "prod/é b.toml"] {
        let found = attributes(&repository, path);
        assert!(found.contains("diff: sops-rs") && found.contains("merge: sops-rs"), "{found}");
    }
    assert!(attributes(&repository, "other.yaml").contains("diff: unspecified"));
    let settings = repository.git(["config", "--local", "--get-regexp", "sops-rs"]);
    assert_eq!(
        settings,
        "diff.sops-rs.textconv sops-rs textconv\ndiff.sops-rs.cachetextconv false\n\
         merge.sops-rs.name three-way merge of encrypted files (sops-rs)\n\
         merge.sops-rs.driver sops-rs merge --driver %O %A %B %L %P %S %X %Y\n"
    );
    let once = tree(&repository.sandbox.path(""));
    setup(&repository, &[]).ok();
    same(&once, &tree(&repository.sandbox.path("")));
    setup(&repository, &["--check"]).ok();
}

#[test]
fn what_a_clone_lacks_is_told_with_what_to_type() {
    let repository = repository();
    setup(&repository, &[]).ok();
    repository.commit("all");
    let clone = repository.sandbox.home().join("a clone");
    repository.git(["clone", "--quiet", ".", clone.to_str().expect("text")]);
    let missing = setup_in(&repository, &clone, &["--check"]);
    assert_eq!(missing.status.code(), Some(1));
    let lines = String::from_utf8(missing.stdout).expect("text");
    assert_eq!(lines.lines().count(), 5, "{lines}");
    assert!(lines.lines().all(|line| line.contains("to do: sops-rs git-setup")), "{lines}");
    let json = setup_in(&repository, &clone, &["--check", "--json"]);
    let json: serde_json::Value = serde_json::from_slice(&json.stdout).expect("JSON");
    assert_eq!((&json["complete"], &json["missing"][0]["id"]), (&false.into(), &"settings".into()));
    setup_in(&repository, &clone.join("prod"), &[]).ok();
    setup_in(&repository, &clone, &["--check"]).ok();
    assert_eq!(repository.git_in(&clone, ["status", "--porcelain"]).text(), "");
}

#[test]
fn removing_restores_every_byte_and_mode() {
    for attributes in [None, Some(""), Some("*.x text"), Some("a text\r\n*.x -diff\r\n"), Some("# é\n\n\n")]
    {
        let repository = repository();
        if let Some(attributes) = attributes {
            repository.sandbox.write(".gitattributes", attributes);
        }
        let hook = repository.sandbox.path(".git/hooks/pre-commit");
        script(&hook, "#!/bin/sh\nexit 0\n");
        fs::set_permissions(&hook, fs::Permissions::from_mode(0o750)).expect("a mode");
        repository.sandbox.write("lefthook.yml", "# ours\npre-push:\n  commands:\n    test: {run: make}\n");
        repository.git(["config", "diff.other.textconv", "cat"]);
        let before = tree(&repository.sandbox.path(""));
        setup(&repository, &["--dry-run"]).ok();
        same(&before, &tree(&repository.sandbox.path("")));
        setup(&repository, &[]).ok();
        if attributes == Some("a text\r\n*.x -diff\r\n") {
            let text = repository.sandbox.text(".gitattributes");
            assert_eq!(text.matches('\n').count(), text.matches("\r\n").count());
        }
        setup(&repository, &["--pre-commit", "--lefthook"]).ok();
        setup(&repository, &["--check"]).ok();
        setup(&repository, &["--remove", "--dry-run"]).ok();
        assert_ne!(before, tree(&repository.sandbox.path("")));
        setup(&repository, &["--remove"]).ok();
        same(&before, &tree(&repository.sandbox.path("")));
        setup(&repository, &["--remove"]).ok();
    }
}

#[test]
fn a_half_done_or_half_undone_setup_can_be_done_and_undone() {
    let repository = repository();
    let hook = repository.sandbox.path(".git/hooks/pre-commit");
    script(&hook, "#!/bin/sh\nexit 0\n");
    let before = tree(&repository.sandbox.path(""));
    // As if it had been ended between the two steps.
    fs::rename(&hook, hook.with_file_name("pre-commit.before-sops-rs")).expect("a rename");
    repository.git(["config", "diff.sops-rs.textconv", "/gone/sops-rs textconv"]);
    repository.sandbox.write(".gitattributes", "# sops-rs: begin\nx diff=sops-rs merge=sops-rs\n");
    let damaged = tree(&repository.sandbox.path(""));
    setup(&repository, &["--remove"]).ok();
    same(&before, &tree(&repository.sandbox.path("")));
    for (path, (mode, bytes)) in &damaged {
        if path.is_dir() || bytes.is_empty() {
            continue;
        }
        fs::write(path, bytes).expect("a file");
        fs::set_permissions(path, fs::Permissions::from_mode(*mode)).expect("a mode");
    }
    fs::remove_file(&hook).expect("no hook");
    let found = setup(&repository, &["--check"]);
    let said = String::from_utf8(found.stdout).expect("text");
    assert!(
        said.contains("calls a program that is not there") && said.contains("no rule stands behind"),
        "{said}"
    );
    setup(&repository, &[]).ok();
    setup(&repository, &["--remove"]).ok();
    same(&before, &tree(&repository.sandbox.path("")));
}

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
fn worktrees_and_submodules_are_clones_like_others() {
    let repository = repository();
    repository.commit("all");
    let tree = repository.sandbox.home().join("a tree");
    repository.git(["worktree", "add", "--quiet", "-b", "tree", tree.to_str().expect("text")]);
    repository.git(["config", "extensions.worktreeConfig", "true"]);
    setup_in(&repository, &tree.join("prod"), &[]).ok();
    assert!(tree.join(".gitattributes").is_file() && !repository.sandbox.path(".gitattributes").exists());
    assert!(repository.sandbox.path(".git/hooks/pre-commit").is_file());
    setup_in(&repository, &tree, &["--check"]).ok();
    record_calls(&repository);
    assert!(repository.git_in(&tree, ["commit", "--allow-empty", "-m", "x"]).success());
    assert_eq!(
        fs::read_to_string(repository.sandbox.home().join("calls")).expect("calls"),
        "check --staged\n"
    );

    let outer = Repository::new();
    let source = repository.sandbox.path("");
    let words = ["-c", "protocol.file.allow=always", "submodule", "--quiet", "add"];
    outer.git(words.iter().copied().chain([source.to_str().expect("text"), "sub mod"]));
    let inner = outer.sandbox.path("sub mod");
    setup_in(&outer, &inner, &[]).ok();
    setup_in(&outer, &inner, &["--check"]).ok();
    assert!(outer.sandbox.path(".git/modules/sub mod/hooks/pre-commit").is_file());
    assert!(!outer.sandbox.path(".gitattributes").exists());
    setup_in(&outer, &inner, &["--remove"]).ok();
    assert_eq!(outer.git_in(&inner, ["status", "--porcelain"]).text(), "");
}

#[test]
fn a_bare_repository_gets_attributes_and_settings_without_hooks() {
    let repository = Repository::of_kind(&["--object-format=sha256"]);
    fill(&repository);
    repository.commit("all");
    let bare = repository.sandbox.home().join("bare.git");
    repository.git(["clone", "--quiet", "--bare", ".", bare.to_str().expect("text")]);
    let before = tree(&bare);
    setup_in(&repository, &bare, &[]).ok();
    let text = fs::read_to_string(bare.join("info/attributes")).expect("attributes");
    assert!(text.contains("\n*.enc.yaml diff=sops-rs merge=sops-rs\n"), "{text}");
    assert!(!bare.join("hooks/pre-commit").exists());
    setup_in(&repository, &bare, &["--check"]).ok();
    setup_in(&repository, &bare, &["--remove"]).ok();
    same(&before, &tree(&bare));
    setup(&repository, &[]).ok();
    setup(&repository, &["--check"]).ok();
}

#[test]
fn a_rule_for_every_path_means_the_files_that_are_encrypted() {
    let repository = Repository::new();
    let sandbox = &repository.sandbox;
    sandbox.write(".sops.yaml", config(&[".*"]));
    let names = ["!a b.yaml", "#c.yaml", "d\"e.yaml", "f*[g].yaml", "h\\i.yaml", "j/é ü.yaml", "k\nl.yaml"];
    for name in names {
        sandbox.write(name, "a: 1\n");
        sandbox.run(["encrypt", "-i", &format!("./{name}")]).ok();
    }
    sandbox.write("plain.yaml", "a: 1\n");
    let said = setup(&repository, &[]);
    assert!(said.stderr.contains("(7) are listed by name"), "{}", said.stderr);
    said.ok();
    for name in names {
        assert!(attributes(&repository, name).contains("diff: sops-rs"), "{name:?}");
    }
    assert!(!attributes(&repository, "plain.yaml").contains("sops-rs"));
    sandbox.write("new.yaml", "a: 1\n");
    sandbox.run(["encrypt", "-i", "new.yaml"]).ok();
    let missing = setup(&repository, &["--check"]);
    assert!(
        String::from_utf8_lossy(&missing.stdout).contains("/new.yaml diff=sops-rs"),
        "{}",
        missing.describe()
    );
}

#[test]
fn each_config_is_for_its_own_directory() {
    let repository = Repository::new();
    let sandbox = &repository.sandbox;
    sandbox.write(".sops.yaml", config(&[r".*\.yaml$"]));
    sandbox.write("a b/.sops-rs.yaml", config(&[r"^x\.json$", r"\.toml$"]));
    sandbox.write("a b/.sops.yaml", config(&["shadowed"]));
    sandbox.write("broken/.sops.yaml", "creation_rules: {\n");
    sandbox.write("a b/x.json", "{\"a\": 1}\n");
    sandbox.write("a b/c/d.toml", "a = 1\n");
    let said = setup(&repository, &[]);
    assert!(said.stderr.contains("broken/.sops.yaml"), "{}", said.stderr);
    said.ok();
    let lines = sandbox.text(".gitattributes");
    assert!(!lines.contains("shadowed"), "{lines}");
    for (path, is_ours) in [
        ("z.yaml", true),
        ("a b/x.json", true),
        ("x.json", false),
        ("a b/c/x.json", false),
        ("a b/c/d.toml", true),
        ("d.toml", false),
        // A config is never encrypted, whatever its rules match.
        (".sops.yaml", false),
    ] {
        assert_eq!(attributes(&repository, path).contains("sops-rs\n"), is_ours, "{path}: {lines}");
    }
}

#[test]
fn attributes_that_override_ours_are_told_by_file() {
    let repository = repository();
    repository.sandbox.write("prod/.gitattributes", "*.toml diff=toml\n");
    let said = setup(&repository, &[]).refuses();
    assert!(said.contains("prod/é b.toml has diff=toml and merge=sops-rs"), "{said}");
    fs::remove_file(repository.sandbox.path("prod/.gitattributes")).expect("a file");
    setup(&repository, &["--check"]).ok();
    repository.sandbox.write(".git/info/attributes", "a.enc.yaml -merge\n");
    let said = String::from_utf8(setup(&repository, &["--check"]).stdout).expect("text");
    assert!(said.contains("a.enc.yaml has diff=sops-rs and merge=unset"), "{said}");
    fs::remove_file(repository.sandbox.path(".git/info/attributes")).expect("a file");
    let text = repository.sandbox.text(".gitattributes");
    repository.sandbox.write(".gitattributes", format!("other.* diff=sops-rs\n{text}"));
    let said = String::from_utf8(setup(&repository, &["--check"]).stdout).expect("text");
    assert!(said.contains(".gitattributes:1 names sops-rs") && said.contains("other.yaml"), "{said}");
}

#[test]
fn attributes_behind_a_link_are_refused() {
    let repository = repository();
    let outside = repository.sandbox.home().join("attributes");
    for target in [outside.as_path(), Path::new("nowhere"), Path::new("other.yaml")] {
        symlink(target, repository.sandbox.path(".gitattributes")).expect("a link");
        let said = setup(&repository, &[]).fails(3);
        assert!(said.contains("symbolic link") && said.contains("hint"), "{said}");
        assert_eq!(setup(&repository, &["--check"]).status.code(), Some(1));
        setup(&repository, &["--remove"]).ok();
        fs::remove_file(repository.sandbox.path(".gitattributes")).expect("a link");
    }
    assert!(!outside.exists());
    assert_eq!(repository.sandbox.text("other.yaml"), "a: 1\n");
}

#[test]
fn kept_plaintext_and_settings_of_the_user_are_found() {
    let repository = repository();
    repository.commit("all");
    repository.git(["config", "diff.sops-rs.cachetextconv", "true"]);
    repository.git(["config", "diff.sops-rs.textconv", "my own"]);
    repository.git(["notes", "--ref", "refs/notes/textconv/sops-rs", "add", "-m", "plaintext"]);
    let first = setup(&repository, &[]);
    assert_eq!(first.status.code(), Some(1));
    assert!(first.stderr.contains("cachetextconv = false (it was \"true\")"), "{}", first.stderr);
    assert!(first.stderr.contains("git update-ref -d refs/notes/textconv/sops-rs"), "{}", first.stderr);
    assert!(first.stderr.contains("\"my own\"") && first.stderr.contains("--force"), "{}", first.stderr);
    assert_eq!(repository.git(["config", "diff.sops-rs.textconv"]), "my own\n");
    repository.git(["update-ref", "-d", "refs/notes/textconv/sops-rs"]);
    setup(&repository, &["--force"]).ok();
    assert_eq!(repository.git(["config", "diff.sops-rs.textconv"]), "sops-rs textconv\n");
    repository.git(["config", "diff.sops-rs.cachetextconv", "true"]);
    repository.git(["config", "--add", "diff.sops-rs.xfuncname", "mine"]);
    assert!(String::from_utf8_lossy(&setup(&repository, &["--check"]).stdout).contains("cachetextconv is"));
    let said = setup(&repository, &["--remove"]);
    assert!(said.stderr.contains("xfuncname") && said.success(), "{}", said.stderr);
    let left = repository.git(["config", "--local", "--get-regexp", "sops-rs"]);
    assert_eq!(left, "diff.sops-rs.cachetextconv true\ndiff.sops-rs.xfuncname mine\n");
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

#[test]
fn without_a_repository_or_a_config_there_is_nothing_to_set_up() {
    let repository = Repository::new();
    let said = setup(&repository, &[]).fails(1);
    assert!(said.contains("sops-rs init"), "{said}");
    assert_eq!(setup(&repository, &["--check"]).status.code(), Some(1));
    let said = setup_in(&repository, &repository.sandbox.home(), &["--check"]).fails(2);
    assert!(said.contains("in no git repository"), "{said}");
    setup_in(&repository, &repository.sandbox.path(".git"), &[]).fails(2);
}

#[test]
fn a_config_above_the_repository_lists_its_files() {
    let repository = Repository::new();
    fs::write(repository.sandbox.path("").parent().expect("above").join(".sops.yaml"), config(&["^work/x"]))
        .expect("config");
    repository.sandbox.write("x.yaml", "a: 1\n");
    repository.sandbox.write("y.yaml", "a: 1\n");
    setup(&repository, &[]).ok();
    assert!(attributes(&repository, "x.yaml").contains("diff: sops-rs"));
    assert!(!attributes(&repository, "y.yaml").contains("sops-rs\n"));
}

#[test]
fn init_offers_the_setup() {
    let repository = Repository::new();
    let sandbox = &repository.sandbox;
    let init = |words: &[&str]| {
        let _ = fs::remove_file(sandbox.path(".sops-rs.yaml"));
        let path = format!("{}:/usr/bin:/bin", repository.bin().display());
        sandbox
            .program(&repository.bin().join("sops-rs"), ["init"].iter().chain(words))
            .env("PATH", path)
            .run()
    };
    let said = init(&[]);
    assert!(said.stderr.contains("\n  sops-rs git-setup\n"), "{}", said.stderr);
    assert!(!init(&["--no-git-setup"]).stderr.contains("git-setup"));
    assert!(!sandbox.path(".gitattributes").exists());
    init(&["--git-setup"]).ok();
    setup(&repository, &["--check"]).ok();
    setup(&repository, &["--remove"]).ok();
    fs::remove_file(sandbox.path(".sops-rs.yaml")).expect("a config");
    let terminal =
        Terminal::start(sandbox, &format!("'{}' init", repository.bin().join("sops-rs").display()));
    terminal.shows("set up git here");
    terminal.keys(&["y", "Enter"]);
    assert_eq!(terminal.ends(), 0);
    assert!(sandbox.path(".gitattributes").exists() && sandbox.path(".git/hooks/pre-commit").exists());
}

#[test]
fn a_clone_that_is_set_up_blocks_plaintext_shows_it_and_merges() {
    let repository = repository();
    let sandbox = &repository.sandbox;
    setup(&repository, &[]).ok();
    repository.git(["add", "--all"]);
    let blocked = repository.try_git(["commit", "--quiet", "-m", "plain"]).refuses();
    assert!(blocked.contains("a.enc.yaml") && blocked.contains("sops-rs encrypt -i"), "{blocked}");
    sandbox.write("a.enc.yaml", "a: old\nb: 1\nc: 2\nd: old\n");
    sandbox.run(["encrypt", "-i", "a.enc.yaml", "prod/é b.toml"]).ok();
    repository.git(["add", "--all"]);
    repository.git(["commit", "--quiet", "-m", "sealed"]);

    repository.git(["checkout", "--quiet", "-b", "side"]);
    sandbox.run(["set", "a.enc.yaml", "a", "\"theirs\""]).ok();
    let shown = repository.git(["diff"]);
    assert!(shown.contains("-a: old\n+a: theirs\n") && !shown.contains("ENC["), "{shown}");
    repository.git(["commit", "--quiet", "--all", "-m", "theirs"]);
    repository.git(["checkout", "--quiet", "main"]);
    sandbox.run(["set", "a.enc.yaml", "d", "\"ours\""]).ok();
    repository.git(["commit", "--quiet", "--all", "-m", "ours"]);
    repository.git(["merge", "--quiet", "side"]);
    assert_eq!(sandbox.run(["decrypt", "a.enc.yaml"]).text(), "a: theirs\nb: 1\nc: 2\nd: ours\n");
}
