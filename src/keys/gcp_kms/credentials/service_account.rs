//! Service accounts with a key of their own.

use super::super::endpoint::DEFAULT_UNIVERSE;
use super::super::service::Object;
use super::oauth::{self, Endpoint};
use super::{Fetch, Token, jwt};
use crate::keys::KeyError;
use serde_json::json;
use std::time::Duration;
use zeroize::Zeroizing;

const TOKEN_URI: &str = "https://oauth2.googleapis.com/token";
const GRANT: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
/// Seconds that an assertion holds: the most that Google takes.
const HOLDS: u64 = 3600;
/// Seconds that our clock may be ahead of theirs.
const SKEW: u64 = 10;

pub(super) struct ServiceAccount {
    pub email: String,
    private_key: Zeroizing<String>,
    key_id: Option<String>,
    endpoint: Endpoint,
    /// Whether the signed assertion is the access token: other universes have no token endpoint.
    is_token: bool,
}

impl ServiceAccount {
    pub fn parse(fields: &mut Object, universe: &str) -> Result<ServiceAccount, String> {
        let endpoint = Endpoint::parse(fields, "token_uri", TOKEN_URI.into());
        let mut text = |field: &str| fields.text(field).ok_or_else(|| format!("it has no `{field}`"));
        Ok(ServiceAccount {
            email: text("client_email")?.as_str().into(),
            private_key: text("private_key")?,
            key_id: text("private_key_id").ok().map(|id| id.as_str().into()),
            endpoint,
            is_token: universe != DEFAULT_UNIVERSE,
        })
    }

    pub fn token(&self, fetch: &Fetch<'_>) -> Result<Token, KeyError> {
        let now = (fetch.clock)().saturating_sub(SKEW);
        let mut claims = json!({
            "iss": self.email, "scope": fetch.scopes.join(" "), "iat": now, "exp": now + HOLDS,
        });
        match self.is_token {
            true => claims["sub"] = self.email.as_str().into(),
            false => claims["aud"] = self.endpoint.url.as_str().into(),
        }
        let assertion = jwt::signed(&self.private_key, self.key_id.as_deref(), &claims)
            .map_err(|why| fetch.fault(&why))?;
        if self.is_token {
            return Token::new(assertion, Duration::from_secs(HOLDS - SKEW)).map_err(|why| fetch.fault(&why));
        }
        let form = [("grant_type", GRANT), ("assertion", &assertion)];
        oauth::exchange(
            fetch,
            "token exchange",
            &self.endpoint,
            &form,
            None,
            &[&assertion, &self.private_key],
        )
    }
}
