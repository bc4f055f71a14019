//! age plugins: programs named `age-plugin-NAME` in `PATH`, which talk to the user through the prompt. The age
//! crate takes only letters, digits and `+-._` for a name, so that it is never a path.

use age::{
    DecryptError, EncryptError, Identity as _,
    plugin::{Identity, IdentityPluginV1, Recipient, RecipientPluginV1},
};
use age_core::format::Stanza;
use std::{fmt::Display, io};

use super::{Fault, identity::Unwrapped, prompt::Talk, recipient::RecipientError};
use crate::keys::recipient::printable;

/// What encrypts to a plugin's recipient.
pub(super) fn encryptor(to: Recipient, talk: &Talk) -> Result<Box<dyn age::Recipient>, RecipientError> {
    let name = to.plugin().to_owned();
    if !talk.plugins {
        return Err(RecipientError::PluginForbidden(name));
    }
    match RecipientPluginV1::new(&name, &[to], &[], talk.clone()) {
        Ok(plugin) => Ok(Box::new(plugin)),
        Err(_) => Err(RecipientError::PluginMissing(name)),
    }
}

/// Has the plugin try to unwrap a file key.
pub(super) fn unwrap(identity: &Identity, stanzas: &[Stanza], talk: &Talk) -> Unwrapped {
    let fault = |message| Unwrapped::Fault(Fault::Plugin { plugin: identity.plugin().to_owned(), message });
    if !talk.plugins {
        return fault("plugins may not be started here".into());
    }
    let started = IdentityPluginV1::new(identity.plugin(), std::slice::from_ref(identity), talk.clone());
    let Ok(plugin) = started else { return fault("there is no such program in PATH".into()) };
    match plugin.unwrap_stanzas(stanzas) {
        None => Unwrapped::NotForIt,
        Some(Ok(key)) => Unwrapped::Key(key),
        Some(Err(DecryptError::Io(error))) => fault(broken(&error)),
        Some(Err(error)) => fault(said(&error)),
    }
}

/// Why a file could not be encrypted. Only plugins fail at that.
pub(super) fn refusal(error: &EncryptError) -> String {
    match error {
        EncryptError::Io(error) => format!("the age plugin: {}", broken(error)),
        other => said(other),
    }
}

/// A plugin that broke off. The age crate's own words would advise to print secret keys.
fn broken(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::ConnectionAborted => "it stopped without an answer".into(),
        kind => format!("it cannot be talked to: {kind}"),
    }
}

/// What plugins said, one error a line.
fn said(error: &impl Display) -> String {
    printable(&error.to_string().lines().collect::<Vec<_>>().join(" "), 300)
}
