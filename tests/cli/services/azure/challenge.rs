//! What a vault asks for decides which token it gets, and nothing more.

use super::vault::{CLIENT, CLIENT_SECRET, TENANT, Vault, challenge, resource_for};
use super::{CANARY, Lab, failed};
use crate::support::server::{Answer, Authority, Server};

/// A vault that asks for a token of this resource.
fn asking_for(resource: &'static str) -> Lab {
    Lab::with(move |_| Some(challenge(&format!("https://login.microsoftonline.com/{TENANT}"), resource)))
}

#[test]
fn no_token_is_fetched_for_a_resource_outside_the_vaults_domain() {
    for resource in
        ["https://vault.azure.net", "https://graph.microsoft.com", "https://127.0.0.1", "http://0.0.1", ""]
    {
        let lab = asking_for(resource);
        let args = ["encrypt", "--azure-kv", &lab.vault.key(""), "plain.yaml"];
        let message = failed(lab.ours(&args).run());
        assert!(message.contains("no token was sent"), "{resource}: {message}");
        assert!(message.contains("keys/get at 127.0.0.1"), "{resource}: {message}");
        assert!(!lab.sops(&args).run().success(), "{resource}: sops refuses it too");
        assert!(!lab.vault.has_seen_a_secret() && lab.identity.server.requests().is_empty(), "{resource}");
    }
}

#[test]
fn the_authority_of_a_challenge_gets_no_secret() {
    let foreign = Server::tls(&Authority::new(&[]), |_| Answer::Close);
    let authority = format!("{}/{TENANT}", foreign.url());
    let lab = Lab::with(move |request| {
        let host = request.header("host").expect("the server checks it");
        let is_first = request.path().starts_with("/keys") && request.header("authorization").is_none();
        is_first.then(|| challenge(&authority, &resource_for(host)))
    });
    let program = lab.ours(&["encrypt", "--azure-kv", &lab.vault.key(""), "plain.yaml"]);
    let program = program
        .env("AZURE_TOKEN_CREDENTIALS", "EnvironmentCredential")
        .env("AZURE_AUTHORITY_HOST", lab.vault.server.url())
        .env("AZURE_TENANT_ID", TENANT)
        .env("AZURE_CLIENT_ID", CLIENT)
        .env("AZURE_CLIENT_SECRET", CLIENT_SECRET);
    assert!(program.run().text().contains("azure_kv"));
    assert!(foreign.requests().is_empty());
}

#[test]
fn a_vault_that_asks_for_nothing_gets_nothing() {
    let secret = |answer: fn() -> Answer| {
        let lab = Lab::with(move |_| Some(answer()));
        let args = ["encrypt", "--azure-kv", &lab.vault.key(super::keys::NEW), "plain.yaml"];
        let message = failed(lab.ours(&args).run());
        let requests = lab.vault.server.requests();
        assert!(requests.iter().all(|request| request.body.is_empty()), "{requests:?}");
        assert!(lab.identity.server.requests().is_empty());
        message
    };
    let kind = secret(|| Answer::text(200, "{}"));
    assert!(kind.contains("without asking for a token"), "{kind}");
    let mute = secret(|| Answer::text(401, ""));
    assert!(mute.contains("does not say which"), "{mute}");
    let basic = secret(|| Answer::text(401, "").with("WWW-Authenticate", "Basic realm=\"x\""));
    assert!(basic.contains("not for a bearer token"), "{basic}");
}

#[test]
fn a_redirect_is_not_followed() {
    let other = Vault::new();
    let place = format!("{}/keys/sops/", other.server.url());
    let lab = Lab::with(move |_| Some(Answer::text(307, "").with("Location", &place)));
    let message = failed(lab.ours(&["encrypt", "--azure-kv", &lab.vault.key(""), "plain.yaml"]).run());
    assert!(message.contains("redirect") && !message.contains(CANARY), "{message}");
    assert!(other.calls().is_empty());
}
