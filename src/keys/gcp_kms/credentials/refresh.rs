//! Users, as `gcloud auth application-default login` leaves them: a refresh token.

use super::super::service::Object;
use super::oauth::{self, Endpoint};
use super::{Fetch, Token};
use crate::keys::KeyError;
use zeroize::Zeroizing;

const TOKEN_URI: &str = "https://oauth2.googleapis.com/token";

pub(super) struct User {
    client_id: Zeroizing<String>,
    client_secret: Zeroizing<String>,
    refresh_token: Zeroizing<String>,
    endpoint: Endpoint,
    /// Whether the client shows itself in a header, as users of workforce pools do, and not in the form.
    has_header: bool,
}

impl User {
    /// A user of Google.
    pub fn parse(fields: &mut Object) -> Result<User, String> {
        User::at(Endpoint::parse(fields, "token_uri", TOKEN_URI.into()), false, fields)
    }

    /// A user of a workforce pool, who logs in elsewhere.
    pub fn parse_external(fields: &mut Object, universe: &str) -> Result<User, String> {
        let usual = format!("https://sts.{universe}/v1/oauthtoken");
        User::at(Endpoint::parse(fields, "token_url", usual), true, fields)
    }

    fn at(endpoint: Endpoint, has_header: bool, fields: &mut Object) -> Result<User, String> {
        let mut text = |field: &str| fields.text(field).ok_or_else(|| format!("it has no `{field}`"));
        let (client_id, client_secret) = (text("client_id")?, text("client_secret")?);
        Ok(User { client_id, client_secret, refresh_token: text("refresh_token")?, endpoint, has_header })
    }

    pub fn token(&self, fetch: &Fetch<'_>) -> Result<Token, KeyError> {
        // The scopes are those that the user once agreed to.
        let mut form = vec![("grant_type", "refresh_token"), ("refresh_token", &self.refresh_token)];
        let secrets = [self.client_secret.as_str(), &self.refresh_token];
        let client = (self.client_id.as_str(), self.client_secret.as_str());
        if !self.has_header {
            form.extend([("client_id", client.0), ("client_secret", client.1)]);
        }
        let client = self.has_header.then_some(client);
        oauth::exchange(fetch, "token refresh", &self.endpoint, &form, client, &secrets)
    }
}
