//! All identities as one: what an age file's stanzas are tried with.

use age::DecryptError;
use age_core::format::{FileKey, Stanza};
use std::cell::{Cell, RefCell};

use super::{
    Fault,
    identity::{Identity, Unwrapped},
    prompt::Talk,
    source::{Content, Place},
};
use crate::keys::KeyError;

/// Tries every identity of every place on one stanza of a file: first those that are ready, in the order of
/// the places, then those behind a passphrase.
pub(super) struct Ring<'a> {
    places: &'a [Place],
    recipient: &'a str,
    talk: &'a Talk,
    tried: Cell<usize>,
    faults: RefCell<Vec<Fault>>,
}

impl<'a> Ring<'a> {
    /// `recipient` is what the file names, for the places that want to know.
    pub(super) fn new(places: &'a [Place], recipient: &'a str, talk: &'a Talk) -> Ring<'a> {
        Ring { places, recipient, talk, tried: Cell::new(0), faults: RefCell::default() }
    }

    /// Why nothing matched.
    pub(super) fn why(&self) -> KeyError {
        match self.faults.borrow().as_slice() {
            [] if self.tried.get() == 0 => KeyError::NoIdentity,
            [] => KeyError::NoMatch,
            faults => {
                let each: Vec<_> = faults.iter().map(Fault::to_string).collect();
                KeyError::Failed(each.join("; "))
            }
        }
    }

    /// `Some` ends the search.
    fn try_all(&self, identities: &[Identity], stanzas: &[Stanza]) -> Option<Result<FileKey, DecryptError>> {
        identities.iter().find_map(|identity| {
            self.tried.set(self.tried.get() + 1);
            match identity.unwrap(stanzas, self.talk) {
                Unwrapped::Key(key) => Some(Ok(key)),
                Unwrapped::Invalid => Some(Err(DecryptError::InvalidHeader)),
                Unwrapped::NotForIt => None,
                Unwrapped::Fault(fault) => {
                    self.faults.borrow_mut().push(fault);
                    None
                }
            }
        })
    }
}

impl age::Identity for Ring<'_> {
    fn unwrap_stanza(&self, stanza: &Stanza) -> Option<Result<FileKey, DecryptError>> {
        self.unwrap_stanzas(std::slice::from_ref(stanza))
    }

    fn unwrap_stanzas(&self, stanzas: &[Stanza]) -> Option<Result<FileKey, DecryptError>> {
        let mut waiting = Vec::new();
        for place in self.places {
            let loaded = place.load(self.recipient);
            match &loaded.content {
                Content::Nothing | Content::Fault(_) => {}
                Content::Locked(_) => waiting.push(loaded),
                Content::Ready(identities) => {
                    if let Some(end) = self.try_all(identities, stanzas) {
                        return Some(end);
                    }
                }
            }
        }
        waiting.iter().find_map(|loaded| match &loaded.content {
            Content::Locked(locked) if locked.concerns(stanzas) => match locked.open(self.talk) {
                Ok(identities) => self.try_all(identities, stanzas),
                Err(fault) => {
                    self.faults.borrow_mut().push(fault.clone());
                    None
                }
            },
            _ => None,
        })
    }
}
