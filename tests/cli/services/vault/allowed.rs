//! Which addresses are called: the allow list, plain http, and an agent in the address's place.

use super::{PLAIN, User};
use crate::support::server::{Answer, Server};
use crate::support::services::openbao;

#[test]
fn the_allow_list_decides_as_that_of_sops() {
    let (bao, user) = (openbao(), User::with(openbao().variables()));
    user.seal(&bao.key("allowed"), "s.yaml");
    let url = bao.url();
    let shorter = &url[..url.len() - 1];
    let mut user = user;
    for open in ["all".to_owned(), url.clone(), format!("x, {url}/"), format!("{url},none")] {
        user = user.set("SOPS_HC_VAULT_ALLOWLIST", &open);
        assert_eq!(user.ours(["decrypt", "s.yaml"]).run().text(), PLAIN, "{open}");
        assert_eq!(user.sops(["decrypt", "s.yaml"]).run().text(), PLAIN, "{open}");
    }
    for shut in
        ["none".to_owned(), shorter.to_owned(), format!("{url}/v1"), format!("{url},,x"), " all".to_owned()]
    {
        user = user.set("SOPS_HC_VAULT_ALLOWLIST", &shut);
        assert!(user.not_opened("s.yaml").contains("SOPS_HC_VAULT_ALLOWLIST"), "{shut}");
        assert!(user.not_sealed(&bao.key("allowed")).contains("SOPS_HC_VAULT_ALLOWLIST"), "{shut}");
        user.sops(["decrypt", "s.yaml"]).run().fails(128);
    }
}

#[test]
fn an_agent_takes_the_place_of_the_address() {
    let (bao, user) = (openbao(), User::with(openbao().variables()));
    user.seal(&bao.key("agent"), "s.yaml");
    let moved = user.sandbox.text("s.yaml").replace(&bao.url(), "https://vault.example:8200");
    user.sandbox.write("s.yaml", moved);
    let user = user.set("VAULT_AGENT_ADDR", bao.url()).set("VAULT_ADDR", "https://vault.example:8200");
    assert_eq!(user.ours(["decrypt", "s.yaml"]).run().text(), PLAIN);
    assert_eq!(user.sops(["decrypt", "s.yaml"]).run().text(), PLAIN);
    let said = user.set("VAULT_AGENT_ADDR", "unix:///run/agent.sock").not_opened("s.yaml");
    assert!(said.contains("VAULT_AGENT_ADDR is not the address of an agent"), "{said}");
}

#[test]
fn plain_http_beyond_this_machine_is_refused_before_a_name_is_looked_up() {
    let user = User::at("https://vault.invalid:8200");
    let said = user.not_sealed("http://vault.invalid:8200/v1/transit/keys/k");
    assert!(said.contains("http://vault.invalid:8200 is plain http"), "{said}");
    assert!(said.contains("or set VAULT_ADDR=http://vault.invalid:8200 to allow it"), "{said}");
}

#[test]
fn plain_http_goes_where_the_user_says_and_under_the_other_name_anywhere() {
    let server = Server::plain(|_| Answer::text(405, "only CONNECT"));
    // A proxy keeps the name from being looked up.
    let user = User::at("http://vault.invalid:8200").set("HTTP_PROXY", server.url());
    let key = "http://vault.invalid:8200/v1/transit/keys/k";
    let said = user.not_sealed(key);
    assert!(said.contains("the proxy of HTTP_PROXY did not connect"), "{said}");
    let seal = ["encrypt", "--hc-vault-transit", key, "plain.yaml"];
    let user = user.unset("VAULT_ADDR");
    assert!(
        user.within(user.sandbox.as_sops(seal))
            .run()
            .fails(1)
            .contains("the proxy of HTTP_PROXY did not connect")
    );
    assert_eq!(server.requests().len(), 2);
    assert!(server.requests().iter().all(|request| request.target == "vault.invalid:8200"));
}
