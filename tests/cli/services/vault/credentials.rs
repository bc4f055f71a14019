//! Tokens and namespaces: where they are looked for, and what is said when they don't do.

use super::{PLAIN, User};
use crate::support::server::{ask, connect};
use crate::support::services::{OpenBao, openbao};
use serde_json::json;
use std::time::{Duration, Instant};

/// A token with these policies that holds for so long.
fn token(bao: &OpenBao, policies: &[&str], ttl: &str) -> String {
    let body = json!({ "policies": policies, "ttl": ttl, "no_parent": true });
    let made = bao.call("POST /v1/auth/token/create", &body);
    made["auth"]["client_token"].as_str().expect("a token").to_owned()
}

/// Whether the server still knows the token.
fn holds(bao: &OpenBao, token: &str) -> bool {
    let port = bao.url().rsplit(':').next().and_then(|port| port.parse().ok()).expect("a port");
    let asked = connect(port)
        .and_then(|socket| ask(socket, "GET /v1/auth/token/lookup-self", &[("X-Vault-Token", token)], b""));
    asked.expect("an answer").status == 200
}

/// A user with a sealed file, and what the file is called.
fn sealed(key: &str) -> (User, &'static str) {
    let (bao, user) = (openbao(), User::with(openbao().variables()));
    user.seal(&bao.key(key), "s.yaml");
    (user, "s.yaml")
}

#[test]
fn a_token_file_serves_where_the_variable_is_not_set() {
    let (user, name) = sealed("file");
    let good = token(openbao(), &["root"], "1h");
    let path = user.sandbox.home().join(".vault-token");
    std::fs::write(&path, format!("  {good}\n\n")).expect("a token file");
    let user = user.unset("VAULT_TOKEN");
    assert_eq!(user.ours(["decrypt", name]).run().text(), PLAIN);
    assert_eq!(user.sops(["decrypt", name]).run().text(), PLAIN);
    let user = user.set("VAULT_TOKEN", "");
    assert_eq!(user.ours(["decrypt", name]).run().text(), PLAIN);
    assert_eq!(user.sops(["decrypt", name]).run().text(), PLAIN);

    std::fs::write(&path, "CANARY-TOKEN\n").expect("a token file");
    let said = user.not_opened(name);
    assert!(
        said.contains("with the token of ~/.vault-token") && said.contains("the token is wrong"),
        "{said}"
    );
    assert!(!said.contains("CANARY"), "{said}");
    let user = user.set("VAULT_TOKEN", good);
    assert_eq!(user.ours(["decrypt", name]).run().text(), PLAIN, "the variable comes first");
}

#[test]
fn a_wrong_token_is_named_with_its_source() {
    let (user, name) = sealed("wrong");
    let user = user.set("VAULT_TOKEN", "CANARY-TOKEN");
    let place = openbao().url().replace("http://", "");
    for said in [user.not_opened(name), user.not_sealed(&openbao().key("wrong"))] {
        assert!(said.contains(&format!("at {place}, with the token of VAULT_TOKEN: status 403")), "{said}");
        assert!(
            said.contains("wrong, or it has expired: log in again") && !said.contains("CANARY"),
            "{said}"
        );
    }
    let user = user.set("VAULT_TOKEN", "CANARY\nTOKEN");
    let said = user.not_opened(name);
    assert!(said.contains("x-vault-token is not one line of text") && !said.contains("CANARY"), "{said}");
}

#[test]
fn a_token_that_expired_is_told_from_one_without_the_policy() {
    let (bao, (user, name)) = (openbao(), sealed("expired"));
    let short = token(bao, &["root"], "1s");
    let limit = Instant::now() + Duration::from_secs(60);
    while holds(bao, &short) {
        assert!(Instant::now() < limit, "the token never expires");
        std::thread::sleep(Duration::from_millis(50));
    }
    let user = user.set("VAULT_TOKEN", short);
    let said = user.not_opened(name);
    assert!(
        said.contains("with the token of VAULT_TOKEN") && said.contains("has expired: log in again"),
        "{said}"
    );

    let user = user.set("VAULT_TOKEN", token(bao, &["default"], "1h"));
    let said = user.not_opened(name);
    assert!(said.contains("the token is valid, but no policy of it grants `update`"), "{said}");
}

#[test]
fn without_a_token_both_places_are_named() {
    let (user, name) = sealed("none");
    let said = user.unset("VAULT_TOKEN").not_opened(name);
    assert!(said.contains("no token (VAULT_TOKEN is not set, ~/.vault-token holds none)"), "{said}");
    assert!(said.contains("log in, or set VAULT_TOKEN"), "{said}");
}

#[test]
fn a_token_file_that_cannot_be_read_is_named() {
    let (user, name) = sealed("unreadable");
    std::fs::create_dir(user.sandbox.home().join(".vault-token")).expect("a folder in its place");
    let said = user.unset("VAULT_TOKEN").not_opened(name);
    assert!(said.contains("cannot read ~/.vault-token: "), "{said}");
}

#[test]
fn a_namespace_has_engines_and_keys_of_its_own() {
    let (bao, user) = (openbao(), User::with(openbao().variables()));
    bao.call("POST /v1/sys/namespaces/team", &json!({}));
    bao.call("POST /v1/team/sys/mounts/spaced", &json!({ "type": "transit" }));
    bao.call("POST /v1/team/spaced/keys/k", &json!({}));
    let key = format!("{}/v1/spaced/keys/k", bao.url());
    let user = user.set("VAULT_NAMESPACE", "team");
    user.seal(&key, "s.yaml");
    assert_eq!(user.sops(["decrypt", "s.yaml"]).run().text(), PLAIN);
    user.sandbox
        .write("theirs.yaml", user.sops(["encrypt", "--hc-vault-transit", &key, "plain.yaml"]).run().ok());
    assert_eq!(user.ours(["decrypt", "theirs.yaml"]).run().text(), PLAIN);

    let user = user.set("VAULT_NAMESPACE", "elsewhere");
    let said = user.not_opened("s.yaml");
    assert!(said.contains("namespace not found") && said.contains("correct VAULT_NAMESPACE"), "{said}");
    let said = user.unset("VAULT_NAMESPACE").not_opened("s.yaml");
    assert!(said.contains("status 404") && said.contains("there is no transit engine at spaced\n"), "{said}");
}
