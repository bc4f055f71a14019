//! A strict key vault, and the authority that gives tokens for it, on one port.

use super::keys::{NEW, OLD, operate};
use super::{CANARY, refusal};
use crate::support::sandbox::{Program, Sandbox};
use crate::support::server::{Answer, Authority, Request, Server};
use serde_json::json;
use std::sync::LazyLock;

pub const TENANT: &str = "11111111-2222-3333-4444-555555555555";
pub const CLIENT: &str = "99999999-8888-7777-6666-555555555555";
pub const CLIENT_SECRET: &str = "canary-client-secret";
pub const ASSERTION: &str = "canary.federated.assertion";
/// The only token that the vault takes.
pub const TOKEN: &str = "canary.access.token";
/// Names that lead to the vault through a proxy.
pub const VAULT: &str = "lab.vault.azure.net";
pub const LOGIN: &str = "login.microsoftonline.com";

static AUTHORITY: LazyLock<Authority> = LazyLock::new(|| Authority::new(&[VAULT, LOGIN]));

pub struct Vault {
    pub server: Server,
}

/// What a vault says to a request without a good token.
pub fn challenge(authority: &str, resource: &str) -> Answer {
    let header = format!("Bearer authorization=\"{authority}\", resource=\"{resource}\"");
    refusal(401, "Unauthorized", "AKV10000: Request is missing a Bearer or PoP token.")
        .with("WWW-Authenticate", &header)
}

impl Vault {
    pub fn new() -> Vault {
        Vault::with(|_| None)
    }

    /// A vault in whose place something else may answer.
    pub fn with(instead: impl Fn(&Request) -> Option<Answer> + Send + Sync + 'static) -> Vault {
        let answer = move |request: &Request| instead(request).unwrap_or_else(|| answer(request));
        Vault { server: Server::tls(&AUTHORITY, answer) }
    }

    /// The name of the key: `sops` in its newest version if none is given.
    pub fn key(&self, version: &str) -> String {
        let slash = if version.is_empty() { "" } else { "/" };
        format!("{}/keys/sops{slash}{version}", self.server.url())
    }

    /// The program with trust in the vault's certificate, and in whatever key a file names.
    pub fn trusted(&self, sandbox: &Sandbox, program: Program) -> Program {
        let certificate = AUTHORITY.write(&sandbox.home());
        program.env("SSL_CERT_FILE", certificate).env("SOPS_RS_USE_KEYS", "all").env("RUST_LOG", "trace")
    }

    /// Which calls came, as `method path`, those without a token as `method path?`.
    pub fn calls(&self) -> Vec<String> {
        let call = |request: &Request| {
            let mark = if request.header("authorization").is_some() { "" } else { "?" };
            let path = request.path().replace(NEW, "NEW").replace(OLD, "OLD");
            format!("{} {path}{mark}", request.method)
        };
        self.server.requests().iter().map(call).collect()
    }

    /// Whether any secret has come here.
    pub fn has_seen_a_secret(&self) -> bool {
        let tells = |request: &Request| {
            let headers = request.headers.iter().any(|(_, value)| value.contains(CANARY));
            headers || String::from_utf8_lossy(&request.body).contains(CANARY)
        };
        self.server.requests().iter().any(tells)
    }
}

/// The resource that a vault is of, as the SDKs of Azure want it: the domain above its host.
pub fn resource_for(host: &str) -> String {
    format!("https://{}", host.split_once('.').expect("a host with a dot").1)
}

fn answer(request: &Request) -> Answer {
    let host = request.header("host").expect("the server checks it");
    match request.path().split('/').skip(1).collect::<Vec<_>>()[..] {
        ["keys", name, ref rest @ ..] => of_vault(request, host, name, rest),
        ["common", "discovery", "instance"] => {
            let known = json!([{ "preferred_network": LOGIN, "preferred_cache": LOGIN, "aliases": [LOGIN] }]);
            let place = format!("https://{LOGIN}/{TENANT}/v2.0/.well-known/openid-configuration");
            let found =
                json!({ "tenant_discovery_endpoint": place, "api-version": "1.1", "metadata": known });
            Answer::json(200, &found)
        }
        [tenant, "v2.0", ".well-known", "openid-configuration"] => {
            let base = format!("https://{host}/{tenant}");
            let token = format!("{base}/oauth2/v2.0/token");
            let authorize = format!("{base}/oauth2/v2.0/authorize");
            let issuer = format!("{base}/v2.0");
            let found =
                json!({ "token_endpoint": token, "authorization_endpoint": authorize, "issuer": issuer });
            Answer::json(200, &found)
        }
        [TENANT, "oauth2", "v2.0", "token"] => of_authority(request),
        _ => refusal(404, "NotFound", "no such place"),
    }
}

fn of_vault(request: &Request, host: &str, name: &str, rest: &[&str]) -> Answer {
    let Some(authorization) = request.header("authorization") else {
        assert!(request.body.is_empty(), "a body was sent to somebody unknown");
        return challenge(&format!("https://{LOGIN}/{TENANT}"), &resource_for(host));
    };
    if authorization != format!("Bearer {TOKEN}") {
        return challenge(&format!("https://{LOGIN}/{TENANT}"), &resource_for(host));
    }
    if request.query() != [("api-version".to_owned(), "2025-07-01".to_owned())] {
        return refusal(400, "BadParameter", "the version of the interface is not known");
    }
    if name != "sops" {
        return refusal(
            404,
            "KeyNotFound",
            &format!("A key with (name/id) {name} was not found in this key vault."),
        );
    }
    let kid = |version: &str| format!("https://{host}/keys/sops/{version}");
    match (request.method.as_str(), rest) {
        ("GET", [""] | [NEW]) => Answer::json(
            200,
            &json!({ "key": { "kid": kid(NEW), "kty": "RSA" }, "attributes": { "enabled": true } }),
        ),
        ("POST", [version @ (NEW | OLD), operation @ ("encrypt" | "decrypt")]) => {
            assert_eq!(request.header("content-type"), Some("application/json"));
            match operate(operation, version, &request.json()) {
                Ok(value) => Answer::json(200, &json!({ "kid": kid(version), "value": value })),
                Err(why) => refusal(400, "BadParameter", &why),
            }
        }
        _ => refusal(404, "KeyNotFound", "no such version"),
    }
}

fn of_authority(request: &Request) -> Answer {
    let form = request.form();
    let field = |name: &str| form.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str());
    let wrong = |error: &str, why: &str| {
        Answer::json(401, &json!({ "error": error, "error_description": why, "error_codes": [7_000_215] }))
    };
    let scope = field("scope").unwrap_or_default().split(' ').next().unwrap_or_default();
    if request.method != "POST" || field("grant_type") != Some("client_credentials") {
        return wrong("unsupported_grant_type", "only for applications");
    }
    if field("client_id") != Some(CLIENT) || !scope.starts_with("https://") || !scope.ends_with("/.default") {
        return wrong("invalid_request", "AADSTS90002: no such client or scope");
    }
    let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    match (field("client_secret"), field("client_assertion"), field("client_assertion_type")) {
        (Some(CLIENT_SECRET), None, None) => {}
        (None, Some(ASSERTION), Some(given)) if given == kind => {}
        // Some services repeat what they were told.
        (secret, ..) => {
            let secret = secret.unwrap_or_default();
            return wrong(
                "invalid_client",
                &format!("AADSTS7000215: Invalid client secret {secret} provided."),
            );
        }
    }
    Answer::json(
        200,
        &json!({ "token_type": "Bearer", "expires_in": 3599, "ext_expires_in": 3599, "access_token": TOKEN }),
    )
}
