//! Which keys a merge may use.

use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::gate::{self, File};
use crate::cli::keys;
use crate::cli::trust::{self, Approvals, Claim};
use crate::crypto::DataKey;
use crate::file::Sealed;
use crate::keys::{Keyring, Recipient, Stanza};

/// Who merges, and so which keys there are.
pub enum Access<'a> {
    /// git asks: only identities that lie ready, no prompt, no program, no network (security R8).
    Passive(Keyring),
    /// A person asks.
    Person { order: &'a keys::Order, approvals: &'a Approvals },
}

impl Access<'_> {
    /// As git's driver: with the identities that lie ready.
    pub fn passive(context: &Context) -> Access<'static> {
        Access::Passive(keys::silent_keyring(context))
    }

    /// The data key of a sealed file.
    pub fn unwrap(&self, sealed: &Sealed, file: File<'_>, context: &Context) -> Result<DataKey, CliError> {
        match self {
            Access::Passive(keyring) => keys::unwrap_with(keyring, sealed, file.name),
            Access::Person { order, .. } => keys::unwrap(sealed, file, order, context),
        }
    }

    /// A new data key, wrapped for every recipient. A threshold of 0 is all groups.
    pub fn new_data_key(
        &self,
        groups: &[Vec<Recipient>],
        threshold: u32,
        context: &mut Context,
    ) -> Result<(DataKey, Vec<Vec<Stanza>>), CliError> {
        match self {
            Access::Passive(keyring) => {
                let key = keys::random_data_key(context)?;
                let wrapped = keyring.wrap(groups, threshold as usize, &key, &context.now);
                Ok((key, wrapped.map_err(keys::cannot_wrap)?))
            }
            Access::Person { .. } => keys::new_data_key(groups, threshold, context),
        }
    }

    /// Refuses keys of a file that only the file names, and whose use is more than arithmetic (security R7).
    pub fn check_use(&self, keys: &[Recipient], file: File<'_>, context: &Context) -> Result<(), CliError> {
        match self {
            // Its keyring calls nothing and starts nothing.
            Access::Passive(_) => Ok(()),
            Access::Person { order, .. } => gate::check(keys.iter(), file, &order.allowed, context),
        }
    }

    /// Refuses recipients of a creation rule that the user has not approved.
    pub fn check(&self, claim: &Claim, context: &Context) -> Result<(), CliError> {
        match self {
            Access::Passive(_) => trust::check_pinned(claim, context),
            Access::Person { approvals, .. } => trust::check(claim, approvals, context),
        }
    }
}
