//! What a kind of key can do.

use super::{recipient::Recipient, share::Share, stanza::Stanza};

/// Wraps shares for, and unwraps them with, one kind of key. A new kind is one implementation.
pub trait Backend: Send + Sync {
    /// Whether recipients of this kind are its business.
    fn handles(&self, recipient: &Recipient) -> bool;

    /// The recipient as the metadata is to name it, if that is not as it was given: some parts are only known to the
    /// service. Called before [`Backend::wrap`], which gets what it gives.
    fn resolve(&self, _: &Recipient) -> Result<Option<Recipient>, KeyError> {
        Ok(None)
    }

    /// The share encrypted to one recipient, as the metadata stores it.
    fn wrap(&self, to: &Recipient, share: &Share) -> Result<String, KeyError>;

    /// The share in a stanza. After any error the next key is tried.
    fn unwrap(&self, stanza: &Stanza) -> Result<Share, KeyError>;

    /// Where it looked for secret keys so far, for the report when nothing could be opened.
    fn sources(&self) -> Vec<Source> {
        Vec::new()
    }
}

/// Why one key did not wrap or unwrap. Never holds key material.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    #[error("none of your identities matches")]
    NoMatch,
    #[error("you have no identity")]
    NoIdentity,
    #[error("this build cannot use {0} keys")]
    Unsupported(String),
    /// Only the file names it (security R7).
    #[error("neither you nor the committed config knows this key")]
    NotAllowed,
    #[error("{0}")]
    Call(#[from] CallError),
    #[error("its `enc` is damaged: {0}")]
    Damaged(&'static str),
    #[error("{0}")]
    Recipient(#[from] super::age::RecipientError),
    #[error("{0}")]
    Failed(String),
}

/// A call to a service that did not give what it should. Never holds a credential.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{call} at {place}, with {credentials}: {why}")]
pub struct CallError {
    /// The service's own name of the call: `kms:Decrypt`, `transit/decrypt`.
    pub call: &'static str,
    /// The host, with the port if it is not the usual one.
    pub place: String,
    /// Where the credentials were found: `the profile lab`, `VAULT_TOKEN`, `~/.vault-token`; or that there are none.
    pub credentials: String,
    /// What the service said, in one line fit for a terminal, or what went wrong on the way.
    pub why: String,
}

/// A place where secret keys may be, and what was found there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The variable or path that a user would set or look at.
    pub name: String,
    pub found: Found,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// Not set, or no such file.
    Nothing,
    /// It is there and could not be used, and why.
    Fault(String),
    /// It was never needed, or waits for a passphrase that nothing called for.
    Untouched,
    /// The public sides of its identities.
    Identities(Vec<String>),
}
