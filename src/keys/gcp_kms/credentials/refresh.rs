//! Users, as `gcloud auth application-default login` leaves them: a refresh token.

use super::super::service::Object;
use super::{Fetch, Token, oauth};
use crate::keys::KeyError;
use zeroize::Zeroizing;

const TOKEN_URI: &str = "https://oauth2.googleapis.com/token";

pub(super) struct User {
    client_id: Zeroizing<String>,
    client_secret: Zeroizing<String>,
    refresh_token: Zeroizing<String>,
    token_uri: String,
}

impl User {
    pub fn parse(fields: &mut Object) -> Result<User, String> {
        let mut text = |field: &str| fields.text(field).ok_or_else(|| format!("it has no `{field}`"));
        Ok(User {
            client_id: text("client_id")?,
            client_secret: text("client_secret")?,
            refresh_token: text("refresh_token")?,
            token_uri: text("token_uri").map_or_else(|_| TOKEN_URI.into(), |uri| uri.as_str().into()),
        })
    }

    pub fn token(&self, fetch: &Fetch<'_>) -> Result<Token, KeyError> {
        // The scopes are those that the user once agreed to.
        let form = [
            ("grant_type", "refresh_token"),
            ("client_id", &self.client_id),
            ("client_secret", &self.client_secret),
            ("refresh_token", &self.refresh_token),
        ];
        let secrets = [self.client_secret.as_str(), &self.refresh_token];
        oauth::exchange(fetch, "token refresh", ("token_uri", &self.token_uri), &form, None, &secrets)
    }
}
