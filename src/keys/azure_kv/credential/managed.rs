//! The identity that Azure gave to a machine or an app: whoever runs on it gets its tokens from a local service.

use super::super::challenge::Challenge;
use super::super::fault;
use super::super::field;
use super::super::token::Token;
use super::{CALL, Miss};
use crate::keys::backend::CallError;
use crate::keys::env::Env;
use crate::keys::host;
use crate::keys::http::{Http, Reply, Request, Settings};
use crate::keys::recipient::printable;
use std::time::Duration;

/// The service of virtual machines; an address that nothing answers elsewhere.
const IMDS: &str = "http://169.254.169.254";

pub(super) struct Managed {
    env: Env,
    http: Http,
    /// For a service that may not be there.
    hasty: Http,
}

impl Managed {
    pub(super) fn new(env: &Env) -> Managed {
        let hasty = Settings {
            connect: Duration::from_secs(1),
            whole: Duration::from_secs(5),
            tries: 2,
            ..Settings::default()
        };
        Managed { env: env.clone(), http: Http::new(env), hasty: Http::with(env, hasty) }
    }

    pub(super) fn token(&self, wanted: &Challenge) -> Result<Token, Miss> {
        let is_set = |name: &str| self.env.text(name).is_some();
        match (self.env.text("IDENTITY_ENDPOINT"), self.env.text("IDENTITY_HEADER")) {
            (Some(_), Some(_)) if is_set("IDENTITY_SERVER_THUMBPRINT") => {
                Err(Miss::Absent("the identity of Service Fabric is not supported".into()))
            }
            (Some(endpoint), Some(header)) => self.of_app(&endpoint, header, wanted),
            _ if is_set("MSI_ENDPOINT") => Err(Miss::Absent(
                "the identities of Azure ML and Cloud Shell (MSI_ENDPOINT) are not supported".into(),
            )),
            (Some(_), None) if is_set("IMDS_ENDPOINT") => {
                Err(Miss::Absent("the identity of Azure Arc is not supported".into()))
            }
            _ => self.of_machine(wanted),
        }
    }

    /// In App Service, Functions and Container Apps.
    fn of_app(&self, endpoint: &str, header: String, wanted: &Challenge) -> Result<Token, Miss> {
        let source = self.described("the managed identity of IDENTITY_ENDPOINT");
        let place = host::shown(endpoint);
        let failed = |why: String| failed(&place, &source, why);
        let url = self.url(endpoint, "2019-08-01", wanted).map_err(failed)?;
        let request = Request::get(&url).direct().header("x-identity-header", header.as_str());
        let reply = self.http.send(&request).map_err(|error| failed(error.to_string()))?;
        granted(&reply, &source, &[&header]).map_err(failed)
    }

    /// On a virtual machine. That there is no such service is usual.
    fn of_machine(&self, wanted: &Challenge) -> Result<Token, Miss> {
        let base = self.env.text("AZURE_POD_IDENTITY_AUTHORITY_HOST").unwrap_or_else(|| IMDS.into());
        let base = base.trim_end_matches('/');
        let source = self.described("the managed identity of this machine");
        let place = host::shown(base);
        let failed = |why: String| failed(&place, &source, why);
        let url = format!("{base}/metadata/identity/oauth2/token");
        let url = self.url(&url, "2018-02-01", wanted).map_err(failed)?;
        let request = Request::get(&url).direct().header("metadata", "true");
        let absent = |why: String| Miss::Absent(format!("{place}: {why}"));
        let reply = self.hasty.send(&request).map_err(|error| absent(error.to_string()))?;
        match reply.status {
            // It has no identity of its own.
            400 if self.client().is_none() => Err(absent(fault::said(&reply, &[]))),
            // Something else listens there, a proxy perhaps.
            403 => Err(absent(fault::said(&reply, &[]))),
            _ if reply.json().is_err() => Err(absent("something else answers there".into())),
            _ => granted(&reply, &source, &[]).map_err(failed),
        }
    }

    fn url(&self, base: &str, version: &str, wanted: &Challenge) -> Result<String, String> {
        let resource = wanted.resource.replace(':', "%3A").replace('/', "%2F");
        let mut url = format!("{base}?api-version={version}&resource={resource}");
        if let Some(client) = self.client() {
            if !client.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
                return Err("AZURE_CLIENT_ID is not the id of an identity".into());
            }
            url.push_str(&format!("&client_id={client}"));
        }
        Ok(url)
    }

    /// Which of the identities that the user has assigned is meant; none is the machine's own.
    fn client(&self) -> Option<String> {
        self.env.text("AZURE_CLIENT_ID")
    }

    fn described(&self, what: &str) -> String {
        match self.client() {
            Some(client) => format!("{what} (client {})", printable(&client, 60)),
            None => what.to_owned(),
        }
    }
}

/// The token of a reply.
fn granted(reply: &Reply, source: &str, secrets: &[&str]) -> Result<Token, String> {
    if !reply.is_success() {
        return Err(fault::said(reply, secrets));
    }
    let mut body = reply.json().map_err(|error| error.to_string())?;
    let secret = field::take(&mut body, "access_token");
    Token::new(secret, source).ok_or_else(|| "its answer holds no token".into())
}

fn failed(place: &str, source: &str, why: String) -> Miss {
    Miss::Failed(CallError { call: CALL, place: place.into(), credentials: source.into(), why })
}
