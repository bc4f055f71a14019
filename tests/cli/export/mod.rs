//! `export`: what it prints is read by those that it is for, and has to be what went in.

mod files;
mod github;
mod presets;
mod shells;
mod values;

use crate::support::outcome::Outcome;
use crate::support::sandbox::Sandbox;
use crate::support::team;
use std::collections::BTreeMap;

/// Names and values.
type Pairs = BTreeMap<String, String>;

/// A sandbox with a sealed file of this text.
fn sealed(name: &str, plain: &str) -> Sandbox {
    let sandbox = Sandbox::new();
    team::sealed(&sandbox, name, plain, &["alice"]);
    sandbox
}

/// A sandbox with the pairs in the sealed file `f.json`.
fn sealed_pairs(pairs: &Pairs) -> Sandbox {
    sealed("f.json", &serde_json::to_string(pairs).expect("JSON"))
}

/// Exports `f.json` to the file `out`.
fn export(sandbox: &Sandbox, flags: &[&str]) {
    sandbox.run(["export", "-o", "out"].iter().chain(flags).chain(&["f.json"])).ok();
}

/// What a reader prints as `NAME=VALUE`, each with a NUL byte behind; only names of the pairs that it was given.
fn read(outcome: Outcome, given: &Pairs) -> Pairs {
    let text = outcome.text();
    let lines = text.split('\0').filter_map(|line| line.split_once('='));
    let own = lines.filter(|(name, _)| given.contains_key(*name));
    own.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// As [`assert_eq!`], but says which values differ and not all of a large one.
#[track_caller]
fn assert_same(read: &Pairs, given: &Pairs) {
    let missing: Vec<_> = given.keys().filter(|name| !read.contains_key(*name)).collect();
    assert!(missing.is_empty(), "not read: {missing:?}");
    let short = |text: &str| text.chars().take(200).collect::<String>();
    for (name, value) in given {
        let found = &read[name];
        assert!(found == value, "{name}: {:?} was read for {:?}", short(found), short(value));
    }
    assert_eq!(read.len(), given.len());
}

#[test]
fn flags_that_contradict_each_other_are_refused() {
    let sandbox = sealed("f.json", "{\"a\": \"hunter2\"}");
    for (flags, message) in [
        (&["bash", "--preset", "dlt", "--upper"][..], "--upper contradicts --preset dlt"),
        (&["bash", "--preset", "dbt", "--separator", "_"], "--separator contradicts --preset dbt"),
        (&["bash", "--preset", "airflow", "--json=all"], "--json contradicts --preset airflow"),
        (&["bash", "--preset", "airflow", "--prefix", "X"], "--prefix contradicts --preset airflow"),
        (&["bash", "--name", "x"], "--name is for Kubernetes"),
        (&["json", "--namespace", "x"], "--namespace is for Kubernetes"),
        (&["k8s-secret"], "needs a --name"),
        (&["dlt-toml", "--only", "a"], "--only is about variables"),
        (&["dlt-toml", "--preset", "dlt"], "--preset is about variables"),
    ] {
        let outcome = sandbox.run(["export", "--format"].iter().chain(flags).chain(&["f.json"]));
        let said = outcome.fails(8);
        assert!(said.contains(message), "{said}");
        assert!(said.contains("hint: ") && !said.contains("hunter2"), "{said}");
    }
    let said = sandbox.run(["exec-env", "--preset", "dlt", "--json", "f.json", "--", "true"]).fails(8);
    assert!(said.contains("--json contradicts --preset dlt"), "{said}");
}

#[test]
fn names_that_a_reader_can_not_have_are_refused_and_never_changed() {
    let plain = "{\"my-db\": {\"pass.word\": \"hunter2\"}, \"UID\": \"hunter2\", \"options\": \"hunter2\"}";
    let sandbox = sealed("f.json", plain);
    for (format, only, key) in [
        ("bash", "my-*", "my-db[\"pass.word\"]"),
        ("sh", "UID", "UID"),
        ("zsh", "options", "options"),
        ("fish", "my-*", "my-db[\"pass.word\"]"),
        ("direnv", "my-*", "my-db[\"pass.word\"]"),
    ] {
        let said = sandbox.run(["export", "--format", format, "--only", only, "f.json"]).fails(1);
        assert!(said.starts_with(&format!("error: f.json: {key} can't become the variable ")), "{said}");
        assert!(said.contains("hint: ") && !said.contains("hunter2"), "{said}");
    }
    for format in ["dotenv", "docker", "json", "powershell", "nu"] {
        let text = sandbox.run(["export", "--format", format, "--only", "my-*", "f.json"]).text();
        assert!(text.contains("my-db__pass.word"), "{text}");
    }
}

#[test]
fn names_that_load_code_are_refused_in_every_format() {
    let sandbox = sealed("f.json", "{\"LD_PRELOAD\": \"hunter2\"}");
    for format in ["dotenv", "bash", "fish", "powershell", "nu", "direnv", "docker", "json", "github"] {
        let said = sandbox.run(["export", "--format", format, "f.json"]).fails(1);
        assert!(said.contains("LD_PRELOAD") && !said.contains("hunter2"), "{said}");
    }
    let allowed = ["export", "--format", "bash", "--allow-env", "LD_PRELOAD", "f.json"];
    assert_eq!(sandbox.run(allowed).text(), "export LD_PRELOAD='hunter2'\n");
}

#[test]
fn a_written_file_is_readable_by_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let sandbox = sealed("f.json", "{\"a\": \"1\"}");
    export(&sandbox, &["--format", "dotenv"]);
    let mode = std::fs::metadata(sandbox.path("out")).expect("the file").permissions().mode();
    assert_eq!((sandbox.text("out").as_str(), mode & 0o777), ("a=1\n", 0o600));
}

#[test]
fn of_several_files_the_later_one_wins() {
    let sandbox = sealed("f.json", "{\"a\": \"1\", \"b\": \"2\"}");
    team::sealed(&sandbox, "g.yaml", "b: 3\n", &["alice"]);
    let text = sandbox.run(["export", "--format", "bash", "f.json", "g.yaml"]).text();
    assert_eq!(text, "export a='1'\nexport b='3'\n");
}
