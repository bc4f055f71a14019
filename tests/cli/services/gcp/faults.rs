//! A service that does not do what it should: the error says which call, where, and with which credentials; nothing is
//! written.

use super::credentials::service_account;
use super::google::{Google, error};
use super::{FOREIGN, KEY, MISSING, OTHER, PLAIN, Ways, endpoint, ours, sandbox, sealed, with, with_token};
use crate::support::sandbox::Sandbox;
use crate::support::server::{Answer, Request};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use std::time::{Duration, Instant};

/// What is told when the file can't be sealed for the key; it stays as it is.
#[track_caller]
fn refused(sandbox: &Sandbox, ways: &Ways, key: &str) -> String {
    sandbox.write("plain.yaml", PLAIN);
    let start = Instant::now();
    let said = ours(sandbox, ways, &["encrypt", "-i", "--gcp-kms", key, "plain.yaml"]).fails(1);
    assert!(start.elapsed() < Duration::from_secs(60), "a hang of {:?}", start.elapsed());
    assert_eq!(sandbox.text("plain.yaml"), PLAIN);
    said
}

/// What is told when a sealed file can't be opened.
#[track_caller]
fn shut(sandbox: &Sandbox, ways: &Ways) -> String {
    let before = sandbox.text("a.yaml");
    let said = ours(sandbox, ways, &["decrypt", "-i", "a.yaml"]).fails(128);
    assert_eq!(sandbox.text("a.yaml"), before);
    said
}

#[track_caller]
fn says(said: &str, parts: &[&str]) {
    for part in parts {
        assert!(said.contains(part), "{part:?} is not told: {said}");
    }
}

fn is_kms(request: &Request) -> bool {
    request.path().contains("/cryptoKeys/")
}

#[test]
fn errors_of_the_service_are_told_with_the_call_and_the_credentials() {
    let (google, sandbox) = (Google::plain(), sandbox());
    let ways = with_token(&google);
    let place = format!("127.0.0.1:{}", google.port());
    let usual = ["cloudkms encrypt", place.as_str(), "GOOGLE_OAUTH_ACCESS_TOKEN"];
    let said = refused(&sandbox, &ways, FOREIGN);
    says(&said, &usual);
    says(&said, &["403 PERMISSION_DENIED", "denied on resource", "cryptoKeyEncrypterDecrypter"]);
    says(&refused(&sandbox, &ways, MISSING), &["404 NOT_FOUND: CryptoKey projects/p", "missing not found"]);
    let expired = with(endpoint(&google), "GOOGLE_OAUTH_ACCESS_TOKEN", "ya29.canary-expired");
    says(&refused(&sandbox, &expired, KEY), &["401 UNAUTHENTICATED", "get a new access token"]);
    let calls = google.count("");
    google.trouble(|_| Some(error(429, "RESOURCE_EXHAUSTED", "Quota exceeded.").with("Retry-After", "0")));
    says(&refused(&sandbox, &ways, KEY), &["429 RESOURCE_EXHAUSTED: Quota exceeded.", "too many calls"]);
    assert_eq!(google.count("") - calls, 3, "it is tried three times");
    google.trouble(|_| Some(Answer::text(503, "<html>canary</html>")));
    says(&refused(&sandbox, &ways, KEY), &["status 503", "try again later"]);
}

#[test]
fn a_service_that_was_busy_is_asked_again() {
    let (google, sandbox) = (Google::plain(), sandbox());
    let asked = std::sync::atomic::AtomicU32::new(0);
    google.trouble(move |_| {
        let is_first = asked.fetch_add(1, std::sync::atomic::Ordering::Relaxed) == 0;
        is_first.then(|| error(503, "UNAVAILABLE", "busy").with("Retry-After", "0"))
    });
    sealed(&sandbox, &with_token(&google), "a.yaml", KEY);
    assert_eq!(google.count(""), 2);
}

