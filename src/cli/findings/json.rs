//! For programs: one JSON object, described in `docs/check.md`.

use super::fix;
use crate::check::Level;
use crate::cli::guard::Report;
use crate::cli::json::SCHEMA;
use serde_json::json;

/// The whole report as one object.
pub fn print(report: &Report) -> String {
    let findings = report.found.iter().map(|located| {
        let finding = &located.finding;
        json!({
            "id": finding.kind.id(),
            "level": finding.level.word(),
            "file": located.file.path.to_string_lossy(),
            "line": finding.place.map(|place| place.line),
            "column": finding.place.map(|place| place.column),
            "key": finding.key,
            "message": finding.what,
            "fix": fix(located),
        })
    });
    let whole = json!({
        "schema_version": SCHEMA,
        "files": report.files,
        "encrypted": report.encrypted,
        "configs": report.configs,
        "errors": report.count(Level::Error),
        "warnings": report.count(Level::Warning),
        "notes": report.count(Level::Note),
        "findings": findings.collect::<Vec<_>>(),
    });
    format!("{whole:#}\n")
}
