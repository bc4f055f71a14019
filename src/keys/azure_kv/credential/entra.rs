//! Tokens of Microsoft Entra ID for an application: with its client secret, or with what a cluster or CI says of it.

use super::super::challenge::{Challenge, is_tenant};
use super::super::fault;
use super::super::field;
use super::super::token::Token;
use super::{CALL, Miss};
use crate::keys::backend::CallError;
use crate::keys::env::Env;
use crate::keys::http::{Http, Request};
use crate::keys::recipient::printable;
use std::io::Read as _;
use zeroize::Zeroizing;

const PUBLIC_CLOUD: &str = "https://login.microsoftonline.com";
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// More than any token that a file holds, in bytes.
const LARGEST_ASSERTION: u64 = 64 * 1024;

pub(super) struct Entra {
    env: Env,
    http: Http,
}

impl Entra {
    pub(super) fn new(env: &Env, http: Http) -> Entra {
        Entra { env: env.clone(), http }
    }

    /// As the application whose secret is in the environment.
    pub(super) fn by_environment(&self, wanted: &Challenge) -> Result<Token, Miss> {
        let client = self.set("AZURE_CLIENT_ID")?;
        self.set("AZURE_TENANT_ID")?;
        let Ok(secret) = self.set("AZURE_CLIENT_SECRET") else {
            let what = match self.env.text("AZURE_CLIENT_CERTIFICATE_PATH") {
                Some(_) => {
                    "a certificate (AZURE_CLIENT_CERTIFICATE_PATH) is not supported, only AZURE_CLIENT_SECRET"
                }
                None => "AZURE_CLIENT_SECRET is not set",
            };
            return Err(Miss::Absent(what.into()));
        };
        let proof = [("client_secret", secret.as_str())];
        self.token(&client, &proof, "AZURE_CLIENT_SECRET", wanted)
    }

    /// As the application that trusts whoever wrote a file: a cluster of Kubernetes, or CI.
    pub(super) fn by_workload(&self, wanted: &Challenge) -> Result<Token, Miss> {
        let name = "AZURE_FEDERATED_TOKEN_FILE";
        let client = self.set("AZURE_CLIENT_ID")?;
        self.set("AZURE_TENANT_ID")?;
        let path = self.env.path(name).ok_or_else(|| Miss::Absent(format!("{name} is not set")))?;
        let mut assertion = Zeroizing::new(String::with_capacity(LARGEST_ASSERTION as usize));
        let read = std::fs::File::open(&path)
            .and_then(|file| file.take(LARGEST_ASSERTION).read_to_string(&mut assertion));
        if let Err(error) = read {
            return Err(self.failed(name, &client, format!("{} can't be read: {error}", path.display())));
        }
        let proof = [("client_assertion_type", ASSERTION_TYPE), ("client_assertion", assertion.trim())];
        self.token(&client, &proof, name, wanted)
    }

    /// Exchanges what proves to be the client for a token. `source` is the variable with the proof.
    fn token(
        &self,
        client: &str,
        proof: &[(&str, &str)],
        source: &str,
        wanted: &Challenge,
    ) -> Result<Token, Miss> {
        let failed = |why: String| self.failed(source, client, why);
        let own = self.env.text("AZURE_TENANT_ID");
        let tenant = tenant(&self.env, own.as_deref(), wanted).map_err(failed)?;
        let authority = authority(&self.env).map_err(failed)?;
        let scope = wanted.scope();
        let fields = [("client_id", client), ("grant_type", "client_credentials"), ("scope", scope.as_str())];
        let fields: Vec<_> = fields.iter().chain(proof).copied().collect();
        let url = format!("{authority}/{tenant}/oauth2/v2.0/token");
        let reply = self.http.send(&Request::post_form(&url, &fields));
        let reply = reply.map_err(|error| failed(error.to_string()))?;
        if !reply.is_success() {
            let secrets: Vec<_> = proof.iter().map(|(_, secret)| *secret).collect();
            return Err(failed(fault::said(&reply, &secrets)));
        }
        let mut reply = reply.json().map_err(|error| failed(error.to_string()))?;
        let secret = field::take(&mut reply, "access_token");
        Token::new(secret, &described(source, client))
            .ok_or_else(|| failed("its answer holds no token".into()))
    }

    /// A variable without which this credential is not set up.
    fn set(&self, name: &str) -> Result<Zeroizing<String>, Miss> {
        let value = self.env.text(name).map(Zeroizing::new);
        value.ok_or_else(|| Miss::Absent(format!("{name} is not set")))
    }

    fn failed(&self, source: &str, client: &str, why: String) -> Miss {
        let (place, credentials) = (authority_host(&self.env), described(source, client));
        Miss::Failed(CallError { call: CALL, place, credentials, why })
    }
}

fn described(source: &str, client: &str) -> String {
    format!("{source} (client {})", printable(client, 60))
}

/// The tenant whose token is fetched: the vault's, if it is the credential's own or the user allows it.
pub(super) fn tenant(env: &Env, own: Option<&str>, wanted: &Challenge) -> Result<String, String> {
    let asked = &wanted.tenant;
    let allowed = env.text("AZURE_ADDITIONALLY_ALLOWED_TENANTS").unwrap_or_default();
    let mut allowed = allowed.split(';').map(str::trim).filter(|tenant| !tenant.is_empty()).peekable();
    if let Some(own) = own.filter(|own| !is_tenant(own)) {
        return Err(format!("AZURE_TENANT_ID is no tenant: {}", printable(own, 60)));
    }
    let is_own = match own {
        Some(own) => own.eq_ignore_ascii_case(asked),
        // The login of a developer has a tenant that is not known here.
        None => allowed.peek().is_none(),
    };
    if is_own || allowed.any(|tenant| tenant == "*" || tenant.eq_ignore_ascii_case(asked)) {
        return Ok(asked.clone());
    }
    let of = own.map_or_else(String::new, |own| format!(", not of AZURE_TENANT_ID={own}"));
    Err(format!(
        "the vault is of the tenant {asked}{of}: name it in AZURE_ADDITIONALLY_ALLOWED_TENANTS if it is meant"
    ))
}

/// Where applications log in, `https://HOST`.
fn authority(env: &Env) -> Result<String, String> {
    let authority = env.text("AZURE_AUTHORITY_HOST").unwrap_or_else(|| PUBLIC_CLOUD.into());
    let authority = authority.trim_end_matches('/');
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-.:".contains(&b);
    match authority.strip_prefix("https://") {
        Some(host) if !host.is_empty() && host.bytes().all(plain) => Ok(authority.to_owned()),
        _ => Err("AZURE_AUTHORITY_HOST is not https://HOST".into()),
    }
}

/// The same without the scheme, for messages.
pub(super) fn authority_host(env: &Env) -> String {
    match authority(env) {
        Ok(authority) => authority.trim_start_matches("https://").to_owned(),
        Err(_) => "AZURE_AUTHORITY_HOST".into(),
    }
}
