//! One place that identities come from, read when first needed and kept.

use sha2::{Digest, Sha256};
use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};
use zeroize::Zeroizing;

use super::{
    Fault, command,
    identity::{self, Identity},
    locked::Locked,
    ssh,
};
use crate::keys::{Found, Source, wiped};

/// The most bytes of a source that are read.
pub(super) const LIMIT: usize = 16 << 20;

/// One place, and what was read from it.
pub(super) struct Place {
    name: String,
    holds: Holds,
    origin: Origin,
    /// A command is run once for each recipient, everything else is read once.
    read: Mutex<Vec<(String, Arc<Loaded>)>>,
}

#[derive(Clone, Copy)]
pub(super) enum Holds {
    SshKey,
    Identities,
}

pub(super) enum Origin {
    Unset,
    File(PathBuf),
    /// A file that need not be there.
    UsualFile(PathBuf),
    Command(String),
    Text(Zeroizing<String>),
}

/// What a place held.
pub(super) struct Loaded {
    /// SHA-256 of what was read, which tells whether a command printed the same again.
    digest: Option<[u8; 32]>,
    pub(super) content: Content,
}

pub(super) enum Content {
    Nothing,
    Fault(Fault),
    Ready(Vec<Identity>),
    Locked(Locked),
}

impl Place {
    pub(super) fn new(name: String, holds: Holds, origin: Origin) -> Place {
        Place { name, holds, origin, read: Mutex::default() }
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// What the place holds for an entry with this recipient; read the first time.
    pub(super) fn load(&self, recipient: &str) -> Arc<Loaded> {
        let recipient = if let Origin::Command(_) = self.origin { recipient } else { "" };
        let mut known = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, loaded)) = known.iter().find(|(tried, _)| tried == recipient) {
            return Arc::clone(loaded);
        }
        let bytes = self.bytes(recipient);
        let digest = match &bytes {
            Ok(Some(bytes)) => Some(Sha256::digest(bytes).into()),
            _ => None,
        };
        let same = known.iter().find(|(_, loaded)| digest.is_some() && loaded.digest == digest);
        let loaded = match same {
            // The same again: a passphrase that it needs was asked for already.
            Some((_, loaded)) => Arc::clone(loaded),
            None => Arc::new(Loaded { digest, content: self.content(bytes) }),
        };
        known.push((recipient.to_owned(), Arc::clone(&loaded)));
        loaded
    }

    fn bytes(&self, recipient: &str) -> Result<Option<Zeroizing<Vec<u8>>>, Fault> {
        let file = |path: &Path| fs::File::open(path);
        match &self.origin {
            Origin::Unset => Ok(None),
            Origin::Text(text) => Ok(Some(Zeroizing::new(text.as_bytes().to_vec()))),
            Origin::Command(line) => command::run(line, recipient, LIMIT),
            Origin::UsualFile(path) => match file(path) {
                Ok(file) => Ok(Some(wiped::read(file, LIMIT)?)),
                Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
                Err(error) => Err(Fault::read(&error)),
            },
            Origin::File(path) => {
                Ok(Some(wiped::read(file(path).map_err(|error| Fault::read(&error))?, LIMIT)?))
            }
        }
    }

    fn content(&self, bytes: Result<Option<Zeroizing<Vec<u8>>>, Fault>) -> Content {
        let bytes = match bytes {
            Ok(Some(bytes)) => bytes,
            Ok(None) => return Content::Nothing,
            Err(fault) => return Content::Fault(fault),
        };
        let parsed = match self.holds {
            Holds::SshKey => self.ssh_key(&bytes),
            Holds::Identities => self.identities(&bytes),
        };
        parsed.unwrap_or_else(Content::Fault)
    }

    fn ssh_key(&self, bytes: &[u8]) -> Result<Content, Fault> {
        let text = std::str::from_utf8(bytes).map_err(|_| Fault::NotText)?;
        Ok(match ssh::read_private(text, &self.name)? {
            age::ssh::Identity::Encrypted(key) => Content::Locked(Locked::ssh(key, &self.name)),
            key => Content::Ready(vec![Identity::Ssh(Box::new(key))]),
        })
    }

    fn identities(&self, bytes: &[u8]) -> Result<Content, Fault> {
        if bytes.starts_with(b"age-encryption") {
            return Ok(Content::Locked(Locked::file(bytes, &self.name)));
        }
        let text = std::str::from_utf8(bytes).map_err(|_| Fault::NotText)?.trim();
        if text.starts_with("-----BEGIN AGE") {
            return Ok(Content::Locked(Locked::file(text.as_bytes(), &self.name)));
        }
        Ok(match identity::parse(text)? {
            none if none.is_empty() => Content::Nothing,
            some => Content::Ready(some),
        })
    }

    /// For the report when nothing could be opened.
    pub(super) fn report(&self) -> Source {
        let known = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        let mut found = if let Origin::Unset = self.origin { Found::Nothing } else { Found::Untouched };
        for (_, loaded) in known.iter() {
            found = match (loaded.content.report(), found) {
                (Found::Identities(mut more), Found::Identities(mut all)) => {
                    more.retain(|one| !all.contains(one));
                    all.append(&mut more);
                    Found::Identities(all)
                }
                (_, Found::Identities(all)) => Found::Identities(all),
                (next, _) => next,
            };
        }
        Source { name: self.name.clone(), found }
    }
}

impl Content {
    fn report(&self) -> Found {
        let of =
            |identities: &[Identity]| Found::Identities(identities.iter().map(Identity::public).collect());
        match self {
            Content::Nothing => Found::Nothing,
            Content::Fault(fault) => Found::Fault(fault.to_string()),
            Content::Ready(identities) => of(identities),
            Content::Locked(locked) => match locked.opened() {
                None => Found::Untouched,
                Some(Ok(identities)) => of(identities),
                Some(Err(fault)) => Found::Fault(fault.to_string()),
            },
        }
    }
}
