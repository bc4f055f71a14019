//! Servers that refuse, break, stay silent or lie: a clear error in time, and nothing written.

use super::double::{self, ARN, CANARY, refusal};
use super::{Lab, PLAIN};
use crate::support::server::{Answer, Authority, Proxy, Request, Server};
use serde_json::json;
use std::time::{Duration, Instant};

const ONE_TRY: (&str, &str) = ("AWS_MAX_ATTEMPTS", "1");

/// A file that an honest server sealed, and what this one makes of it: the messages of `encrypt`, and of `decrypt`.
#[track_caller]
fn with(answer: impl Fn(&Request) -> Answer + Send + Sync + 'static, tries: usize) -> [String; 2] {
    let server = Server::plain(answer);
    let mut lab = Lab::new(double::variables(&server));
    if tries == 1 {
        lab.variables.push((ONE_TRY.0, ONE_TRY.1.into()));
    }
    let messages = messages(&lab);
    assert_eq!(server.requests().len(), 2 * tries, "{messages:?}");
    let place = format!("at 127.0.0.1:{}, with AWS_ACCESS_KEY_ID: ", server.port());
    assert!(messages.iter().all(|message| message.contains(&place)), "{messages:?}");
    messages
}

#[track_caller]
fn messages(lab: &Lab) -> [String; 2] {
    let honest = Server::plain(double::honest);
    let sound = Lab::new(double::variables(&honest));
    sound.seal("f.yaml", PLAIN, &["--kms", ARN]).ok();
    let sealed = sound.sandbox.text("f.yaml");
    let encrypted = lab.seal("f.yaml", PLAIN, &["--kms", ARN]).fails(1);
    assert_eq!(lab.sandbox.text("f.yaml"), PLAIN, "nothing is written");
    lab.sandbox.write("f.yaml", &sealed);
    let decrypted = lab.ours(["decrypt", "f.yaml"]).run().fails(128);
    assert_eq!(lab.sandbox.text("f.yaml"), sealed, "nothing is written");
    for message in [&encrypted, &decrypted] {
        assert!(!message.contains(CANARY) && !message.contains("panicked"), "{message}");
    }
    [encrypted, decrypted]
}

#[track_caller]
fn say(messages: &[String; 2], text: &str) {
    assert!(messages.iter().all(|message| message.contains(text)), "{text}: {messages:?}");
}

#[test]
fn what_the_service_says_is_told_with_what_to_do() {
    for (code, hint) in [
        ("AccessDeniedException", "it is so"),
        ("NotFoundException", "have no such key"),
        ("DisabledException", "can enable it"),
        ("KMSInvalidStateException", "can enable it"),
        ("InvalidCiphertextException", "the encryption context is another one"),
        ("IncorrectKeyException", "made with another key"),
        ("ExpiredTokenException", "log in again"),
        ("UnrecognizedClientException", "does not take these credentials"),
    ] {
        let messages = with(move |_| refusal(code, "it is so"), 1);
        say(&messages, &format!("{code}: it is so"));
        say(&messages, hint);
    }
}

#[test]
fn a_service_that_is_overloaded_is_asked_three_times() {
    let messages = with(|_| refusal("ThrottlingException", "slow down"), 3);
    say(&messages, "ThrottlingException: slow down (try again later)");
    let messages = with(|_| Answer::text(503, "<html>overloaded</html>"), 3);
    say(&messages, "the HTTP status 503");
    say(&messages, "AWS_ACCESS_KEY_ID");
}

#[test]
fn an_answer_that_is_not_one_is_refused() {
    let cut =
        b"HTTP/1.1 200 ok\r\nContent-Type: application/x-amz-json-1.1\r\nContent-Length: 99\r\n\r\n{\"Plain";
    let huge = b"HTTP/1.1 200 ok\r\nContent-Length: 99999999999\r\n\r\n{";
    let messages = with(|_| Answer::text(200, "canary <html>"), 1);
    say(&messages, "its answer is not one of KMS");
    with(|_| Answer::json(200, &json!({ "Plaintext": 7, "CiphertextBlob": 7, "KeyId": ARN })), 1);
    with(|_| Answer::json(200, &json!({})), 1);
    with(move |_| Answer::Raw(cut.to_vec()), 1);
    with(move |_| Answer::Raw(huge.to_vec()), 1);
    with(|_| Answer::Close, 1);
    with(|_| Answer::text(302, "").with("Location", "http://127.0.0.1:9/"), 1);
}

#[test]
fn an_answer_for_another_key_or_with_something_else_than_a_data_key_is_refused() {
    let other = ARN.replace("0123-456789", "0123-000000");
    let blob = "Y2FuYXJ5".repeat(8);
    for id in [other.as_str(), "", "01234567-89ab-cdef-0123-456789abcdef"] {
        let answer = json!({ "Plaintext": blob, "CiphertextBlob": blob, "KeyId": id });
        let messages = with(move |_| Answer::json(200, &answer), 1);
        say(&messages, "it answered for another key");
    }
    // 48 bytes are neither a data key nor a share; an empty text is no wrapped key.
    let answer = json!({ "Plaintext": blob, "CiphertextBlob": "", "KeyId": ARN });
    let [encrypted, decrypted] = with(move |_| Answer::json(200, &answer), 1);
    assert!(encrypted.contains("holds no wrapped key"), "{encrypted}");
    assert!(decrypted.contains("is not a data key"), "{decrypted}");
}

