//! Files of variables: dotenv, docker, JSON, Kubernetes.

use super::values::nasty;
use super::{Pairs, assert_same, export, read, sealed, sealed_pairs};
use crate::support::sandbox::Sandbox;
use crate::support::team;
use crate::support::tools;
use sops_rs::exec::environment::Variable;
use sops_rs::export::Form;
use std::path::Path;
use zeroize::Zeroizing;

/// The pairs that a form takes. What it refuses is refused by name, and without the value.
fn accepted(form: Form, given: &Pairs) -> Pairs {
    let takes = |(name, value): &(&String, &String)| {
        let source = ("f.json".to_owned(), (*name).clone());
        let bytes = Zeroizing::new(value.as_bytes().to_vec());
        match form.write(&[Variable { name: (*name).clone(), value: bytes, secret: true, source }]) {
            Ok(_) => true,
            Err(error) => {
                let said = format!("{error} {}", error.hint().expect("a hint"));
                assert!(said.starts_with(&format!("f.json: the value of {name} can't be written")), "{said}");
                assert!(value.len() < 6 || !said.contains(value.as_str()), "{said}");
                false
            }
        }
    };
    given.iter().filter(takes).map(|(name, value)| (name.clone(), value.clone())).collect()
}

fn python(sandbox: &Sandbox, package: &str, code: &str) -> String {
    let args = ["-c", code];
    let path = tools::python_package(package);
    sandbox.program(Path::new("python3"), args).env("PYTHONPATH", path).run().text()
}

const DOTENV: &str = "import dotenv, json; print(json.dumps(dotenv.dotenv_values('out')))";

#[test]
fn dotenv_is_read_alike_by_python_compose_and_shells() {
    let given = accepted(Form::Dotenv, &nasty());
    let sandbox = sealed_pairs(&given);
    export(&sandbox, &["--format", "dotenv"]);
    let by_python: Pairs = serde_json::from_str(&python(&sandbox, "dotenv", DOTENV)).expect("JSON");
    assert_same(&by_python, &given);
    assert_same(&read(sandbox.program(&tools::envfile(), ["compose", "out"]).run(), &given), &given);
    // A shell has no escape for a carriage return.
    let for_shells: Pairs = given.into_iter().filter(|(_, value)| !value.contains('\r')).collect();
    let shell = sandbox.program(Path::new("/bin/bash"), ["-c", "set -a; . ./out && env -0"]);
    assert_same(&read(shell.run(), &for_shells), &for_shells);
}

#[test]
fn dotenv_refuses_only_what_its_readers_read_differently() {
    let all = nasty();
    let taken = accepted(Form::Dotenv, &all);
    let refused: Vec<&String> =
        all.iter().filter(|(name, _)| !taken.contains_key(*name)).map(|(_, v)| v).collect();
    for value in &refused {
        let expands = value.contains("${") && value.contains('}');
        let unquotable = value.contains(['$', '`'])
            && (value.contains(['\'', '\r']) || value.contains("\\\\") || value.ends_with('\\'));
        assert!(expands || unquotable, "{value:?}");
    }
    assert!(taken.len() > 2 * refused.len(), "{} of {}", refused.len(), all.len());
    for value in
        ["$2a$10$N9qo8uLOickgx2ZMRZoMye", "it's", "two words", "line1\nline2", "C:\\new\\table\\", "\r"]
    {
        assert!(taken.values().any(|taken| taken == value), "{value:?}");
    }
}

/// sops' dotenv has no quotes: only what needs none is the same there.
#[test]
fn dotenv_values_without_quotes_are_read_alike_by_sops() {
    let sandbox = sealed("f.json", "{\"A\": \"a1./:@%+,=-_\", \"B\": \"\", \"C\": \"https://h:1/p?x\"}");
    export(&sandbox, &["--format", "dotenv", "--only", "A,B"]);
    let text = sandbox.text("out");
    assert_eq!(text, "A=a1./:@%+,=-_\nB=\n");
    team::sealed(&sandbox, "again.env", &text, &["alice"]);
    let json = sandbox.sops(tools::SOPS, ["decrypt", "--output-type", "json", "again.env"]).text();
    let read: Pairs = serde_json::from_str(&json).expect("JSON");
    assert_eq!(read["A"], "a1./:@%+,=-_");
    assert_eq!(read["B"], "");
}

