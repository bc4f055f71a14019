//! Tokens from OAuth's token endpoints.

use super::super::endpoint::secure;
use super::super::service::Call;
use super::{Fetch, Token};
use crate::keys::KeyError;
use crate::keys::http::Request;
use std::time::Duration;

/// How long a token lasts whose reply does not say so: not beyond the call it is fetched for.
const UNSAID: u64 = 0;

/// Sends a form to `url`, which the credentials call `field`, and reads the token from the reply. `secrets` are those of
/// the form.
pub(super) fn exchange(
    fetch: &Fetch<'_>,
    name: &'static str,
    (field, url): (&str, &str),
    form: &[(&str, &str)],
    basic: Option<&str>,
    secrets: &[&str],
) -> Result<Token, KeyError> {
    secure(field, url, fetch.env).map_err(|why| fetch.fault(&why))?;
    let mut request = Request::post_form(url, form);
    if let Some(basic) = basic {
        request = request.header("authorization", format!("Basic {basic}"));
    }
    let call = Call { name, request, secrets };
    read(fetch, &call)
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
