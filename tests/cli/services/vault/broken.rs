//! Servers that are slow, busy, broken, huge and lying: a clear error in time, and nothing written.

use super::{PLAIN, User};
use crate::support::server::{Answer, Server};
use serde_json::{Value, json};
use std::io::Write;
use std::net::TcpListener;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

fn key(server: &Server) -> String {
    format!("{}/v1/transit/keys/k", server.url())
}

/// What is said of a server that always answers so to `encrypt`, and how often it was asked.
fn not_sealed(answer: impl Fn() -> Answer + Send + Sync + 'static) -> (String, usize) {
    let server = Server::plain(move |_| answer());
    let said = User::at(&server.url()).not_sealed(&key(&server));
    assert!(!said.contains("CANARY"), "{said}");
    (said, server.requests().len())
}

/// What is said of a server that answers so to `decrypt`.
fn not_opened(answer: Value) -> String {
    let server = Server::plain(move |request| match request.path().contains("/encrypt/") {
        true => Answer::json(200, &json!({ "data": { "ciphertext": "vault:v1:QUJD" } })),
        false => Answer::json(200, &answer),
    });
    let user = User::at(&server.url());
    user.seal(&key(&server), "s.yaml");
    user.not_opened("s.yaml")
}

#[test]
fn nobody_at_the_address_is_said() {
    let free = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address").port();
    let url = format!("http://127.0.0.1:{free}");
    let said = User::at(&url).not_sealed(&format!("{url}/v1/transit/keys/k"));
    assert!(
        said.contains(&format!("transit/encrypt at 127.0.0.1:{free}, with the token of VAULT_TOKEN")),
        "{said}"
    );
    assert!(said.contains("nothing answers there: the connection was refused"), "{said}");
}

#[test]
fn a_server_that_never_answers_is_left_when_the_time_is_over() {
    let server = Server::plain(|_| Answer::Silence);
    let user = User::at(&server.url()).set("VAULT_CLIENT_TIMEOUT", "1");
    let start = Instant::now();
    let said = user.not_sealed(&key(&server));
    assert!(said.contains("no answer within 1 s"), "{said}");
    assert!(start.elapsed() < Duration::from_secs(15), "{:?}", start.elapsed());
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn a_server_that_drips_or_never_shakes_hands_is_left_as_well() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let server = std::thread::spawn(move || {
        let (mut drip, _) = listener.accept().expect("a client");
        let mut sent = drip.write_all(b"HTTP/1.1 200 ok\r\nContent-Length: 99999\r\n\r\n");
        while sent.is_ok() {
            std::thread::sleep(Duration::from_millis(20));
            sent = drip.write_all(b" ");
        }
        let (mut deaf, _) = listener.accept().expect("a client");
        // Until the client goes.
        let _ = std::io::copy(&mut deaf, &mut std::io::sink());
    });
    for scheme in ["http", "https"] {
        let url = format!("{scheme}://127.0.0.1:{port}");
        let (user, start) = (User::at(&url).set("VAULT_CLIENT_TIMEOUT", "1s"), Instant::now());
        let said = user.not_sealed(&format!("{url}/v1/transit/keys/k"));
        assert!(said.contains("no answer within 1 s"), "{said}");
        assert!(start.elapsed() < Duration::from_secs(15), "{:?}", start.elapsed());
    }
    server.join().expect("the server ends");
}

#[test]
fn replies_that_are_not_what_they_should_be_are_told_apart() {
    let raw = |text: &'static str| not_sealed(move || Answer::Raw(text.as_bytes().to_vec()));
    let cut = "HTTP/1.1 200 ok\r\nContent-Length: 99\r\n\r\n{\"data\"";
    assert_eq!(not_sealed(|| Answer::Close).1, 3, "tried again");
    assert!(
        not_sealed(|| Answer::Close).0.contains("the connection was closed before the reply was complete")
    );
    assert!(raw(cut).0.contains("the connection was closed before the reply was complete"));
    let (said, asked) = raw("\u{1b}[31mSSH-2.0-CANARY\r\n\r\n");
    assert!(said.contains("the reply is not sound HTTP") && asked == 1, "{said}");
    let (said, _) = not_sealed(|| Answer::text(200, "<html>CANARY</html>"));
    assert!(said.contains("the reply is not JSON"), "{said}");
    let (said, _) = not_sealed(|| Answer::text(200, &" ".repeat(300 << 10)));
    assert!(said.contains("the reply has more than 262144 bytes"), "{said}");
    let (said, _) = not_sealed(|| {
        let endless = "a".repeat(200 << 10);
        Answer::Raw(format!("HTTP/1.1 200 ok\r\nX: {endless}\r\nContent-Length: 0\r\n\r\n").into_bytes())
    });
    assert!(said.contains("more than") || said.contains("not sound HTTP"), "{said}");
}

#[test]
fn a_wrapped_key_that_is_none_is_not_taken() {
    for data in [json!({}), json!({ "ciphertext": 1 }), json!(null), json!("CANARY")] {
        let (said, _) = not_sealed(move || Answer::json(200, &json!({ "data": data })));
        assert!(said.contains("its reply has no ciphertext"), "{said}");
    }
    for text in ["", "CANARY", "vault:v1:", "vault:vx:QUJD", "vault:v1:QUJD\nage: x", "vault:v1:\u{202e}"] {
        let (said, _) = not_sealed(move || Answer::json(200, &json!({ "data": { "ciphertext": text } })));
        assert!(said.contains("its reply holds no transit ciphertext"), "{text:?}: {said}");
    }
    let echo = Server::plain(|request| {
        let plain = request.json()["plaintext"].as_str().map(|text| format!("vault:v1:{text}"));
        Answer::json(200, &json!({ "data": { "ciphertext": plain } }))
    });
    let said = User::at(&echo.url()).not_sealed(&key(&echo));
    assert!(said.contains("its reply holds no transit ciphertext"), "the data key itself: {said}");
}

