//! How a file differs from its creation rule: who can read it, and what in it is secret.

use super::difference::Difference;
use super::wanted::{Wanted, WantedError};
use crate::config::Rule;
use crate::document::format::Format;
use crate::keys::Recipient;
use crate::metadata::Metadata;
use crate::rules::Selection;

/// What a file has otherwise than its rule says.
pub struct Drift {
    /// Recipients of the rule that can't read the file.
    pub missing: Vec<Recipient>,
    /// Recipients of the file that the rule does not list.
    pub excess: Vec<Recipient>,
    /// The same recipients stand in other key groups, or there is another threshold.
    pub regrouped: bool,
    /// Why no file can follow the rule.
    pub impossible: Option<WantedError>,
    /// The rule's selection, when the file has another one.
    pub selection: Option<Selection>,
    /// What the file says, when the rule says the opposite.
    pub mac_only_encrypted: Option<bool>,
}

impl Drift {
    /// What a file of this format has otherwise than a rule says.
    pub fn between(rule: &Rule, file: &Metadata, format: Format) -> Drift {
        // A binary file is encrypted as a whole, whatever the config says.
        let selects = format != Format::Binary;
        let wanted = rule.selection.clone().unwrap_or_default();
        let mut drift = Drift {
            missing: Vec::new(),
            excess: Vec::new(),
            regrouped: false,
            impossible: None,
            selection: (selects && wanted != file.rule()).then_some(wanted),
            mac_only_encrypted: (selects && rule.mac_only_encrypted != file.mac_only_encrypted)
                .then_some(file.mac_only_encrypted),
        };
        // A rule without keys, or with an empty group, says nothing of who may read.
        if rule.groups.iter().any(Vec::is_empty) {
            return drift;
        }
        let meant: Vec<Recipient> = rule.groups.iter().flatten().cloned().collect();
        let there: Vec<&Recipient> = file.groups.iter().flatten().map(|stanza| &stanza.recipient).collect();
        for wanted in &meant {
            let is_there = there.iter().any(|one| one.is_meant_by(wanted));
            add((!is_there).then_some(wanted), &mut drift.missing);
        }
        for one in there {
            let is_meant = meant.iter().any(|wanted| one.is_meant_by(wanted));
            add((!is_meant).then_some(one), &mut drift.excess);
        }
        if drift.missing.is_empty() && drift.excess.is_empty() {
            match Wanted::by(rule, rule.shamir_threshold.unwrap_or(0), file) {
                Ok(wanted) => drift.regrouped = !Difference::between(file, &wanted).is_empty(),
                Err(error) => drift.impossible = Some(error),
            }
        }
        drift
    }
}

fn add(recipient: Option<&Recipient>, to: &mut Vec<Recipient>) {
    to.extend(recipient.filter(|recipient| !to.contains(recipient)).cloned());
}
