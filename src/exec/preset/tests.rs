use super::*;
use crate::document::Document;
use crate::document::format::Format;
use crate::document::syntax::Limits;
use crate::document::tree::Item;
use crate::document::value::Value;
use crate::exec::environment::{Choice, Environment};

fn tree(yaml: &str) -> Node {
    let document = Document::parse(yaml.as_bytes(), Format::Yaml, &Limits::default()).expect("yaml");
    document.trees().into_iter().next().expect("a document")
}

/// As an opened file would tell: sealed is all text but what ends with `(clear)`.
fn sealed(node: &Node) -> Node {
    let items = || {
        let items = node.entries().map(|(key, node)| Item::Entry { key: key.into(), node: sealed(node) });
        items.collect()
    };
    match node {
        Node::Scalar(value) => {
            let clear = value.kind != Kind::Str || value.bytes.ends_with(b"(clear)");
            Node::Scalar(Value::new(Kind::Bool, if clear { "False" } else { "True" }))
        }
        Node::Map(_) => Node::Map(items()),
        Node::List(_) => Node::List(items()),
    }
}

fn variables(preset: Preset, prefix: &str, yaml: &str) -> Result<Vec<(String, String, bool)>, String> {
    let shape = Shape { prefix: prefix.into(), ..Shape::default() };
    let mut environment = Environment::new(Choice { preset, shape, ..Choice::default() });
    let values = tree(yaml);
    let source = Source { file: "f.yaml", values: &values, sealed: &sealed(&values) };
    environment.add(source).map_err(|error| error.to_string())?;
    let variables = environment.finish().map_err(|error| error.to_string())?;
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("text");
    Ok(variables.into_iter().map(|v| (v.name, text(&v.value), v.secret)).collect())
}

fn expected(rows: &[(&str, &str, bool)]) -> Result<Vec<(String, String, bool)>, String> {
    Ok(rows.iter().map(|(name, value, secret)| ((*name).into(), (*value).into(), *secret)).collect())
}

#[test]
fn words_name_presets_both_ways() {
    for preset in Preset::ALL {
        assert_eq!(Preset::from_word(preset.word()), Some(preset));
    }
    assert_eq!(Preset::from_word("Dlt"), None);
}

#[test]
fn plain_variables_know_what_was_sealed() {
    let yaml = "a: x\nb: y (clear)\nc: {d: 1, e: z}\n";
    let rows = [("a", "x", true), ("b", "y (clear)", false), ("c__d", "1", false), ("c__e", "z", true)];
    assert_eq!(variables(Preset::Plain, "", yaml), expected(&rows));
}

#[test]
fn dlt_gets_the_names_and_texts_that_it_writes_itself() {
    let yaml = "my-pipe:\n  sources:\n    '': {sql.db: {Pass-word: \"p'q\"}}\n  port: 5432\n  on: true\n  \
                rate: 1000000.0\n  none: null\n  empty: ''\n  nothing: {}\n  list: [1, {k: [é, null, 1.0]}]\n";
    let rows = [
        ("MY-PIPE__SOURCES__SQL.DB__PASS-WORD", "p'q", true),
        ("MY-PIPE__PORT", "5432", false),
        ("MY-PIPE__ON", "True", false),
        ("MY-PIPE__RATE", "1000000.0", false),
        ("MY-PIPE__EMPTY", "", true),
        ("MY-PIPE__LIST", "[1,{\"k\":[\"é\",null,1.0]}]", true),
    ];
    assert_eq!(variables(Preset::Dlt, "", yaml), expected(&rows));
    assert_eq!(variables(Preset::Dlt, "p_", "'': {a: 1}\n"), expected(&[("p_A", "1", false)]));
}

#[test]
fn dbt_gets_a_prefix_for_what_is_secret_only() {
    let yaml = "warehouse: {user: u (clear), password: p}\ndbt_env_secret_token: t\nport: 1\nnone: null\n";
    let rows = [
        ("WAREHOUSE__USER", "u (clear)", false),
        ("DBT_ENV_SECRET_WAREHOUSE__PASSWORD", "p", true),
        ("DBT_ENV_SECRET_TOKEN", "t", true),
        ("PORT", "1", false),
    ];
    assert_eq!(variables(Preset::Dbt, "", yaml), expected(&rows));
    assert_eq!(variables(Preset::Dbt, "X_", "a: s\n"), expected(&[("DBT_ENV_SECRET_X_A", "s", true)]));
}

#[test]
fn airflow_gets_connections_variables_and_settings() {
    let yaml = "connections:\n  my-db: postgres://u:p@h/d\n  api: {conn_type: http, port: 8, extra: {k: v}}\n  \
                gone: null\nvariables:\n  key: x\n  limits: {a: [1]}\ncore: {fernet_key: f}\n\
                aws.logs: {on: true}\n";
    let rows = [
        ("AIRFLOW_CONN_MY-DB", "postgres://u:p@h/d", true),
        ("AIRFLOW_CONN_API", "{\"conn_type\":\"http\",\"port\":8,\"extra\":{\"k\":\"v\"}}", true),
        ("AIRFLOW_VAR_KEY", "x", true),
        ("AIRFLOW_VAR_LIMITS", "{\"a\":[1]}", false),
        ("AIRFLOW__CORE__FERNET_KEY", "f", true),
        ("AIRFLOW__AWS_LOGS__ON", "true", false),
    ];
    assert_eq!(variables(Preset::Airflow, "", yaml), expected(&rows));
}

#[test]
fn what_airflow_has_no_place_for_is_refused_by_its_key() {
    for (yaml, key) in [
        ("token: hunter2\n", "token"),
        ("connections: hunter2\n", "connections"),
        ("connections: {db: [hunter2]}\n", "connections.db"),
        ("connections: {db: {user: hunter2}}\n", "connections.db.user"),
    ] {
        let message = variables(Preset::Airflow, "", yaml).expect_err(yaml);
        assert!(
            message.starts_with(&format!("f.yaml: {key} has no place in the preset airflow: ")),
            "{message}"
        );
        assert!(!message.contains("hunter2"), "{message}");
    }
}

#[test]
fn dlt_gets_the_fractions_of_seconds() {
    let yaml = "since: 2024-01-02T03:04:05.125Z\n";
    assert_eq!(variables(Preset::Dlt, "", yaml), expected(&[("SINCE", "2024-01-02T03:04:05.125Z", false)]));
}