#[test]
fn what_a_server_repeats_of_the_request_is_not_shown() {
    let messages = with(
        |request| {
            let sent = request.json();
            let plaintext =
                sent["Plaintext"].as_str().or(sent["CiphertextBlob"].as_str()).unwrap_or_default();
            refusal("ValidationException", &format!("\u{1b}[2Jlook: canary-of-the-environment, {plaintext}"))
        },
        1,
    );
    say(&messages, "ValidationException: (it repeats what was sent)");
    let key = "S2V5".repeat(11);
    let messages = with(move |_| refusal(&key, "\u{1b}[2J\nred"), 1);
    assert!(
        messages.iter().all(|message| !message.contains("S2V5") && !message.contains('\u{1b}')),
        "{messages:?}"
    );
}

#[test]
fn a_service_that_nobody_runs_is_named_at_once() {
    let server = Server::plain(double::honest);
    let mut lab = Lab::new(double::variables(&server));
    lab.variables.push(("AWS_ENDPOINT_URL_KMS", "http://127.0.0.1:9".into()));
    let start = Instant::now();
    let messages = messages(&lab);
    say(&messages, "at 127.0.0.1:9, with AWS_ACCESS_KEY_ID: Connection refused");
    assert!(start.elapsed() < Duration::from_secs(20));
}

#[test]
fn a_service_that_never_answers_is_not_waited_for() {
    let start = Instant::now();
    let messages = with(|_| Answer::Silence, 1);
    say(&messages, "no answer in time");
    assert!(start.elapsed() < Duration::from_secs(60), "{:?}", start.elapsed());
}

#[test]
fn the_name_of_no_region_becomes_a_host() {
    let server = Server::plain(double::honest);
    let lab = Lab::new(double::variables(&server));
    lab.seal("f.yaml", PLAIN, &["--kms", ARN]).ok();
    let sealed = lab.sandbox.text("f.yaml");
    for (from, to) in [("eu-west-1", "evil.test/x"), ("eu-west-1", "evil.test#"), (":111122223333:", ":a:")] {
        lab.sandbox.write(
            "f.yaml",
            sealed.replace(&format!("arn: {ARN}"), &format!("arn: \"{}\"", ARN.replace(from, to))),
        );
        let message = lab.ours(["decrypt", "f.yaml"]).run().fails(128);
        assert!(message.contains("not the ARN of a KMS key"), "{message}");
    }
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn the_real_host_is_called_through_the_proxy_and_its_certificate_is_checked() {
    let authority = Authority::new(&["kms.eu-west-1.amazonaws.com"]);
    let server = Server::tls(&authority, double::honest);
    let proxy = Proxy::to(server.port());
    let mut lab = Lab::new(double::variables(&server));
    lab.variables.retain(|(name, _)| *name != "AWS_ENDPOINT_URL");
    lab.variables.push(("HTTPS_PROXY", proxy.url()));
    let message = lab.seal("f.yaml", PLAIN, &["--kms", ARN]).fails(1);
    let place = "kms:Encrypt at kms.eu-west-1.amazonaws.com, with AWS_ACCESS_KEY_ID: ";
    assert!(message.contains(place) && message.contains("set AWS_CA_BUNDLE"), "{message}");
    let certificate = authority.write(&lab.sandbox.home()).display().to_string();
    for variable in ["SSL_CERT_FILE", "AWS_CA_BUNDLE"] {
        lab.variables.push((variable, certificate.clone()));
        lab.goes_both_ways("f.yaml", PLAIN, &["--kms", ARN]);
        lab.variables.pop();
    }
    assert!(
        proxy.names().iter().all(|name| name == "kms.eu-west-1.amazonaws.com:443"),
        "{:?}",
        proxy.names()
    );
}

#[test]
fn a_bundle_of_authorities_that_can_not_be_used_is_an_error() {
    let server = Server::plain(double::honest);
    let mut lab = Lab::new(double::variables(&server));
    let path = lab.sandbox.write("ca.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
    let missing = lab.sandbox.path("missing.pem");
    let empty = lab.sandbox.write("empty.pem", "");
    for (path, why) in
        [(path, "something else than certificates"), (missing, "can't be read"), (empty, "no certificate")]
    {
        lab.variables.push(("AWS_CA_BUNDLE", path.display().to_string()));
        let message = lab.seal("f.yaml", PLAIN, &["--kms", ARN]).fails(1);
        assert!(message.contains("AWS_CA_BUNDLE") && message.contains(why), "{message}");
    }
    assert!(server.requests().is_empty());
}
