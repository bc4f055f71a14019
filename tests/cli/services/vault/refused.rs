//! What a Vault refuses, in words that help. The server is the test's own where no Vault is easily brought into the state.

use super::User;
use crate::support::server::{Answer, Server};
use crate::support::services::openbao;
use serde_json::json;

#[test]
fn an_engine_or_key_that_is_not_there_is_named() {
    let (bao, user) = (openbao(), User::with(openbao().variables()));
    user.seal(&bao.key("there"), "s.yaml");
    let said = user.not_sealed(&format!("{}/v1/no/such/engine/keys/k", bao.url()));
    assert!(said.contains("transit/encrypt at 127.0.0.1:") && said.contains("status 404"), "{said}");
    assert!(said.contains("there is no transit engine at no/such/engine"), "{said}");
    let text = user.sandbox.text("s.yaml").replace("key_name: there", "key_name: gone");
    user.sandbox.write("s.yaml", text);
    let said = user.not_opened("s.yaml");
    assert!(said.contains("transit/decrypt at 127.0.0.1:") && said.contains("status 400"), "{said}");
    assert!(said.contains("the engine transit has no such key"), "{said}");
}

#[test]
fn a_sealed_vault_says_so_after_three_tries() {
    let server = Server::plain(|_| Answer::json(503, &json!({ "errors": ["Vault is sealed"] })));
    let user = User::at(&server.url());
    let said = user.not_sealed(&format!("{}/v1/transit/keys/k", server.url()));
    assert!(said.contains("status 503, \"Vault is sealed\": an operator has to unseal it"), "{said}");
    assert_eq!(server.requests().len(), 3);
    let user = user.set("VAULT_MAX_RETRIES", "0");
    user.not_sealed(&format!("{}/v1/transit/keys/k", server.url()));
    assert_eq!(server.requests().len(), 4);
}

#[test]
fn the_request_is_that_of_the_official_client() {
    let server = Server::plain(|_| Answer::json(200, &json!({ "data": { "ciphertext": "vault:v3:QUJD" } })));
    let user = User::at(&server.url()).set("VAULT_NAMESPACE", "team/a");
    user.seal(&format!("{}/v1/some/engine/keys/a.key_1", server.url()), "s.yaml");
    let requests = server.requests();
    let [request] = requests.as_slice() else { panic!("{requests:?}") };
    assert_eq!(
        (request.method.as_str(), request.target.as_str()),
        ("POST", "/v1/some/engine/encrypt/a.key_1")
    );
    for (name, value) in [
        ("x-vault-token", "CANARY-TOKEN"),
        ("x-vault-namespace", "team/a"),
        ("x-vault-request", "true"),
        ("content-type", "application/json"),
    ] {
        assert_eq!(request.header(name), Some(value), "{name}");
    }
    let body = request.json();
    assert_eq!(body.as_object().expect("an object").len(), 1);
    assert_eq!(body["plaintext"].as_str().expect("text").len(), 44, "32 bytes in base64");
    assert!(user.sandbox.text("s.yaml").contains("enc: vault:v3:QUJD"));
}

#[test]
fn a_key_name_from_a_file_cannot_reach_another_path() {
    let server = Server::plain(|_| Answer::text(500, ""));
    let fake = Server::plain(|_| Answer::json(200, &json!({ "data": { "ciphertext": "vault:v1:QUJD" } })));
    let user = User::at(&fake.url());
    user.seal(&format!("{}/v1/transit/keys/name", fake.url()), "s.yaml");
    let user = user.set("VAULT_ADDR", server.url());
    let text = user.sandbox.text("s.yaml").replace(&fake.url(), &server.url());
    for name in ["../../sys/seal", "a?b", "a/b", "..", "a%2fb", "a b", "\"a\\r\\nx: y\"", "''"] {
        user.sandbox.write("s.yaml", text.replace("key_name: name", &format!("key_name: {name}")));
        let said = user.not_opened("s.yaml");
        assert!(said.contains("not the URI of a transit key"), "{name}: {said}");
    }
    assert!(server.requests().is_empty(), "{:?}", server.requests());
}
