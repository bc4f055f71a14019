//! The lines of `git-setup` in `.gitattributes`: which files they are for, and what overrides them.

use super::*;

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
