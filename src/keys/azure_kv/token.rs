//! Tokens for vaults, kept for a while.

use super::challenge::Challenge;
use super::credential::Chain;
use crate::keys::backend::KeyError;
use crate::keys::env::Env;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use zeroize::Zeroizing;

/// How long a token is used again. Whoever gives one gives it for longer; asking anew costs little.
const GOOD: Duration = Duration::from_secs(4 * 60);
/// How long a failure stands. Many files fail at once then, and a service that runs on may still find a login.
const BAD: Duration = Duration::from_secs(30);

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

/// The tokens of a run. One is fetched at a time: whoever needs the same waits for it.
pub(super) struct Tokens {
    chain: Chain,
    kept: Mutex<HashMap<Challenge, Kept>>,
}

struct Kept {
    outcome: Result<Token, KeyError>,
    until: Instant,
}

impl Tokens {
    pub(super) fn new(env: &Env) -> Tokens {
        Tokens { chain: Chain::new(env), kept: Mutex::default() }
    }

    pub(super) fn get(&self, challenge: &Challenge) -> Result<Token, KeyError> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = kept.get(challenge).filter(|known| Instant::now() < known.until) {
            return known.outcome.clone();
        }
        let outcome = self.chain.token(challenge);
        let until = Instant::now() + if outcome.is_ok() { GOOD } else { BAD };
        kept.insert(challenge.clone(), Kept { outcome: outcome.clone(), until });
        outcome
    }
}
