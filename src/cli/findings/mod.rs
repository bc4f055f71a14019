//! How findings are printed: one file per format.

mod github;
mod json;
mod sarif;
mod text;

use super::guard::{Located, Report};
use super::shell;

/// The formats of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// A line for each finding
    Text,
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Workflow commands of GitHub Actions
    Github,
}

/// The report for standard output.
pub fn print(report: &Report, format: Format) -> String {
    match format {
        Format::Text => text::print(report),
        Format::Json => json::print(report),
        Format::Sarif => sarif::print(report),
        Format::Github => github::print(report),
    }
}

pub use text::summary;

/// What mends a finding, with the names in it.
fn fix(located: &Located) -> String {
    let name = shell::file(&located.file.shown);
    let key = located.finding.key.as_deref().map(shell::word);
    let fix = located.finding.fix.replace("FILE", &name);
    fix.replace("KEY", key.as_deref().unwrap_or("KEY"))
}