#[test]
fn an_unwrapped_key_that_is_none_is_not_taken() {
    for data in [json!({}), json!({ "plaintext": ["QUJD"] })] {
        let said = not_opened(json!({ "data": data }));
        assert!(said.contains("its reply has no plaintext"), "{said}");
    }
    // No base64, an empty one, a short one, one of 34 bytes and one of a megabyte.
    let long = ["A".repeat(48), "A".repeat(200 << 10)];
    for text in ["CANARY", "", "QUJD", &long[0], &long[1]] {
        let said = not_opened(json!({ "data": { "plaintext": text } }));
        assert!(said.contains("is no data key") && !said.contains("CANARY"), "{said}");
    }
    let share = "A".repeat(44);
    let said = not_opened(json!({ "data": { "plaintext": share } }));
    assert!(said.contains("it holds a share, not a whole key"), "{said}");
    // The key of another file: of the right length, and it fits nothing.
    let other = format!("{}=", "A".repeat(43));
    let said = not_opened_at_all(json!({ "data": { "plaintext": other } }));
    assert!(!said.contains("hunter2"), "{said}");
}

/// As [`not_opened`], whatever the exit code.
fn not_opened_at_all(answer: Value) -> String {
    let server = Server::plain(move |request| match request.path().contains("/encrypt/") {
        true => Answer::json(200, &json!({ "data": { "ciphertext": "vault:v1:QUJD" } })),
        false => Answer::json(200, &answer),
    });
    let user = User::at(&server.url());
    user.seal(&key(&server), "s.yaml");
    user.ours(["decrypt", "s.yaml"]).run().refuses()
}

#[test]
fn what_a_server_says_cannot_speak_to_the_terminal_nor_repeat_secrets() {
    let server = Server::plain(|request| {
        let plain = request.json()["plaintext"].as_str().unwrap_or_default().to_owned();
        let token = request.header("x-vault-token").unwrap_or_default();
        let said = format!("\u{1b}[2J{token}\u{1b}[1m <{plain}>\nnext \u{202e}line {}", "x".repeat(5000));
        Answer::json(400, &json!({ "errors": [said, 7] }))
    });
    let said = User::at(&server.url()).not_sealed(&key(&server));
    assert!(!said.contains("CANARY") && !said.contains('\u{1b}') && !said.contains('\u{202e}'), "{said}");
    assert!(said.contains(" <…> next") && said.len() < 1000, "{said}");
}

#[test]
fn a_busy_server_is_asked_again_when_it_says() {
    let asked = AtomicUsize::new(0);
    let server = Server::plain(move |_| match asked.fetch_add(1, Ordering::SeqCst) {
        0 => Answer::text(429, "later").with("Retry-After", "1"),
        1 => Answer::text(500, ""),
        _ => Answer::json(200, &json!({ "data": { "ciphertext": "vault:v1:QUJD" } })),
    });
    let (user, start) = (User::at(&server.url()), Instant::now());
    user.seal(&key(&server), "s.yaml");
    assert!(start.elapsed() >= Duration::from_secs(1), "it was told to wait");
    assert_eq!(server.requests().len(), 3);

    let (said, asked) = not_sealed(|| Answer::text(429, "").with("Retry-After", "3600"));
    assert!(said.contains("status 429: it has too much to do, try again later"), "{said}");
    assert_eq!(asked, 1, "an hour is too long");
    let (said, asked) = not_sealed(|| Answer::text(502, "<html>CANARY"));
    assert!(said.contains("status 502") && asked == 3, "{said}");
}

#[test]
fn a_redirect_carries_the_token_nowhere() {
    let other = Server::plain(|_| Answer::json(200, &json!({ "data": { "ciphertext": "vault:v1:QUJD" } })));
    for status in [301, 302, 303, 307, 308] {
        let target = format!("{}/v1/transit/encrypt/k?CANARY", other.url());
        let (said, asked) = not_sealed(move || Answer::text(status, "").with("Location", &target));
        assert!(said.contains(&format!("a redirect (status {status}), which is not followed")), "{said}");
        assert_eq!(asked, 1);
    }
    assert!(other.requests().is_empty());
}

#[test]
fn what_cannot_be_wrapped_changes_no_file() {
    let answers = AtomicUsize::new(0);
    let server = Server::plain(move |_| match answers.fetch_add(1, Ordering::SeqCst) {
        0 => Answer::json(200, &json!({ "data": { "ciphertext": "vault:v1:QUJD" } })),
        _ => Answer::text(403, ""),
    });
    let user = User::at(&server.url());
    let age = crate::support::sandbox::recipient("alice");
    let both =
        ["encrypt", "--age", &age, "--hc-vault-transit", &key(&server), "--output", "s.yaml", "plain.yaml"];
    user.ours(both).run().ok();
    let before = user.sandbox.text("s.yaml");
    let said = user.ours(["rotate", "-i", "s.yaml"]).run().fails(1);
    assert!(said.contains("status 403"), "{said}");
    assert_eq!(user.sandbox.text("s.yaml"), before);
    assert_eq!(user.ours(["decrypt", "s.yaml"]).run().text(), PLAIN);
    user.ours(["encrypt", "--hc-vault-transit", &key(&server), "--output", "new.yaml", "plain.yaml"])
        .run()
        .fails(1);
    assert!(!user.sandbox.path("new.yaml").exists());
}
