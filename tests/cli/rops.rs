//! Files go over from rops and back where its own limits allow. The committed ones need no rops; the live run is
//! slow to set up, so it is left out of `tests/run --quick`.

use crate::support::format::Format;
use crate::support::sandbox::{Input, Sandbox, identity, recipient};
use crate::support::{files, fixtures, name, report, tools};
use std::path::PathBuf;

/// TOML values, without their spelling.
fn toml(text: &[u8]) -> Option<toml_edit::Document<String>> {
    toml_edit::Document::parse(String::from_utf8(text.to_vec()).ok()?).ok()
}

/// Each value of a TOML table under its path, in order.
fn leaves(item: &toml_edit::Item, path: String, into: &mut Vec<(String, String)>) {
    if let Some(table) = item.as_table_like() {
        for (key, item) in table.iter() {
            leaves(item, format!("{path}.{key}"), into);
        }
    } else if let Some(list) = item.as_array_of_tables() {
        for (n, table) in list.iter().enumerate() {
            leaves(&toml_edit::Item::Table(table.clone()), format!("{path}[{n}]"), into);
        }
    } else if let Some(value) = item.as_value() {
        value_leaves(value, path, into);
    }
}

fn value_leaves(value: &toml_edit::Value, path: String, into: &mut Vec<(String, String)>) {
    use toml_edit::Value;
    let text = match value {
        Value::Array(list) => {
            for (n, value) in list.iter().enumerate() {
                value_leaves(value, format!("{path}[{n}]"), into);
            }
            return;
        }
        Value::InlineTable(table) => {
            for (key, value) in table {
                value_leaves(value, format!("{path}.{key}"), into);
            }
            return;
        }
        Value::String(text) => format!("{:?}", text.value()),
        Value::Integer(number) => number.value().to_string(),
        Value::Float(number) => format!("{:?}", number.value()),
        Value::Boolean(truth) => truth.value().to_string(),
        Value::Datetime(time) => time.value().to_string(),
    };
    into.push((path, text));
}

fn values(text: &[u8]) -> Vec<(String, String)> {
    let document = toml(text).unwrap_or_else(|| panic!("no TOML: {}", String::from_utf8_lossy(text)));
    let mut found = Vec::new();
    leaves(document.as_item(), String::new(), &mut found);
    found.sort();
    found
}

#[test]
fn toml_of_rops_opens_to_the_same_values() {
    let mut wrong = Vec::new();
    for file in files(fixtures().join("rops-0.1.7/toml")) {
        let sandbox = Sandbox::new();
        std::fs::copy(&file, sandbox.path("sealed.toml")).expect("a copy of the fixture");
        let opened = sandbox.run(["decrypt", "sealed.toml"]);
        let theirs =
            std::fs::read(PathBuf::from(format!("{}.opened", file.display()))).expect("its own view");
        if !opened.success() {
            wrong.push(format!("{}: {}", name(&file), opened.stderr));
        } else if values(&opened.stdout) != values(&theirs) {
            wrong.push(format!("{}: other values", name(&file)));
        }
    }
    report::none_wrong("rops files", &wrong);
}

#[test]
fn yaml_and_json_of_rops_open() {
    let mut wrong = Vec::new();
    for format in [Format::Yaml, Format::Json] {
        for file in files(fixtures().join("rops-0.1.7").join(format.word())) {
            let sandbox = Sandbox::new();
            let sealed = format.file("sealed");
            std::fs::copy(&file, sandbox.path(&sealed)).expect("a copy of the fixture");
            let opened = sandbox.run(["decrypt", &sealed]);
            if !opened.success() {
                wrong.push(format!("{}: {}", name(&file), opened.stderr));
            }
        }
    }
    report::none_wrong("rops files", &wrong);
}

/// The plain TOML files that rops can hold at all: it opens what it sealed itself.
fn within_the_limits_of_rops() -> Vec<PathBuf> {
    let names: Vec<String> =
        files(fixtures().join("rops-0.1.7/toml")).iter().map(|file| name(file).to_owned()).collect();
    files(fixtures().join("plain/toml"))
        .into_iter()
        .filter(|file| names.iter().any(|n| n == name(file)))
        .collect()
}

#[test]
#[ignore = "slow to set up: needs rops, which `tests/run` builds"]
fn rops_opens_our_toml_within_its_limits() {
    let mut wrong = Vec::new();
    for file in within_the_limits_of_rops() {
        let sandbox = Sandbox::new();
        let plain = std::fs::read(&file).expect("a readable fixture");
        sandbox.write("plain.toml", &plain);
        let sealed = sandbox.run(["encrypt", "--age", &recipient("alice"), "plain.toml"]).ok();
        let opened = sandbox
            .program(&tools::rops(), ["decrypt", "-f", "toml"])
            .env("ROPS_AGE", identity("alice"))
            .input(Input::Pipe(sealed))
            .run();
        if !opened.success() {
            wrong.push(format!("{}: {}", name(&file), opened.stderr));
        } else if values(&opened.stdout) != values(&plain) {
            wrong.push(format!("{}: other values", name(&file)));
        }
    }
    report::none_wrong("TOML files that rops can hold", &wrong);
}
