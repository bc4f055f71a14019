//! Client certificates, of which the tests' servers of services ask for none.

use super::{Http, HttpError, Request, Settings, Tls};
use crate::keys::env::Env;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig, ServerConnection, StreamOwned};
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::path::Path;
use std::sync::Arc;
use std::thread::JoinHandle;

/// Takes so many connections, from who has a certificate of this authority, and answers one request on each.
fn server(
    issuer: &Issuer<'_, KeyPair>,
    authority: &rcgen::Certificate,
    count: usize,
) -> (u16, JoinHandle<()>) {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut roots = RootCertStore::empty();
    roots.add(authority.der().clone()).unwrap();
    let verifier =
        WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider)).build().unwrap();
    let key = KeyPair::generate().unwrap();
    let leaf = CertificateParams::new(vec!["localhost".into()]).unwrap().signed_by(&key, issuer).unwrap();
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_client_cert_verifier(verifier)
        .with_single_cert(
            vec![leaf.der().clone()],
            PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der())),
        )
        .unwrap();
    let (config, listener) = (Arc::new(config), TcpListener::bind("127.0.0.1:0").unwrap());
    let port = listener.local_addr().unwrap().port();
    let serve = move || {
        for _ in 0..count {
            let tls = ServerConnection::new(Arc::clone(&config)).unwrap();
            let mut wire = BufReader::new(StreamOwned::new(tls, listener.accept().unwrap().0));
            let mut line = String::new();
            while wire.read_line(&mut line).is_ok_and(|length| length > 2) {
                line.clear();
            }
            let _ = wire.get_mut().write_all(b"HTTP/1.1 200 ok\r\nContent-Length: 2\r\n\r\n{}");
            let _ = wire.get_mut().flush();
        }
    };
    (port, std::thread::spawn(serve))
}

fn write(folder: &Path, name: &str, text: &str) -> Option<std::path::PathBuf> {
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    Some(path)
}

#[test]
fn a_client_shows_its_certificate_to_who_asks_for_one() {
    let mut own = CertificateParams::default();
    own.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().unwrap();
    let authority = own.self_signed(&key).unwrap();
    let issuer = Issuer::new(own, key);
    let key = KeyPair::generate().unwrap();
    let client = CertificateParams::new(vec!["client".into()]).unwrap().signed_by(&key, &issuer).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let with = Tls {
        ca_file: write(folder.path(), "ca.pem", &authority.pem()),
        client_cert: write(folder.path(), "client.pem", &client.pem()),
        client_key: write(folder.path(), "key.pem", &key.serialize_pem()),
        ..Tls::default()
    };
    let without = Tls { client_cert: None, client_key: None, ..with.clone() };

    let (port, thread) = server(&issuer, &authority, 2);
    let url = format!("https://localhost:{port}/x");
    let ask = |tls: Tls| {
        let http = Http::with(&Env::new(|_| None, None), Settings { tls, tries: 1, ..Settings::default() });
        http.send(&Request::get(&url)).map(|reply| reply.status)
    };
    assert_eq!(ask(with), Ok(200));
    assert_eq!(ask(without), Err(HttpError::Tls("the server asks for a certificate of the client".into())));
    thread.join().unwrap();
}
