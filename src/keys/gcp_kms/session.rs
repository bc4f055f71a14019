//! The access token of a run: fetched when first needed, by one thread, and kept until it is about to expire.

use super::credentials::{Clock, Credentials, Token};
use super::endpoint::DEFAULT_UNIVERSE;
use crate::keys::http::Http;
use crate::keys::{Env, KeyError};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use zeroize::Zeroizing;

/// How long before its end a token is not used any more.
const MARGIN: Duration = Duration::from_secs(60);
/// How long a failure counts, so that many files do not wait for the same service one after the other.
const FAILURE_COUNTS: Duration = Duration::from_secs(5);

/// What a call to the service needs.
pub(super) struct Access {
    pub token: Zeroizing<String>,
    /// Where the credentials were found, and for whom they are.
    pub credentials: String,
    /// The project that pays for calls, if it is not that of the key.
    pub quota_project: Option<String>,
    /// The domain that the credentials are for; `None` if they do not say.
    pub universe: Option<String>,
}

/// The last attempt.
struct Attempt {
    outcome: Result<Arc<Access>, KeyError>,
    until: Instant,
}

pub(super) struct Session {
    env: Env,
    clock: Clock,
    last: Mutex<Option<Attempt>>,
}

impl Session {
    pub fn new(env: &Env, clock: Clock) -> Session {
        Session { env: env.clone(), clock, last: Mutex::new(None) }
    }

    /// The access that is at hand, or a new one. Threads that come meanwhile wait for the first.
    pub fn access(&self, http: &Http) -> Result<Arc<Access>, KeyError> {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(attempt) = last.as_ref().filter(|attempt| Instant::now() < attempt.until) {
            return attempt.outcome.clone();
        }
        let (outcome, lasts) = match self.fetch(http) {
            Ok((access, lasts)) => (Ok(Arc::new(access)), lasts.saturating_sub(MARGIN)),
            Err(why) => (Err(why), FAILURE_COUNTS),
        };
        *last = Some(Attempt { outcome: outcome.clone(), until: Instant::now() + lasts });
        outcome
    }

    fn fetch(&self, http: &Http) -> Result<(Access, Duration), KeyError> {
        let credentials = Credentials::find(&self.env)?;
        let Token { text, lasts } = credentials.token(http, &self.env, self.clock)?;
        let access = Access {
            token: text,
            quota_project: self
                .env
                .text("GOOGLE_CLOUD_QUOTA_PROJECT")
                .or_else(|| credentials.quota_project.clone()),
            universe: credentials.universe(),
            credentials: credentials.name,
        };
        Ok((access, lasts))
    }
}

impl Access {
    /// Whether these credentials are for the universe of the endpoint.
    pub fn fits(&self, universe: Option<&str>) -> Result<(), KeyError> {
        match (universe, self.universe.as_deref()) {
            (Some(wanted), Some(own)) if wanted != own => Err(KeyError::Failed(format!(
                "the universe domain of the credentials is {}, and the service would be called in {wanted}: set \
                 SOPS_GCP_KMS_UNIVERSE_DOMAIN, or use other credentials than {} (without one, it is {DEFAULT_UNIVERSE})",
                crate::keys::printable(own, 100),
                self.credentials
            ))),
            _ => Ok(()),
        }
    }
}
