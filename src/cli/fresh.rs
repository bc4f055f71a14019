//! What a file that is sealed for the first time starts from: a data key of its own, wrapped for its recipients.

use super::context::Context;
use super::error::CliError;
use super::keys;
use super::policy::Policy;
use crate::crypto::DataKey;
use crate::document::format::Format;
use crate::keys::Stanza;
use crate::metadata::Metadata;

/// A fresh data key and the metadata that holds it, still without MAC.
pub struct Fresh {
    pub key: DataKey,
    pub metadata: Metadata,
}

/// Makes a data key and wraps it for every recipient of the policy.
pub fn make(policy: &Policy, format: Format, context: &mut Context) -> Result<Fresh, CliError> {
    let (key, groups) = keys::new_data_key(&policy.groups, policy.threshold, context)?;
    Ok(Fresh { key, metadata: metadata(policy, groups, format) })
}

/// The metadata of a new file whose data key is wrapped already.
pub fn metadata(policy: &Policy, groups: Vec<Vec<Stanza>>, format: Format) -> Metadata {
    let count = groups.len() as u32;
    // Binary files carry no rule: it could switch encryption off (quirk Q74).
    let binary = format == Format::Binary;
    Metadata {
        shamir_threshold: match policy.threshold {
            0 if count > 1 => count,
            threshold => threshold,
        },
        selection: (!binary).then(|| policy.selection.clone().unwrap_or_default()),
        mac_only_encrypted: policy.mac_only_encrypted && !binary,
        ..Metadata::new(groups)
    }
}
