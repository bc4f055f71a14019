//! The calls to a vault.

use super::challenge::Challenge;
use super::credential::Chain;
use super::fault;
use super::field;
use super::key::AzureKvKey;
use super::once::Once;
use super::token::Token;
use crate::keys::backend::{CallError, KeyError};
use crate::keys::env::Env;
use crate::keys::http::{Http, Request};
use crate::keys::share::Share;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use zeroize::Zeroizing;

const API_VERSION: &str = "2025-07-01";
/// What sops uses; a file does not say.
const ALGORITHM: &str = "RSA-OAEP-256";
/// Bytes of a ciphertext, by the sizes of RSA keys that vaults have.
const CIPHERTEXT: [usize; 3] = [256, 384, 512];

pub(super) struct Vaults {
    http: Http,
    chain: Chain,
    /// What each host asks for, or why that is not known.
    challenges: Once<String, Challenge, String>,
    tokens: Once<Challenge, Token, KeyError>,
}

/// One call about one key, whose parts are sound ([`AzureKvKey::check`]).
struct Call<'k> {
    name: &'static str,
    key: &'k AzureKvKey,
    host: &'k str,
}

impl Vaults {
    pub(super) fn new(env: &Env) -> Vaults {
        Vaults { http: Http::new(env), chain: Chain::new(env), challenges: Once::new(), tokens: Once::new() }
    }

    /// The newest version of a key.
    pub(super) fn newest(&self, key: &AzureKvKey) -> Result<String, KeyError> {
        let call = Call::new("keys/get", key)?;
        let (mut reply, token) = self.ask(&call, "", None)?;
        let kid = field::take(reply.get_mut("key").unwrap_or(&mut Value::Null), "kid");
        let found = AzureKvKey::parse(&kid).ok().filter(|found| found.is_version_of(key));
        match found {
            Some(found) if !found.version.is_empty() => Ok(found.version),
            _ => Err(call.failed(token.source(), fault::another_key(&kid))),
        }
    }

    /// A plaintext wrapped with a key that has a version, as a file stores it.
    pub(super) fn encrypt(&self, key: &AzureKvKey, plaintext: &[u8]) -> Result<String, KeyError> {
        let call = Call::new("keys/encrypt", key)?;
        let (wrapped, token) = self.operation(&call, "/encrypt", plaintext)?;
        // Nothing else can be what an RSA key made, the plaintext in particular.
        if !CIPHERTEXT.contains(&wrapped.len()) {
            let why = format!("its ciphertext has {} bytes, which no RSA key makes", wrapped.len());
            return Err(call.failed(token.source(), why));
        }
        Ok(URL_SAFE_NO_PAD.encode(&wrapped))
    }

    /// The share that was wrapped with a key that has a version.
    pub(super) fn decrypt(&self, key: &AzureKvKey, wrapped: &[u8]) -> Result<Share, KeyError> {
        let call = Call::new("keys/decrypt", key)?;
        let (plain, token) = self.operation(&call, "/decrypt", wrapped)?;
        let length = plain.len();
        Share::new(plain).ok_or_else(|| {
            call.failed(token.source(), format!("what it decrypted has {length} bytes and is no data key"))
        })
    }

    /// What the key makes of some bytes.
    fn operation(
        &self,
        call: &Call<'_>,
        operation: &str,
        bytes: &[u8],
    ) -> Result<(Zeroizing<Vec<u8>>, Token), KeyError> {
        let value = Zeroizing::new(URL_SAFE_NO_PAD.encode(bytes));
        let (mut reply, token) = self.ask(call, operation, Some(&value))?;
        let (kid, value) = (field::take(&mut reply, "kid"), field::take(&mut reply, "value"));
        let found = AzureKvKey::parse(&kid);
        if !found.is_ok_and(|found| is_same(&found, call.key)) {
            return Err(call.failed(token.source(), fault::another_key(&kid)));
        }
        match URL_SAFE_NO_PAD.decode(value.as_bytes()) {
            Ok(bytes) => Ok((Zeroizing::new(bytes), token)),
            Err(_) => Err(call.failed(token.source(), "its answer holds no value in base64".into())),
        }
    }

    /// The reply to a request about a key, and with which token it was given. `value` is what it is to work on; a
    /// request without one just reads.
    fn ask(&self, call: &Call<'_>, operation: &str, value: Option<&str>) -> Result<(Value, Token), KeyError> {
        let AzureKvKey { name, version, .. } = call.key;
        let url = format!("https://{}/keys/{name}/{version}{operation}?api-version={API_VERSION}", call.host);
        let challenge =
            self.challenges.get(&call.host.to_owned(), || self.challenge(call, &url, value.is_some()));
        let challenge = challenge.map_err(|why| call.failed("no token yet", why))?;
        let token = self.tokens.get(&challenge, || self.chain.token(&challenge))?;
        let request = match value {
            Some(value) => Request::post_json(&url, &[("alg", ALGORITHM), ("value", value)]),
            None => Request::get(&url),
        };
        let reply = self.http.send(&request.header("authorization", token.bearer()));
        let failed = |why: String| call.failed(token.source(), why);
        let reply = reply.map_err(|error| failed(error.to_string()))?;
        if !reply.is_success() {
            return Err(failed(fault::refusal(
                &reply,
                call.name,
                &[token.secret(), value.unwrap_or_default()],
            )));
        }
        Ok((reply.json().map_err(|error| failed(error.to_string()))?, token))
    }

    /// What the vault wants to see. It is asked with the same request, without token and body: who knows neither
    /// learns nothing.
    fn challenge(&self, call: &Call<'_>, url: &str, posts: bool) -> Result<Challenge, String> {
        let request = match posts {
            true => Request { method: "POST", body: Some(Zeroizing::default()), ..Request::get(url) },
            false => Request::get(url),
        };
        let reply = self.http.send(&request).map_err(|error| error.to_string())?;
        match (reply.status, reply.header("www-authenticate")) {
            (401, Some(header)) => Challenge::read(header, call.host),
            (401, None) => Err("it wants a token and does not say which".into()),
            _ if reply.is_success() => {
                Err("it answered without asking for a token, as no key vault does".into())
            }
            _ => Err(fault::refusal(&reply, call.name, &[])),
        }
    }
}

impl<'k> Call<'k> {
    fn new(name: &'static str, key: &'k AzureKvKey) -> Result<Call<'k>, KeyError> {
        key.check().map_err(KeyError::Failed)?;
        let host = key.host().ok_or(KeyError::NoMatch)?;
        Ok(Call { name, key, host })
    }

    fn failed(&self, credentials: &str, why: String) -> KeyError {
        let (place, credentials) = (self.host.to_owned(), credentials.to_owned());
        KeyError::Call(CallError { call: self.name, place, credentials, why })
    }
}

/// Whether the key in a reply is the one that was asked, in its version.
fn is_same(found: &AzureKvKey, asked: &AzureKvKey) -> bool {
    found.is_version_of(asked) && found.version.eq_ignore_ascii_case(&asked.version)
}
