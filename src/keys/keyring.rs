//! Wrapping a data key for all key groups, and finding it again.

use super::{
    backend::{Backend, KeyError},
    order::Order,
    recipient::Recipient,
    report::{Attempt, GroupOutcome, UnwrapReport, WrapError, WrapFailure},
    shamir::{self, CombineError},
    share::Share,
    stanza::Stanza,
};
use crate::crypto::data_key::DataKey;
use zeroize::Zeroizing;

/// The back ends that are at hand.
#[derive(Default)]
pub struct Keyring {
    backends: Vec<Box<dyn Backend>>,
}

/// How many of `groups` key groups have to open for a file: `asked`, or all when that is 0. With several
/// groups this is the number to store; with one it means nothing (spec, file-format 7).
pub fn threshold(groups: usize, asked: usize) -> Result<usize, WrapError> {
    let threshold = if asked == 0 { groups } else { asked };
    match groups {
        0 | 1 => Ok(asked),
        256.. => Err(WrapError::TooManyGroups(groups)),
        _ if (2..=groups).contains(&threshold) => Ok(threshold),
        _ => Err(WrapError::Threshold { threshold, groups }),
    }
}

impl Keyring {
    pub fn new(backends: Vec<Box<dyn Backend>>) -> Keyring {
        Keyring { backends }
    }

    /// Wraps `key` for every recipient of every group, or for none: all failures are reported together.
    /// `asked` is the threshold, 0 for all groups. Every stanza is new.
    pub fn wrap(
        &self,
        groups: &[Vec<Recipient>],
        asked: usize,
        key: &DataKey,
    ) -> Result<Vec<Vec<Stanza>>, WrapError> {
        if groups.is_empty() {
            return Err(WrapError::EmptyGroup { group: 0 });
        }
        if let Some(group) = groups.iter().position(Vec::is_empty) {
            return Err(WrapError::EmptyGroup { group });
        }
        let mut failures = Vec::new();
        let mut wrapped = Vec::with_capacity(groups.len());
        for (number, (group, share)) in groups.iter().zip(parts(key, groups.len(), asked)?).enumerate() {
            let mut stanzas = Vec::with_capacity(group.len());
            for recipient in group {
                match self.wrap_one(recipient, &share) {
                    Ok(enc) => stanzas.push(Stanza::new(recipient.clone(), enc)),
                    Err(why) => {
                        failures.push(WrapFailure { group: number, recipient: recipient.clone(), why });
                    }
                }
            }
            wrapped.push(stanzas);
        }
        if failures.is_empty() { Ok(wrapped) } else { Err(WrapError::Keys(failures)) }
    }

    /// Recovers the data key of a file. `threshold` is the stored one, 0 if there is none. Stops as soon as
    /// enough groups are open: a group that is not needed asks for no passphrase and no network.
    pub fn unwrap(
        &self,
        groups: &[Vec<Stanza>],
        threshold: usize,
        order: &Order,
    ) -> Result<DataKey, UnwrapReport> {
        let single = groups.len() == 1;
        // Without a stored threshold every group has to be tried: any two may or may not be enough.
        let enough = if single {
            1
        } else if threshold == 0 {
            groups.len()
        } else {
            threshold.max(2)
        };
        let needed = if single { 1 } else { threshold.max(2) };
        let mut shares = Vec::new();
        let mut outcomes = Vec::new();
        for group in groups {
            if shares.len() >= enough {
                break;
            }
            let opened = self.open(group, single, order);
            outcomes.push(match opened {
                Ok(share) => {
                    shares.push(share);
                    GroupOutcome::Opened
                }
                Err(attempts) => GroupOutcome::Failed(attempts),
            });
        }
        let combined = match shares.as_slice() {
            few if few.len() < needed => Err(None),
            [whole] => DataKey::from_slice(whole.as_bytes()).ok_or(Some(CombineError::Lengths)),
            many => combine(many).map_err(Some),
        };
        combined.map_err(|mismatch| {
            let sources = self.backends.iter().flat_map(|backend| backend.sources()).collect();
            UnwrapReport { groups: outcomes, needed, mismatch, sources }
        })
    }

    /// The share of one group, from the first of its keys that gives it.
    fn open(&self, group: &[Stanza], single: bool, order: &Order) -> Result<Share, Vec<Attempt>> {
        let mut sorted: Vec<_> = group.iter().collect();
        sorted.sort_by_key(|stanza| order.rank(stanza.recipient.list()));
        let mut attempts = Vec::new();
        for stanza in sorted {
            let why = match self.unwrap_one(stanza) {
                Ok(share) if share.is_whole() == single => return Ok(share),
                Ok(share) if share.is_whole() => KeyError::Damaged("it holds a whole key, not a share"),
                Ok(_) => KeyError::Damaged("it holds a share, not a whole key"),
                Err(why) => why,
            };
            attempts.push(Attempt { recipient: stanza.recipient.clone(), why });
        }
        Err(attempts)
    }

    fn wrap_one(&self, recipient: &Recipient, share: &Share) -> Result<String, KeyError> {
        self.backend(recipient)?.wrap(recipient, share)
    }

    fn unwrap_one(&self, stanza: &Stanza) -> Result<Share, KeyError> {
        self.backend(&stanza.recipient)?.unwrap(stanza)
    }

    fn backend(&self, recipient: &Recipient) -> Result<&dyn Backend, KeyError> {
        let found = self.backends.iter().find(|backend| backend.handles(recipient));
        found.map(AsRef::as_ref).ok_or_else(|| KeyError::Unsupported(recipient.list().to_owned()))
    }
}

/// What each of `groups` groups has to wrap.
fn parts(key: &DataKey, groups: usize, asked: usize) -> Result<Vec<Share>, WrapError> {
    let threshold = threshold(groups, asked)?;
    if groups == 1 {
        return Ok(vec![Share::whole(key)]);
    }
    // Both fit: `threshold` allows at most 255 groups, and itself at most as many.
    let too_many = |_| WrapError::TooManyGroups(groups);
    let (count, least) =
        (u8::try_from(groups).map_err(too_many)?, u8::try_from(threshold).map_err(too_many)?);
    let shares = shamir::split(key.as_bytes(), count, least).map_err(WrapError::Random)?;
    Ok(shares.into_iter().map(Share::part).collect())
}

fn combine(shares: &[Share]) -> Result<DataKey, CombineError> {
    let shares: Vec<_> = shares.iter().map(Share::as_bytes).collect();
    let key: Zeroizing<Vec<u8>> = shamir::combine(&shares)?;
    DataKey::from_slice(&key).ok_or(CombineError::Lengths)
}

#[cfg(test)]
mod tests;
