//! What a file that is sealed for the first time starts from: a data key of its own, wrapped for its recipients.

use super::context::Context;
use super::error::CliError;
use super::exit;
use super::keys;
use super::policy::Policy;
use crate::crypto::{Cipher, DataKey};
use crate::document::Document;
use crate::document::format::Format;
use crate::file::{Seal, Sealing, seal};
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
    let groups = groups.map_err(keys::cannot_wrap)?;
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

impl Fresh {
    /// Seals a file's first text. `name` is for messages.
    pub fn seal(
        &self,
        document: &Document,
        metadata: Metadata,
        name: &str,
        context: &mut Context,
    ) -> Result<Sealing, CliError> {
        let now = context.now.clone();
        let request = Seal {
            cipher: &Cipher::new(&self.key),
            metadata,
            now: &now,
            random: &mut context.random,
            previous: None,
        };
        seal(document, request).map_err(|error| CliError::sealing(name, error))
    }
}
