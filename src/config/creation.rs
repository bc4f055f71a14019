//! Creation rules: what a new file gets (spec, config 2).

use super::error::{Fault, Warning};
use super::fields::Fields;
use super::groups;
use super::node::Node;
use super::reading::Reading;
use crate::document::error::Place;
use crate::keys::Recipient;
use crate::rules::Selection;
use crate::rules::pattern::{Pattern, PatternError};

pub(super) const KEYS: &[&str] = &[
    "name",
    "path_regex",
    "age",
    "pgp",
    "kms",
    "aws_profile",
    "gcp_kms",
    "hckms",
    "azure_keyvault",
    "hc_vault_transit_uri",
    "key_groups",
    "shamir_threshold",
    "unencrypted_suffix",
    "encrypted_suffix",
    "unencrypted_regex",
    "encrypted_regex",
    "unencrypted_comment_regex",
    "encrypted_comment_regex",
    "mac_only_encrypted",
];

/// Most groups that Shamir's scheme can tell apart (spec, file-format 7).
const MAX_GROUPS: usize = 255;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// A name for messages; sops ignores it.
    pub name: Option<String>,
    /// Which files it is for; `None` is for every file.
    pub path_regex: Option<Pattern>,
    /// The keys by key group. A rule without keys has one group without keys.
    pub groups: Vec<Vec<Recipient>>,
    /// How many of several groups must come together; `None` is all of them.
    pub shamir_threshold: Option<u32>,
    pub selection: Option<Selection>,
    pub mac_only_encrypted: bool,
    /// Where it stands in its file.
    pub place: Place,
}

impl Rule {
    /// Whether the rule says nothing about a single file, because it is for all of them: without a pattern, or with
    /// one such as `.*`.
    pub fn is_for_every_file(&self) -> bool {
        // No path is just this, so a pattern that takes it takes any.
        self.matches("\u{1}")
    }

    /// Whether the rule is for a file, by its path as patterns see it.
    pub(super) fn matches(&self, subject: &str) -> bool {
        self.path_regex.as_ref().is_none_or(|regex| regex.is_match(subject))
    }
}

pub(super) fn rule(node: &Node, reading: &mut Reading) -> Result<Rule, Fault> {
    let fields = Fields::of(node, "a creation rule", KEYS)?;
    let mut groups = groups::nested(&fields)?;
    if groups.is_empty() {
        groups.push(groups::flat(&fields)?);
    } else if let Some(flat) = groups::FLAT.iter().find_map(|key| Some((key, fields.get(key)?))) {
        let text = format!("`{}` is ignored, as the rule has `key_groups`: add its keys to a group", flat.0);
        reading.warnings.push(Warning { place: flat.1.place, text });
    }
    let (path_regex, selection) = (path_regex(&fields)?, selection(&fields)?);
    reading.count(node.place, path_regex.as_ref(), selection.as_ref())?;
    Ok(Rule {
        name: fields.text("name")?.map(str::to_owned),
        path_regex,
        shamir_threshold: threshold(&fields, groups.len())?,
        groups,
        selection,
        mac_only_encrypted: fields.boolean("mac_only_encrypted")?,
        place: node.place,
    })
}

pub(super) fn path_regex(fields: &Fields<'_>) -> Result<Option<Pattern>, Fault> {
    let Some(source) = fields.text("path_regex")? else { return Ok(None) };
    Pattern::new(source).map(Some).map_err(|fault| bad_pattern(fields, "path_regex", &fault))
}

fn bad_pattern(fields: &Fields<'_>, key: &str, fault: &PatternError) -> Fault {
    let whose = if fault.valid_in_sops { "this program" } else { "sops" };
    fields.fault(key, format!("`{key}` is not a pattern that {whose} understands: {fault}"))
}

/// With a single group the threshold means nothing, and sops writes it into the file all the same.
fn threshold(fields: &Fields<'_>, groups: usize) -> Result<Option<u32>, Fault> {
    let key = "shamir_threshold";
    if groups > MAX_GROUPS {
        let reason = format!("{groups} key groups, more than the {MAX_GROUPS} that are possible");
        return Err(fields.fault("key_groups", reason));
    }
    let Some(number) = fields.integer(key)?.filter(|number| *number != 0) else { return Ok(None) };
    let threshold = u32::try_from(number)
        .map_err(|_| fields.fault(key, format!("`{key}` must be a small number, found {number}")))?;
    match threshold as usize {
        _ if groups == 1 => Ok(Some(threshold)),
        1 => Err(fields
            .fault(key, format!("`{key}` is 1, so that any of the key groups would do"))
            .hint("put all keys into one group instead")),
        threshold if threshold > groups => {
            Err(fields.fault(key, format!("`{key}` is {threshold}, but there are only {groups} key groups")))
        }
        _ => Ok(Some(threshold)),
    }
}

fn selection(fields: &Fields<'_>) -> Result<Option<Selection>, Fault> {
    let mut found: Option<(&str, Selection)> = None;
    for key in Selection::FIELDS {
        let Some(value) = fields.text(key)? else { continue };
        let Some(selection) = Selection::from_field(key, value) else { continue };
        let selection = selection.map_err(|fault| bad_pattern(fields, key, &fault))?;
        if let Some((first, _)) = found {
            let reason = format!("`{first}` and `{key}` in one rule: it can only follow one of them");
            return Err(fields.fault(key, reason).hint("remove one of the two"));
        }
        found = Some((key, selection));
    }
    Ok(found.map(|(_, selection)| selection))
}
