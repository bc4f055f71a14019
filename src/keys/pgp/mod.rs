//! PGP keys, by way of the user's gpg (spec, file-format 8): its keyring, agent, smartcards, and pinentry.

mod gpg;
mod key;
mod reason;

pub use key::PgpKey;

use super::{Backend, Env, KeyError, Recipient, SHARE_LEN, Share, Stanza};
use gpg::Gpg;
use std::path::PathBuf;

/// What a wrapped key begins with.
const BEGIN: &str = "-----BEGIN PGP MESSAGE-----";
/// The most bytes of a wrapped key; real ones have 300 to 3,000.
const ENC_LIMIT: usize = 1 << 20;

/// The PGP back end. gpg is started when a key needs it, once for each.
pub struct PgpBackend {
    gpg: Gpg,
}

impl PgpBackend {
    /// `terminal` is the device at which a pinentry can ask somebody, if there is one.
    pub fn new(env: &Env, terminal: Option<PathBuf>) -> PgpBackend {
        PgpBackend { gpg: Gpg::new(env, terminal) }
    }
}

impl Backend for PgpBackend {
    fn handles(&self, recipient: &Recipient) -> bool {
        matches!(recipient, Recipient::Pgp(_))
    }

    fn wrap(&self, to: &Recipient, share: &Share) -> Result<String, KeyError> {
        let Recipient::Pgp(key) = to else { return Err(KeyError::Unsupported(to.list().into())) };
        key.check().map_err(KeyError::Failed)?;
        let printed = self.gpg.encrypt(key, share.as_bytes(), ENC_LIMIT).map_err(KeyError::Failed)?;
        let message = String::from_utf8_lossy(&printed);
        match message.trim() {
            message if message.starts_with(BEGIN) => Ok(message.to_owned()),
            _ => Err(KeyError::Failed("gpg printed something else than a PGP message".into())),
        }
    }

    fn unwrap(&self, stanza: &Stanza) -> Result<Share, KeyError> {
        if stanza.enc.len() > ENC_LIMIT {
            return Err(KeyError::Damaged("it is larger than 1 MiB"));
        }
        if !stanza.enc.trim_start().starts_with(BEGIN) {
            return Err(KeyError::Damaged("it does not begin with the armor of a PGP message"));
        }
        let printed = self.gpg.decrypt(stanza.enc.as_bytes(), SHARE_LEN).map_err(KeyError::Failed)?;
        Share::new(printed).ok_or(KeyError::Damaged("it holds neither a data key nor a share"))
    }
}
