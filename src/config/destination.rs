//! Destination rules: where files are published to (spec, config 4).

use super::creation::{self, Rule};
use super::error::Fault;
use super::fields::Fields;
use super::node::Node;
use super::reading::Reading;
use crate::document::error::Place;
use crate::rules::pattern::Pattern;

pub(super) const KEYS: &[&str] = &[
    "path_regex",
    "s3_bucket",
    "s3_prefix",
    "gcs_bucket",
    "gcs_prefix",
    "vault_path",
    "vault_address",
    "vault_kv_mount_name",
    "vault_kv_version",
    "recreation_rule",
    "omit_extensions",
];

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Destination {
    /// Which files it is for, by the path as it was typed; `None` is for every file.
    pub path_regex: Option<Pattern>,
    pub target: Target,
    /// What files are encrypted anew with before they are published.
    pub recreation_rule: Option<Rule>,
    pub omit_extensions: bool,
    /// Where it stands in its file.
    pub place: Place,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    S3 {
        bucket: String,
        prefix: String,
    },
    Gcs {
        bucket: String,
        prefix: String,
    },
    Vault {
        path: String,
        /// `None` is what the environment says.
        address: Option<String>,
        mount: String,
        /// Of the key-value engine: 1 or 2.
        version: u8,
    },
}

pub(super) fn destination(node: &Node, reading: &mut Reading) -> Result<Destination, Fault> {
    let fields = Fields::of(node, "a destination rule", KEYS)?;
    let recreation_rule = match fields.get("recreation_rule") {
        Some(node) => Some(creation::rule(node, reading)?),
        None => None,
    };
    let path_regex = creation::path_regex(&fields)?;
    reading.count(node.place, path_regex.as_ref(), None)?;
    Ok(Destination {
        path_regex,
        target: target(&fields, node)?,
        recreation_rule,
        omit_extensions: fields.boolean("omit_extensions")?,
        place: node.place,
    })
}

fn target(fields: &Fields<'_>, node: &Node) -> Result<Target, Fault> {
    let text = |key| fields.text(key).map(|text| text.map(str::to_owned));
    let targets = (text("s3_bucket")?, text("gcs_bucket")?, text("vault_path")?);
    let (s3_prefix, gcs_prefix) = (text("s3_prefix")?, text("gcs_prefix")?);
    let address = text("vault_address")?;
    let mount = text("vault_kv_mount_name")?.unwrap_or_else(|| "secret/".into());
    let version = version(fields)?;
    match targets {
        (Some(bucket), None, None) => Ok(Target::S3 { bucket, prefix: s3_prefix.unwrap_or_default() }),
        (None, Some(bucket), None) => Ok(Target::Gcs { bucket, prefix: gcs_prefix.unwrap_or_default() }),
        (None, None, Some(path)) => Ok(Target::Vault { path, address, mount, version }),
        (None, None, None) => Err(Fault::at(node.place, "a destination rule without a destination")
            .hint("add s3_bucket, gcs_bucket or vault_path")),
        _ => Err(Fault::at(node.place, "more than one destination in one rule")
            .hint("keep one of s3_bucket, gcs_bucket and vault_path")),
    }
}

fn version(fields: &Fields<'_>) -> Result<u8, Fault> {
    match fields.integer("vault_kv_version")? {
        None | Some(0 | 2) => Ok(2),
        Some(1) => Ok(1),
        Some(other) => {
            let key = "vault_kv_version";
            Err(fields.fault(key, format!("`{key}` must be 1 or 2, found {other}")))
        }
    }
}
