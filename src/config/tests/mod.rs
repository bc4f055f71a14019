mod example;
mod faults;
mod finding;
mod matching;
mod reading;

use super::*;
use crate::keys::Recipient;

/// The public side of throwaway keys.
const ALICE: &str = "age1lggyhqrw2nlhcxprm67z43rta597azn8gknawjehu9d9dl0jq3yqqvfafg";
const BOB: &str = "age1t2ww0fg5euxmakper4zsw8hvtdvcxfd5r0avgvw5z9dvlspeh32qx4prl9";
const ARN: &str = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd";

/// Reads a config at `/repo/.sops.yaml`. `ALICE`, `BOB` and `ARN` in the text stand for keys.
fn parse(text: &str) -> Result<Config, ConfigError> {
    let text = text.replace("ALICE", ALICE).replace("BOB", BOB).replace("ARN", ARN);
    Config::parse(Path::new("/repo/.sops.yaml"), Path::new("/"), text.as_bytes())
}

fn rules(text: &str) -> Vec<Rule> {
    parse(text).unwrap_or_else(|fault| panic!("{fault}\n{text}")).creation_rules.expect("rules")
}

/// The only rule of a config that holds just its fields.
fn rule(fields: &str) -> Rule {
    rules(&one(fields)).remove(0)
}

/// A config with one rule, whose first field stands at 2:5.
fn one(fields: &str) -> String {
    let lines: Vec<&str> = fields.lines().collect();
    format!("creation_rules:\n  - {}\n", lines.join("\n    "))
}

/// The keys of a rule by group, as `list identity`.
fn keys(rule: &Rule) -> Vec<Vec<String>> {
    let named = |key: &Recipient| format!("{} {}", key.list(), key.text());
    rule.groups.iter().map(|group| group.iter().map(named).collect()).collect()
}