#[test]
fn nobody_at_the_address_is_told() {
    let (google, sandbox) = (Google::plain(), sandbox());
    let token = with_token(&google);
    drop(google);
    says(&refused(&sandbox, &token, KEY), &["cloudkms encrypt", "the connection was refused"]);
    let gone = with(token, "SOPS_GCP_KMS_ENDPOINT", "https://user@127.0.0.1");
    says(&refused(&sandbox, &gone, KEY), &["SOPS_GCP_KMS_ENDPOINT is not an address"]);
}

#[test]
fn a_silent_service_is_given_up() {
    let (google, sandbox) = (Google::plain(), sandbox());
    google.trouble(|request| is_kms(request).then_some(Answer::Silence));
    says(&refused(&sandbox, &with_token(&google), KEY), &["cloudkms encrypt", "no answer within 20 s"]);
}

#[test]
fn a_broken_service_is_told() {
    let (google, sandbox) = (Google::plain(), sandbox());
    let ways = with_token(&google);
    sealed(&sandbox, &ways, "a.yaml", KEY);
    for (answer, part) in [
        (b"canary garbage\r\n\r\n".to_vec(), "the reply is not sound HTTP"),
        (
            b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{\"plaintext\": \"canary".to_vec(),
            "before the reply was complete",
        ),
        (Answer::text(200, "canary").bytes(), "the reply is not JSON"),
        (Answer::text(200, "[\"canary\"]").bytes(), "the reply is not a JSON object"),
        (Answer::json(200, &json!({})).bytes(), "the reply has no plaintext"),
        (Answer::json(200, &json!({ "plaintext": "canary!" })).bytes(), "the plaintext is not base64"),
        (
            Answer::json(200, &json!({ "plaintext": STANDARD.encode("canary") })).bytes(),
            "the reply has 6 bytes",
        ),
        (Answer::text(200, &"x".repeat(300 << 10)).bytes(), "the reply has more than"),
        (
            Answer::text(302, "").with("Location", "https://evil.test/canary").bytes(),
            "a redirect (status 302)",
        ),
    ] {
        google.trouble(move |request| is_kms(request).then(|| Answer::Raw(answer.clone())));
        says(&shut(&sandbox, &ways), &["cloudkms decrypt", part]);
    }
}

#[test]
fn a_service_that_lies_about_the_key_is_not_believed() {
    let (google, sandbox) = (Google::plain(), sandbox());
    let ways = with_token(&google);
    let about = |name: String, ciphertext: String| json!({ "name": name, "ciphertext": ciphertext });
    let sound = STANDARD.encode([7; 80]);
    for name in [
        format!("{OTHER}/cryptoKeyVersions/1"),
        format!("{KEY}/cryptoKeyVersions/"),
        format!("{KEY}2/cryptoKeyVersions/1"),
        "canary".into(),
    ] {
        let body = about(name, sound.clone());
        google.trouble(move |_| Some(Answer::json(200, &body)));
        says(&refused(&sandbox, &ways, KEY), &["cloudkms encrypt", "the reply is about another key"]);
    }
    let version = format!("{KEY}/cryptoKeyVersions/1");
    google.trouble(move |request| {
        Some(Answer::json(200, &about(version.clone(), request.json()["plaintext"].as_str()?.into())))
    });
    says(&refused(&sandbox, &ways, KEY), &["the key came back unencrypted"]);
    google.trouble(|_| Some(Answer::json(200, &json!({ "ciphertext": "canary!" }))));
    says(&refused(&sandbox, &ways, KEY), &["the ciphertext is not base64"]);
    google.trouble(|_| Some(Answer::json(200, &json!({}))));
    says(&refused(&sandbox, &ways, KEY), &["the reply has no ciphertext"]);
}

#[test]
fn another_data_key_than_the_files_opens_nothing() {
    let (google, sandbox) = (Google::plain(), sandbox());
    let ways = with_token(&google);
    sealed(&sandbox, &ways, "a.yaml", KEY);
    google.trouble(|_| Some(Answer::json(200, &json!({ "plaintext": STANDARD.encode([1; 32]) }))));
    ours(&sandbox, &ways, &["decrypt", "a.yaml"]).refuses();
}

#[test]
fn what_was_sent_is_not_told_when_the_service_repeats_it() {
    let (google, sandbox) = (Google::plain(), sandbox());
    let ways = with_token(&google);
    sealed(&sandbox, &ways, "a.yaml", KEY);
    google.trouble(|request| {
        let body = String::from_utf8_lossy(&request.body).into_owned();
        let message = format!("{} {body} \u{1b}[2J\nnext", request.header("authorization")?);
        Some(error(400, "INVALID_ARGUMENT", &message))
    });
    let enc = sandbox.text("a.yaml");
    let enc = enc.lines().find_map(|line| line.trim().strip_prefix("enc: ")).expect("a wrapped key");
    let said = shut(&sandbox, &ways);
    says(&said, &["400 INVALID_ARGUMENT", "Bearer …"]);
    assert!(!said.contains(enc) && !said.contains('\u{1b}'), "{said}");
}

#[test]
fn a_damaged_entry_is_told_before_anybody_is_called() {
    let (google, sandbox) = (Google::plain(), sandbox());
    let ways = with_token(&google);
    sealed(&sandbox, &ways, "a.yaml", KEY);
    let text = sandbox.text("a.yaml");
    let enc = text.lines().find_map(|line| line.trim().strip_prefix("enc: ")).expect("a wrapped key");
    let calls = google.count("");
    sandbox.write("a.yaml", text.replace(enc, "not*base64"));
    says(&shut(&sandbox, &ways), &["its `enc` is damaged"]);
    assert_eq!(google.count(""), calls);
    let mut other = STANDARD.decode(enc).expect("base64");
    other[20] ^= 1;
    sandbox.write("a.yaml", text.replace(enc, &STANDARD.encode(other)));
    says(&shut(&sandbox, &ways), &["400 INVALID_ARGUMENT: Decryption failed"]);
}

#[test]
fn a_token_endpoint_in_trouble_is_told() {
    let (google, sandbox) = (Google::plain(), sandbox());
    let path = sandbox.write("account.json", service_account(&google.url("/token")));
    let ways = with(endpoint(&google), "GOOGLE_CREDENTIALS", path.to_str().expect("a plain path"));
    for (answer, part) in [
        (
            Answer::json(400, &json!({ "error": "invalid_grant", "error_description": "Invalid JWT" })),
            "status 400 invalid_grant: Invalid JWT",
        ),
        (error(500, "INTERNAL", "oops").with("Retry-After", "0"), "status 500 INTERNAL: oops"),
        (Answer::text(200, "canary"), "the reply is not JSON"),
        (Answer::json(200, &json!({ "token": "canary" })), "the reply has no access token"),
        (
            Answer::json(200, &json!({ "access_token": "canary\r\nx: y", "expires_in": 1 })),
            "not one word of ASCII",
        ),
    ] {
        let bytes = answer.bytes();
        google.trouble(move |request| (request.path() == "/token").then(|| Answer::Raw(bytes.clone())));
        let said = refused(&sandbox, &ways, KEY);
        says(&said, &["token exchange at 127.0.0.1", "account.json (GOOGLE_CREDENTIALS)", part]);
    }
    assert_eq!(google.count("/cryptoKeys/"), 0);
}

#[test]
fn without_credentials_the_metadata_server_is_what_failed() {
    let (google, sandbox) = (Google::plain(), sandbox());
    let said = refused(&sandbox, &endpoint(&google), KEY);
    says(&said, &["metadata token at 127.0.0.1:9", "the metadata server at 127.0.0.1:9", "refused"]);
    let silent = with(endpoint(&google), "GCE_METADATA_HOST", format!("127.0.0.1:{}", google.port()));
    google.trouble(|_| Some(Answer::text(404, "no account here")));
    says(&refused(&sandbox, &silent, KEY), &["metadata token", "status 404"]);
}
