//! The server that the other tests of this folder stand on is strict itself, and stops.

use crate::support::sandbox::Sandbox;
use crate::support::server::{Answer, Authority, Proxy, Response, Server, ask, connect};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use serde_json::json;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::{Duration, Instant};

fn echo() -> Server {
    Server::plain(|request| Answer::json(200, &json!({ "body": String::from_utf8_lossy(&request.body) })))
}

/// Sends these bytes on a new connection and reads until it ends.
fn exchange(port: u16, bytes: &str) -> String {
    let mut socket = connect(port).expect("a connection");
    socket.write_all(bytes.as_bytes()).expect("bytes are taken");
    let mut answer = String::new();
    socket.read_to_string(&mut answer).expect("the connection ends");
    answer
}

#[test]
fn requests_come_one_after_the_other_and_are_remembered() {
    let server = echo();
    let answer = exchange(
        server.port(),
        "POST /a?x=%20y+z&n HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc\
         POST /b HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nde\r\n1\r\nf\r\n0\r\n\r\n\
         POST /c HTTP/1.1\r\nHost: h\r\nContent-Type: application/x-www-form-urlencoded\r\n\
         Connection: close\r\nContent-Length: 7\r\n\r\nk=v%3Dw",
    );
    let places: Vec<_> = ["abc", "def", "k=v%3Dw"].iter().map(|body| answer.find(body)).collect();
    assert!(places.is_sorted() && places[0].is_some(), "{answer}");
    assert_eq!(answer.matches("HTTP/1.1 200").count(), 3, "{answer}");
    let requests = server.requests();
    let [a, b, c] = &requests[..] else { panic!("{requests:?}") };
    assert_eq!((a.method.as_str(), a.path(), a.header("host")), ("POST", "/a", Some("h")));
    assert_eq!(a.query(), [("x".to_owned(), " y z".to_owned()), ("n".to_owned(), String::new())]);
    assert_eq!((b.body.as_slice(), b.header("content-length")), (&b"def"[..], None));
    assert_eq!(c.form(), [("k".to_owned(), "v=w".to_owned())]);
    exchange(
        server.port(),
        "PUT / HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: 7\r\n\r\n{\"a\":1}",
    );
    assert_eq!(server.requests()[3].json(), json!({ "a": 1 }));
}

#[test]
fn what_is_not_proper_http_gets_400_and_is_not_remembered() {
    let server = echo();
    for broken in [
        "GET / HTTP/1.0\r\nHost: h\r\n\r\n",
        "GET http://h/ HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\nHost: h\n\n",
        "GET / HTTP/1.1\r\nHost: h\r\nHost: h\r\n\r\n",
        "GET / HTTP/1.1\r\nHost : h\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: +1\r\n\r\na",
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999999\r\n\r\n",
        "\u{16}\u{3}\u{1} hello\r\n",
    ] {
        let answer = exchange(server.port(), broken);
        assert!(answer.starts_with("HTTP/1.1 400 "), "{broken:?}: {answer:?}");
    }
    assert!(server.requests().is_empty(), "{:?}", server.requests());
}

