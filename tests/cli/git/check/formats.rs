//! The formats of a report, read back.

use super::{PLAIN, check, config, guarded, sealed};
use crate::support::repository::Repository;
use serde_json::Value;

/// Files with findings of every level, one of them under a name that needs every kind of quoting.
fn bad() -> Repository {
    let repository = guarded();
    repository.sandbox.write("prod/a b,ä:%.yaml", PLAIN);
    let text = sealed(&repository, "prod/c.yaml", "a_unencrypted: CHANGEME\nb: 1\n", &["alice"], &[]);
    repository.sandbox.write("elsewhere.yaml", text);
    repository
}

fn parsed(repository: &Repository, words: &[&str]) -> Value {
    let outcome = check(repository, words).run();
    assert_eq!(outcome.status.code(), Some(1), "{}", outcome.describe());
    serde_json::from_slice(&outcome.stdout).unwrap_or_else(|error| panic!("{error}: {}", outcome.describe()))
}

#[test]
fn json_has_every_finding_with_its_fix() {
    let report = parsed(&bad(), &["--json"]);
    for (field, number) in
        [("schema_version", 1), ("files", 3), ("encrypted", 2), ("errors", 1), ("warnings", 2), ("notes", 1)]
    {
        assert_eq!(report[field], number, "{field}");
    }
    let finding =
        report["findings"].as_array().and_then(|all| all.iter().find(|one| one["level"] == "error"));
    let finding = finding.expect("an error");
    assert_eq!(
        (&finding["file"], &finding["line"], &finding["column"]),
        (&"prod/a b,ä:%.yaml".into(), &3.into(), &9.into())
    );
    assert_eq!(finding["fix"], "`sops-rs encrypt -i 'prod/a b,ä:%.yaml'`");
    assert!(report["findings"].as_array().is_some_and(|all| all.iter().any(|one| one["line"].is_null())));
}

#[test]
fn sarif_has_what_its_schema_requires() {
    let report = parsed(&bad(), &["--format", "sarif"]);
    assert_eq!(report["version"], "2.1.0");
    let run = &report["runs"][0];
    let driver = &run["tool"]["driver"];
    assert_eq!(driver["name"], "sops-rs");
    let rules = driver["rules"].as_array().expect("rules");
    let results = run["results"].as_array().expect("results");
    assert_eq!(results.len(), 4);
    for result in results {
        let index = usize::try_from(result["ruleIndex"].as_u64().expect("an index")).expect("a small index");
        assert_eq!(rules[index]["id"], result["ruleId"]);
        assert!(["error", "warning", "note"].contains(&result["level"].as_str().expect("a level")));
        assert!(!result["message"]["text"].as_str().expect("a message").is_empty());
        let physical = &result["locations"][0]["physicalLocation"];
        let uri = physical["artifactLocation"]["uri"].as_str().expect("a uri");
        assert!(!uri.starts_with('/') && uri.is_ascii() && !uri.contains([' ', ':', ',']), "{uri}");
        if let Some(region) = physical.get("region") {
            assert!(region["startLine"].as_u64() > Some(0) && region["startColumn"].as_u64() > Some(0));
        }
    }
    let uris = results.iter().map(|one| &one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]);
    assert!(uris.into_iter().any(|uri| uri == "prod/a%20b%2C%C3%A4%3A%25.yaml"));
}

#[test]
fn github_gets_one_command_per_finding() {
    let outcome = check(&bad(), &["--format", "github"]).run();
    let said = String::from_utf8(outcome.stdout).expect("text");
    let commands: Vec<&str> = said.lines().map(|line| line.split(' ').next().unwrap_or_default()).collect();
    assert_eq!(commands, ["::notice", "::warning", "::error", "::warning"], "{said}");
    let start = "::error file=prod/a b%2Cä%3A%25.yaml,line=3,col=9,title=plaintext-file::db.user: ";
    assert!(said.lines().any(|line| line.starts_with(start)), "{said}");
}

#[test]
fn a_name_with_a_line_end_stays_on_its_line() {
    let repository = guarded();
    repository.sandbox.write("prod/a\n::error::x\u{1b}[2J.yaml", PLAIN);
    for format in ["text", "github"] {
        let outcome = check(&repository, &["--format", format]).run();
        let said = String::from_utf8(outcome.stdout).expect("text");
        assert!(said.lines().count() == 1 && !said.starts_with("::error::x"), "{said}");
    }
    let said = String::from_utf8(check(&repository, &[]).run().stdout).expect("text");
    assert!(!said.contains('\u{1b}'), "{said:?}");
}

#[test]
fn no_value_is_ever_printed() {
    let canary = "canary-c3d1";
    let repository = guarded();
    config(&repository, "    encrypted_regex: ^(a|b)\n");
    let text = sealed(&repository, "prod/a.yaml", &format!("a: {canary}\nc: {canary}\n"), &["alice"], &[]);
    let broken = |line: &str| text.replace("c: ", line);
    repository.sandbox.write("prod/plain.yaml", format!("a: {canary}\n# {canary}\n"));
    repository.sandbox.write("prod/plain.env", format!("a={canary}\na={canary}\n"));
    repository.sandbox.write("prod/plain.json", format!("{{\"a\": \"{canary}\", {canary}}}"));
    repository.sandbox.write("prod/plain.toml", format!("a = {canary}\n"));
    repository.sandbox.write("prod/plain.ini", format!("a = \"{canary}\n"));
    repository.sandbox.write("prod/key.pem", canary);
    for (name, line) in
        [("b", "b: "), ("c", "b: ENC[AES256_GCM,data:"), ("d", "b: [\""), ("e", "b: &"), ("f", "<<<<<<< ")]
    {
        repository.sandbox.write(&format!("prod/{name}.yaml"), broken(line));
    }
    for words in [&[][..], &["--json"], &["--format", "sarif"], &["--format", "github"], &["--verify"]] {
        let outcome = check(&repository, words).run();
        assert_eq!(outcome.status.code(), Some(1));
        let said = String::from_utf8_lossy(&outcome.stdout).into_owned() + &outcome.stderr;
        assert!(said.contains("prod/plain.yaml") && said.contains("prod/key.pem"), "{said}");
        assert!(!said.contains(canary), "{said}");
    }
}
