//! Identities behind a passphrase: it is asked for when nothing else helps, and once.

use age::{DecryptError, Decryptor, armor::ArmoredReader, scrypt, ssh::EncryptedKey};
use age_core::format::Stanza;
use std::sync::OnceLock;

use super::{
    Fault,
    identity::{self, Identity},
    place::LIMIT,
    prompt::Talk,
    ssh,
};
use crate::keys::wiped;

/// The work factor that the reference allows; unlocking at 2^22 takes 4 GiB and some 15 s.
const MOST_WORK: u8 = 22;

pub(super) struct Locked {
    /// What to ask the passphrase for.
    what: String,
    secret: Secret,
    opened: OnceLock<Result<Vec<Identity>, Fault>>,
}

enum Secret {
    /// An age file; what it holds is not known before it is open.
    File(Vec<u8>),
    Ssh {
        key: Box<EncryptedKey>,
        public: Option<ssh::PublicKey>,
    },
}

impl Locked {
    pub(super) fn file(bytes: &[u8], name: &str) -> Locked {
        Locked::new(format!("the identity file {name}"), Secret::File(bytes.to_vec()))
    }

    pub(super) fn ssh(key: EncryptedKey, name: &str) -> Locked {
        let public = ssh::public(&key.clone().into());
        Locked::new(format!("the SSH key {name}"), Secret::Ssh { key: Box::new(key), public })
    }

    fn new(what: String, secret: Secret) -> Locked {
        Locked { what, secret, opened: OnceLock::new() }
    }

    /// Whether it may hold the key to one of these stanzas: only then is the passphrase worth asking.
    pub(super) fn concerns(&self, stanzas: &[Stanza]) -> bool {
        match &self.secret {
            Secret::Ssh { public: Some(public), .. } => stanzas.iter().any(|stanza| public.matches(stanza)),
            Secret::Ssh { public: None, .. } | Secret::File(_) => true,
        }
    }

    /// The identities; asks for the passphrase the first time, and keeps the answer, a wrong one too.
    pub(super) fn open(&self, talk: &Talk) -> &Result<Vec<Identity>, Fault> {
        self.opened.get_or_init(|| {
            // A file that no passphrase can open is found out before anybody is asked.
            match &self.secret {
                Secret::File(bytes) => unlock_file(bytes, || talk.passphrase(&self.what)),
                Secret::Ssh { key, .. } => {
                    let passphrase = talk.passphrase(&self.what).ok_or(Fault::NoPassphrase)?;
                    let key = key.decrypt(passphrase).map_err(|_| Fault::WrongPassphrase)?;
                    Ok(vec![Identity::Ssh(Box::new(key.into()))])
                }
            }
        })
    }

    /// What came of it, if it was opened.
    pub(super) fn opened(&self) -> Option<&Result<Vec<Identity>, Fault>> {
        self.opened.get()
    }
}

fn unlock_file(
    bytes: &[u8],
    passphrase: impl FnOnce() -> Option<age::secrecy::SecretString>,
) -> Result<Vec<Identity>, Fault> {
    let decryptor = Decryptor::new_buffered(ArmoredReader::new(bytes))
        .map_err(|_| Fault::NotPassphrase("its header is not valid"))?;
    if !decryptor.is_scrypt() {
        return Err(Fault::NotPassphrase("it is encrypted to recipients"));
    }
    let mut key = scrypt::Identity::new(passphrase().ok_or(Fault::NoPassphrase)?);
    key.set_max_work_factor(MOST_WORK);
    let stream =
        decryptor.decrypt([&key as &dyn age::Identity].into_iter()).map_err(|error| match error {
            DecryptError::ExcessiveWork { required, .. } => Fault::Work(required),
            DecryptError::InvalidHeader | DecryptError::InvalidMac => {
                Fault::NotPassphrase("its header was changed")
            }
            _ => Fault::WrongPassphrase,
        })?;
    let text = wiped::read(stream, LIMIT)?;
    identity::parse(std::str::from_utf8(&text).map_err(|_| Fault::NotText)?)
}
