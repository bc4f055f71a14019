//! Two calls: `encrypt` and `decrypt` of a transit key.

use super::address::{Address, PlainHttp};
use super::key::HcVaultKey;
use super::refusal::Refusal;
use super::settings;
use super::token::Token;
use crate::keys::backend::{Backend, CallError, KeyError};
use crate::keys::env::Env;
use crate::keys::http::{Http, HttpError, Reply, Request};
use crate::keys::recipient::Recipient;
use crate::keys::share::{SHARE_LEN, Share};
use crate::keys::stanza::Stanza;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::sync::OnceLock;
use zeroize::Zeroizing;

/// Wraps and unwraps with transit keys. It reads variables and the token when a key is used, not before.
pub struct HcVaultBackend {
    env: Env,
    plain_http: PlainHttp,
    http: OnceLock<Result<Http, String>>,
}

impl HcVaultBackend {
    pub fn new(env: &Env) -> HcVaultBackend {
        HcVaultBackend { env: env.clone(), plain_http: PlainHttp::IfConfigured, http: OnceLock::new() }
    }

    /// With plain http to wherever a key says, as sops has it.
    pub fn with_plain_http(self) -> HcVaultBackend {
        HcVaultBackend { plain_http: PlainHttp::Always, ..self }
    }

    fn http(&self) -> Result<&Http, KeyError> {
        let made = self.http.get_or_init(|| Ok(Http::with(&self.env, settings::from(&self.env)?)));
        made.as_ref().map_err(|why| KeyError::Failed(why.clone()))
    }

    fn start(&self, operation: &'static str, key: &HcVaultKey) -> Result<Call<'_>, KeyError> {
        key.check().map_err(KeyError::Failed)?;
        let address = Address::of(key, &self.env, self.plain_http).map_err(KeyError::Failed)?;
        let url = format!("{}/v1/{}/{operation}/{}", address.base, key.engine_path, key.key_name);
        let name = if operation == "encrypt" { "transit/encrypt" } else { "transit/decrypt" };
        let token = Token::find(&self.env).map_err(KeyError::Failed)?;
        let namespace = self.env.text("VAULT_NAMESPACE");
        Ok(Call { http: self.http()?, base: address.base, url, place: address.place, name, token, namespace })
    }
}

impl Backend for HcVaultBackend {
    fn handles(&self, recipient: &Recipient) -> bool {
        matches!(recipient, Recipient::HcVault(_))
    }

    fn wrap(&self, to: &Recipient, share: &Share) -> Result<String, KeyError> {
        let Recipient::HcVault(key) = to else { return Err(KeyError::NoMatch) };
        let call = self.start("encrypt", key)?;
        let plain = Zeroizing::new(STANDARD.encode(share.as_bytes()));
        let reply = call.make("plaintext", &plain, key)?;
        let sealed = call.field(&reply, "/data/ciphertext")?;
        if !is_ciphertext(&sealed) || sealed.contains(plain.as_str()) {
            return Err(call.failed("its reply holds no transit ciphertext"));
        }
        Ok(sealed.to_string())
    }

    fn unwrap(&self, stanza: &Stanza) -> Result<Share, KeyError> {
        let Recipient::HcVault(key) = &stanza.recipient else { return Err(KeyError::NoMatch) };
        let call = self.start("decrypt", key)?;
        let reply = call.make("ciphertext", stanza.enc.trim(), key)?;
        let plain = call.field(&reply, "/data/plaintext")?;
        let mut bytes = Zeroizing::new(vec![0; SHARE_LEN + 1]);
        let decoded = STANDARD.decode_slice(plain.as_bytes(), &mut bytes);
        let share = decoded.ok().and_then(|length| {
            bytes.truncate(length);
            Share::new(bytes)
        });
        share.ok_or_else(|| call.failed("what it decrypted is no data key: the wrong length"))
    }
}

/// `vault:vN:…`, on one line.
fn is_ciphertext(text: &str) -> bool {
    let version = text.strip_prefix("vault:v").and_then(|rest| rest.split_once(':'));
    let number = |digits: &str| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    version.is_some_and(|(digits, rest)| number(digits) && !rest.is_empty())
        && text.bytes().all(|b| b.is_ascii_graphic())
}

/// One call, and what its errors name.
struct Call<'b> {
    http: &'b Http,
    base: String,
    url: String,
    place: String,
    name: &'static str,
    token: Token,
    namespace: Option<String>,
}

impl Call<'_> {
    /// The reply, if it is one of success.
    fn make(&self, field: &str, value: &str, key: &HcVaultKey) -> Result<Reply, KeyError> {
        let request = Request::post_json(&self.url, &[(field, value)]);
        let reply = self.send(request).map_err(|fault| self.failed(fault.to_string()))?;
        if reply.is_success() {
            return Ok(reply);
        }
        let refusal = Refusal {
            reply: &reply,
            key,
            namespace: self.namespace.as_deref(),
            token_holds: if reply.status == 403 { self.token_holds() } else { None },
            secrets: [value, self.token.text.as_ref().map_or("", |text| text.as_str())],
        };
        Err(self.failed(refusal.to_string()))
    }

    fn send(&self, mut request: Request) -> Result<Reply, HttpError> {
        request = request.header("x-vault-request", "true");
        if let Some(token) = &self.token.text {
            request = request.header("x-vault-token", token.as_str());
        }
        if let Some(namespace) = &self.namespace {
            request = request.header("x-vault-namespace", namespace.as_str());
        }
        self.http.send(&request)
    }

    /// Whether the service knows the token: a 403 alone does not tell a token that expired from a policy that is too
    /// narrow.
    fn token_holds(&self) -> Option<bool> {
        self.token.text.as_ref()?;
        let url = format!("{}/v1/auth/token/lookup-self", self.base);
        match self.send(Request::get(&url)).ok()?.status {
            200 => Some(true),
            403 => Some(false),
            _ => None,
        }
    }

    fn field(&self, reply: &Reply, pointer: &str) -> Result<Zeroizing<String>, KeyError> {
        let found = reply.text(pointer).map_err(|fault| self.failed(fault.to_string()))?;
        found.ok_or_else(|| {
            self.failed(format!("its reply has no {}", pointer.rsplit('/').next().unwrap_or(pointer)))
        })
    }

    fn failed(&self, why: impl Into<String>) -> KeyError {
        KeyError::Call(CallError {
            call: self.name,
            place: self.place.clone(),
            credentials: self.token.source.to_owned(),
            why: why.into(),
        })
    }
}
