//! What three files say of themselves → one metadata block.

use super::{Refusal, Rule};
use crate::document::tree::Node;
use crate::keys::Stanza;
use crate::metadata::Metadata;
use std::collections::HashSet;

/// The merged metadata, still with our MAC and time. With `one_key` both sides have the same data key, so that entries
/// of either side can stand beside each other; else those of ours stay as they are.
pub fn merge(
    base: Option<&Metadata>,
    ours: &Metadata,
    theirs: &Metadata,
    one_key: bool,
    rule: Option<Rule>,
) -> Result<Metadata, Refusal> {
    let mut merged = ours.clone();
    if one_key {
        (merged.groups, merged.shamir_threshold) = groups(base, ours, theirs)?;
    }
    let taken = match rule {
        Some(Rule::Ours) => ours,
        Some(Rule::Theirs) => theirs,
        None => taken_rule(base, ours, theirs)?,
    };
    merged.selection.clone_from(&taken.selection);
    merged.mac_only_encrypted = taken.mac_only_encrypted;
    merged.unknown = unknown(base, ours, theirs);
    Ok(merged)
}

/// The side whose rule holds: the one that changed it.
fn taken_rule<'a>(
    base: Option<&Metadata>,
    ours: &'a Metadata,
    theirs: &'a Metadata,
) -> Result<&'a Metadata, Refusal> {
    let rule = |metadata: &Metadata| (metadata.rule(), metadata.mac_only_encrypted);
    match base.map(rule) {
        _ if rule(ours) == rule(theirs) => Ok(ours),
        Some(base) if base == rule(theirs) => Ok(ours),
        Some(base) if base == rule(ours) => Ok(theirs),
        _ => Err(Refusal::Rules),
    }
}

/// Key groups and threshold. Several groups belong together, as each holds a share: they are taken as a whole.
fn groups(
    base: Option<&Metadata>,
    ours: &Metadata,
    theirs: &Metadata,
) -> Result<(Vec<Vec<Stanza>>, u32), Refusal> {
    let whole = |metadata: &Metadata| (metadata.groups.clone(), metadata.shamir_threshold);
    let sides = [Some(ours), Some(theirs), base];
    if let ([mine], [yours]) = (ours.groups.as_slice(), theirs.groups.as_slice())
        && sides.iter().flatten().all(|side| side.groups.len() == 1)
    {
        let base_group = base.and_then(|base| base.groups.first()).map_or(&[][..], Vec::as_slice);
        let group = stanzas(base_group, mine, yours);
        return match group.is_empty() {
            true => Err(Refusal::NoRecipients),
            false => Ok((vec![group], ours.shamir_threshold)),
        };
    }
    let shape = |metadata: &Metadata| {
        let (groups, shamir_threshold) = whole(metadata);
        Metadata { shamir_threshold, ..Metadata::new(groups) }.to_node()
    };
    match base.map(shape) {
        _ if shape(ours) == shape(theirs) => Ok(whole(ours)),
        Some(base) if base == shape(theirs) => Ok(whole(ours)),
        Some(base) if base == shape(ours) => Ok(whole(theirs)),
        _ => Err(Refusal::Groups),
    }
}

/// The entries of one group, by recipient: ours in their order, then those that only theirs has added. What one side
/// has taken out stays out.
fn stanzas(base: &[Stanza], ours: &[Stanza], theirs: &[Stanza]) -> Vec<Stanza> {
    let set = |stanzas: &[Stanza]| -> HashSet<_> {
        stanzas.iter().map(|stanza| stanza.recipient.clone()).collect()
    };
    let (in_base, in_ours, in_theirs) = (set(base), set(ours), set(theirs));
    let is_gone = |stanza: &&Stanza| {
        let recipient = &stanza.recipient;
        in_base.contains(recipient) && !(in_ours.contains(recipient) && in_theirs.contains(recipient))
    };
    let added = theirs.iter().filter(|stanza| !in_ours.contains(&stanza.recipient));
    ours.iter().chain(added).filter(|stanza| !is_gone(stanza)).cloned().collect()
}

