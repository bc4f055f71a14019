//! For code scanning: SARIF 2.1.0 (OASIS).

use super::{FILE, KEY, message};
use crate::check::Kind;
use crate::cli::guard::{Located, Report};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// A log with one run, and each kind of finding as a rule.
pub fn print(report: &Report) -> String {
    let rules = Kind::ALL.iter().map(|kind| {
        json!({
            "id": kind.id(),
            "shortDescription": { "text": kind.about() },
            "help": { "text": kind.fix().replace(FILE, "FILE").replace(KEY, "KEY") },
            "defaultConfiguration": { "level": kind.level().word() },
        })
    });
    let whole = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": env!("CARGO_PKG_NAME"),
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules.collect::<Vec<_>>(),
            } },
            "columnKind": "unicodeCodePoints",
            "results": report.found.iter().map(result).collect::<Vec<_>>(),
        }],
    });
    format!("{whole:#}\n")
}

fn result(located: &Located) -> Value {
    let finding = &located.finding;
    let mut physical = json!({ "artifactLocation": location(&located.file.path) });
    if let Some(place) = finding.place {
        physical["region"] = json!({ "startLine": place.line, "startColumn": place.column });
    }
    let mut place = json!({ "physicalLocation": physical });
    if let Some(key) = &finding.key {
        place["logicalLocations"] = json!([{ "fullyQualifiedName": key, "kind": "member" }]);
    }
    json!({
        "ruleId": finding.kind.id(),
        "ruleIndex": Kind::ALL.iter().position(|kind| *kind == finding.kind),
        "level": finding.level.word(),
        "message": { "text": message(located) },
        "locations": [place],
    })
}

/// A file below the top of the repository by a relative URI, any other by its whole one.
fn location(path: &Path) -> Value {
    match path.is_absolute() {
        true => json!({ "uri": format!("file://{}", uri(path)) }),
        false => json!({ "uri": uri(path), "uriBaseId": "%SRCROOT%" }),
    }
}

/// A path as a URI: what is not plain in one is percent-encoded, byte by byte.
fn uri(path: &Path) -> String {
    let mut out = String::new();
    for &byte in path.as_os_str().as_bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                out.push(byte.into())
            }
            byte => {
                // Writing to a text can't fail.
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_uris() {
        assert_eq!(uri(Path::new("a b/ä#1.yaml")), "a%20b/%C3%A4%231.yaml");
        assert_eq!(location(Path::new("/x:y"))["uri"], "file:///x%3Ay");
    }
}
