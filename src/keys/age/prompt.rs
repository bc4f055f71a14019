//! Talking to the user, through the caller.

use age::{Callbacks, secrecy::SecretString};
use std::sync::Arc;
use zeroize::Zeroizing;

use crate::keys::recipient::printable;

/// How the caller asks the user. Plugins talk through it too; their texts arrive without control characters.
pub trait Prompt: Send + Sync {
    /// A passphrase for `what` ("the SSH key /home/…"), or `None` when there is nobody to ask.
    fn passphrase(&self, what: &str) -> Option<Zeroizing<String>>;

    /// Shows a plugin's message ("touch your key").
    fn message(&self, _text: &str) {}

    /// Asks a plugin's question; `None` when there is nobody to ask.
    fn confirm(&self, _question: &str, _yes: &str, _no: Option<&str>) -> Option<bool> {
        None
    }

    /// Asks for something that is no secret.
    fn text(&self, _what: &str) -> Option<String> {
        None
    }
}

/// Asks nothing: for pipes, and for what git starts by itself.
pub struct NoPrompt;

impl Prompt for NoPrompt {
    fn passphrase(&self, _what: &str) -> Option<Zeroizing<String>> {
        None
    }
}

/// The prompt as back end and plugins share it.
#[derive(Clone)]
pub(super) struct Talk {
    prompt: Arc<dyn Prompt>,
    /// Whether plugin programs may be started.
    pub(super) plugins: bool,
}

const LONGEST: usize = 2000;

impl Talk {
    pub(super) fn new(prompt: Arc<dyn Prompt>, plugins: bool) -> Talk {
        Talk { prompt, plugins }
    }

    pub(super) fn passphrase(&self, what: &str) -> Option<SecretString> {
        let passphrase = self.prompt.passphrase(&printable(what, LONGEST))?;
        Some(SecretString::from(passphrase.as_str()))
    }
}

impl Callbacks for Talk {
    fn display_message(&self, message: &str) {
        self.prompt.message(&printable(message, LONGEST));
    }

    fn confirm(&self, message: &str, yes: &str, no: Option<&str>) -> Option<bool> {
        let no = no.map(|no| printable(no, LONGEST));
        self.prompt.confirm(&printable(message, LONGEST), &printable(yes, LONGEST), no.as_deref())
    }

    fn request_public_string(&self, description: &str) -> Option<String> {
        self.prompt.text(&printable(description, LONGEST))
    }

    fn request_passphrase(&self, description: &str) -> Option<SecretString> {
        self.passphrase(description)
    }
}
