//! Two creation rules for one path: only the first one holds.

use super::finding::{Finding, Kind, Level};
use crate::config::{Config, Rule};
use crate::keys::printable;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The files that two rules are both for.
struct Pair {
    files: usize,
    first: PathBuf,
}

/// Findings about a config's rules, by all the files that have this config. A rule for every file is there to catch what
/// the others leave, and a narrower rule before a broader one is as it should be: neither is worth a word.
pub fn overlaps<'a>(config: &Config, files: impl Iterator<Item = &'a Path>) -> Vec<Finding> {
    let rules = config.creation_rules.as_deref().unwrap_or_default();
    let mut pairs: BTreeMap<(usize, usize), Pair> = BTreeMap::new();
    // By rule: how many files it is for, whether or not an earlier one takes them.
    let mut counts = vec![0; rules.len()];
    for file in files {
        let matching: Vec<usize> = config.rules_for(file).map(|(number, _)| number).collect();
        matching.iter().for_each(|&number| counts[number] += 1);
        let Some((&first, later)) = matching.split_first() else { continue };
        for &other in later.iter().filter(|&&other| !rules[other].is_for_every_file()) {
            let pair =
                pairs.entry((first, other)).or_insert_with(|| Pair { files: 0, first: file.to_owned() });
            pair.files += 1;
        }
    }
    let differing = pairs.into_iter().filter(|((first, other), _)| differ(&rules[*first], &rules[*other]));
    let findings = differing.filter_map(|((first, other), pair)| {
        let (takes_all, loses_all) = (pair.files == counts[first], pair.files == counts[other]);
        if takes_all && !loses_all && !rules[first].is_for_every_file() {
            return None;
        }
        let line = rules[first].place.line;
        let example = printable(&pair.first.display().to_string(), 120);
        let what = match loses_all {
            true => format!(
                "this creation rule never holds: the one of line {line} comes first for all of its files"
            ),
            false => format!("two creation rules for one path: the one of line {line} comes first"),
        };
        let count = if pair.files == 1 { String::new() } else { format!(" and {} more", pair.files - 1) };
        // Where both are for the same files, a broader rule may only be waiting for its files.
        let level = if takes_all && loses_all { Level::Note } else { Level::Warning };
        let level = if rules[first].is_for_every_file() { Level::Warning } else { level };
        Some(
            Finding::new(Kind::ShadowedRule, format!("{what} ({example}{count})"))
                .level(level)
                .at(Some(rules[other].place)),
        )
    });
    findings.collect()
}

/// Whether a file would be another one by the other rule.
fn differ(one: &Rule, other: &Rule) -> bool {
    let says = |rule: &Rule| {
        let selection = rule.selection.clone().unwrap_or_default();
        (rule.groups.clone(), rule.shamir_threshold, selection, rule.mac_only_encrypted)
    };
    says(one) != says(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALICE: &str = "age1lggyhqrw2nlhcxprm67z43rta597azn8gknawjehu9d9dl0jq3yqqvfafg";

    fn found(rules: &[(&str, &str)], files: &[&str]) -> Vec<(usize, Level)> {
        let rules = rules
            .iter()
            .map(|(pattern, more)| format!("  - path_regex: {pattern}\n    age: {ALICE}\n    {more}\n"));
        let text = format!("creation_rules:\n{}", rules.collect::<String>());
        let config =
            Config::parse(Path::new("/r/.sops.yaml"), Path::new("/r"), text.as_bytes()).expect("a config");
        let paths: Vec<PathBuf> = files.iter().map(|file| Path::new("/r").join(file)).collect();
        let findings = overlaps(&config, paths.iter().map(PathBuf::as_path));
        findings.iter().map(|one| (one.place.map_or(0, |place| place.line), one.level)).collect()
    }

    #[test]
    fn a_rule_behind_a_broader_one_is_told() {
        let (broad, narrow) = (("yaml$", ""), ("^prod/", "encrypted_regex: x"));
        assert_eq!(found(&[broad, narrow], &["prod/a.yaml", "b.yaml"]), [(5, Level::Warning)]);
        assert_eq!(found(&[narrow, broad], &["prod/a.yaml", "b.yaml"]), []);
        assert_eq!(found(&[broad, narrow], &["prod/a.yaml", "b.yaml", "prod/c.json"]), [(5, Level::Warning)]);
        assert_eq!(found(&[broad, narrow], &["prod/a.yaml"]), [(5, Level::Note)]);
    }

    #[test]
    fn rules_that_say_the_same_or_catch_the_rest_are_fine() {
        assert_eq!(found(&[("yaml$", ""), ("^prod/", "")], &["prod/a.yaml", "b.yaml"]), []);
        assert_eq!(found(&[("yaml$", ""), (".*", "encrypted_regex: x")], &["prod/a.yaml"]), []);
        assert_eq!(
            found(&[(".*", ""), ("^prod/", "encrypted_regex: x")], &["prod/a.yaml"]),
            [(5, Level::Warning)]
        );
    }
}
