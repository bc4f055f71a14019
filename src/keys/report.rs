//! What happened to every key when a file could not be opened or sealed. Names only, never key material.

use super::{
    backend::{Found, KeyError, Source},
    recipient::Recipient,
    shamir::CombineError,
};
use std::fmt;

/// Why a data key could not be wrapped. Groups are numbered from 0.
#[derive(Debug, thiserror::Error)]
pub enum WrapError {
    #[error("key group {group} is empty")]
    EmptyGroup { group: usize },
    #[error("there are {0} key groups, more than the 255 that can share a key")]
    TooManyGroups(usize),
    #[error("a threshold of {threshold} does not fit {groups} key groups: it must be 2 to {groups}")]
    Threshold { threshold: usize, groups: usize },
    /// Every key that failed, not only the first.
    #[error("the data key could not be encrypted for {}", list(.0))]
    Keys(Vec<WrapFailure>),
    #[error("the system gave no random numbers: {0}")]
    Random(getrandom::Error),
}

/// A key that the data key could not be wrapped for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrapFailure {
    pub group: usize,
    pub recipient: Recipient,
    pub why: KeyError,
}

fn list(failures: &[WrapFailure]) -> String {
    let each: Vec<_> =
        failures.iter().map(|failure| format!("{} ({})", failure.recipient, failure.why)).collect();
    each.join(", ")
}

/// Why a data key could not be recovered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnwrapReport {
    /// In the order of the file.
    pub groups: Vec<GroupOutcome>,
    /// How many groups have to open.
    pub needed: usize,
    /// Enough groups opened, and their shares do not fit together.
    pub mismatch: Option<CombineError>,
    /// Where secret keys were looked for.
    pub sources: Vec<Source>,
}

/// What became of one key group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GroupOutcome {
    Opened,
    /// Every key that was tried, in that order.
    Failed(Vec<Attempt>),
}

/// A key that did not open its group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    pub recipient: Recipient,
    pub why: KeyError,
}

impl UnwrapReport {
    /// How many groups opened.
    pub fn opened(&self) -> usize {
        self.groups.iter().filter(|group| matches!(group, GroupOutcome::Opened)).count()
    }

    /// How many identities there were to try.
    pub fn identities(&self) -> usize {
        let count = |source: &Source| match &source.found {
            Found::Identities(public) => public.len(),
            _ => 0,
        };
        self.sources.iter().map(count).sum()
    }

    /// Who could open the groups that stayed shut.
    pub fn readers(&self) -> impl Iterator<Item = &Recipient> {
        self.groups
            .iter()
            .flat_map(|group| match group {
                GroupOutcome::Failed(attempts) => attempts.as_slice(),
                GroupOutcome::Opened => &[],
            })
            .map(|attempt| &attempt.recipient)
    }

    /// The sources that are there and could not be used: the name of each, and why.
    pub fn faults(&self) -> impl Iterator<Item = (&str, &str)> {
        self.sources.iter().filter_map(|source| match &source.found {
            Found::Fault(why) => Some((source.name.as_str(), why.as_str())),
            _ => None,
        })
    }
}

impl std::error::Error for UnwrapReport {}

/// One line; the caller prints the parts.
impl fmt::Display for UnwrapReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(mismatch) = self.mismatch {
            return write!(f, "the shares of the key groups do not fit together: {mismatch}");
        }
        match (self.groups.as_slice(), self.identities()) {
            ([], _) => write!(f, "the file names no key that could open it"),
            ([_], 0) => write!(f, "you have no identity that could open the file"),
            ([_], 1) => write!(f, "your identity cannot open the file"),
            ([_], many) => write!(f, "none of your {many} identities can open the file"),
            (groups, _) => {
                let (opened, all) = (self.opened(), groups.len());
                write!(f, "{opened} of {all} key groups opened, {} are needed", self.needed)
            }
        }
    }
}
