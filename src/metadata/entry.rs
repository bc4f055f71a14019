//! One key entry of a block ↔ [`Stanza`] (spec, file-format 6.2).

use super::fields::Fields;
use super::{MetadataError, sorted_map};
use crate::document::tree::{Item, Node};
use crate::keys::age::AgeRecipient;
use crate::keys::aws_kms::AwsKmsKey;
use crate::keys::azure_kv::AzureKvKey;
use crate::keys::gcp_kms::GcpKmsKey;
use crate::keys::hc_vault::HcVaultKey;
use crate::keys::pgp::PgpKey;
use crate::keys::{HuaweiKmsKey, Recipient, Stanza};

/// An entry of one of the [`super::KEY_LISTS`]. What names its key is taken as it stands.
pub(super) fn read(list: &str, entry: Node) -> Result<Stanza, MetadataError> {
    let mut fields = Fields::of(&entry)?;
    let enc = fields.text("enc")?.unwrap_or_default();
    let context = (list == "kms").then(|| fields.take("context")).flatten();
    let mut text = |name: &str| fields.text(name).map(Option::unwrap_or_default);
    let recipient = match list {
        "age" => Recipient::Age(AgeRecipient::stored(&text("recipient")?)),
        "pgp" => Recipient::Pgp(PgpKey { fingerprint: text("fp")? }),
        "gcp_kms" => Recipient::GcpKms(GcpKmsKey { resource_id: text("resource_id")? }),
        "hckms" => Recipient::HuaweiKms(HuaweiKmsKey { key_id: text("key_id")? }),
        "azure_kv" => Recipient::AzureKv(AzureKvKey {
            vault_url: text("vault_url")?,
            name: text("name")?,
            version: text("version")?,
        }),
        "hc_vault" => Recipient::HcVault(HcVaultKey {
            address: text("vault_address")?,
            engine_path: text("engine_path")?,
            key_name: text("key_name")?,
        }),
        _ => Recipient::AwsKms(AwsKmsKey {
            arn: text("arn")?,
            role: text("role")?,
            context: pairs(context.as_ref()),
            profile: text("aws_profile")?,
        }),
    };
    Ok(Stanza { recipient, enc, entry })
}

/// A stanza's entry with its wrapped key. Other fields are as they were, and complete when the stanza is new.
pub(super) fn write(stanza: &Stanza) -> Node {
    let mut fields: Vec<(String, Node)> =
        stanza.entry.entries().map(|(key, node)| (key.to_owned(), node.clone())).collect();
    let mut put = |name: &str, node: Node| {
        fields.retain(|(key, _)| !key.eq_ignore_ascii_case(name));
        fields.push((name.to_owned(), node));
    };
    put("enc", Node::str(&stanza.enc));
    if is_new(stanza) {
        named(&stanza.recipient).into_iter().for_each(|(name, node)| put(name, node));
    }
    sorted_map(fields)
}

/// Whether nothing names its key yet.
fn is_new(stanza: &Stanza) -> bool {
    stanza.entry.entries().all(|(key, _)| key == "created_at")
}

/// The fields that name a key.
fn named(recipient: &Recipient) -> Vec<(&'static str, Node)> {
    match recipient {
        Recipient::Age(recipient) => vec![("recipient", Node::str(recipient.text()))],
        Recipient::Pgp(key) => vec![("fp", Node::str(&key.fingerprint))],
        Recipient::GcpKms(key) => vec![("resource_id", Node::str(&key.resource_id))],
        Recipient::HuaweiKms(key) => vec![("key_id", Node::str(&key.key_id))],
        Recipient::AzureKv(key) => vec![
            ("vault_url", Node::str(&key.vault_url)),
            ("name", Node::str(&key.name)),
            ("version", Node::str(&key.version)),
        ],
        Recipient::HcVault(key) => vec![
            ("vault_address", Node::str(&key.address)),
            ("engine_path", Node::str(&key.engine_path)),
            ("key_name", Node::str(&key.key_name)),
        ],
        Recipient::AwsKms(key) => {
            // sops leaves out a role and a context that are not there, and always writes the profile.
            let mut fields = vec![("arn", Node::str(&key.arn)), ("aws_profile", Node::str(&key.profile))];
            fields.extend((!key.role.is_empty()).then(|| ("role", Node::str(&key.role))));
            let pair = |(key, value): (&String, &String)| (key.clone(), Node::str(value));
            let context = || sorted_map(key.context.iter().map(pair).collect());
            fields.extend((!key.context.is_empty()).then(|| ("context", context())));
            fields
        }
    }
}

fn pairs(context: Option<&Node>) -> std::collections::BTreeMap<String, String> {
    let entries = context.into_iter().flat_map(|context| match context {
        Node::Map(items) => items.as_slice(),
        _ => &[],
    });
    let pair = |item: &Item| match item {
        Item::Entry { key, node } => Some((key.clone(), node.text().unwrap_or_default().into_owned())),
        _ => None,
    };
    entries.filter_map(pair).collect()
}
