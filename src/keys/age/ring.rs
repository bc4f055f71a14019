//! All identities as one: what an age file's stanzas are tried with.

use age::DecryptError;
use age_core::format::{FileKey, Stanza};
use std::{
    cell::{Cell, RefCell},
    sync::Arc,
};

use super::{
    Fault,
    identity::{Identity, Unwrapped},
    place::{Content, Place},
    prompt::Talk,
};
use crate::keys::KeyError;

/// Tries every identity of every place on one stanza of a file: first those that are ready, in the order of
/// the places, then those behind a passphrase.
pub(super) struct Ring<'a> {
    places: &'a [Place],
    recipient: &'a str,
    talk: &'a Talk,
    /// Whether there was any identity at all.
    any: Cell<bool>,
    /// What went wrong where; never holds what was read.
    faults: RefCell<Vec<String>>,
}

impl<'a> Ring<'a> {
    /// `recipient` is what the file names, for the places that want to know.
    pub(super) fn new(places: &'a [Place], recipient: &'a str, talk: &'a Talk) -> Ring<'a> {
        Ring { places, recipient, talk, any: Cell::new(false), faults: RefCell::default() }
    }

    /// Why nothing matched.
    pub(super) fn why(&self) -> KeyError {
        match self.faults.borrow().as_slice() {
            [] if !self.any.get() => KeyError::NoIdentity,
            [] => KeyError::NoMatch,
            faults => KeyError::Failed(faults.join("; ")),
        }
    }

    /// Tries the identities of one place; `Some` ends the search.
    fn try_all(
        &self,
        place: &Place,
        identities: &[Identity],
        stanzas: &[Stanza],
    ) -> Option<Result<FileKey, DecryptError>> {
        identities.iter().find_map(|identity| match identity.unwrap(stanzas, self.talk) {
            Unwrapped::Key(key) => Some(Ok(key)),
            Unwrapped::Invalid => Some(Err(DecryptError::InvalidHeader)),
            Unwrapped::NotForIt => None,
            Unwrapped::Fault(fault) => {
                self.note(place, &fault);
                None
            }
        })
    }

    fn note(&self, place: &Place, fault: &Fault) {
        self.faults.borrow_mut().push(format!("{}: {fault}", place.name()));
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
                Content::Nothing | Content::Fault(_) => continue,
                Content::Locked(_) => waiting.push((place, Arc::clone(&loaded))),
                Content::Ready(identities) => {
                    if let Some(end) = self.try_all(place, identities, stanzas) {
                        return Some(end);
                    }
                }
            }
            self.any.set(true);
        }
        waiting.iter().find_map(|(place, loaded)| match &loaded.content {
            Content::Locked(locked) if locked.concerns(stanzas) => match locked.open(self.talk) {
                Ok(identities) => self.try_all(place, identities, stanzas),
                Err(fault) => {
                    self.note(place, fault);
                    None
                }
            },
            _ => None,
        })
    }
}
