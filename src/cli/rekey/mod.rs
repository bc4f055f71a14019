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
    check(sealed, key)?;
    let groups = wrap(wanted, sealed.metadata(), key, context)?;
    text(sealed, groups, wanted)
}

/// As [`regroup`], with the entries of those who could read the file before as they are, but for their wrapped keys.
pub fn resplit(
    sealed: &Sealed,
    key: &DataKey,
    wanted: &Wanted,
    context: &Context,
) -> Result<Zeroizing<String>, CliError> {
    check(sealed, key)?;
    let groups = wrap(wanted, sealed.metadata(), key, context)?;
    text(sealed, as_before(groups, &sealed.metadata().groups), wanted)
}

/// Refuses a data key that is not the one the file was encrypted with: nobody could open the file any more.
fn check(sealed: &Sealed, key: &DataKey) -> Result<(), CliError> {
    if sealed.is_under(key) {
        return Ok(());
    }
    let message = "the data key that was unwrapped is not the one that the file was encrypted with";
    Err(CliError::new(exit::GENERIC, message).hint(keys::SHARES_OF_ANOTHER))
}

fn text(sealed: &Sealed, groups: Vec<Vec<Stanza>>, wanted: &Wanted) -> Result<Zeroizing<String>, CliError> {
    let metadata = Metadata { groups, shamir_threshold: wanted.threshold, ..sealed.metadata().clone() };
    rewrap(sealed, &metadata).map_err(|error| CliError::spelling("the file", error))
}

/// A document sealed under a new data key, with what the file says of itself but for its keys. Entries of recipients that
/// it had keep what they say but for the wrapped key, as in sops.
pub fn anew(
    plain: &Document,
    metadata: Metadata,
    wanted: &Wanted,
    name: &str,
    context: &mut Context,
) -> Result<Zeroizing<String>, CliError> {
    let (key, groups) = keys::new_data_key(&wanted.groups, wanted.threshold, context)?;
    let groups = as_before(groups, &metadata.groups);
    let metadata = Metadata { groups, shamir_threshold: wanted.threshold, layout: None, ..metadata };
    // No token and no nonce of the old key is used again (quirk Q14).
    match sealed::seal(plain, &key, metadata, None, name, context)? {
        Sealing::New(text) => Ok(text),
        Sealing::Unchanged => Err(CliError::new(exit::GENERIC, format!("{name} was not encrypted anew"))),
    }
}

/// Wraps a data key for every recipient; where a file has and keeps one group, but for those that have an entry.
fn wrap(
    wanted: &Wanted,
    old: &Metadata,
    key: &DataKey,
    context: &Context,
) -> Result<Vec<Vec<Stanza>>, CliError> {
    let (keyring, threshold) = (keys::keyring(context), wanted.threshold as usize);
    let wrap =
        |groups: &Groups| keyring.wrap(groups, threshold, key, &context.now).map_err(keys::cannot_wrap);
    let ([group], [kept]) = (wanted.groups.as_slice(), old.groups.as_slice()) else {
        return wrap(&wanted.groups);
    };
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

/// New stanzas, with what the entries of the same recipients said before.
fn as_before(mut groups: Vec<Vec<Stanza>>, old: &[Vec<Stanza>]) -> Vec<Vec<Stanza>> {
    for (number, group) in groups.iter_mut().enumerate() {
        for stanza in group {
            let mut entries = old.get(number).into_iter().chain(old).flatten();
            if let Some(before) = entries.find(|before| before.recipient == stanza.recipient) {
                stanza.entry.clone_from(&before.entry);
            }
        }
    }
    groups
}

/// Adds what is not there yet.
pub fn add(group: &mut Vec<Recipient>, more: impl IntoIterator<Item = Recipient>) {
    for recipient in more {
        if !group.contains(&recipient) {
            group.push(recipient);
        }
    }
}
