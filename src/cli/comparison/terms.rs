//! What two versions of a file say differently about who can read it, and what in it is secret.

use crate::keys::{Recipient, printable};
use crate::metadata::Metadata;

/// Characters of a rule that are shown.
const MOST_SHOWN: usize = 200;

/// One line for each difference; of a file that is new or gone, its recipients.
pub fn changed(old: Option<&Metadata>, new: Option<&Metadata>) -> Vec<String> {
    let mut lines = recipients(old, new);
    let (Some(old), Some(new)) = (old, new) else { return lines };
    let mut differ = |name: &str, before: String, after: String| {
        if before != after {
            lines.push(format!("{name}: {before} → {after}"));
        }
    };
    differ("threshold", threshold(old), threshold(new));
    let rule = |metadata: &Metadata| {
        let rule = metadata.rule();
        let (field, value) = rule.field();
        format!("{field} {}", printable(value, MOST_SHOWN))
    };
    differ("rule", rule(old), rule(new));
    let covers = |metadata: &Metadata| match metadata.mac_only_encrypted {
        true => "encrypted values only".to_owned(),
        false => "all values".to_owned(),
    };
    differ("the mac covers", covers(old), covers(new));
    lines
}

fn threshold(metadata: &Metadata) -> String {
    match (metadata.groups.len(), metadata.shamir_threshold) {
        (0 | 1, _) => "one key".to_owned(),
        (groups, 0) => format!("all of {groups} groups"),
        (groups, threshold) => format!("{threshold} of {groups} groups"),
    }
}

fn recipients(old: Option<&Metadata>, new: Option<&Metadata>) -> Vec<String> {
    let group = |metadata: Option<&Metadata>, number: usize| -> Vec<Recipient> {
        let group = metadata.and_then(|metadata| metadata.groups.get(number));
        group.into_iter().flatten().map(|stanza| stanza.recipient.clone()).collect()
    };
    let count = |metadata: Option<&Metadata>| metadata.map_or(0, |metadata| metadata.groups.len());
    let groups = count(old).max(count(new));
    let mut lines = Vec::new();
    for number in 0..groups {
        let (before, after) = (group(old, number), group(new, number));
        let place = if groups > 1 { format!(" of group {}", number + 1) } else { String::new() };
        let gone = before.iter().filter(|one| !after.contains(one)).map(|one| ("no longer", one));
        let come = after.iter().filter(|one| !before.contains(one)).map(|one| ("now", one));
        let lists = gone.chain(come);
        lines.extend(
            lists.map(|(word, one)| format!("recipient{place}: {word} {} {}", one.list(), one.identity())),
        );
    }
    lines
}
