//! How findings are printed: one file per format.

mod github;
mod json;
mod sarif;
mod text;

pub use text::summary;

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

/// Stand for names in what mends a finding.
const FILE: &str = "{file}";
const KEY: &str = "{key}";

/// What was found and what mends it, for reports in which the place and the name stand elsewhere.
fn message(located: &Located) -> String {
    let finding = &located.finding;
    let key = finding.key.as_ref().map(|key| format!("{key}: ")).unwrap_or_default();
    format!("{key}{} — fix: {}", finding.what, fix(located))
}

/// What mends a finding, with the names in it. In one pass, as a name can have braces itself.
fn fix(located: &Located) -> String {
    let (mut fix, mut rest) = (String::new(), located.finding.fix.as_ref());
    while let Some(at) = [rest.find(FILE), rest.find(KEY)].into_iter().flatten().min() {
        fix.push_str(&rest[..at]);
        let length = if rest[at..].starts_with(FILE) {
            fix.push_str(&shell::file(&located.file.shown));
            FILE.len()
        } else {
            fix.push_str(&located.finding.key.as_deref().map_or_else(|| "KEY".to_owned(), shell::word));
            KEY.len()
        };
        rest = &rest[at + length..];
    }
    fix + rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{Finding, Kind};
    use crate::cli::guard::Name;
    use std::sync::Arc;

    #[test]
    fn names_in_a_fix_are_words_of_a_command() {
        let file = Arc::new(Name { path: "a".into(), shown: "-a {key}.yaml".into() });
        let finding = Finding::new(Kind::Placeholder, "").key(Some("b[0]".into()));
        let fixed = |text: &'static str| {
            fix(&Located { file: Arc::clone(&file), finding: finding.clone().fix(text) })
        };
        assert_eq!(fixed("`set {file} {key}` {x"), "`set './-a {key}.yaml' 'b[0]'` {x");
        assert_eq!(fixed("set SOPS_AGE_KEY_FILE"), "set SOPS_AGE_KEY_FILE");
    }
}
