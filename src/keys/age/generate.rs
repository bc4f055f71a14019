//! Fresh identities, and the public side of existing ones.

use age::secrecy::ExposeSecret;
use zeroize::Zeroizing;

use super::{
    hybrid,
    identity::{self, Identity},
    recipient::AgeRecipient,
};
use crate::keys::KeyError;

/// A kind of identity that can be made here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    X25519,
    /// ML-KEM-768 with X25519: safe against quantum computers, with recipients of 1,959 characters.
    PostQuantum,
}

/// A fresh identity. Deliberately without `Debug`.
pub struct Generated {
    /// `AGE-SECRET-KEY-1…` or `AGE-SECRET-KEY-PQ-1…`
    pub identity: Zeroizing<String>,
    pub recipient: AgeRecipient,
}

/// Makes an identity from the system's random source.
pub fn generate(kind: Kind) -> Result<Generated, getrandom::Error> {
    Ok(match kind {
        Kind::X25519 => {
            let identity = age::x25519::Identity::generate();
            let text = Zeroizing::new(identity.to_string().expose_secret().to_owned());
            let recipient = AgeRecipient::stored(&identity.to_public().to_string());
            Generated { identity: text, recipient }
        }
        Kind::PostQuantum => {
            let identity = hybrid::Identity::generate()?;
            let recipient = AgeRecipient::stored(&identity.recipient());
            Generated { identity: identity.to_text(), recipient }
        }
    })
}

/// The recipients of the identities in the text of an identity file; plugins' are left out, as only the
/// plugin knows them.
pub fn recipients_in(text: &str) -> Result<Vec<AgeRecipient>, KeyError> {
    let identities = identity::parse(text).map_err(|fault| KeyError::Failed(fault.to_string()))?;
    let native = identities.iter().filter(|identity| !matches!(identity, Identity::Plugin(_)));
    Ok(native.map(|identity| AgeRecipient::stored(&identity.public())).collect())
}