#[test]
fn a_server_can_be_broken_silent_or_gone() {
    let server = Server::plain(|request| match request.path() {
        "/raw" => Answer::Raw(b"HTTP/1.1 200 ok\r\nContent-Length: 9\r\n\r\ncut".to_vec()),
        "/header" => Answer::text(429, "later").with("Retry-After", "1"),
        "/silence" => Answer::Silence,
        _ => Answer::Close,
    });
    let get = |path: &str| format!("GET {path} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    assert!(exchange(server.port(), &get("/raw")).ends_with("\r\n\r\ncut"));
    assert!(exchange(server.port(), &get("/header")).contains("\r\nRetry-After: 1\r\n"));
    assert_eq!(exchange(server.port(), &get("/close")), "");
    let mut silent = connect(server.port()).expect("a connection");
    silent.set_read_timeout(Some(Duration::from_millis(200))).expect("a limit");
    silent.write_all(get("/silence").as_bytes()).expect("bytes are taken");
    assert!(silent.read(&mut [0]).is_err(), "neither bytes nor an end");
    let (port, start) = (server.port(), Instant::now());
    drop(server);
    assert!(start.elapsed() < Duration::from_secs(20), "the silent connection does not hold it");
    assert!(TcpStream::connect(("127.0.0.1", port)).is_err(), "nobody listens any more");
    assert!(matches!(silent.read(&mut [0]), Ok(0) | Err(_)));
}

#[test]
#[should_panic(expected = "a server's handler panicked")]
fn what_a_handler_asserts_counts() {
    let server = Server::plain(|request| panic!("an unexpected {} for the sake of a test", request.method));
    let asked = ask(connect(server.port()).expect("a connection"), "GET /", &[], b"");
    assert!(asked.is_err());
}

/// A call through TLS, by this name of the server, that trusts this certificate.
fn call(socket: TcpStream, name: &'static str, pem: &[u8]) -> std::io::Result<Response> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(pem).expect("a certificate")).expect("an authority");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let config = config.expect("protocols").with_root_certificates(roots).with_no_client_auth();
    let name = ServerName::try_from(name).expect("a name");
    let tls = ClientConnection::new(Arc::new(config), name).expect("a connection");
    ask(StreamOwned::new(tls, socket), "PUT /x", &[("X-Who", "me")], b"secret")
}

#[test]
fn a_certificate_is_for_the_names_that_were_given_and_for_loopback() {
    let authority = Authority::new(&["myvault.vault.azure.net"]);
    let server = Server::tls(&authority, |request| Answer::text(201, request.header("x-who").unwrap_or("")));
    assert_eq!(server.url(), format!("https://127.0.0.1:{}", server.port()));
    let sandbox = Sandbox::new();
    let pem = std::fs::read(authority.write(&sandbox.home())).expect("a file");
    assert_eq!(pem, authority.pem().as_bytes());
    let socket = || connect(server.port()).expect("a connection");
    for name in ["127.0.0.1", "localhost", "myvault.vault.azure.net"] {
        let answer = call(socket(), name, &pem).expect("an answer");
        assert_eq!((answer.status, answer.text()), (201, "me".to_owned()));
    }
    let refused = call(socket(), "vault.azure.net", &pem).expect_err("another name");
    assert!(refused.to_string().contains("not valid for name"), "{refused}");
    let refused = call(socket(), "localhost", Authority::new(&[]).pem().as_bytes()).expect_err("no trust");
    assert!(refused.to_string().contains("invalid peer certificate"), "{refused}");
    assert_eq!(server.requests().len(), 3);
}

#[test]
fn a_proxy_leads_every_name_to_one_port_and_remembers_it() {
    let authority = Authority::new(&["kms.example"]);
    let server = Server::tls(&authority, |_| Answer::json(200, &json!({ "from": "the test" })));
    let proxy = Proxy::to(server.port());
    let port = proxy.url().rsplit_once(':').and_then(|(_, port)| port.parse().ok()).expect("a port");
    let mut socket = connect(port).expect("a connection");
    let connect_to = b"CONNECT kms.example:443 HTTP/1.1\r\nHost: kms.example:443\r\n\r\n";
    socket.write_all(connect_to).expect("bytes are taken");
    let mut head = [0; b"HTTP/1.1 200 go ahead\r\n\r\n".len()];
    socket.read_exact(&mut head).expect("the tunnel");
    let answer = call(socket, "kms.example", authority.pem().as_bytes()).expect("an answer");
    assert_eq!(answer.json()["from"], "the test");
    assert_eq!(proxy.names(), ["kms.example:443"]);
    assert_eq!(server.requests()[0].body, b"secret");
    assert!(exchange(port, "GET / HTTP/1.1\r\nHost: h\r\n\r\n").starts_with("HTTP/1.1 405 "));
    assert_eq!(proxy.names().len(), 1);
}
