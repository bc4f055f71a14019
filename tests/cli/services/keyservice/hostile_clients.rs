//! Clients that send garbage, too much, or nothing do no harm to others.

use super::frames::{
    DATA, END_HEADERS, END_STREAM, HEADERS, PREFACE, SETTINGS, field, frame, headers, message,
};
use super::{PLAIN, Service, Who, keyless, sealed_for};
use crate::support::sandbox::Sandbox;
use crate::support::terminal::until;
use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{Shutdown, TcpStream};
use std::time::Duration;

fn connect(service: &Service) -> TcpStream {
    let address = service.uri.strip_prefix("tcp://").expect("TCP");
    let socket = TcpStream::connect(address).expect("a connection");
    socket.set_read_timeout(Some(Duration::from_secs(30))).expect("a limit");
    socket
}

/// Sends these bytes and waits until the server closes the connection, or has answered the request.
fn send(service: &Service, bytes: &[u8]) {
    let mut socket = connect(service);
    // It may close before all is said.
    let _ = socket.write_all(bytes).and_then(|()| socket.shutdown(Shutdown::Write));
    let end = socket.read_to_end(&mut Vec::new());
    assert!(end.is_ok() || end.is_err_and(|error| error.kind() == ErrorKind::ConnectionReset));
}

/// A call of a method with this body.
fn call(path: &str, body: &[u8]) -> Vec<u8> {
    let head = headers(&[
        (":method", "POST"),
        (":scheme", "http"),
        (":path", path),
        (":authority", "localhost"),
        ("content-type", "application/grpc"),
        ("te", "trailers"),
    ]);
    let frames =
        [frame(SETTINGS, 0, 0, &[]), frame(HEADERS, END_HEADERS, 1, &head), frame(DATA, END_STREAM, 1, body)];
    [PREFACE, &frames.concat()].concat()
}

#[test]
fn garbage_is_answered_with_an_end() {
    let sandbox = Sandbox::new();
    let service = Service::ours_on_tcp(&sandbox, &["alice"]);
    let key = field(1, &field(6, &field(1, b"age1x")));
    let no_utf8 = field(1, &field(6, &field(1, b"\xff\xfe")));
    let bodies: Vec<(&str, Vec<u8>)> = vec![
        ("/KeyService/Encrypt", Vec::new()),
        ("/KeyService/Encrypt", b"\0\x40\0\0\0abc".to_vec()),
        ("/KeyService/Encrypt", b"\x01\0\0\0\x03abc".to_vec()),
        ("/KeyService/Encrypt", message(b"\xff\xff\xff\xff")),
        ("/KeyService/Encrypt", message(b"")),
        ("/KeyService/Encrypt", message(&[&key[..], &field(2, &[7; 31])].concat())),
        ("/KeyService/Encrypt", message(&[&key[..], &field(2, &[7; 32])].concat())),
        ("/KeyService/Encrypt", message(&no_utf8)),
        ("/KeyService/Encrypt", message(&field(1, &field(15, b"unknown")))),
        ("/KeyService/Decrypt", message(&[&key[..], &field(2, b"\xff\xfe")].concat())),
        ("/KeyService/Decrypt", message(&[&key[..], &field(2, b"text")].concat())),
        ("/KeyService/Other", message(b"")),
        ("/", message(b"")),
    ];
    for (path, body) in bodies {
        send(&service, &call(path, &body));
    }
    for bytes in [&b"GET / HTTP/1.1\r\nHost: h\r\n\r\n"[..], b"", b"PRI * HTTP", &[0xFF; 5000]] {
        send(&service, bytes);
    }
    send(&service, &[PREFACE, &[0xFF; 100]].concat());
    send(&service, &[PREFACE, &frame(HEADERS, END_HEADERS, 1, &[0xFF; 50])].concat());
    let sealed = sealed_for(&sandbox, &["alice"]);
    let args = ["decrypt", "--keyservice", &service.uri, sealed];
    assert_eq!(keyless(&sandbox, Who::Ours, &args).text(), PLAIN);
    assert_eq!(keyless(&sandbox, Who::Sops, &args).text(), PLAIN);
    let outcome = service.end();
    assert_eq!(outcome.stderr, "", "a panic, perhaps");
}

#[test]
fn silent_clients_keep_nobody_out_for_long() {
    let sandbox = Sandbox::new();
    let service = Service::ours_on_tcp(&sandbox, &["alice"]);
    let sealed = sealed_for(&sandbox, &["alice"]);
    let mut silent: Vec<TcpStream> = (0..100).map(|_| connect(&service)).collect();
    // Half a preface is no better.
    silent.iter_mut().step_by(2).for_each(|socket| drop(socket.write_all(&PREFACE[..10])));
    let opened = until(|| {
        let outcome = keyless(&sandbox, Who::Ours, &["decrypt", "--keyservice", &service.uri, sealed]);
        outcome.success().then_some(outcome.stdout)
    });
    assert_eq!(opened.as_deref(), Some(PLAIN.as_bytes()));
}

#[test]
fn a_key_of_a_kind_that_the_server_does_not_know_is_not_found() {
    let sandbox = Sandbox::new();
    let service = Service::ours(&sandbox, "keys.sock", &[], &[]);
    sandbox.write("plain.yaml", PLAIN);
    let key = "tr-west-1:7d8f6a5b-9c3e-4a1b-8d2f-1e0c9b8a7f6e";
    let args = [
        "encrypt",
        "--enable-local-keyservice=false",
        "--keyservice",
        &service.uri,
        "--hckms",
        key,
        "plain.yaml",
    ];
    for (who, said) in [(Who::Ours, "NotFound"), (Who::Sops, "code = NotFound")] {
        let message = keyless(&sandbox, who, &args).fails(1);
        assert!(message.contains(said) && message.contains("no use for hckms keys"), "{message}");
    }
}
