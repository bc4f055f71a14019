//! Key groups: the flat fields of a rule, or its `key_groups`.

use super::error::Fault;
use super::fields::{self, Fields};
use super::node::{Kind, Node};
use crate::document::error::Place;
use crate::keys::Recipient;
use crate::keys::aws_kms::AwsKmsKey;
use crate::keys::azure_kv::AzureKvKey;
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
    keys: Vec<Recipient>,
    known: HashSet<(&'static str, String)>,
}

impl Group {
    fn add(&mut self, place: Place, field: &str, key: Result<Recipient, String>) -> Result<(), Fault> {
        let key = key.map_err(|reason| Fault::at(place, format!("in `{field}`: {reason}")))?;
        if self.known.insert((key.list(), key.text().into_owned())) {
            self.keys.push(key);
        }
        Ok(())
    }

    /// The texts of a field: one with commas, or a list of such. They name keys of one metadata list.
    fn texts(&mut self, node: &Node, field: &str, list: &str) -> Result<(), Fault> {
        self.keys(node, field, |text| Recipient::parse(list, text))
    }

    /// As [`Group::texts`], with keys that are read in another way.
    fn keys(
        &mut self,
        node: &Node,
        field: &str,
        read: impl Fn(&str) -> Result<Recipient, String>,
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
pub(super) fn flat(rule: &Fields<'_>) -> Result<Vec<Recipient>, Fault> {
    let profile = rule.text("aws_profile")?;
    let mut group = Group::default();
    for field in FLAT {
        let Some(node) = rule.get(field) else { continue };
        match *field {
            "kms" => group.keys(node, field, |text| {
                let key = AwsKmsKey::parse(text)?;
                Ok(Recipient::AwsKms(AwsKmsKey { profile: profile.unwrap_or_default().into(), ..key }))
            })?,
            "azure_keyvault" => group.texts(node, field, "azure_kv")?,
            "hc_vault_transit_uri" => group.texts(node, field, "hc_vault")?,
            // sops takes nothing but a list here.
            "hckms" => {
                rule.list(field)?;
                group.texts(node, field, "hckms")?;
            }
            list => group.texts(node, field, list)?,
        }
    }
    Ok(group.keys)
}

/// The groups of `key_groups`.
pub(super) fn nested(rule: &Fields<'_>) -> Result<Vec<Vec<Recipient>>, Fault> {
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
    for list in ["age", "pgp"] {
        for item in fields.list(list)? {
            group.texts(item, list, list)?;
        }
    }
    for item in fields.list("kms")? {
        let kms = Fields::of(item, "a `kms` key", KMS)?;
        let pairs = kms.texts_by_key("context")?.into_iter();
        let key = AwsKmsKey {
            arn: required(&kms, item, "arn")?.into(),
            role: kms.text("role")?.unwrap_or_default().into(),
            context: pairs.map(|(key, value)| (key.to_owned(), value.to_owned())).collect(),
            profile: kms.text("aws_profile")?.unwrap_or_default().into(),
        };
        group.add(item.place, "kms", key.check().map(|()| Recipient::AwsKms(key)))?;
    }
    for item in fields.list("gcp_kms")? {
        let gcp = Fields::of(item, "a `gcp_kms` key", GCP_KMS)?;
        group.add(
            item.place,
            "gcp_kms",
            Recipient::parse("gcp_kms", required(&gcp, item, "resource_id")?),
        )?;
    }
    for item in fields.list("hckms")? {
        let hckms = Fields::of(item, "a `hckms` key", HCKMS)?;
        group.add(item.place, "hckms", Recipient::parse("hckms", required(&hckms, item, "key_id")?))?;
    }
    for item in fields.list("azure_keyvault")? {
        let azure = Fields::of(item, "an `azure_keyvault` key", AZURE)?;
        let (vault, name) = (required(&azure, item, "vaultUrl")?, required(&azure, item, "key")?);
        let key = AzureKvKey::new(vault, name, azure.text("version")?.unwrap_or_default());
        group.add(item.place, "azure_keyvault", key.map(Recipient::AzureKv))?;
    }
    for item in fields.list("hc_vault")? {
        group.texts(item, "hc_vault", "hc_vault")?;
    }
    Ok(())
}

fn required<'a>(fields: &Fields<'a>, node: &Node, key: &str) -> Result<&'a str, Fault> {
    fields.text(key)?.ok_or_else(|| Fault::at(node.place, format!("a key without its `{key}`")))
}
