//! Services that are absent, slow, broken, or lie: a clear error in time, and nothing written.

use super::frames::{DATA, END_HEADERS, HEADERS, Reply, SETTINGS, fake, frame, headers, uri};
use super::{PLAIN, Who, free_port, keyless, sealed_for};
use crate::support::outcome::Outcome;
use crate::support::sandbox::{Sandbox, recipient};
use crate::support::server::Connections;
use std::io::{Read as _, Write as _};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// Opens a file with a service alone.
fn open(uri: &str) -> Outcome {
    let sandbox = Sandbox::new();
    let sealed = sealed_for(&sandbox, &["alice", "bob"]);
    keyless(&sandbox, Who::Ours, &["decrypt", "--keyservice", uri, sealed])
}

/// Seals a file with a service alone, in place; gives the message. Nothing may be written.
fn seal(uri: &str) -> String {
    let sandbox = Sandbox::new();
    sandbox.write("plain.yaml", PLAIN);
    let through = ["--enable-local-keyservice=false", "--keyservice", uri];
    let encrypt = ["encrypt", "-i", "--age", &recipient("alice")];
    let message = keyless(&sandbox, Who::Ours, &[&encrypt[..], &through, &["plain.yaml"]].concat()).fails(1);
    assert_eq!(sandbox.text("plain.yaml"), PLAIN);
    assert!(message.contains(&format!("the key service {uri}: ")), "{message}");
    message
}

#[test]
fn one_that_is_not_there_is_named() {
    let uri = format!("tcp://127.0.0.1:{}", free_port());
    let message = open(&uri).fails(128);
    assert!(message.contains(&format!("the key service {uri}: it can't be reached: ")), "{message}");
    assert!(seal(&uri).contains("it can't be reached"));
    assert!(
        open("unix:///nowhere/keys.sock").fails(128).contains("the key service unix:///nowhere/keys.sock: ")
    );
}

#[test]
fn one_that_is_silent_is_given_up_once_for_all_keys() {
    let silent = Connections::start(|mut socket| {
        let _ = socket.read_to_end(&mut Vec::new());
    });
    let start = Instant::now();
    let message = open(&uri(&silent)).fails(128);
    assert_eq!(message.matches("it says nothing for 5 s").count(), 2, "{message}");
    // Two keys, one wait.
    assert!(start.elapsed() < Duration::from_millis(9_500), "{:?}", start.elapsed());
}

#[test]
fn one_that_speaks_something_else_is_told_apart() {
    for said in
        [&b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"[..], b"\0\0\0\0\0\0\0\0\0\0\0", b"x", b""]
    {
        let broken = Connections::start(move |mut socket| drop(socket.write_all(said)));
        let message = open(&uri(&broken)).fails(128);
        assert!(message.contains("it does not answer as a key service"), "{message}");
    }
}

#[test]
fn an_answer_that_breaks_off_or_is_no_grpc_is_an_error() {
    let start = |status| headers(&[(":status", status), ("content-type", "application/grpc")]);
    let frames = [
        frame(HEADERS, END_HEADERS, 1, &start("200")),
        [frame(HEADERS, END_HEADERS, 1, &start("200")), frame(DATA, 0, 1, b"\0\0\0\0\x20short")].concat(),
        frame(HEADERS, END_HEADERS | 1, 1, &start("503")),
        frame(HEADERS, END_HEADERS | 1, 1, &start("200")),
        frame(HEADERS, END_HEADERS, 1, &[0xFF; 20]),
    ];
    for said in frames {
        let said = [frame(SETTINGS, 0, 0, &[]), said].concat();
        let cut = Connections::start(move |mut socket| {
            // The request has to be there first.
            let _ = socket.read(&mut [0; 4096]).and_then(|_| socket.write_all(&said));
            std::thread::sleep(Duration::from_millis(50));
        });
        let message = open(&uri(&cut)).fails(128);
        assert!(message.contains(&format!("the key service {}: ", uri(&cut))), "{message}");
    }
}

#[test]
fn an_answer_that_no_data_key_can_be_is_an_error() {
    for length in [0, 1, 31, 34, 4000] {
        let wrong = fake(move |_| Reply::with(&vec![7; length]));
        let message = open(&uri(&wrong)).fails(128);
        assert!(
            message.contains(&format!("its answer has {length} bytes, which no data key has")),
            "{message}"
        );
    }
    // A share where there is one group.
    let share = fake(|_| Reply::with(&[7; 33]));
    open(&uri(&share)).fails(128);
    let huge = fake(|_| Reply { body: b"\0\x40\0\0\0abc".to_vec(), ..Reply::with(b"") });
    assert!(open(&uri(&huge)).fails(128).contains("OutOfRange"));
    let garbage = fake(|_| Reply { body: b"\0\0\0\0\x03\xff\xff\xff".to_vec(), ..Reply::with(b"") });
    assert!(open(&uri(&garbage)).fails(128).contains("it said Internal"));
}

#[test]
fn another_files_data_key_opens_nothing() {
    let lying = fake(|_| Reply::with(&[7; 32]));
    let message = open(&uri(&lying)).fails(25);
    assert!(message.contains("sealed.yaml"), "{message}");
}

#[test]
fn a_service_that_gives_the_data_key_back_seals_nothing() {
    let data_keys: Arc<Mutex<Vec<Vec<u8>>>> = Arc::default();
    let seen = Arc::clone(&data_keys);
    let echo = fake(move |request| {
        let data_key = &request[request.len() - 32..];
        seen.lock().expect("a log").push(data_key.to_vec());
        Reply::with(data_key)
    });
    assert!(seal(&uri(&echo)).contains("its answer is no wrapped key"));
    for text in ["", "text", "vault:v1:AAAA", "-----BEGIN AGE ENCRYPTED FILE-----\n\u{1b}[2J", "\u{fc}"] {
        let wrong = fake(move |_| Reply::with(text.as_bytes()));
        assert!(seal(&uri(&wrong)).contains("its answer is no wrapped key"), "{text:?}");
    }
    assert_eq!(data_keys.lock().expect("a log").len(), 1);
}

#[test]
fn what_a_service_says_is_one_clean_short_line_without_the_data_key() {
    let rude = fake(|_| Reply::refusal(format!("%1B[2J%0Aline%7F{}", "x".repeat(4000))));
    let message = open(&uri(&rude)).fails(128);
    let line = message.lines().find(|line| line.contains("it said Unknown")).expect("what it said");
    assert!(!line.contains(['\u{1b}', '\u{7f}']) && line.len() < 500, "{line}");
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let seen: Arc<Mutex<String>> = Arc::default();
    let kept = Arc::clone(&seen);
    let leak = fake(move |request| {
        let text = hex(&request[request.len() - 32..]);
        kept.lock().expect("a log").clone_from(&text);
        Reply::refusal(format!("can't wrap {text}"))
    });
    let message = seal(&uri(&leak));
    assert!(message.contains("its message holds the data key"), "{message}");
    assert!(!message.contains(seen.lock().expect("a log").as_str()));
}
