//! Credentials of Google: where they are looked for, and the access tokens that they give.

mod external;
mod impersonated;
mod jwt;
mod metadata;
mod oauth;
mod process;
mod refresh;
mod service_account;
mod subject;

use super::endpoint::{DEFAULT_UNIVERSE, metadata_host};
use super::service::{Object, Service};
use crate::keys::http::Http;
use crate::keys::wiped::{self, Unread};
use crate::keys::{Env, KeyError, printable};
use external::ExternalAccount;
use impersonated::Impersonated;
use refresh::User;
use service_account::ServiceAccount;
use std::path::{Path, PathBuf};
use std::time::Duration;
use zeroize::Zeroizing;

/// Gives the seconds since 1970.
pub type Clock = fn() -> u64;

/// What the tokens are for: the scopes that sops asks for.
const SCOPES: [&str; 2] =
    ["https://www.googleapis.com/auth/cloud-platform", "https://www.googleapis.com/auth/cloudkms"];
/// What the token of an account is for that only gets the token of another.
const CLOUD_PLATFORM: &[&str] = &[SCOPES[0]];

/// Largest file of credentials, in bytes.
const MOST_BYTES: usize = 1 << 20;
/// How long a token may be kept that does not say when it ends.
const STATIC: Duration = Duration::from_secs(3600);

/// An access token and how long it can be used from now on.
pub(super) struct Token {
    pub text: Zeroizing<String>,
    pub lasts: Duration,
}

/// Credentials that were found.
pub(super) struct Credentials {
    /// Where, and for whom, as errors say it.
    pub name: String,
    pub quota_project: Option<String>,
    universe: Option<String>,
    account: Account,
}

/// What can give an access token.
enum Account {
    Given(Zeroizing<String>),
    Metadata { host: String, probe: bool },
    ServiceAccount(ServiceAccount),
    User(User),
    External(ExternalAccount),
    Impersonated(Box<Impersonated>),
}

/// What the kinds of accounts need to fetch a token.
#[derive(Clone, Copy)]
struct Fetch<'a> {
    service: Service<'a>,
    env: &'a Env,
    clock: Clock,
    scopes: &'a [&'a str],
}

impl Credentials {
    /// The first that there are, in the order of sops: `GOOGLE_CREDENTIALS`, `GOOGLE_OAUTH_ACCESS_TOKEN`, and then
    /// Google's application default credentials. What is there and damaged is an error, not passed over.
    pub fn find(env: &Env) -> Result<Credentials, KeyError> {
        const CREDENTIALS: &str = "GOOGLE_CREDENTIALS";
        const TOKEN: &str = "GOOGLE_OAUTH_ACCESS_TOKEN";
        const DEFAULT: &str = "GOOGLE_APPLICATION_CREDENTIALS";
        if let Some(path) = env.path(CREDENTIALS) {
            if path.exists() {
                return Credentials::read(&path, Some(CREDENTIALS));
            }
            let json = Zeroizing::new(env.text(CREDENTIALS).unwrap_or_default());
            return Credentials::parse(CREDENTIALS, json.as_bytes()).map_err(|why| {
                let hint =
                    if json.trim_start().starts_with('{') { "" } else { ", and no file has that name" };
                KeyError::Failed(format!("{CREDENTIALS}: {why}{hint}"))
            });
        }
        if let Some(token) = env.text(TOKEN) {
            return Ok(Credentials {
                name: TOKEN.into(),
                quota_project: None,
                universe: Some(DEFAULT_UNIVERSE.into()),
                account: Account::Given(Zeroizing::new(token)),
            });
        }
        if let Some(path) = env.path(DEFAULT) {
            return Credentials::read(&path, Some(DEFAULT));
        }
        if let Some(path) = well_known(env).filter(|path| path.exists()) {
            return Credentials::read(&path, None);
        }
        let (host, chosen) = metadata_host(env).map_err(KeyError::Failed)?;
        Ok(Credentials {
            name: format!("the metadata server at {host}"),
            quota_project: None,
            universe: None,
            account: Account::Metadata { host, probe: !chosen },
        })
    }

    fn read(path: &Path, variable: Option<&str>) -> Result<Credentials, KeyError> {
        let mut name = printable(&path.display().to_string(), 200);
        if let Some(variable) = variable {
            name = format!("{name} ({variable})");
        }
        let failed = |why: String| KeyError::Failed(format!("{name}: {why}"));
        let text = read_file(path).map_err(failed)?;
        Credentials::parse(&name, &text).map_err(failed)
    }

