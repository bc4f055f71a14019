//! Keys of age: X25519, the post-quantum hybrid, SSH keys and plugins.
//!
//! The file format, X25519, SSH and the plugin protocol are the `age` crate's. It has no `age1pq1…`
//! recipients yet, so `hybrid` adds them on its public traits, with HPKE from age's own primitives.
//! Each recipient gets an armored age file of its own (spec, file-format 8).
//!
//! Secret keys are wiped when dropped, with one limit: the `age` crate reads the text of SSH private keys
//! through buffers that it does not wipe.

mod command;
mod envelope;
mod fault;
mod generate;
mod hybrid;
mod identity;
mod locked;
mod place;
mod plugin;
mod prompt;
mod recipient;
mod ring;
mod source;
mod ssh;
mod xwing;

pub use generate::{Generated, Kind, generate, recipients_in};
pub use prompt::{NoPrompt, Prompt};
pub use recipient::{AgeRecipient, RecipientError};
pub use source::Sources;

use super::{Backend, KeyError, Recipient, Share, Source, Stanza};
use fault::Fault;
use place::Place;
use prompt::Talk;
use ring::Ring;
use std::sync::Arc;

/// The age back end: identities from its sources, read when first needed and kept for the run.
pub struct AgeBackend {
    sources: Vec<Place>,
    talk: Talk,
}

impl AgeBackend {
    pub fn new(sources: Sources, prompt: Arc<dyn Prompt>) -> AgeBackend {
        let talk = Talk::new(prompt, sources.plugins);
        AgeBackend { sources: sources.places(), talk }
    }
}

impl Backend for AgeBackend {
    fn handles(&self, recipient: &Recipient) -> bool {
        matches!(recipient, Recipient::Age(_))
    }

    fn wrap(&self, to: &Recipient, share: &Share) -> Result<String, KeyError> {
        let Recipient::Age(recipient) = to else { return Err(KeyError::Unsupported(to.list().into())) };
        envelope::seal(&*recipient.encryptor(&self.talk)?, share)
    }

    fn unwrap(&self, stanza: &Stanza) -> Result<Share, KeyError> {
        let Recipient::Age(recipient) = &stanza.recipient else {
            return Err(KeyError::Unsupported(stanza.recipient.list().into()));
        };
        let ring = Ring::new(&self.sources, recipient.text(), &self.talk);
        envelope::open(&stanza.enc, &ring).map_err(|error| match error {
            KeyError::NoMatch => ring.why(),
            other => other,
        })
    }

    fn sources(&self) -> Vec<Source> {
        self.sources.iter().map(Place::report).collect()
    }
}

#[cfg(test)]
mod tests;
