//! Other recipients for a sealed file: what changes, and the file's new text.

mod wanted;

pub use crate::check::{Difference, Groups, Wanted, groups_of};
pub use wanted::{is_picked, wanted_by};

use super::context::Context;
use super::error::CliError;
use super::exit;
use super::keys;
use super::sealed;
use crate::crypto::DataKey;
use crate::document::Document;
use crate::file::{Sealed, Sealing, rewrap};
use crate::keys::{Recipient, Stanza};
use crate::metadata::Metadata;
use zeroize::Zeroizing;

/// The text of a sealed file with its data key wrapped for other recipients. Values, MAC and time stay as they are.
/// In a file with one group, those who could read it before keep their entries to the letter.
pub fn regroup(
    sealed: &Sealed,
    key: &DataKey,
    wanted: &Wanted,
    context: &Context,
) -> Result<Zeroizing<String>, CliError> {
    if !sealed.is_under(key) {
        let message = "the data key that was unwrapped is not the one that the file was encrypted with";
        return Err(CliError::new(exit::GENERIC, message).hint(
            "somebody has changed its shamir_threshold or a wrapped key: take the file from an earlier commit",
        ));
    }
    let old = sealed.metadata();
    let kept = match (old.groups.as_slice(), wanted.groups.len()) {
        ([group], 1) => group.as_slice(),
        _ => &[],
    };
    let groups = wrap(&wanted.groups, wanted.threshold, kept, key, context)?;
    let metadata = Metadata { groups, shamir_threshold: wanted.threshold, ..old.clone() };
    rewrap(sealed, &metadata).map_err(|error| CliError::spelling("the file", error))
}

/// A document sealed under a new data key, with what the file says of itself but for its keys.
pub fn anew(
    plain: &Document,
    metadata: Metadata,
    wanted: &Wanted,
    name: &str,
    context: &mut Context,
) -> Result<Zeroizing<String>, CliError> {
    let (key, groups) = keys::new_data_key(&wanted.groups, wanted.threshold, context)?;
    let metadata = Metadata { groups, shamir_threshold: wanted.threshold, layout: None, ..metadata };
    // No token and no nonce of the old key is used again (quirk Q14).
    match sealed::seal(plain, &key, metadata, None, name, context)? {
        Sealing::New(text) => Ok(text),
        Sealing::Unchanged => Err(CliError::new(exit::GENERIC, format!("{name} was not encrypted anew"))),
    }
}

/// Wraps a data key for every recipient but those that have one of the `kept` entries.
fn wrap(
    groups: &Groups,
    threshold: u32,
    kept: &[Stanza],
    key: &DataKey,
    context: &Context,
) -> Result<Vec<Vec<Stanza>>, CliError> {
    let keyring = keys::keyring(context);
    let wrap = |groups: &Groups| {
        keyring.wrap(groups, threshold as usize, key, &context.now).map_err(keys::cannot_wrap)
    };
    let ([group], false) = (groups.as_slice(), kept.is_empty()) else { return wrap(groups) };
    let known = |recipient: &Recipient| kept.iter().find(|stanza| stanza.recipient == *recipient);
    let new: Vec<Recipient> = group.iter().filter(|one| known(one).is_none()).cloned().collect();
    let mut made = match new.is_empty() && !group.is_empty() {
        true => Vec::new(),
        false => wrap(&vec![new])?.into_iter().flatten().collect(),
    }
    .into_iter();
    let stanzas = group.iter().filter_map(|recipient| known(recipient).cloned().or_else(|| made.next()));
    Ok(vec![stanzas.collect()])
}

/// Adds what is not there yet.
pub fn add(group: &mut Vec<Recipient>, more: impl IntoIterator<Item = Recipient>) {
    for recipient in more {
        if !group.contains(&recipient) {
            group.push(recipient);
        }
    }
}