/// Fields that this program does not know: a change of theirs is taken where ours left the field alone.
fn unknown(base: Option<&Metadata>, ours: &Metadata, theirs: &Metadata) -> Vec<(String, Node)> {
    fn field<'a>(metadata: &'a Metadata, name: &str) -> Option<&'a Node> {
        metadata.unknown.iter().find(|(known, _)| known == name).map(|(_, node)| node)
    }
    let only_theirs = theirs.unknown.iter().filter(|(name, _)| field(ours, name).is_none());
    let names = ours.unknown.iter().chain(only_theirs).map(|(name, _)| name);
    let merged = names.filter_map(|name| {
        let [old, mine, yours] =
            [base.and_then(|base| field(base, name)), field(ours, name), field(theirs, name)];
        let node = if mine == old { yours } else { mine };
        node.map(|node| (name.clone(), node.clone()))
    });
    merged.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::Recipient;
    use crate::keys::age::AgeRecipient;
    use crate::rules::Selection;

    fn stanza(name: &str, enc: &str) -> Stanza {
        Stanza::new(Recipient::Age(AgeRecipient::stored(name)), enc.into(), "")
    }

    fn of(names: &[&str]) -> Metadata {
        Metadata::new(vec![names.iter().map(|name| stanza(name, "x")).collect()])
    }

    fn names(metadata: &Metadata) -> Vec<Vec<String>> {
        let name = |stanza: &Stanza| stanza.recipient.identity();
        metadata.groups.iter().map(|group| group.iter().map(name).collect()).collect()
    }

    fn merged(base: Option<&Metadata>, ours: &Metadata, theirs: &Metadata) -> Result<Metadata, Refusal> {
        merge(base, ours, theirs, true, None)
    }

    #[test]
    fn recipients_come_from_either_side_and_go_by_either_side() {
        let base = of(&["a", "b", "c"]);
        let result = merged(Some(&base), &of(&["a", "c", "d"]), &of(&["a", "b", "e"])).ok();
        assert_eq!(result.map(|result| names(&result)), Some(vec![vec!["a".into(), "d".into(), "e".into()]]));
        let union = merged(None, &of(&["a"]), &of(&["b", "a"])).ok();
        assert_eq!(union.map(|result| names(&result)), Some(vec![vec!["a".into(), "b".into()]]));
        assert!(matches!(
            merged(Some(&of(&["a", "b"])), &of(&["a"]), &of(&["b"])),
            Err(Refusal::NoRecipients)
        ));
    }

    #[test]
    fn an_entry_of_theirs_is_kept_to_the_letter_and_ours_is_not_replaced() {
        let theirs = Metadata::new(vec![vec![stanza("a", "their wrap"), stanza("b", "kept")]]);
        let result = merged(Some(&of(&["a"])), &of(&["a"]), &theirs).ok();
        let encs = |metadata: Metadata| -> Vec<String> {
            metadata.groups.concat().into_iter().map(|stanza| stanza.enc).collect()
        };
        assert_eq!(result.map(encs), Some(vec!["x".to_owned(), "kept".to_owned()]));
    }

    #[test]
    fn several_groups_are_taken_as_a_whole_from_the_side_that_changed_them() {
        let shamir = |groups: &[&str], threshold| Metadata {
            shamir_threshold: threshold,
            ..Metadata::new(groups.iter().map(|name| vec![stanza(name, "share")]).collect())
        };
        let (base, changed) = (shamir(&["a", "b"], 2), shamir(&["a", "b", "c"], 2));
        for (ours, theirs) in [(&base, &changed), (&changed, &base), (&changed, &changed)] {
            let result = merged(Some(&base), ours, theirs).ok();
            assert_eq!(result.map(|result| result.groups.len()), Some(3));
        }
        let other = shamir(&["a", "d"], 2);
        assert!(matches!(merged(Some(&base), &changed, &other), Err(Refusal::Groups)));
        assert!(matches!(merged(Some(&of(&["a"])), &of(&["a", "b"]), &changed), Err(Refusal::Groups)));
    }

    #[test]
    fn the_rule_is_taken_from_the_side_that_changed_it() {
        let with = |suffix: &str| Metadata {
            selection: Some(Selection::EncryptedSuffix(suffix.into())),
            ..of(&["a"])
        };
        let (base, new) = (with("_old"), with("_new"));
        let rule = |result: Result<Metadata, Refusal>| result.ok().map(|metadata| metadata.rule());
        assert_eq!(rule(merged(Some(&base), &base, &new)), Some(new.rule()));
        assert_eq!(rule(merged(Some(&base), &new, &base)), Some(new.rule()));
        assert!(matches!(merged(Some(&base), &new, &with("_other")), Err(Refusal::Rules)));
        assert!(matches!(merged(None, &new, &base), Err(Refusal::Rules)));
        assert_eq!(rule(merge(None, &new, &base, true, Some(Rule::Theirs))), Some(base.rule()));
    }

    #[test]
    fn unknown_fields_are_merged_one_by_one() {
        let with = |fields: &[(&str, &str)]| Metadata {
            unknown: fields.iter().map(|(name, text)| ((*name).to_owned(), Node::str(text))).collect(),
            ..of(&["a"])
        };
        let base = with(&[("kept", "1"), ("ours", "1"), ("gone", "1"), ("both", "1")]);
        let ours = with(&[("kept", "1"), ("ours", "2"), ("gone", "1"), ("both", "2")]);
        let theirs = with(&[("kept", "1"), ("ours", "1"), ("both", "3"), ("new", "1")]);
        let result = merged(Some(&base), &ours, &theirs).ok().map(|result| result.unknown);
        let expected = with(&[("kept", "1"), ("ours", "2"), ("both", "2"), ("new", "1")]).unknown;
        assert!(result == Some(expected), "other fields");
    }
}
