//! HTTPS for the clients of services: blocking, HTTP/1.1, with the system's authorities.
//!
//! Nothing is built or read before the first call. Redirects are errors, since a request may carry a credential that
//! is meant for one host. Every call ends within [`Settings::whole`], retries included.

mod connector;
mod error;
mod proxy;
mod quote;
mod reply;
mod request;
mod tls;

#[cfg(test)]
mod tests;

pub(super) use error::HttpError;
pub(super) use quote::quote;
pub(super) use reply::Reply;
pub(super) use request::Request;
pub(super) use tls::Tls;

use super::env::Env;
use connector::TlsConnector;
use std::sync::OnceLock;
use std::time::{Duration, Instant};
use ureq::http::Response;
use ureq::http::request::Builder;
use ureq::unversioned::resolver::DefaultResolver;
use ureq::unversioned::transport::{ConnectProxyConnector, Connector, TcpConnector};
use ureq::{Agent, AsSendBody, Body, Proxy};

/// More than any service has to say in reply to one key.
const MOST_BYTES: usize = 256 * 1024;
/// The longest `Retry-After` that is waited for.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// A client: an agent with its pool of connections, made when first needed.
pub(super) struct Http {
    env: Env,
    settings: Settings,
    agent: OnceLock<Agent>,
}

/// How patient a client is, and whom it trusts.
#[derive(Clone)]
pub(super) struct Settings {
    /// For name, connection and TLS, of one try.
    pub connect: Duration,
    /// For a call with all its tries and pauses.
    pub whole: Duration,
    /// How often a call is made when connections fail, or the service is busy or broken (429, 5xx).
    pub tries: u32,
    pub tls: Tls,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            connect: Duration::from_secs(5),
            whole: Duration::from_secs(20),
            tries: 3,
            tls: Tls::default(),
        }
    }
}

impl Http {
    pub fn new(env: &Env) -> Http {
        Http::with(env, Settings::default())
    }

    pub fn with(env: &Env, settings: Settings) -> Http {
        Http { env: env.clone(), settings, agent: OnceLock::new() }
    }

    /// What the service replies, with any status but a redirect. Status 4xx and 5xx are replies too, after the retries.
    pub fn send(&self, request: &Request) -> Result<Reply, HttpError> {
        let end = Instant::now() + self.settings.whole;
        let mut made = 0;
        loop {
            made += 1;
            let outcome = self.once(request, end.saturating_duration_since(Instant::now()));
            let pause = match &outcome {
                _ if made >= self.settings.tries => None,
                Ok(reply) => pause_after(reply, made),
                Err(fault) => fault.is_of_the_connection().then(|| back_off(made)),
            };
            match pause {
                Some(pause) if Instant::now() + pause < end => std::thread::sleep(pause),
                _ => return outcome,
            }
        }
    }

    fn once(&self, request: &Request, left: Duration) -> Result<Reply, HttpError> {
        let head = request.head()?;
        let proxy = proxy::for_request(&self.env, request, head.uri_ref())?;
        let variable = proxy.as_ref().map(|proxy| proxy.variable);
        let fault = |fault: ureq::Error| {
            let fault = HttpError::of(fault, self.settings.connect, self.settings.whole);
            match variable {
                Some(variable) => fault.through(variable),
                None => fault,
            }
        };
        let agent = self.agent.get_or_init(|| agent(&self.env, &self.settings));
        let bound = Bound { agent, proxy: proxy.map(|proxy| proxy.address), left };
        let reply = match &request.body {
            Some(body) => bound.run(head, body.as_slice()),
            None => bound.run(head, ()),
        };
        Reply::read(reply.map_err(fault)?, MOST_BYTES, fault)
    }
}

/// What one try may use.
struct Bound<'a> {
    agent: &'a Agent,
    proxy: Option<Proxy>,
    left: Duration,
}

impl Bound<'_> {
    fn run(self, head: Builder, body: impl AsSendBody) -> Result<Response<Body>, ureq::Error> {
        let message = self.agent.configure_request(head.body(body)?);
        self.agent.run(message.proxy(self.proxy).timeout_global(Some(self.left)).build())
    }
}

fn agent(env: &Env, settings: &Settings) -> Agent {
    let config = Agent::config_builder()
        .proxy(None)
        .http_status_as_error(false)
        .max_redirects(0)
        .timeout_resolve(Some(settings.connect))
        .timeout_connect(Some(settings.connect))
        .user_agent(concat!("sops-rs/", env!("CARGO_PKG_VERSION")))
        .build();
    let connector =
        ().chain(ConnectProxyConnector::default())
            .chain(TcpConnector::default())
            .chain(TlsConnector::new(env.clone(), settings.tls.clone()));
    Agent::with_parts(config, connector, DefaultResolver::default())
}

/// How long to wait for a service that is busy or broken; nothing if its reply is final, or it wants more patience than
/// there is.
fn pause_after(reply: &Reply, made: u32) -> Option<Duration> {
    if reply.status != 429 && !(reply.status >= 500 && reply.status != 501) {
        return None;
    }
    let wanted =
        reply.header("retry-after").and_then(|text| text.trim().parse().ok()).map(Duration::from_secs);
    Some(wanted.unwrap_or_else(|| back_off(made))).filter(|pause| *pause <= LONGEST_PAUSE)
}

fn back_off(made: u32) -> Duration {
    Duration::from_millis(200) * 3u32.saturating_pow(made - 1)
}
