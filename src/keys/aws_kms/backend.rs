//! Wrapping and unwrapping with keys of AWS KMS.

use super::answer;
use super::fault;
use super::key::AwsKmsKey;
use super::session::{Live, Session};
use super::transport::Transport;
use crate::keys::backend::{Backend, CallError, KeyError};
use crate::keys::env::Env;
use crate::keys::recipient::Recipient;
use crate::keys::share::Share;
use crate::keys::stanza::Stanza;
use aws_sdk_kms::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_kms::primitives::Blob;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use tokio::runtime::{Builder, Handle, Runtime};
use zeroize::Zeroizing;

/// Keys of AWS KMS. Starts nothing, and reads no setting, before one of them is used.
pub struct AwsKmsBackend {
    env: Env,
    /// The name under which roles are assumed.
    session_name: String,
    running: OnceLock<Result<Running, String>>,
}

/// What a run keeps: the SDK's threads, its connections, and its clients.
struct Running {
    runtime: Runtime,
    transport: Transport,
    sessions: Mutex<HashMap<Whose, Arc<Session>>>,
}

/// Profile, role and region.
type Whose = (String, String, String);

impl AwsKmsBackend {
    /// `host` is the name of this machine: roles are assumed under it.
    pub fn new(env: &Env, host: &str) -> AwsKmsBackend {
        AwsKmsBackend { env: env.clone(), session_name: session_name(host), running: OnceLock::new() }
    }

    fn running(&self) -> Result<&Running, KeyError> {
        self.running
            .get_or_init(|| Running::start(&self.env))
            .as_ref()
            .map_err(|why| KeyError::Failed(why.clone()))
    }

    /// A client for a key that may be used.
    fn session(&self, key: &AwsKmsKey) -> Result<(&Handle, Arc<Session>), KeyError> {
        key.check().map_err(KeyError::Failed)?;
        let region = key.region().unwrap_or_default();
        let running = self.running()?;
        let runtime = running.runtime.handle();
        let whose = (key.profile.clone(), key.role.clone(), region.to_owned());
        let mut sessions = running.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        let session = sessions.entry(whose).or_insert_with(|| {
            let session = Session::open(key, region, &self.env, &running.transport, &self.session_name);
            Arc::new(runtime.block_on(session))
        });
        Ok((runtime, Arc::clone(session)))
    }
}

impl Running {
    fn start(env: &Env) -> Result<Running, String> {
        let transport = Transport::new(env)?;
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime = runtime.map_err(|error| format!("the client of AWS can't be started: {error}"))?;
        Ok(Running { runtime, transport, sessions: Mutex::default() })
    }
}

/// Does not wait for what is still under way, such as the look-up of a name.
impl Drop for AwsKmsBackend {
    fn drop(&mut self) {
        if let Some(Ok(running)) = self.running.take() {
            running.runtime.shutdown_background();
        }
    }
}

impl Backend for AwsKmsBackend {
    fn handles(&self, recipient: &Recipient) -> bool {
        matches!(recipient, Recipient::AwsKms(_))
    }

    fn wrap(&self, to: &Recipient, share: &Share) -> Result<String, KeyError> {
        let Recipient::AwsKms(key) = to else { return Err(KeyError::NoMatch) };
        let (runtime, session) = self.session(key)?;
        runtime.block_on(async { encrypt(&*session.live().await?, key, share).await })
    }

    fn unwrap(&self, stanza: &Stanza) -> Result<Share, KeyError> {
        let Recipient::AwsKms(key) = &stanza.recipient else { return Err(KeyError::NoMatch) };
        let wrapped: String = stanza.enc.split_whitespace().collect();
        let wrapped = STANDARD.decode(wrapped).map_err(|_| KeyError::Damaged("it is not Base64"))?;
        let (runtime, session) = self.session(key)?;
        runtime.block_on(async { decrypt(&*session.live().await?, key, wrapped).await })
    }
}

const ENCRYPT: &str = "kms:Encrypt";
const DECRYPT: &str = "kms:Decrypt";

async fn encrypt(live: &Live, key: &AwsKmsKey, share: &Share) -> Result<String, KeyError> {
    let call = live.client.encrypt().key_id(&key.arn).set_encryption_context(context(key));
    let answer = call.plaintext(Blob::new(share.as_bytes())).send().await;
    let sent = Zeroizing::new(STANDARD.encode(share.as_bytes()));
    let answer = answer.map_err(|error| failed(ENCRYPT, live, &error, &sent))?;
    if !answer::is_of(key, answer.key_id()) {
        return Err(wrong(ENCRYPT, live, OTHER_KEY));
    }
    match answer.ciphertext_blob {
        Some(wrapped) if !wrapped.as_ref().is_empty() => Ok(STANDARD.encode(wrapped)),
        _ => Err(wrong(ENCRYPT, live, "its answer holds no wrapped key")),
    }
}

async fn decrypt(live: &Live, key: &AwsKmsKey, wrapped: Vec<u8>) -> Result<Share, KeyError> {
    let call = live.client.decrypt().key_id(&key.arn).set_encryption_context(context(key));
    let answer = call.ciphertext_blob(Blob::new(wrapped)).send().await;
    let mut answer = answer.map_err(|error| failed(DECRYPT, live, &error, ""))?;
    let share = answer.plaintext.take().map(|plaintext| Zeroizing::new(plaintext.into_inner()));
    if !answer::is_of(key, answer.key_id()) {
        return Err(wrong(DECRYPT, live, OTHER_KEY));
    }
    share.and_then(Share::new).ok_or_else(|| wrong(DECRYPT, live, "what it unwrapped is not a data key"))
}

const OTHER_KEY: &str = "it answered for another key";

fn context(key: &AwsKmsKey) -> Option<HashMap<String, String>> {
    let pairs = key.context.iter().map(|(name, value)| (name.clone(), value.clone()));
    (!key.context.is_empty()).then(|| pairs.collect())
}

fn failed<E>(call: &'static str, live: &Live, error: &SdkError<E>, sent: &str) -> KeyError
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    let mut secrets = live.secrets();
    secrets.push(sent);
    wrong(call, live, &fault::of_call(error, &secrets))
}

fn wrong(call: &'static str, live: &Live, why: &str) -> KeyError {
    let (place, credentials) = (live.place(), live.origin.clone());
    KeyError::Call(CallError { call, place, credentials, why: why.to_owned() })
}

/// As sops names its sessions, which policies and logs may know: its pattern leaves out hyphens too.
fn session_name(host: &str) -> String {
    let usual = |c: &char| c.is_ascii_alphanumeric() || "=,.@_".contains(*c);
    "sops@".chars().chain(host.chars().filter(usual)).take(64).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_is_named_after_the_host_as_sops_does() {
        assert_eq!(
            session_name("ip-10-0-0-1.eu-west-1.compute.internal"),
            "sops@ip10001.euwest1.compute.internal"
        );
        assert_eq!(session_name("web_1 $"), "sops@web_1");
        assert_eq!(session_name(&"x".repeat(100)).len(), 64);
        assert_eq!(session_name(""), "sops@");
    }
}
