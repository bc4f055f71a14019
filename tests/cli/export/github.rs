//! GitHub Actions: a job's log and its environment. No runner can be had, so this reads its file as the runner's source
//! does (`FileCommandManager`, `EnvFileKeyValuePairs`): by line feeds, up to the delimiter as a line of its own.

use super::values::nasty;
use super::{Pairs, assert_same, sealed, sealed_pairs};

/// Names and values of a file that `GITHUB_ENV` names.
fn environment(text: &str) -> Pairs {
    let mut pairs = Pairs::new();
    let mut lines = text.split_inclusive('\n');
    while let Some(head) = lines.next() {
        let (name, delimiter) = head.trim_end_matches('\n').split_once("<<").expect("NAME<<DELIMITER");
        assert!(!name.contains('='));
        let mut value = String::new();
        loop {
            let line = lines.next().expect("the delimiter again");
            if line.trim_end_matches('\n') == delimiter {
                break;
            }
            value.push_str(line);
        }
        assert_eq!(value.pop(), Some('\n'));
        pairs.insert(name.into(), value);
    }
    pairs
}

#[test]
fn a_job_gets_every_value_behind_what_it_had() {
    let given: Pairs = nasty().into_iter().filter(|(_, value)| value != "sops_rs_").collect();
    let sandbox = sealed_pairs(&given);
    let before = "OLD<<x\n1\nx\n";
    let path = sandbox.write("github-env", before);
    let masks = sandbox.sops_rs(["export", "--format", "github", "f.json"]).env("GITHUB_ENV", &path).run();
    let text = sandbox.text("github-env");
    assert_same(&environment(text.strip_prefix(before).expect("what was there")), &given);
    let masks = masks.text();
    assert!(masks.lines().all(|line| line.starts_with("::add-mask::")), "{masks}");
    let masked: Vec<String> =
        masks.lines().map(|line| line["::add-mask::".len()..].replace("%25", "%")).collect();
    for line in ["two words", "100%", "-----BEGIN KEY-----", "Ab+/=", " both ends "] {
        assert!(masked.iter().any(|masked| masked == line), "{line}");
    }
    for line in ["", " ", "a", "B7", "true", "null"] {
        assert!(!masked.iter().any(|masked| masked == line), "{line}");
    }
}

#[test]
fn only_what_was_encrypted_is_masked_and_the_rest_is_named() {
    let sandbox =
        sealed("f.yaml", "host_unencrypted: db.example.org\npassword: hunter2\npin: 123\non: true\n");
    let outcome = sandbox.run(["export", "--format", "github", "--output", "/dev/stdout", "f.yaml"]);
    assert!(outcome.stderr.contains("to be masked in the log: pin, on"), "{}", outcome.stderr);
    let text = outcome.text();
    let masks: Vec<&str> = text.lines().filter(|line| line.starts_with("::")).collect();
    assert_eq!(masks, ["::add-mask::hunter2"]);
    let first = text.find("hunter2").expect("the mask");
    assert!(text[..first].ends_with("::add-mask::"), "a value is printed before its mask");
}

#[test]
fn delimiters_differ_from_run_to_run() {
    let sandbox = sealed("f.json", "{\"a\": \"1\"}");
    let run = || sandbox.run(["export", "--format", "github", "-o", "/dev/stdout", "f.json"]).text();
    assert_ne!(run(), run());
}

#[test]
fn outside_of_a_job_nothing_is_printed() {
    let sandbox = sealed("f.json", "{\"GITHUB_TOKEN\": \"hunter2\", \"a\": \"hunter2\"}");
    let said = sandbox.run(["export", "--format", "github", "--only", "a", "f.json"]).fails(1);
    assert!(said.contains("GITHUB_ENV is not set") && !said.contains("hunter2"), "{said}");
    let said = sandbox.run(["export", "--format", "github", "f.json"]).fails(1);
    assert!(said.contains("GITHUB_TOKEN") && !said.contains("hunter2"), "{said}");
}
