//! Google for the tests, strict: Cloud KMS over REST, with real encryption, and all that gives access tokens. What a
//! client must never do fails an assertion, which fails the test when the server is dropped.

mod grants;
mod jwt;
mod kms;

use crate::support::server::{Answer, Authority, Request, Server};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex, PoisonError};

/// In everything that is secret.
pub const CANARY: &str = "canary";
pub const EMAIL: &str = "deploy@p.iam.gserviceaccount.com";
pub const KEY_ID: &str = "key-1";
pub const CLIENT_ID: &str = "client.apps.googleusercontent.com";
pub const CLIENT_SECRET: &str = "canary-client-secret";
pub const REFRESH_TOKEN: &str = "1//canary-refresh-token";
pub const SUBJECT_TOKEN: &str = "canary.subject.token";
pub const AUDIENCE: &str =
    "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/pool/providers/ci";
pub const SCOPE: &str =
    "https://www.googleapis.com/auth/cloud-platform https://www.googleapis.com/auth/cloudkms";

pub struct Google {
    server: Server,
    state: Arc<State>,
}

/// Answers in place of the service, for some requests.
type Trouble = Box<dyn Fn(&Request) -> Option<Answer> + Send>;

struct State {
    kms: kms::Keys,
    /// Every access token that was given out and holds.
    tokens: Mutex<Vec<String>>,
    trouble: Mutex<Option<Trouble>>,
    scheme: &'static str,
}

impl Google {
    pub fn plain() -> Google {
        Google::start("http", |handler| Server::plain(handler))
    }

    pub fn tls(authority: &Authority) -> Google {
        Google::start("https", |handler| Server::tls(authority, handler))
    }

    fn start(scheme: &'static str, serve: impl FnOnce(Box<Handler>) -> Server) -> Google {
        let state = Arc::new(State {
            kms: kms::Keys::new(),
            tokens: Mutex::default(),
            trouble: Mutex::default(),
            scheme,
        });
        let own = Arc::clone(&state);
        Google { server: serve(Box::new(move |request| own.answer(request))), state }
    }

    pub fn port(&self) -> u16 {
        self.server.port()
    }

    /// Something below its address.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.server.url())
    }

    /// An access token that holds.
    pub fn token(&self) -> String {
        self.state.mint("given")
    }

    /// From now on, requests get what `trouble` says, if it says something.
    pub fn trouble(&self, trouble: impl Fn(&Request) -> Option<Answer> + Send + 'static) {
        *self.state.trouble.lock().unwrap_or_else(PoisonError::into_inner) = Some(Box::new(trouble));
    }

    /// How many requests came whose path holds this.
    pub fn count(&self, path: &str) -> usize {
        self.server.requests().iter().filter(|request| request.path().contains(path)).count()
    }

    pub fn requests(&self) -> Vec<Request> {
        self.server.requests()
    }
}

type Handler = dyn Fn(&Request) -> Answer + Send + Sync;

impl State {
    fn answer(&self, request: &Request) -> Answer {
        let trouble = self.trouble.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(answer) = trouble.as_ref().and_then(|trouble| trouble(request)) {
            return answer;
        }
        drop(trouble);
        match (request.method.as_str(), request.path()) {
            ("POST", "/token") => self.grant(request),
            ("POST", "/v1/token") => self.federate(request),
            ("GET", "/identity") => self.identity(request),
            ("POST", path) if path.ends_with(":generateAccessToken") => self.impersonate(request),
            ("POST", path) if path.starts_with("/v1/projects/") => self.kms(request),
            ("GET", path) if path.starts_with("/computeMetadata/v1/") => self.metadata(request),
            (method, path) => panic!("nobody should ask for {method} {path}"),
        }
    }

    fn mint(&self, kind: &str) -> String {
        let mut tokens = self.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        let token = format!("ya29.{CANARY}-{kind}-{}-{}", tokens.len(), self.scheme);
        tokens.push(token.clone());
        token
    }

    /// Whether the request bears a token of this server, or an assertion that is one.
    fn is_authorized(&self, request: &Request) -> bool {
        let header = request.header("authorization").unwrap_or_default();
        let Some(token) = header.strip_prefix("Bearer ") else { return false };
        let tokens = self.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        tokens.iter().any(|own| own == token) || (token.starts_with("ey") && jwt::is_bearer(token))
    }
}

/// Google's form of an error.
pub fn error(status: u16, code: &str, message: &str) -> Answer {
    Answer::json(status, &json!({ "error": { "code": status, "status": code, "message": message } }))
}

/// A file of credentials with these fields beside its type.
pub fn credentials(kind: &str, mut fields: Value) -> String {
    fields["type"] = kind.into();
    fields.to_string()
}

/// The private key of the service account, in PEM.
pub fn private_key() -> String {
    std::fs::read_to_string(crate::support::fixtures().join("keys/google.pem")).expect("a key")
}
