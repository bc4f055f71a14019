//! Where the user's credentials are looked for, and in which order.

use super::fault;
use super::transport::{Transport, time_limits};
use crate::keys::backend::KeyError;
use crate::keys::env::Env;
use crate::keys::host;
use crate::keys::recipient::printable;
use aws_config::SdkConfig;
use aws_config::ecs::EcsCredentialsProvider;
use aws_config::environment::EnvironmentVariableCredentialsProvider;
use aws_config::imds::{self, credentials::ImdsCredentialsProvider};
use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_config::retry::RetryConfig;
use aws_config::web_identity_token::WebIdentityTokenCredentialsProvider;
use aws_credential_types::Credentials;
use aws_credential_types::provider::{ProvideCredentials, error::CredentialsError};
use std::error::Error as _;
use std::time::Duration;

/// How long the metadata service of an instance may take: who is not on one should not have to wait.
const NEARBY: Duration = Duration::from_secs(1);

/// One place where credentials may be.
pub(super) struct Place {
    /// In the words of an error.
    name: String,
    /// Who is asked for them, as far as the variables say.
    host: Option<String>,
    /// Whether it is there for certain when the SDK has something to say about it. (Of profiles it says nothing when
    /// there are none, or when the profile holds no credentials.)
    certain: bool,
    provider: Box<dyn ProvideCredentials>,
}

/// Credentials, and where they are from.
pub(super) struct Found {
    pub credentials: Credentials,
    pub origin: String,
}

/// The places in the order of sops: a profile that the key names comes before all others.
pub(super) fn places(profile: &str, env: &Env, shared: &SdkConfig, transport: &Transport) -> Vec<Place> {
    let services = surroundings(shared).with_http_client(transport.services.clone());
    let nearby = surroundings(shared).with_http_client(transport.nearby.clone());
    let mut places = Vec::new();
    let mut files = ProfileFileCredentialsProvider::builder().configure(&services);
    let name = if profile.is_empty() {
        places.push(Place::new("AWS_ACCESS_KEY_ID", EnvironmentVariableCredentialsProvider::new()));
        let web = WebIdentityTokenCredentialsProvider::builder().configure(&services).build();
        places.push(Place::new("AWS_WEB_IDENTITY_TOKEN_FILE", web).asking(Some(sts(env, shared))));
        env.text("AWS_PROFILE").unwrap_or_else(|| "default".into())
    } else {
        files = files.profile_name(profile);
        profile.to_owned()
    };
    let files = Place::new(&format!("the profile {}", printable(&name, 60)), files.build());
    places.push(Place { certain: true, ..files });
    let container = EcsCredentialsProvider::builder().configure(&nearby).build();
    let host = env.text("AWS_CONTAINER_CREDENTIALS_FULL_URI").map(|url| host::shown(&url));
    places.push(Place::new("the role of the container", container).asking(host));
    places.push(Place::new("the role of the instance", instance(&nearby)));
    places
}

/// The host of STS, or else the service and its region.
pub(super) fn sts(env: &Env, shared: &SdkConfig) -> String {
    let url = env.text("AWS_ENDPOINT_URL_STS").or_else(|| env.text("AWS_ENDPOINT_URL"));
    let region = || shared.region().map_or("", |region| region.as_ref());
    url.map_or_else(|| format!("sts.{}", region()), |url| host::shown(&url))
}

/// The first credentials that there are. What goes wrong in a place where they should be is an error.
pub(super) async fn find(places: &[Place]) -> Result<Found, KeyError> {
    let mut searched = Vec::new();
    for (number, place) in places.iter().enumerate() {
        let origin = place.name.clone();
        match place.provider.provide_credentials().await {
            Ok(credentials) => return Ok(Found { credentials, origin }),
            Err(error) if place.is_empty(&error) => searched.push(origin),
            // Nobody said that the last place should have any.
            Err(error) if number + 1 == places.len() => {
                searched.push(format!("{origin} ({})", fault::said(&error)));
            }
            Err(error) => {
                let asked = place.host.iter().map(|host| format!(" (at {host})")).collect::<String>();
                let why = fault::said(&error);
                return Err(KeyError::Failed(format!("no AWS credentials from {origin}{asked}: {why}")));
            }
        }
    }
    Err(KeyError::Failed(format!(
        "no AWS credentials: there are none in {}; set AWS_PROFILE or AWS_ACCESS_KEY_ID, or log in with `aws sso login`",
        searched.join(", ")
    )))
}

impl Place {
    fn new(name: &str, provider: impl ProvideCredentials + 'static) -> Place {
        Place { name: name.to_owned(), host: None, certain: false, provider: Box::new(provider) }
    }

    fn asking(self, host: Option<String>) -> Place {
        Place { host, ..self }
    }

    fn is_empty(&self, error: &CredentialsError) -> bool {
        matches!(error, CredentialsError::CredentialsNotLoaded(_))
            && !(self.certain && error.source().is_some())
    }
}

/// What all providers share.
fn surroundings(shared: &SdkConfig) -> ProviderConfig {
    let retries = shared.retry_config().cloned().unwrap_or_else(RetryConfig::standard);
    ProviderConfig::without_region()
        .with_region(shared.region().cloned())
        .with_use_fips(shared.use_fips())
        .with_use_dual_stack(shared.use_dual_stack())
        .with_retry_config(retries)
        .with_timeout_config(time_limits())
}

/// The metadata service of EC2, asked once.
fn instance(surroundings: &ProviderConfig) -> ImdsCredentialsProvider {
    let client = imds::Client::builder()
        .configure(surroundings)
        .max_attempts(1)
        .connect_timeout(NEARBY)
        .read_timeout(NEARBY)
        .build();
    ImdsCredentialsProvider::builder().configure(surroundings).imds_client(client).build()
}
