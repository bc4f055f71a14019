//! Key groups: the flat fields of a rule, or its `key_groups`.

use super::error::Fault;
use super::fields::{self, Fields};
use super::key::KeySpec;
use super::node::{Kind, Node};
use crate::document::error::Place;
use std::collections::HashSet;

const GROUP: &[&str] = &["merge", "age", "pgp", "kms", "gcp_kms", "hckms", "azure_keyvault", "hc_vault"];
const KMS: &[&str] = &["arn", "role", "context", "aws_profile"];
const GCP_KMS: &[&str] = &["resource_id"];
const HCKMS: &[&str] = &["key_id"];
const AZURE: &[&str] = &["vaultUrl", "key", "version"];
#[cfg(test)]
pub(super) const KEYS: &[&[&str]] = &[GROUP, KMS, GCP_KMS, HCKMS, AZURE, FLAT];

/// The key fields of a rule itself, in the order of their keys in the group.
pub(super) const FLAT: &[&str] =
    &["age", "pgp", "kms", "gcp_kms", "hckms", "azure_keyvault", "hc_vault_transit_uri"];

/// Collects the keys of a group; one that is there already is not added again.
#[derive(Default)]
struct Group {
    keys: Vec<KeySpec>,
    identities: HashSet<(&'static str, String)>,
}

impl Group {
    fn add(&mut self, place: Place, field: &str, key: Result<KeySpec, String>) -> Result<(), Fault> {
        let key = key.map_err(|reason| Fault::at(place, format!("in `{field}`: {reason}")))?;
        if self.identities.insert((key.list(), key.identity())) {
            self.keys.push(key);
        }
        Ok(())
    }

    /// The texts of a field: one with commas, or a list of such.
    fn texts(
        &mut self,
        node: &Node,
        field: &str,
        read: impl Fn(&str) -> Result<KeySpec, String>,
    ) -> Result<(), Fault> {
        let wanted = "text or a list of texts";
        let items = match &node.kind {
            Kind::List(items) => items.as_slice(),
            _ => std::slice::from_ref(node),
        };
        for item in items {
            let text = fields::strict_text(item, field, wanted)?;
            for part in text.split(',').filter(|part| !part.trim().is_empty()) {
                self.add(item.place, field, read(part))?;
            }
        }
        Ok(())
    }
}

/// The one group of a rule that names its keys directly; it is empty when there are none.
pub(super) fn flat(rule: &Fields<'_>) -> Result<Vec<KeySpec>, Fault> {
    let profile = rule.text("aws_profile")?;
    let mut group = Group::default();
    for field in FLAT {
        let Some(node) = rule.get(field) else { continue };
        match *field {
            "age" => group.texts(node, field, KeySpec::age)?,
            "pgp" => group.texts(node, field, KeySpec::pgp)?,
            "kms" => group.texts(node, field, |text| KeySpec::aws_kms(text, profile))?,
            "gcp_kms" => group.texts(node, field, KeySpec::gcp_kms)?,
            "azure_keyvault" => group.texts(node, field, KeySpec::azure_kv)?,
            "hc_vault_transit_uri" => group.texts(node, field, KeySpec::hc_vault)?,
            // sops takes nothing but a list here.
            _ => {
                rule.list(field)?;
                group.texts(node, field, KeySpec::huawei_kms)?;
            }
        }
    }
    Ok(group.keys)
}

/// The groups of `key_groups`.
pub(super) fn nested(rule: &Fields<'_>) -> Result<Vec<Vec<KeySpec>>, Fault> {
    let read = |node| {
        let mut group = Group::default();
        members(node, &mut group)?;
        Ok(group.keys)
    };
    rule.list("key_groups")?.iter().map(read).collect()
}

/// Adds the members of a group: first those that it merges, to any depth (bounded by that of the tree).
fn members(node: &Node, group: &mut Group) -> Result<(), Fault> {
    let fields = Fields::of(node, "a key group", GROUP)?;
    for merged in fields.list("merge")? {
        members(merged, group)?;
    }
    for (field, read) in [("age", KeySpec::age as fn(&str) -> _), ("pgp", KeySpec::pgp)] {
        for item in fields.list(field)? {
            group.texts(item, field, read)?;
        }
    }
    for item in fields.list("kms")? {
        let kms = Fields::of(item, "a `kms` key", KMS)?;
        let pairs = kms.texts_by_key("context")?.into_iter();
        let context = pairs.map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
        let arn = required(&kms, item, "arn")?;
        let key = KeySpec::aws_kms_parts(arn, kms.text("role")?, context, kms.text("aws_profile")?);
        group.add(item.place, "kms", key)?;
    }
    for item in fields.list("gcp_kms")? {
        let gcp = Fields::of(item, "a `gcp_kms` key", GCP_KMS)?;
        group.add(item.place, "gcp_kms", KeySpec::gcp_kms(required(&gcp, item, "resource_id")?))?;
    }
    for item in fields.list("hckms")? {
        let hckms = Fields::of(item, "a `hckms` key", HCKMS)?;
        group.add(item.place, "hckms", KeySpec::huawei_kms(required(&hckms, item, "key_id")?))?;
    }
    for item in fields.list("azure_keyvault")? {
        let azure = Fields::of(item, "an `azure_keyvault` key", AZURE)?;
        let (vault, name) = (required(&azure, item, "vaultUrl")?, required(&azure, item, "key")?);
        let key = KeySpec::azure_kv_parts(vault, name, azure.text("version")?.unwrap_or_default());
        group.add(item.place, "azure_keyvault", key)?;
    }
    for item in fields.list("hc_vault")? {
        group.texts(item, "hc_vault", KeySpec::hc_vault)?;
    }
    Ok(())
}

fn required<'a>(fields: &Fields<'a>, node: &Node, key: &str) -> Result<&'a str, Fault> {
    fields.text(key)?.ok_or_else(|| Fault::at(node.place, format!("a key without its `{key}`")))
}
