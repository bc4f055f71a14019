//! What a vault wants to see of its callers.

use std::sync::Arc;
use zeroize::Zeroizing;

/// An access token, and whose it is. No `Debug`.
#[derive(Clone)]
pub(super) struct Token {
    secret: Arc<Zeroizing<String>>,
    source: Arc<str>,
}

impl Token {
    /// `None` unless the secret can stand in a header.
    pub(super) fn new(secret: Zeroizing<String>, source: &str) -> Option<Token> {
        let is_sound = !secret.is_empty() && secret.bytes().all(|b| b.is_ascii_graphic());
        is_sound.then(|| Token { secret: Arc::new(secret), source: source.into() })
    }

    pub(super) fn secret(&self) -> &str {
        &self.secret
    }

    /// For the header `Authorization`.
    pub(super) fn bearer(&self) -> String {
        format!("Bearer {}", self.secret())
    }

    /// Where it is from, for people.
    pub(super) fn source(&self) -> &str {
        &self.source
    }
}
