//! Presets, beside the programs that they are for.

use super::{Pairs, assert_same, sealed};
use crate::support::generate::Choice;
use crate::support::sandbox::Sandbox;
use crate::support::team;
use crate::support::tools;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// What dlt itself makes of the dictionaries in `plain.json`, a list of them.
const ORACLE: &str = "
import json, os
from dlt.common.configuration.utils import add_config_dict_to_env
made = []
for values in json.load(open('plain.json')):
    os.environ.clear()
    add_config_dict_to_env(values, overwrite_keys=True)
    made.append(dict(os.environ))
json.dump(made, open('made.json', 'w'))
";

fn dlt(sandbox: &Sandbox, code: &str) -> String {
    sandbox.program(&tools::dlt_python(), ["-c", code]).env("RUNTIME__DLTHUB_TELEMETRY", "false").run().text()
}

#[test]
fn dlt_makes_the_same_variables() {
    let mut choice = Choice::new(3);
    let mut given = vec![
        json!({"destination": {"postgres": {"credentials": {"password": "p'\"q\n", "port": 5432, "ssl": true}}}}),
        json!({"my-pipe": {"sources": {"sql.db": {"": {"tables": ["a", 1, true, null, {"k": [1.5, {}]}]}}}}}),
        json!({"a": null, "b": {}, "c": [], "d": {"e": null, "f": {"g": {}}}, "h": "", "i": [[], [[]]]}),
        json!({"f": 1.0, "g": 1e6, "h": 1e16, "i": 1.5e-7, "j": -0.0, "k": 123456.789, "l": 1e22, "m": 0.0001}),
        json!({"n": 9_007_199_254_740_993_i64, "o": -1, "straße": "ß", "ŉ": 1, "ǆ": {"é": "日本語 😀"}}),
        json!({"l": ["\u{2028}<&>\u{7f}\u{1}\t\"\\/", "é"], "true": false}),
    ];
    given.extend((0..40).map(|_| Value::Object(random(&mut choice, 3))));
    let sandbox = Sandbox::new();
    sandbox.write("plain.json", serde_json::to_vec(&given).expect("JSON"));
    dlt(&sandbox, ORACLE);
    let made: Vec<Pairs> = serde_json::from_str(&sandbox.text("made.json")).expect("JSON");
    assert_eq!(made.len(), given.len());
    for (values, theirs) in given.iter().zip(&made) {
        team::sealed(&sandbox, "f.json", &values.to_string(), &["alice"]);
        let ours = sandbox.run(["export", "--preset", "dlt", "--format", "json", "f.json"]).text();
        assert_same(&serde_json::from_str(&ours).expect("JSON"), theirs);
    }
    assert!(made.iter().map(Pairs::len).sum::<usize>() > 100, "too few variables to compare");
}

fn random(choice: &mut Choice, depth: usize) -> Map<String, Value> {
    let keys = ["a", "B", "c-d", "e.f", "g_h", "é"];
    (0..choice.below(5))
        .map(|number| {
            let key = format!("{}{number}", choice.one(&keys));
            let value = match choice.below(if depth > 0 { 9 } else { 6 }) {
                0 => Value::Null,
                1 => json!(choice.below(2) == 0),
                2 => json!(choice.below(100_000)),
                3 => json!(choice.below(1000) as f64 / 8.0),
                4 => json!([choice.below(9), "x y", null, true, { "k": "v" }]),
                5 => json!(choice.one(&["", "x", "it's", "$a", "two\nlines"])),
                _ => Value::Object(random(choice, depth - 1)),
            };
            (key, value)
        })
        .collect()
}

#[test]
fn dlt_finds_its_secrets_in_the_environment() {
    let toml = "[my-pipe.destination.postgres.credentials]\npassword = \"p'$q\"\nport = 5432\n\n\
                [sources.api]\ntoken = \"0123\"\nscopes = [\"a\", \"b\"]\n";
    let sandbox = sealed("secrets.toml", toml);
    let python = tools::dlt_python();
    let code = "
import dlt
print(dlt.secrets['my-pipe.destination.postgres.credentials.password'])
print(dlt.secrets.get('my-pipe.destination.postgres.credentials.port', int) + 1)
print(dlt.secrets.get('sources.api.token', str))
print(dlt.secrets.get('sources.api.scopes', list))
";
    let python = python.to_str().expect("text");
    let args = ["exec-env", "--preset", "dlt", "secrets.toml", "--", python, "-c", code];
    assert_eq!(sandbox.run(args).text(), "p'$q\n5433\n0123\n['a', 'b']\n");
}

#[test]
fn dlt_reads_the_whole_as_a_fragment_of_its_vault() {
    let sandbox =
        sealed("base.yaml", "a:\n  # note\n  b: {c: base, d: 'kept'}\n  none: null\nl: [1, {k: 'v'}]\n");
    team::sealed(
        &sandbox,
        "prod.toml",
        "[a.b]\nc = \"multi\\nline 'q' \\\"d\\\"\"\n[n]\nwhen = 2024-01-02T03:04:05Z\n",
        &["alice"],
    );
    sandbox.run(["export", "--format", "dlt-toml", "-o", "out", "base.yaml", "prod.toml"]).ok();
    let code = "
from dlt.common.configuration.providers.vault import VaultDocProvider
class Provider(VaultDocProvider):
    name = 'vault'
    def _look_vault(self, full_key, hint):
        return open('out').read() if full_key == 'dlt_secrets_toml' else None
    def _list_vault(self):
        return set()
    locations = property(lambda self: [])
provider = Provider(True, False)
for key, *sections in [('c', 'a', 'b'), ('d', 'a', 'b'), ('none', 'a'), ('l',)]:
    value, _ = provider.get_value(key, str, None, *sections)
    print(repr(value))
";
    let read = dlt(&sandbox, code);
    assert_eq!(read, "'multi\\nline \\'q\\' \"d\"'\n'kept'\nNone\n[1, {'k': 'v'}]\n");
}

#[test]
fn exec_env_makes_the_variables_of_a_preset() {
    let yaml = "host_unencrypted: h\npassword: p\n";
    let sandbox = sealed("f.yaml", yaml);
    let run = |preset| {
        let args = ["exec-env", "--pristine", "--preset", preset, "f.yaml", "--", "/usr/bin/env"];
        let text = sandbox.run(args).text();
        text.lines().map(str::to_owned).collect::<BTreeSet<_>>()
    };
    let set = |lines: [&str; 2]| BTreeSet::from(lines.map(str::to_owned));
    assert_eq!(run("plain"), set(["host_unencrypted=h", "password=p"]));
    assert_eq!(run("dlt"), set(["HOST_UNENCRYPTED=h", "PASSWORD=p"]));
    assert_eq!(run("dbt"), set(["HOST_UNENCRYPTED=h", "DBT_ENV_SECRET_PASSWORD=p"]));
}

#[test]
fn what_a_preset_has_no_place_for_is_refused_by_its_key() {
    let sandbox = sealed("f.yaml", "connections:\n  db: {user: hunter2}\n");
    let said = sandbox.run(["export", "--preset", "airflow", "--format", "json", "f.yaml"]).fails(1);
    assert!(said.contains("f.yaml: connections.db.user has no place in the preset airflow"), "{said}");
    assert!(!said.contains("hunter2"), "{said}");
}
