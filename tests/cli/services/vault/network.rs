//! The way there: TLS with an authority of its own, client certificates, proxies.

use super::{PLAIN, User};
use crate::support::server::{Answer, Authority, Proxy, Server};
use crate::support::services::openbao;
use serde_json::json;

/// A server that seals all it gets, and the URI of a key of it.
fn fake(authority: &Authority) -> (Server, String) {
    let server =
        Server::tls(authority, |_| Answer::json(200, &json!({ "data": { "ciphertext": "vault:v1:QUJD" } })));
    let key = format!("{}/v1/transit/keys/k", server.url());
    (server, key)
}

#[test]
fn the_authority_of_a_vault_may_be_its_own() {
    let (bao, user) = (openbao(), User::with(openbao().variables()));
    bao.key("tls");
    let key = format!("{}/v1/transit/keys/tls", bao.tls_url());
    let user = user.set("VAULT_ADDR", bao.tls_url());
    let ca = bao.authority().write(&user.sandbox.home());
    let said = user.not_sealed(&key);
    assert!(said.contains("its certificate is not signed by an authority of this system"), "{said}");
    let mut user = user;
    for (name, path) in [
        ("VAULT_CACERT", ca.clone()),
        ("VAULT_CAPATH", user.sandbox.home().join("cas")),
        ("SSL_CERT_FILE", ca),
    ] {
        if name == "VAULT_CAPATH" {
            std::fs::create_dir(&path).expect("a folder");
            bao.authority().write(&path);
        }
        user = user.set(name, path.display().to_string());
        user.seal(&key, "s.yaml");
        assert_eq!(user.sops(["decrypt", "s.yaml"]).run().text(), PLAIN, "{name}");
        assert_eq!(user.ours(["decrypt", "s.yaml"]).run().text(), PLAIN, "{name}");
        user = user.unset(name);
    }
    let user = user.set("VAULT_SKIP_VERIFY", "true");
    assert_eq!(user.ours(["decrypt", "s.yaml"]).run().text(), PLAIN);
}

#[test]
fn a_certificate_of_another_authority_is_refused_and_ours_is_named() {
    let (server, key) = fake(&Authority::new(&[]));
    let user = User::at(&server.url());
    let ca = Authority::new(&[]).write(&user.sandbox.home()).display().to_string();
    let user = user.set("VAULT_CACERT", &ca);
    let said = user.not_sealed(&key);
    assert!(said.contains(&format!("its certificate is not signed by an authority of {ca}")), "{said}");
    let said = user.set("VAULT_CACERT", "/nowhere/ca.pem").not_sealed(&key);
    assert!(said.contains("cannot use /nowhere/ca.pem: "), "{said}");
    assert!(server.requests().is_empty(), "no token left");
}

#[test]
fn the_name_in_the_certificate_may_differ_from_the_address() {
    let authority = Authority::new(&["vault.example"]);
    let (server, key) = fake(&authority);
    let user = User::at(&server.url());
    let user = {
        let ca = authority.write(&user.sandbox.home()).display().to_string();
        user.set("VAULT_CACERT", ca)
    };
    let user = user.set("VAULT_TLS_SERVER_NAME", "vault.example");
    user.seal(&key, "s.yaml");
    let said = user.set("VAULT_TLS_SERVER_NAME", "other.example").not_sealed(&key);
    assert!(said.contains("its certificate is not accepted: ") && said.contains("other.example"), "{said}");
}

#[test]
fn a_client_certificate_needs_its_key() {
    let authority = Authority::new(&[]);
    let (server, key) = fake(&authority);
    let user = User::at(&server.url());
    let ca = authority.write(&user.sandbox.home()).display().to_string();
    let user = user.set("VAULT_CACERT", &ca).set("VAULT_CLIENT_CERT", &ca);
    let said = user.not_sealed(&key);
    assert!(said.contains("VAULT_CLIENT_CERT and VAULT_CLIENT_KEY go together"), "{said}");
    let user = user.set("VAULT_CLIENT_KEY", &ca);
    let said = user.not_sealed(&key);
    assert!(said.contains(&format!("cannot use {ca}: it holds no private key in PEM")), "{said}");
    let pair = rcgen::KeyPair::generate().expect("a key");
    let path = user.sandbox.write("client.pem", pair.serialize_pem());
    let said = user.set("VAULT_CLIENT_KEY", path.display().to_string()).not_sealed(&key);
    assert!(said.contains("client.pem: "), "a key of another certificate: {said}");
    assert!(server.requests().is_empty());
}

#[test]
fn a_proxy_leads_to_a_vault_elsewhere() {
    let authority = Authority::new(&["vault.example"]);
    let (server, _) = fake(&authority);
    let proxy = Proxy::to(server.port());
    let user = User::at("https://vault.example:8200").set("HTTPS_PROXY", proxy.url());
    let ca = authority.write(&user.sandbox.home()).display().to_string();
    let user = user.set("VAULT_CACERT", ca);
    user.seal("https://vault.example:8200/v1/transit/keys/k", "s.yaml");
    assert_eq!(proxy.names(), ["vault.example:8200"]);
    assert_eq!(server.requests().len(), 1);
    user.seal(&format!("{}/v1/transit/keys/k", server.url()), "near.yaml");
    assert_eq!((proxy.names().len(), server.requests().len()), (1, 2), "this machine needs no proxy");
    let said = user.set("HTTPS_PROXY", "socks5://user:CANARY@127.0.0.1:1");
    let said = said.not_sealed("https://vault.example:8200/v1/transit/keys/k");
    assert!(said.contains("HTTPS_PROXY is not the URL of a proxy") && !said.contains("CANARY"), "{said}");
}