#[test]
fn docker_reads_every_line_that_it_can_have() {
    let all = nasty();
    let given = accepted(Form::Docker, &all);
    for (name, value) in &all {
        let fits = !value.contains('\n') && !value.ends_with('\r') && value.len() < 65_000;
        assert_eq!(given.contains_key(name), fits, "{name}");
    }
    let sandbox = sealed_pairs(&given);
    export(&sandbox, &["--format", "docker"]);
    assert_same(&read(sandbox.program(&tools::envfile(), ["docker", "out"]).run(), &given), &given);
}

#[test]
fn docker_reads_the_longest_line_and_no_longer_one_is_written() {
    let longest = Pairs::from([("A".to_owned(), "x".repeat(65_532))]);
    let sandbox = sealed_pairs(&longest);
    export(&sandbox, &["--format", "docker"]);
    assert_same(&read(sandbox.program(&tools::envfile(), ["docker", "out"]).run(), &longest), &longest);
    let longer = sealed_pairs(&Pairs::from([("A".to_owned(), "x".repeat(65_533))]));
    assert!(longer.run(["export", "--format", "docker", "f.json"]).fails(1).contains("64 KiB"));
}

#[test]
fn json_holds_every_value() {
    let given = nasty();
    let text = sealed_pairs(&given).run(["export", "--format", "json", "f.json"]).text();
    assert_same(&serde_json::from_str(&text).expect("JSON"), &given);
}

const SECRET: &str = "
import base64, json, kubernetes_validate, yaml
secret = yaml.safe_load(open('out'))
kubernetes_validate.validate(secret, '1.32', strict=True)
assert secret['metadata'] == {'name': 'app', 'namespace': 'prod'}, secret['metadata']
print(json.dumps({key: base64.b64decode(value, validate=True).decode() for key, value in secret['data'].items()}))
";

#[test]
fn a_kubernetes_secret_is_valid_and_holds_every_value() {
    let mut given = nasty();
    for odd in ["yes", "0123", "1e3", "a-b.c", "null"] {
        given.insert(odd.into(), odd.into());
    }
    let sandbox = sealed_pairs(&given);
    export(&sandbox, &["--format", "k8s-secret", "--name", "app", "--namespace", "prod"]);
    let read = python(&sandbox, "kubernetes_validate", SECRET);
    assert_same(&serde_json::from_str(&read).expect("JSON"), &given);
}

#[test]
fn what_kubernetes_would_refuse_is_refused_before() {
    let sandbox = sealed("f.json", "{\"a b\": \"hunter2\", \"..c\": \"hunter2\", \"d\": \"hunter2\"}");
    let large = serde_json::json!({ "a": "x".repeat(1 << 19), "b": "x".repeat(1 << 19), "c": "x" });
    team::sealed(&sandbox, "large.json", &large.to_string(), &["alice"]);
    for (flags, message) in [
        (&["--name", "app", "--only", "a*", "f.json"][..], "f.json: [\"a b\"] can't become"),
        (&["--name", "app", "--only", "..c", "f.json"], "can't become"),
        (&["--name", "App", "--only", "d", "f.json"], "\"App\" is no name"),
        (&["--name", "a..b", "--only", "d", "f.json"], "\"a..b\" is no name"),
        (&["--name", "a", "--namespace", "a.b", "--only", "d", "f.json"], "\"a.b\" is no namespace"),
        (&["--name", "app", "large.json"], "1048577 bytes"),
    ] {
        let said = sandbox.run(["export", "--format", "k8s-secret"].iter().chain(flags)).fails(1);
        assert!(said.contains(message) && !said.contains("hunter2"), "{said}");
    }
}
