//! Service accounts that another account may act as.

use super::super::endpoint::secure;
use super::super::service::{Call, Object};
use super::{Account, CLOUD_PLATFORM, Fetch, Token};
use crate::keys::KeyError;
use crate::keys::http::Request;
use serde_json::{Value, json};
use std::time::Duration;
use zeroize::Zeroizing;

const FIELD: &str = "service_account_impersonation_url";
/// Seconds for which a token is asked.
pub(super) const LIFETIME: u64 = 3600;

/// An account that acts as another.
pub(super) struct Impersonated {
    source: Account,
    target: Target,
}

/// The account that is acted as.
pub(super) struct Target {
    url: String,
    delegates: Vec<String>,
    /// Seconds.
    lifetime: u64,
}

impl Impersonated {
    pub fn parse(fields: &mut Object, universe: &str) -> Result<Impersonated, String> {
        let delegates = match fields.0.remove("delegates") {
            Some(Value::Array(names)) => {
                names.iter().filter_map(|name| Some(name.as_str()?.to_owned())).collect()
            }
            _ => Vec::new(),
        };
        let target =
            Target::parse(fields, delegates, LIFETIME)?.ok_or_else(|| format!("it has no `{FIELD}`"))?;
        let mut source = fields.object("source_credentials").ok_or("it has no `source_credentials`")?;
        Ok(Impersonated { source: Account::parse(&mut source, universe)?, target })
    }

    pub fn email(&self) -> Option<&str> {
        self.target.email()
    }

    pub fn token(&self, fetch: &Fetch<'_>) -> Result<Token, KeyError> {
        let own = self.source.token(&Fetch { scopes: CLOUD_PLATFORM, ..*fetch })?;
        self.target.token(&own, fetch)
    }
}

impl Target {
    /// The account that credentials name, if they name one.
    pub fn parse(
        fields: &mut Object,
        delegates: Vec<String>,
        lifetime: u64,
    ) -> Result<Option<Target>, String> {
        Ok(fields.text(FIELD).map(|url| Target { url: url.as_str().to_owned(), delegates, lifetime }))
    }

    /// `…/serviceAccounts/EMAIL:generateAccessToken`
    pub fn email(&self) -> Option<&str> {
        let (_, rest) = self.url.rsplit_once("/serviceAccounts/")?;
        rest.strip_suffix(":generateAccessToken")
    }

    /// A token of the target, which `own` is good for.
    pub fn token(&self, own: &Token, fetch: &Fetch<'_>) -> Result<Token, KeyError> {
        secure(FIELD, &self.url, fetch.env).map_err(|why| fetch.fault(&why))?;
        let mut body = json!({ "lifetime": format!("{}s", self.lifetime), "scope": fetch.scopes });
        if !self.delegates.is_empty() {
            body["delegates"] = self.delegates.as_slice().into();
        }
        let body = Zeroizing::new(body.to_string().into_bytes());
        let request = Request::post(&self.url, "application/json", body)
            .header("authorization", format!("Bearer {}", own.text.as_str()));
        let call = Call { name: "iamcredentials generateAccessToken", request, secrets: &[&own.text] };
        let mut reply = fetch.service.object(&call)?;
        let token = reply.text("accessToken").ok_or_else(|| "the reply has no access token".to_owned());
        // It lasts as long as was asked for, or the service refuses.
        let lasts = Duration::from_secs(self.lifetime);
        token.and_then(|text| Token::new(text, lasts)).map_err(|why| fetch.service.failed(&call, why))
    }
}
