//! Vaults that are busy, broken or lie: a clear error in time, and nothing is written.

use super::keys::{NEW, OLD};
use super::vault::TOKEN;
use super::{CANARY, Lab, PLAIN, failed, refusal};
use crate::support::server::{Answer, Request};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// A vault that answers so to whoever has a token.
fn answering(answer: impl Fn(&Request) -> Answer + Send + Sync + 'static) -> Lab {
    Lab::with(move |request| request.header("authorization").map(|_| answer(request)))
}

/// The message of an encryption in place that must have failed without a trace.
#[track_caller]
fn refused(lab: &Lab, version: &str) -> String {
    let before = names(lab);
    let message =
        failed(lab.ours(&["encrypt", "-i", "--azure-kv", &lab.vault.key(version), "plain.yaml"]).run());
    assert_eq!((lab.sandbox.text("plain.yaml").as_str(), names(lab)), (PLAIN, before));
    assert!(message.contains(&format!("at 127.0.0.1:{}", lab.vault.server.port())), "{message}");
    message
}

fn names(lab: &Lab) -> Vec<String> {
    let entries = std::fs::read_dir(lab.sandbox.path("")).expect("a folder");
    let mut names: Vec<_> =
        entries.map(|entry| entry.expect("a name").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// The reply of a sound vault with these fields in place of its own.
fn lying(lab: impl Fn(&Request) -> Value + Send + Sync + 'static) -> Lab {
    answering(move |request| Answer::json(200, &lab(request)))
}

fn kid(request: &Request, version: &str) -> String {
    format!("https://{}/keys/sops/{version}", request.header("host").expect("a host"))
}

#[test]
fn an_error_of_the_vault_is_passed_on_with_the_identity() {
    for (status, code, said) in [
        (401, "Unauthorized", "the token was not accepted"),
        (403, "Forbidden", "needs the permission `encrypt` (role Key Vault Crypto User)"),
        (404, "KeyNotFound", "status 404, KeyNotFound: because"),
        (409, "Conflict", "status 409, Conflict: because"),
    ] {
        let lab = answering(move |_| refusal(status, code, "because\nof \u{1b}[31mred"));
        let message = refused(&lab, NEW);
        assert!(message.contains(said), "{status}: {message}");
        assert!(message.contains("keys/encrypt at 127.0.0.1"), "{message}");
        assert!(message.contains("with the managed identity of IDENTITY_ENDPOINT"), "{message}");
        assert!(!message.contains('\u{1b}'), "{message}");
        let calls = lab.vault.calls().len();
        assert_eq!(calls, 2, "a refusal is final");
    }
}

#[test]
fn a_busy_vault_is_asked_again_a_few_times() {
    for (status, code) in [(429, "Throttled"), (500, "InternalError"), (503, "Busy")] {
        let lab = answering(move |_| refusal(status, code, "try later").with("Retry-After", "0"));
        let message = refused(&lab, NEW);
        assert!(message.contains(&format!("status {status}, {code}: try later")), "{message}");
        assert_eq!(lab.vault.calls().len(), 4, "{status}: one without a token, and three tries");
    }
}

#[test]
fn what_a_vault_repeats_of_secrets_is_left_out() {
    let lab = answering(|request| {
        let value = request.json()["value"].as_str().expect("a value").to_owned();
        refusal(400, "BadParameter", &format!("you said {TOKEN} and {CANARY} {value}"))
    });
    let message = refused(&lab, NEW);
    assert!(message.contains("status 400, BadParameter: you said … and … …"), "{message}");
}

#[test]
fn an_answer_for_another_key_is_no_answer() {
    let value = URL_SAFE_NO_PAD.encode([7; 256]);
    let wrapped = value.clone();
    let other = lying(move |request| json!({ "kid": kid(request, OLD), "value": wrapped }));
    assert!(refused(&other, NEW).contains("its answer is for another key, https://127.0.0.1"));
    let wrapped = value.clone();
    let foreign = lying(
        move |_| json!({ "kid": format!("https://v.vault.azure.net/keys/sops/{NEW}"), "value": wrapped }),
    );
    assert!(refused(&foreign, NEW).contains("its answer is for another key, https://v.vault.azure.net"));
    let silent = lying(move |_| json!({ "value": value }));
    assert!(refused(&silent, NEW).contains("does not say for which key"));
}

#[test]
fn a_newest_version_of_another_key_is_not_stored() {
    for path in
        ["keys/other/1", "keys/sops/", "keys/sops", "keys/sops/1/2", "secrets/sops/1", "keys/sops/a%20b"]
    {
        let lab = lying(
            move |request| json!({ "key": { "kid": format!("https://{}/{path}", request.header("host").expect("a host")) } }),
        );
        assert!(refused(&lab, "").contains("its answer is for another key"), "{path}");
    }
    let none = lying(|_| json!({ "value": "x" }));
    assert!(refused(&none, "").contains("does not say for which key"));
}

#[test]
fn a_ciphertext_that_no_key_makes_is_not_stored() {
    // A vault that gives back what it got would put the data key into the file.
    let echo = lying(|request| json!({ "kid": kid(request, NEW), "value": request.json()["value"] }));
    assert!(refused(&echo, NEW).contains("32 bytes, which no RSA key makes"));
    let empty = lying(|request| json!({ "kid": kid(request, NEW), "value": "" }));
    assert!(refused(&empty, NEW).contains("0 bytes"));
    let padded = lying(|request| json!({ "kid": kid(request, NEW), "value": "a+/=" }));
    assert!(refused(&padded, NEW).contains("no value in base64"));
}

#[test]
fn a_plaintext_that_is_no_data_key_opens_nothing() {
    let honest = Lab::new();
    for (bytes, said) in [
        (vec![7; 31], "31 bytes and is no data key"),
        (vec![7; 64], "64 bytes and is no data key"),
        (vec![7; 33], "a share, not a whole key"),
        (CANARY.as_bytes().to_vec(), "6 bytes and is no data key"),
    ] {
        let lab = lying(
            move |request| json!({ "kid": kid(request, NEW), "value": URL_SAFE_NO_PAD.encode(&bytes) }),
        );
        let text = honest.sandbox.text(honest.sealed(NEW));
        let moved = text.replace(&honest.vault.server.url(), &lab.vault.server.url());
        lab.sandbox.write("sealed.yaml", moved);
        let message = failed(lab.ours(&["decrypt", "sealed.yaml"]).run());
        assert!(message.contains(said), "{said}: {message}");
    }
}

#[test]
fn what_is_not_an_answer_is_an_error() {
    for (raw, said) in [
        ("HTTP/1.1 200 ok\r\nContent-Length: 5\r\n\r\n{\"a\":", "not JSON"),
        ("HTTP/1.1 200 ok\r\nContent-Length: 50\r\n\r\n{", "closed before the reply was complete"),
        ("HTTP/1.1 200 ok\r\nContent-Length: 2\r\n\r\n[]", "does not say for which key"),
        ("not HTTP at all\r\n\r\n", "not sound HTTP"),
    ] {
        let lab = answering(move |_| Answer::Raw(raw.as_bytes().to_vec()));
        let message = refused(&lab, NEW);
        assert!(message.contains(said), "{raw:?}: {message}");
    }
    let lab = answering(|_| Answer::text(200, &"x".repeat(1 << 20)));
    assert!(refused(&lab, NEW).contains("more than"));
    let lab = answering(|_| Answer::Close);
    assert!(refused(&lab, NEW).contains("closed before the reply was complete"));
}

#[test]
fn a_silent_vault_is_given_up() {
    let lab = answering(|_| Answer::Silence);
    let start = Instant::now();
    let message = refused(&lab, NEW);
    assert!(message.contains("no answer within 20 s"), "{message}");
    assert!(start.elapsed() < Duration::from_secs(60), "{:?}", start.elapsed());
}

#[test]
fn a_vault_that_is_not_there_is_said_not_to_be() {
    let lab = Lab::new();
    let name = lab.sealed(NEW);
    let text = lab.sandbox.text(name).replace(&lab.vault.server.url(), "https://127.0.0.1:9");
    lab.sandbox.write(name, text);
    let outcome = lab.ours(&["decrypt", name]).run();
    assert_eq!(outcome.status.code(), Some(128));
    let message = failed(outcome);
    assert!(message.contains("keys/decrypt at 127.0.0.1:9") && message.contains("refused"), "{message}");
}

#[test]
fn an_authority_that_nobody_trusts_is_named_and_gets_no_token() {
    let lab = Lab::new();
    let args = ["encrypt", "--azure-kv", &lab.vault.key(NEW), "plain.yaml"];
    let message = failed(lab.ours(&args).without("SSL_CERT_FILE").run());
    assert!(message.contains("its certificate is not signed by an authority of this system"), "{message}");
    assert!(lab.vault.calls().is_empty() && lab.identity.server.requests().is_empty());
}
