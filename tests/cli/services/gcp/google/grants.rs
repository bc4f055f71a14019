//! What gives access tokens: the token endpoint, the security token service, impersonation, and the metadata server.

use super::{
    AUDIENCE, CANARY, CLIENT_ID, CLIENT_SECRET, EMAIL, REFRESH_TOKEN, SCOPE, SUBJECT_TOKEN, State, error, jwt,
};
use crate::support::server::{Answer, Request};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

const CLOUD_PLATFORM: &str = "https://www.googleapis.com/auth/cloud-platform";

impl State {
    fn minted(&self, kind: &str) -> Answer {
        let token = self.mint(kind);
        Answer::json(200, &json!({ "access_token": token, "expires_in": 3599, "token_type": "Bearer" }))
    }

    /// `POST /token`: for service accounts and users.
    pub(super) fn grant(&self, request: &Request) -> Answer {
        let form = request.form();
        let field = |name: &str| form.iter().find(|(own, _)| own == name).map_or("", |(_, value)| value);
        match field("grant_type") {
            "urn:ietf:params:oauth:grant-type:jwt-bearer" => {
                let host = request.header("host").expect("a host");
                let audience = format!("{}://{host}/token", self.scheme);
                match jwt::verified(field("assertion"), Some(&audience)) {
                    Ok(_) => self.minted("account"),
                    Err(why) => refused(&why),
                }
            }
            "refresh_token" => {
                let known = match request.header("authorization") {
                    Some(header) => header == basic(),
                    None => field("client_id") == CLIENT_ID && field("client_secret") == CLIENT_SECRET,
                };
                match known && field("refresh_token") == REFRESH_TOKEN {
                    true => self.minted("user"),
                    false => refused("Token has been expired or revoked."),
                }
            }
            other => refused(&format!("unknown grant {other}")),
        }
    }

    /// `POST /v1/token`: workload identity federation.
    pub(super) fn federate(&self, request: &Request) -> Answer {
        let form = request.form();
        let field = |name: &str| form.iter().find(|(own, _)| own == name).map_or("", |(_, value)| value);
        let of_oauth = |kind: &str| format!("urn:ietf:params:oauth:{kind}");
        assert_eq!(field("grant_type"), of_oauth("grant-type:token-exchange"));
        assert_eq!(field("requested_token_type"), of_oauth("token-type:access_token"));
        assert_eq!(field("subject_token_type"), of_oauth("token-type:jwt"));
        assert!([SCOPE, CLOUD_PLATFORM].contains(&field("scope")), "{}", field("scope"));
        if let Some(header) = request.header("authorization") {
            assert_eq!(header, basic());
        }
        if field("audience") != AUDIENCE {
            return refused("The audience is unknown.");
        }
        match field("subject_token") {
            SUBJECT_TOKEN if field("scope") == SCOPE => self.minted("federated"),
            SUBJECT_TOKEN => self.minted("source"),
            _ => refused("The subject token is not accepted."),
        }
    }

    /// `GET /identity`: the token of a CI run, as its provider gives it.
    pub(super) fn identity(&self, request: &Request) -> Answer {
        match request.header("x-ci-request") {
            Some("canary-ci-request") => Answer::json(200, &json!({ "value": SUBJECT_TOKEN, "count": 1 })),
            _ => Answer::text(403, "no"),
        }
    }

    /// `POST …/serviceAccounts/EMAIL:generateAccessToken`, with a token for all of Google Cloud.
    pub(super) fn impersonate(&self, request: &Request) -> Answer {
        assert_eq!(request.path(), format!("/v1/projects/-/serviceAccounts/{EMAIL}:generateAccessToken"));
        assert_eq!(request.header("content-type"), Some("application/json"));
        if !self.is_authorized(request) {
            return error(401, "UNAUTHENTICATED", "Request had invalid authentication credentials.");
        }
        let body = request.json();
        assert_eq!(body["scope"], json!(SCOPE.split(' ').collect::<Vec<_>>()));
        assert_eq!(body["lifetime"], "3600s");
        let token = self.mint("impersonated");
        Answer::json(200, &json!({ "accessToken": token, "expireTime": "2100-01-01T00:00:00Z" }))
    }

    /// `GET /computeMetadata/v1/…`; the real sops asks it for more than the token.
    pub(super) fn metadata(&self, request: &Request) -> Answer {
        assert_eq!(request.header("metadata-flavor"), Some("Google"));
        let answer = match request.path().trim_start_matches("/computeMetadata/v1/") {
            "instance/service-accounts/default/token" => {
                let scopes = SCOPE.replace(' ', ",");
                assert_eq!(request.query(), [("scopes".to_owned(), scopes)]);
                self.minted("metadata")
            }
            "universe/universe-domain" => Answer::text(200, "googleapis.com"),
            _ => Answer::text(404, "not here"),
        };
        answer.with("Metadata-Flavor", "Google")
    }
}

/// The client, in a header.
fn basic() -> String {
    format!("Basic {}", STANDARD.encode(format!("{CLIENT_ID}:{CLIENT_SECRET}")))
}

/// OAuth's form of an error.
fn refused(why: &str) -> Answer {
    // What a client sent is secret: no test says it again.
    assert!(!why.contains(CANARY), "{why}");
    Answer::json(400, &json!({ "error": "invalid_grant", "error_description": why }))
}
