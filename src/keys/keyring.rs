//! Wrapping a data key for all key groups, and finding it again.

use super::{
    backend::{Backend, KeyError},
    memory::{IN_VAIN, Memory},
    order::Order,
    recipient::Recipient,
    report::{Attempt, GroupOutcome, UnwrapReport, WrapError, WrapFailure},
    shamir::{self, CombineError},
    share::Share,
    stanza::Stanza,
};
use crate::crypto::data_key::DataKey;
use std::time::Instant;
use zeroize::Zeroizing;

/// Whether a key that a file names may be used, where that means more than trying the user's own identities
/// ([`Recipient::is_remote`]).
pub type Gate<'a> = dyn Fn(&Recipient) -> Result<(), KeyError> + 'a;

/// The gate that is open to every key.
pub fn open_gate(_: &Recipient) -> Result<(), KeyError> {
    Ok(())
}

/// The most services that are called at the same time for one key group.
const AT_ONCE: usize = 16;

/// The back ends that are at hand. Several may handle a key: the first that succeeds counts.
#[derive(Default)]
pub struct Keyring {
    backends: Vec<Box<dyn Backend>>,
    memory: Memory,
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
    /// A keyring that unwraps equal stanzas once: it keeps their shares, wiped when it is dropped, and their failures.
    pub fn new(backends: Vec<Box<dyn Backend>>) -> Keyring {
        Keyring { backends, memory: Memory::default() }
    }

    /// Wraps `key` for every recipient of every group, or for none: all failures are reported together.
    /// `asked` is the threshold, 0 for all groups. Every stanza is new, made at the time `now` (RFC 3339).
    pub fn wrap(
        &self,
        groups: &[Vec<Recipient>],
        asked: usize,
        key: &DataKey,
        now: &str,
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
                    // Two names of one key, of which only the service knew.
                    Ok((known, _)) if known != *recipient && group.contains(&known) => {}
                    Ok((known, enc)) => stanzas.push(Stanza::new(known, enc, now)),
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
    /// enough groups are open: a group that is not needed asks for no passphrase and no network. The gate is asked
    /// about a remote key when it is its turn, not before.
    pub fn unwrap(
        &self,
        groups: &[Vec<Stanza>],
        threshold: usize,
        order: &Order,
        gate: &Gate<'_>,
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
            let opened = self.open(group, single, order, gate);
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
    fn open(
        &self,
        group: &[Stanza],
        single: bool,
        order: &Order,
        gate: &Gate<'_>,
    ) -> Result<Share, Vec<Attempt>> {
        let mut sorted: Vec<_> = group.iter().collect();
        sorted.sort_by_key(|stanza| order.rank(stanza.recipient.list()));
        let mut rest = sorted.iter();
        let (mut attempts, mut in_turn) = (Vec::new(), true);
        while let Some(stanza) = rest.next() {
            let failed = |why| Attempt { recipient: stanza.recipient.clone(), why };
            if let Err(why) = self.usable(&stanza.recipient, gate) {
                attempts.push(failed(why));
                continue;
            }
            let began = Instant::now();
            for (number, backend) in self.backends(&stanza.recipient) {
                let why = match self.memory.unwrap(number, backend, stanza) {
                    Ok(share) if share.is_whole() == single => return Ok(share),
                    Ok(share) if share.is_whole() => KeyError::Damaged("it holds a whole key, not a share"),
                    Ok(_) => KeyError::Damaged("it holds a share, not a whole key"),
                    Err(why) => why,
                };
                attempts.push(failed(why));
            }
            // Whoever waited that long does not wait for one dead service after the other.
            if in_turn && stanza.recipient.is_remote() && began.elapsed() >= IN_VAIN {
                in_turn = false;
                self.ask_at_once(rest.as_slice(), gate);
            }
        }
        Err(attempts)
    }

    /// Calls the services of these keys at the same time, the first of many; what they say is kept until it is the key's
    /// turn.
    fn ask_at_once(&self, stanzas: &[&Stanza], gate: &Gate<'_>) {
        std::thread::scope(|scope| {
            let remote = stanzas.iter().filter(|stanza| stanza.recipient.is_remote());
            for stanza in remote.take(AT_ONCE) {
                if self.usable(&stanza.recipient, gate).is_err() {
                    continue;
                }
                for (number, backend) in self.backends(&stanza.recipient) {
                    scope.spawn(move || drop(self.memory.unwrap(number, backend, stanza)));
                }
            }
        });
    }

    /// The key wrapped by the first back end that can, and the recipient's full name; or why the last one could not.
    fn wrap_one(&self, recipient: &Recipient, share: &Share) -> Result<(Recipient, String), KeyError> {
        let mut failed = KeyError::Unsupported(recipient.list().to_owned());
        for (_, backend) in self.backends(recipient) {
            let resolved = backend.resolve(recipient);
            let wrapped = resolved.and_then(|known| {
                let known = known.unwrap_or_else(|| recipient.clone());
                backend.wrap(&known, share).map(|enc| (known, enc))
            });
            match wrapped {
                Ok(wrapped) => return Ok(wrapped),
                Err(why) => failed = why,
            }
        }
        Err(failed)
    }

    /// The back ends for a key, in their order, with their numbers.
    fn backends(&self, recipient: &Recipient) -> impl Iterator<Item = (usize, &dyn Backend)> {
        let all = self.backends.iter().enumerate();
        all.filter(|(_, backend)| backend.handles(recipient)).map(|(number, it)| (number, it.as_ref()))
    }

    /// Whether there is a back end for a key, and the gate lets it through.
    fn usable(&self, recipient: &Recipient, gate: &Gate<'_>) -> Result<(), KeyError> {
        if self.backends(recipient).next().is_none() {
            return Err(KeyError::Unsupported(recipient.list().to_owned()));
        }
        if recipient.is_remote() { gate(recipient) } else { Ok(()) }
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
mod calls;
#[cfg(test)]
mod tests;
