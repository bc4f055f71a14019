//! How often and where Cloud KMS is called.

use super::credentials::service_account;
use super::google::{Google, error};
use super::{KEY, PLAIN, endpoint, ours, sandbox, sealed, to_and_fro, with, with_token};
use crate::support::sandbox::{Sandbox, identity, recipient};
use crate::support::server::Authority;

#[test]
fn an_endpoint_without_a_scheme_is_called_over_tls() {
    let authority = Authority::new(&[]);
    let (google, sandbox) = (Google::tls(&authority), sandbox());
    let ca = authority.write(&sandbox.tmp());
    for address in [google.url(""), format!("127.0.0.1:{}", google.port())] {
        let ways = with(with_token(&google), "SOPS_GCP_KMS_ENDPOINT", address);
        to_and_fro(&with(ways, "SSL_CERT_FILE", ca.to_str().expect("a plain path")), &sandbox);
    }
}

#[test]
fn a_certificate_of_nobody_is_not_trusted() {
    let authority = Authority::new(&[]);
    let (google, sandbox) = (Google::tls(&authority), sandbox());
    sandbox.write("a.yaml", PLAIN);
    let said = ours(&sandbox, &with_token(&google), &["encrypt", "-i", "--gcp-kms", KEY, "a.yaml"]).fails(1);
    assert!(said.contains("its certificate is not signed by an authority"), "{said}");
    assert!(google.count("") == 0 && sandbox.text("a.yaml") == PLAIN);
}

#[test]
fn many_files_need_one_access_token() {
    let (google, sandbox) = (Google::plain(), sandbox());
    let token = with_token(&google);
    let names: Vec<String> = (0..6).map(|number| format!("{number}.yaml")).collect();
    for name in &names {
        sealed(&sandbox, &token, name, KEY);
    }
    sandbox
        .write(".sops.yaml", format!("creation_rules:\n  - gcp_kms: {KEY}\n    age: {}\n", recipient("bob")));
    let ways = with(endpoint(&google), "GOOGLE_CREDENTIALS", service_account(&google.url("/token")));
    let mut args = vec!["updatekeys", "-y"];
    args.extend(names.iter().map(String::as_str));
    ours(&sandbox, &ways, &args).ok();
    assert_eq!((google.count("/token"), google.count(":decrypt")), (1, 6));
    for name in &names {
        let program = sandbox.sops_rs(["decrypt", name.as_str()]).without("SOPS_AGE_KEY_FILE");
        assert_eq!(program.env("SOPS_AGE_KEY", identity("bob")).run().text(), PLAIN);
    }
}

#[test]
fn many_files_wait_for_one_failure_of_the_token_endpoint() {
    let (google, sandbox) = (Google::plain(), sandbox());
    let token = with_token(&google);
    let mut args = vec!["updatekeys", "-y"];
    for name in ["a.yaml", "b.yaml", "c.yaml", "d.yaml"] {
        sealed(&sandbox, &token, name, KEY);
        args.push(name);
    }
    google.trouble(|request| (request.path() == "/token").then(|| error(403, "DENIED", "no")));
    let ways = with(endpoint(&google), "GOOGLE_CREDENTIALS", service_account(&google.url("/token")));
    ours(&sandbox, &ways, &args).refuses();
    assert_eq!(google.count("/token"), 1);
}

#[test]
fn a_file_that_age_opens_calls_nobody() {
    let (google, sandbox) = (Google::plain(), sandbox());
    let ways = with_token(&google);
    sandbox.write("a.yaml", PLAIN);
    ours(&sandbox, &ways, &["encrypt", "-i", "--age", &recipient("alice"), "--gcp-kms", KEY, "a.yaml"]).ok();
    let before = google.count("");
    assert_eq!(ours(&sandbox, &ways, &["decrypt", "a.yaml"]).text(), PLAIN);
    assert_eq!(google.count(""), before);
}

#[test]
fn a_call_is_made_as_the_service_wants_it() {
    let (google, sandbox) = (Google::plain(), sandbox());
    let ways = with(with_token(&google), "GOOGLE_CLOUD_QUOTA_PROJECT", "payer");
    sealed(&sandbox, &ways, "a.yaml", KEY);
    let requests = google.requests();
    let [request] = &requests[..] else { panic!("one call, not {requests:?}") };
    assert_eq!((request.method.as_str(), request.path()), ("POST", format!("/v1/{KEY}:encrypt").as_str()));
    assert_eq!(request.header("x-goog-user-project"), Some("payer"));
    assert_eq!(request.header("authorization"), Some(format!("Bearer {}", ways[2].1).as_str()));
}

#[test]
fn a_key_that_a_file_names_cannot_lead_elsewhere() {
    let (google, sandbox) = (Google::plain(), sandbox());
    let ways = with_token(&google);
    sealed(&sandbox, &ways, "a.yaml", KEY);
    let before = google.count("");
    let sound = sandbox.text("a.yaml");
    for name in
        ["projects/p/locations/global/keyRings/r/cryptoKeys/..", "projects/p/../../x", "x?y=/", "@evil.test/"]
    {
        sandbox.write("a.yaml", sound.replace(KEY, &format!("\"{name}\"")));
        let said = on_sops(&sandbox, &ways).refuses();
        assert!(said.contains("not the id of a GCP KMS key"), "{said}");
    }
    assert_eq!(google.count(""), before);
}

/// Under the name of sops every key of a file is used.
fn on_sops(sandbox: &Sandbox, ways: &super::Ways) -> crate::support::outcome::Outcome {
    super::on(sandbox.as_sops(["decrypt", "a.yaml"]), ways).run()
}
