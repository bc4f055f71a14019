//! Tokens from OAuth's token endpoints.

use super::super::endpoint::secure;
use super::super::service::{Call, Object};
use super::{Fetch, Token};
use crate::keys::KeyError;
use crate::keys::http::Request;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::time::Duration;
use zeroize::Zeroizing;

/// Seconds that a token lasts whose reply does not say so: not beyond the call that it is fetched for.
const UNSAID: u64 = 0;

/// Where a token is given.
pub(super) struct Endpoint {
    /// What the credentials call it.
    field: &'static str,
    pub url: String,
}

impl Endpoint {
    /// As the credentials name it, or the `usual` one.
    pub fn parse(fields: &mut Object, field: &'static str, usual: String) -> Endpoint {
        Endpoint { field, url: fields.text(field).map_or(usual, |url| url.as_str().to_owned()) }
    }
}

/// Sends a form and reads the token from the reply. `client` is shown in a header, id and secret; `secrets` are those of
/// the form.
pub(super) fn exchange(
    fetch: &Fetch<'_>,
    name: &'static str,
    endpoint: &Endpoint,
    form: &[(&str, &str)],
    client: Option<(&str, &str)>,
    secrets: &[&str],
) -> Result<Token, KeyError> {
    let url = &endpoint.url;
    secure(endpoint.field, url, fetch.env).map_err(|why| fetch.fault(&why))?;
    let mut request = Request::post_form(url, form);
    let basic = client.map(|(id, secret)| {
        let pair = Zeroizing::new(format!("{id}:{secret}"));
        Zeroizing::new(STANDARD.encode(pair.as_bytes()))
    });
    let mut secrets = secrets.to_vec();
    if let Some(basic) = &basic {
        request = request.header("authorization", format!("Basic {}", basic.as_str()));
        secrets.extend(client.map(|(_, secret)| secret).into_iter().chain([basic.as_str()]));
    }
    read(fetch, &Call { name, request, secrets: &secrets })
}

/// The token in the reply to a call.
pub(super) fn read(fetch: &Fetch<'_>, call: &Call<'_>) -> Result<Token, KeyError> {
    let mut reply = fetch.service.object(call)?;
    let lasts = Duration::from_secs(reply.number("expires_in").unwrap_or(UNSAID));
    reply
        .text("access_token")
        .ok_or_else(|| "the reply has no access token".to_owned())
        .and_then(|text| Token::new(text, lasts))
        .map_err(|why| fetch.service.failed(call, why))
}
