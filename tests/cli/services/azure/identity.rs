//! The local service that gives tokens to whoever runs on a machine of Azure.

use super::vault::TOKEN;
use crate::support::sandbox::Program;
use crate::support::server::{Answer, Request, Server};
use serde_json::json;

const HEADER: &str = "canary-identity-header";

pub struct Identity {
    pub server: Server,
}

impl Identity {
    /// It gives tokens for this client; with `None` for the machine itself.
    pub fn of(client: Option<&'static str>) -> Identity {
        Identity { server: Server::plain(move |request| answer(request, client)) }
    }

    /// As in App Service.
    pub fn in_app(&self, program: Program) -> Program {
        program
            .env("AZURE_TOKEN_CREDENTIALS", "ManagedIdentityCredential")
            .env("IDENTITY_ENDPOINT", format!("{}/msi/token", self.server.url()))
            .env("IDENTITY_HEADER", HEADER)
    }

    /// As on a virtual machine; only ours can be told where the service is.
    pub fn on_machine(&self, program: Program) -> Program {
        program
            .env("AZURE_TOKEN_CREDENTIALS", "ManagedIdentityCredential")
            .env("AZURE_POD_IDENTITY_AUTHORITY_HOST", self.server.url())
    }
}

fn answer(request: &Request, client: Option<&str>) -> Answer {
    let query = request.query();
    let field = |name: &str| query.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str());
    let version = match request.path() {
        "/msi/token" if request.header("x-identity-header") == Some(HEADER) => "2019-08-01",
        "/metadata/identity/oauth2/token" if request.header("metadata") == Some("true") => "2018-02-01",
        _ => return Answer::json(403, &json!({ "statusCode": 403, "message": "not from here" })),
    };
    let is_sound = request.method == "GET" && field("api-version") == Some(version);
    let resource = field("resource").unwrap_or_default();
    if !is_sound || !resource.starts_with("https://") || resource.ends_with("/.default") {
        return Answer::json(
            400,
            &json!({ "error": "invalid_request", "error_description": "no such resource" }),
        );
    }
    if field("client_id") != client {
        return Answer::json(
            400,
            &json!({ "error": "invalid_request", "error_description": "Identity not found" }),
        );
    }
    let token = json!({ "access_token": TOKEN, "expires_on": "4102444800", "resource": resource, "token_type": "Bearer" });
    Answer::json(200, &token)
}