    /// A file of credentials, or what stands in the variable for one.
    fn parse(name: &str, text: &[u8]) -> Result<Credentials, String> {
        let mut fields = Object::parse(text).ok_or("it is not a JSON object of credentials")?;
        let plain = |text: Option<Zeroizing<String>>| text.map(|text| text.as_str().to_owned());
        let quota_project = plain(fields.text("quota_project_id"));
        let universe = plain(fields.text("universe_domain")).unwrap_or_else(|| DEFAULT_UNIVERSE.into());
        let account = Account::parse(&mut fields, &universe)?;
        let name = match account.email() {
            Some(email) => format!("{} of {name}", printable(email, 100)),
            None => name.to_owned(),
        };
        Ok(Credentials { name, quota_project, universe: Some(universe), account })
    }

    /// The domain that they are for. A metadata server is asked by nobody.
    pub fn universe(&self) -> Option<String> {
        self.universe.clone()
    }

    pub fn token(&self, http: &Http, env: &Env, clock: Clock) -> Result<Token, KeyError> {
        let service = Service { http, credentials: &self.name };
        self.account.token(&Fetch { service, env, clock, scopes: &SCOPES })
    }
}

impl Account {
    fn parse(fields: &mut Object, universe: &str) -> Result<Account, String> {
        let kind = fields.text("type").ok_or("it has no `type`, so it is no file of credentials")?;
        Ok(match kind.as_str() {
            "service_account" => Account::ServiceAccount(ServiceAccount::parse(fields, universe)?),
            "authorized_user" => Account::User(User::parse(fields)?),
            "external_account_authorized_user" => Account::User(User::parse_external(fields, universe)?),
            "external_account" => Account::External(ExternalAccount::parse(fields, universe)?),
            "impersonated_service_account" => {
                Account::Impersonated(Box::new(Impersonated::parse(fields, universe)?))
            }
            other => {
                return Err(format!(
                    "credentials of the type {} can't be used here: use a service account, an authorized user, workload \
                     identity federation, or an access token in GOOGLE_OAUTH_ACCESS_TOKEN",
                    printable(other, 60)
                ));
            }
        })
    }

    /// For whom the credentials are, where they say so.
    fn email(&self) -> Option<&str> {
        match self {
            Account::ServiceAccount(account) => Some(&account.email),
            Account::External(account) => account.email(),
            Account::Impersonated(account) => account.email(),
            Account::Given(_) | Account::Metadata { .. } | Account::User(_) => None,
        }
    }

    fn token(&self, fetch: &Fetch<'_>) -> Result<Token, KeyError> {
        match self {
            Account::Given(token) => Token::new(token.clone(), STATIC).map_err(|why| fetch.fault(&why)),
            Account::Metadata { host, probe } => metadata::token(host, *probe, fetch),
            Account::ServiceAccount(account) => account.token(fetch),
            Account::User(user) => user.token(fetch),
            Account::External(account) => account.token(fetch),
            Account::Impersonated(account) => account.token(fetch),
        }
    }
}

impl Fetch<'_> {
    /// An error about the credentials themselves, before any call.
    fn fault(&self, why: &str) -> KeyError {
        KeyError::Failed(format!("{}: {why}", self.service.credentials))
    }
}

impl Token {
    fn new(text: Zeroizing<String>, lasts: Duration) -> Result<Token, String> {
        // It becomes a header. One day is more than any service gives.
        if text.bytes().all(|b| b.is_ascii_graphic()) && !text.is_empty() {
            Ok(Token { text, lasts: lasts.min(24 * STATIC) })
        } else {
            Err("the access token is not one word of ASCII".into())
        }
    }
}

/// Where `gcloud auth application-default login` leaves its credentials.
fn well_known(env: &Env) -> Option<PathBuf> {
    let folder = env.path("CLOUDSDK_CONFIG").or_else(|| Some(env.home()?.join(".config/gcloud")))?;
    Some(folder.join("application_default_credentials.json"))
}

/// A file with a secret in it, in memory that is wiped.
fn read_file(path: &Path) -> Result<Zeroizing<Vec<u8>>, String> {
    let file = std::fs::File::open(path).map_err(|fault| fault.to_string())?;
    wiped::read(file, MOST_BYTES).map_err(|fault| match fault {
        Unread::Failed(fault) => fault.to_string(),
        Unread::TooLarge(_) => "it is larger than 1 MiB".into(),
    })
}

#[cfg(test)]
mod tests;
