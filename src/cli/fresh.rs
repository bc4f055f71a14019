//! What a file that is sealed for the first time starts from: a data key of its own, wrapped for its recipients.

use super::context::Context;
use super::error::CliError;
use super::exit;
use super::keys;
use super::policy::Policy;
use crate::crypto::DataKey;
use crate::document::format::Format;
use crate::keys::WrapError;
use crate::metadata::Metadata;

/// A fresh data key and the metadata that holds it, still without MAC.
pub struct Fresh {
    pub key: DataKey,
    pub metadata: Metadata,
}

/// Makes a data key and wraps it for every recipient of the policy.
pub fn make(policy: &Policy, format: Format, context: &mut Context) -> Result<Fresh, CliError> {
    let key = DataKey::random(&mut context.random)
        .map_err(|error| CliError::new(exit::GENERIC, "no data key can be made").cause(error))?;
    let groups = keys::keyring(context).wrap(&policy.groups, policy.threshold as usize, &key);
    let groups = groups.map_err(|error| match error {
        // What sops prints, to the letter: its users match on it.
        WrapError::EmptyGroup { .. } => {
            CliError::bare(exit::GENERIC, "Could not generate data key: [empty key group provided]")
        }
        error => CliError::new(exit::GENERIC, error.to_string()),
    })?;
    let count = groups.len() as u32;
    // Binary files carry no rule: it could switch encryption off (quirk Q74).
    let binary = format == Format::Binary;
    let metadata = Metadata {
        shamir_threshold: match policy.threshold {
            0 if count > 1 => count,
            threshold => threshold,
        },
        selection: (!binary).then(|| policy.selection.clone().unwrap_or_default()),
        mac_only_encrypted: policy.mac_only_encrypted && !binary,
        ..Metadata::new(groups)
    };
    Ok(Fresh { key, metadata })
}
