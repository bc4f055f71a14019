//! `check` in real repositories.

mod findings;
mod formats;
mod hostile;
mod places;
mod staged;
mod verify;

use crate::support::outcome::Outcome;
use crate::support::repository::Repository;
use crate::support::sandbox::{Program, recipient};
use crate::support::team::recipients;
use serde_json::Value;

/// What most files here have in clear.
const PLAIN: &str = "# about it\ndb:\n  user: app\n  password: hunter2\nclear_unencrypted: yes\n";

/// A repository with a rule for Alice and the files below `prod/`.
fn guarded() -> Repository {
    let repository = Repository::new();
    config(&repository, "");
    repository
}

/// The config, with more lines at the end of its rule.
fn config(repository: &Repository, more: &str) {
    let rule = format!(
        "creation_rules:\n  - path_regex: ^prod/\n    age:\n      - {} # alice\n{more}",
        recipient("alice")
    );
    repository.sandbox.write(".sops.yaml", rule);
}

/// A file that the program under test seals for these people, with more flags.
fn sealed(repository: &Repository, name: &str, plain: &str, people: &[&str], flags: &[&str]) -> String {
    let sandbox = &repository.sandbox;
    sandbox.write(name, plain);
    let to = recipients(people);
    let words = ["encrypt", "-i", "--age", &to].into_iter().chain(flags.iter().copied()).chain([name]);
    sandbox.run(words).ok();
    sandbox.text(name)
}

fn check(repository: &Repository, words: &[&str]) -> Program {
    repository.sandbox.sops_rs(["check"].iter().chain(words))
}

/// The findings of a run: `FILE:LINE ID KEY LEVEL`, without what a finding does not have.
fn findings(outcome: &Outcome) -> Vec<String> {
    let report: Value =
        serde_json::from_slice(&outcome.stdout).unwrap_or_else(|_| panic!("{}", outcome.describe()));
    let findings = report["findings"].as_array().expect("a list of findings").iter();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let line = |finding: &Value| {
        let line = finding["line"].as_u64().map(|line| format!(":{line}")).unwrap_or_default();
        let key = finding["key"].as_str().map(|key| format!(" {key}")).unwrap_or_default();
        format!("{}{line} {}{key} {}", text(&finding["file"]), text(&finding["id"]), text(&finding["level"]))
    };
    findings.map(line).collect()
}

/// The findings of `check --json` with these words.
fn found(repository: &Repository, words: &[&str]) -> Vec<String> {
    let words: Vec<&str> = ["--json"].iter().chain(words).copied().collect();
    findings(&check(repository, &words).run())
}
