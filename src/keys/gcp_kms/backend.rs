//! Wrapping and unwrapping with Cloud KMS.

use super::GcpKmsKey;
use super::credentials::Clock;
use super::endpoint::Endpoint;
use super::service::{Call, Object, Service};
use super::session::Session;
use crate::keys::http::{Http, Request};
use crate::keys::{Backend, Env, KeyError, Recipient, Share, Stanza};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

/// Keys of Google Cloud KMS, with the user's credentials. Nothing is read or called before the first key is used.
pub struct GcpKmsBackend {
    env: Env,
    http: Http,
    session: Session,
}

/// One of the two things a key can do.
struct Method {
    /// As errors name it.
    name: &'static str,
    verb: &'static str,
    /// What is sent.
    field: &'static str,
}

const ENCRYPT: Method = Method { name: "cloudkms encrypt", verb: "encrypt", field: "plaintext" };
const DECRYPT: Method = Method { name: "cloudkms decrypt", verb: "decrypt", field: "ciphertext" };

impl GcpKmsBackend {
    /// `clock` gives the seconds since 1970.
    pub fn new(env: &Env, clock: Clock) -> GcpKmsBackend {
        GcpKmsBackend { http: Http::new(env), session: Session::new(env, clock), env: env.clone() }
    }

    /// Has `value` (standard base64) encrypted or decrypted; `read` takes the outcome from the reply, or says what is
    /// wrong with it.
    fn call<T>(
        &self,
        key: &GcpKmsKey,
        method: &Method,
        value: &str,
        read: impl FnOnce(Object) -> Result<T, String>,
    ) -> Result<T, KeyError> {
        key.check().map_err(KeyError::Failed)?;
        let endpoint = Endpoint::of(&self.env).map_err(KeyError::Failed)?;
        let access = self.session.access(&self.http)?;
        access.fits(endpoint.universe.as_deref())?;
        let name = key.resource_id.as_str();
        let url = format!("{}/v1/{name}:{}", endpoint.url, method.verb);
        let mut request = Request::post_json(&url, &[("name", name), (method.field, value)])
            .header("authorization", format!("Bearer {}", access.token.as_str()))
            .header("x-goog-request-params", format!("name={}", escaped(name)));
        if let Some(project) = &access.quota_project {
            request = request.header("x-goog-user-project", project.as_str());
        }
        let call = Call { name: method.name, request, secrets: &[&access.token, value] };
        let service = Service { http: &self.http, credentials: &access.credentials };
        read(service.object(&call)?).map_err(|lie| service.failed(&call, lie))
    }
}

impl Backend for GcpKmsBackend {
    fn handles(&self, recipient: &Recipient) -> bool {
        matches!(recipient, Recipient::GcpKms(_))
    }

    fn wrap(&self, to: &Recipient, share: &Share) -> Result<String, KeyError> {
        let Recipient::GcpKms(key) = to else { return Err(KeyError::NoMatch) };
        let plaintext = Zeroizing::new(STANDARD.encode(share.as_bytes()));
        self.call(key, &ENCRYPT, &plaintext, |mut reply| {
            // The version of the key that was used.
            let version = reply.text("name");
            let of_key = |name: &str| {
                let number =
                    name.strip_prefix(key.resource_id.as_str())?.strip_prefix("/cryptoKeyVersions/")?;
                (!number.is_empty() && !number.contains('/')).then_some(())
            };
            if version.is_some_and(|name| of_key(&name).is_none()) {
                return Err("the reply is about another key".into());
            }
            let ciphertext = reply.text("ciphertext").ok_or("the reply has no ciphertext")?;
            let bytes = STANDARD.decode(ciphertext.as_str()).map_err(|_| "the ciphertext is not base64")?;
            if bytes.windows(share.as_bytes().len()).any(|part| part == share.as_bytes()) {
                return Err("the key came back unencrypted".into());
            }
            Ok(ciphertext.as_str().to_owned())
        })
    }

    fn unwrap(&self, stanza: &Stanza) -> Result<Share, KeyError> {
        let Recipient::GcpKms(key) = &stanza.recipient else { return Err(KeyError::NoMatch) };
        // sops does not mind line breaks either.
        let enc: String = stanza.enc.chars().filter(|c| !matches!(c, '\r' | '\n')).collect();
        if enc.is_empty() || STANDARD.decode(&enc).is_err() {
            return Err(KeyError::Damaged("it is not base64"));
        }
        self.call(key, &DECRYPT, &enc, |mut reply| {
            let plaintext = reply.text("plaintext").ok_or("the reply has no plaintext")?;
            let bytes = Zeroizing::new(
                STANDARD.decode(plaintext.as_bytes()).map_err(|_| "the plaintext is not base64")?,
            );
            let length = bytes.len();
            Share::new(bytes)
                .ok_or_else(|| format!("the reply has {length} bytes, which is not the length of a key"))
        })
    }
}

/// As the value of a field of a URL.
fn escaped(name: &str) -> String {
    name.replace('/', "%2F").replace(':', "%3A")
}
