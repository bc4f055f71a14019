//! For people and editors: a line for each finding.

use super::fix;
use crate::check::Level;
use crate::cli::guard::Report;
use crate::keys::printable;

/// `FILE:LINE:COLUMN: LEVEL: KEY: WHAT [ID] — fix: WHAT TO DO`
pub fn print(report: &Report) -> String {
    let lines = report.found.iter().map(|located| {
        let finding = &located.finding;
        let place = finding.place.map(|place| format!(":{place}")).unwrap_or_default();
        let key = finding.key.as_ref().map(|key| format!("{key}: ")).unwrap_or_default();
        let (level, id) = (finding.level.word(), finding.kind.id());
        let line = format!(
            "{}{place}: {level}: {key}{} [{id}] — fix: {}",
            located.file.shown,
            finding.what,
            fix(located)
        );
        printable(&line, usize::MAX) + "\n"
    });
    lines.collect()
}

/// How many files there were, and how many findings of each level.
pub fn summary(report: &Report) -> String {
    let plural = |count: usize, word: &str| format!("{count} {word}{}", if count == 1 { "" } else { "s" });
    let levels = [Level::Error, Level::Warning, Level::Note].map(|level| (report.count(level), level.word()));
    let levels = levels.iter().filter(|(count, _)| *count > 0).map(|(count, word)| plural(*count, word));
    let levels: Vec<String> = levels.collect();
    let found = if levels.is_empty() { "no findings".to_owned() } else { levels.join(", ") };
    let alone = if report.configs == 0 { ", no config" } else { "" };
    format!("{} checked, {} encrypted{alone}: {found}", plural(report.files, "file"), report.encrypted)
}
