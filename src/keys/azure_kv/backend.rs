//! Shares wrapped with the keys of vaults.

use super::key::AzureKvKey;
use super::once::Once;
use super::vault::Vaults;
use crate::keys::backend::{Backend, KeyError};
use crate::keys::env::Env;
use crate::keys::{recipient::Recipient, share::Share, stanza::Stanza};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Asks the vault that a key names, as whoever the default chain of Azure's SDKs finds in the environment. Nothing is
/// looked for before the first key is used.
pub struct AzureKvBackend {
    vaults: Vaults,
    /// The newest versions of keys that are named without one.
    newest: Once<AzureKvKey, String, KeyError>,
}

impl AzureKvBackend {
    pub fn new(env: &Env) -> AzureKvBackend {
        AzureKvBackend { vaults: Vaults::new(env), newest: Once::new() }
    }

    /// The same key with a version.
    fn versioned(&self, key: &AzureKvKey) -> Result<AzureKvKey, KeyError> {
        key.check().map_err(KeyError::Failed)?;
        if !key.version.is_empty() {
            return Ok(key.clone());
        }
        let version = self.newest.get(key, || self.vaults.newest(key))?;
        Ok(AzureKvKey { version, ..key.clone() })
    }
}

impl Backend for AzureKvBackend {
    fn handles(&self, recipient: &Recipient) -> bool {
        matches!(recipient, Recipient::AzureKv(_))
    }

    /// The newest version of a key that is named without one: the file has to say which it was.
    fn resolve(&self, recipient: &Recipient) -> Result<Option<Recipient>, KeyError> {
        match recipient {
            Recipient::AzureKv(key) if key.version.is_empty() => {
                self.versioned(key).map(|key| Some(Recipient::AzureKv(key)))
            }
            _ => Ok(None),
        }
    }

    fn wrap(&self, to: &Recipient, share: &Share) -> Result<String, KeyError> {
        let Recipient::AzureKv(key) = to else { return Err(KeyError::NoMatch) };
        self.vaults.encrypt(&self.versioned(key)?, share.as_bytes())
    }

    fn unwrap(&self, stanza: &Stanza) -> Result<Share, KeyError> {
        let Recipient::AzureKv(key) = &stanza.recipient else { return Err(KeyError::NoMatch) };
        let wrapped = URL_SAFE_NO_PAD.decode(stanza.enc.trim());
        let wrapped = wrapped.map_err(|_| KeyError::Damaged("it is not URL-safe base64"))?;
        self.vaults.decrypt(&self.versioned(key)?, &wrapped)
    }
}
