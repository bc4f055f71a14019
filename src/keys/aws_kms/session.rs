//! A client of KMS in one region, for one role and profile.

use super::credentials::{self, Found, Place};
use super::fault;
use super::key::AwsKmsKey;
use super::transport::{Transport, time_limits};
use crate::keys::backend::{CallError, KeyError};
use crate::keys::env::Env;
use crate::keys::host;
use aws_config::sts::AssumeRoleProvider;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::ProvideCredentials as _;
use aws_sdk_kms::Client;
use aws_sdk_kms::config::interceptors::{
    BeforeDeserializationInterceptorContextRef, BeforeTransmitInterceptorContextRef,
};
use aws_sdk_kms::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_kms::error::BoxError;
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio::sync::Mutex;

/// How long finding credentials may take in all: a program that the user's profile names may ask a person.
const LOGIN: Duration = Duration::from_secs(60);
/// Credentials that last no longer than this are not used any more.
const MARGIN: Duration = Duration::from_secs(60);
/// The most bytes of an answer: a wrapped key has 6 KiB at the most.
const LONGEST: u64 = 64 * 1024;

/// What the calls for keys of one region, role and profile have in common.
pub(super) struct Session {
    region: String,
    role: String,
    /// The name under which the role is assumed.
    name: String,
    /// The host that is asked for the role.
    sts: String,
    shared: SdkConfig,
    places: Vec<Place>,
    live: Mutex<Option<Arc<Live>>>,
}

/// A client that is logged in.
pub(super) struct Live {
    pub client: Client,
    /// Where its credentials are from.
    pub origin: String,
    credentials: Credentials,
    region: String,
    host: Host,
}

impl Session {
    /// Reads the user's settings, and asks nobody.
    pub async fn open(
        key: &AwsKmsKey,
        region: &str,
        env: &Env,
        transport: &Transport,
        name: &str,
    ) -> Session {
        let mut settings = aws_config::defaults(BehaviorVersion::latest())
            .region(Region::new(region.to_owned()))
            .http_client(transport.services.clone())
            .timeout_config(time_limits())
            .no_credentials();
        if !key.profile.is_empty() {
            settings = settings.profile_name(key.profile.as_str());
        }
        let shared = settings.load().await;
        let places = credentials::places(&key.profile, env, &shared, transport);
        Session {
            region: region.to_owned(),
            role: key.role.clone(),
            name: name.to_owned(),
            sts: credentials::sts(env, &shared),
            shared,
            places,
            live: Mutex::new(None),
        }
    }

    /// A client whose credentials last. They are found, and a role is assumed, once for all threads.
    pub async fn live(&self) -> Result<Arc<Live>, KeyError> {
        let mut kept = self.live.lock().await;
        if let Some(live) = kept.as_ref().filter(|live| self.lasts(&live.credentials)) {
            return Ok(Arc::clone(live));
        }
        let found = tokio::time::timeout(LOGIN, self.log_in()).await;
        let found = found.unwrap_or_else(|_| {
            Err(KeyError::Failed(format!("no AWS credentials within {} seconds", LOGIN.as_secs())))
        })?;
        let live = Arc::new(self.client(found));
        *kept = Some(Arc::clone(&live));
        Ok(live)
    }

    async fn log_in(&self) -> Result<Found, KeyError> {
        let own = credentials::find(&self.places).await?;
        if self.role.is_empty() {
            return Ok(own);
        }
        let role = AssumeRoleProvider::builder(&self.role)
            .session_name(&self.name)
            .configure(&self.shared)
            .build_from_provider(own.credentials)
            .await;
        match role.provide_credentials().await {
            Ok(credentials) => Ok(Found { credentials, origin: format!("{} as its key's role", own.origin) }),
            Err(error) => Err(KeyError::Call(CallError {
                call: "sts:AssumeRole",
                place: self.sts.clone(),
                credentials: own.origin,
                why: fault::said(&error),
            })),
        }
    }

    fn lasts(&self, credentials: &Credentials) -> bool {
        match (credentials.expiry(), self.shared.time_source()) {
            (Some(end), Some(clock)) => end > clock.now() + MARGIN,
            _ => true,
        }
    }

    fn client(&self, found: Found) -> Live {
        let host = Host::default();
        let config = aws_sdk_kms::config::Builder::from(&self.shared)
            .credentials_provider(found.credentials.clone())
            .interceptor(host.clone())
            .build();
        let Found { credentials, origin } = found;
        Live { client: Client::from_conf(config), origin, credentials, region: self.region.clone(), host }
    }
}

impl Live {
    /// The host that was called, or else the service and its region.
    pub fn place(&self) -> String {
        self.host.0.get().cloned().unwrap_or_else(|| format!("kms.{}", self.region))
    }

    /// What must never be in a message, whatever a server says.
    pub fn secrets(&self) -> Vec<&str> {
        let token = self.credentials.session_token();
        token.into_iter().chain([self.credentials.secret_access_key()]).collect()
    }
}

/// The host that a client calls, noted on the way. An answer without measure is not read.
#[derive(Clone, Debug, Default)]
struct Host(Arc<OnceLock<String>>);

impl Intercept for Host {
    fn name(&self) -> &'static str {
        "host"
    }

    fn read_before_transmit(
        &self,
        request: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        self.0.get_or_init(|| host::shown(request.request().uri()));
        Ok(())
    }

    fn read_after_transmit(
        &self,
        answer: &BeforeDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let length = answer.response().headers().get("content-length");
        match length.and_then(|length| length.parse::<u64>().ok()) {
            Some(length) if length > LONGEST => Err("its answer is longer than any of KMS".into()),
            _ => Ok(()),
        }
    }
}
