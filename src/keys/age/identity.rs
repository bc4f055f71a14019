//! Secret keys that are ready for use, and the text they are written in.

use age::{DecryptError, Identity as _};
use age_core::format::{FileKey, Stanza};

use super::{Fault, hybrid, plugin, prompt::Talk, ssh};

/// One secret key.
pub(super) enum Identity {
    X25519(age::x25519::Identity),
    Hybrid(Box<hybrid::Identity>),
    Ssh(Box<age::ssh::Identity>),
    Plugin(age::plugin::Identity),
}

/// What came of trying one identity.
pub(super) enum Unwrapped {
    Key(FileKey),
    NotForIt,
    /// The age specification has the file refused.
    Invalid,
    Fault(Fault),
}

impl Identity {
    fn parse(word: &str) -> Result<Identity, &'static str> {
        if word.starts_with("AGE-SECRET-KEY-PQ-1") {
            let identity = hybrid::Identity::parse(word);
            identity.map(|it| Identity::Hybrid(Box::new(it))).map_err(|_| "is a damaged AGE-SECRET-KEY-PQ-1…")
        } else if word.starts_with("AGE-SECRET-KEY-1") {
            word.parse().map(Identity::X25519).map_err(|_| "is a damaged AGE-SECRET-KEY-1…")
        } else if word.starts_with("AGE-PLUGIN-") {
            word.parse().map(Identity::Plugin).map_err(|_| "is a damaged AGE-PLUGIN-…")
        } else if word.starts_with("age1") || word.starts_with("ssh-") {
            Err("is a recipient (a public key), not an identity")
        } else if word.starts_with("-----BEGIN") {
            Err("begins an SSH key; name such keys in SOPS_AGE_SSH_PRIVATE_KEY_FILE")
        } else {
            Err("is not an identity: expected AGE-SECRET-KEY-1…, AGE-SECRET-KEY-PQ-1… or AGE-PLUGIN-…")
        }
    }

    /// Its public side, or the name of its plugin.
    pub(super) fn public(&self) -> String {
        match self {
            Identity::X25519(key) => key.to_public().to_string(),
            Identity::Hybrid(key) => key.recipient(),
            Identity::Ssh(key) => ssh::public(key).map_or_else(|| "an SSH key".into(), |key| key.text()),
            Identity::Plugin(key) => format!("age-plugin-{}", key.plugin()),
        }
    }

    /// Tries to unwrap the file key of an age file.
    pub(super) fn unwrap(&self, stanzas: &[Stanza], talk: &Talk) -> Unwrapped {
        let outcome = match self {
            Identity::X25519(key) => key.unwrap_stanzas(stanzas),
            Identity::Hybrid(key) => key.unwrap_stanzas(stanzas),
            Identity::Ssh(key) => key.unwrap_stanzas(stanzas),
            Identity::Plugin(key) => return plugin::unwrap(key, stanzas, talk),
        };
        match outcome {
            None => Unwrapped::NotForIt,
            Some(Ok(key)) => Unwrapped::Key(key),
            Some(Err(DecryptError::InvalidHeader)) => Unwrapped::Invalid,
            Some(Err(_)) => Unwrapped::Fault(Fault::Decryption),
        }
    }
}

/// Reads identities: blank lines and lines that begin with `#` are skipped, a line may hold several. One bad
/// line makes the whole text useless, as in sops (spec, config 8).
pub(super) fn parse(text: &str) -> Result<Vec<Identity>, Fault> {
    let mut identities = Vec::new();
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    for (line, content) in (1..).zip(text.lines()) {
        let content = content.trim();
        if content.starts_with('#') {
            continue;
        }
        for word in content.split_whitespace() {
            identities.push(Identity::parse(word).map_err(|found| Fault::Line { line, found })?);
        }
    }
    Ok(identities)
}
