//! A throwaway certificate authority, and TLS in its name.

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, KeyUsagePurpose};
use rustls::crypto::ring;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::sync::Arc;

#[derive(Clone)]
pub struct Authority {
    certificate: String,
    leaf: String,
    key: String,
    server: Arc<ServerConfig>,
}

impl Authority {
    /// It vouches for 127.0.0.1, localhost, and these names.
    pub fn new(names: &[&str]) -> Authority {
        let mut own = CertificateParams::default();
        own.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        own.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        own.distinguished_name.push(rcgen::DnType::CommonName, "throwaway authority of a test");
        let key = KeyPair::generate().expect("a key");
        let certificate = own.self_signed(&key).expect("a certificate").pem();
        let issuer = Issuer::new(own, key);

        let names: Vec<String> =
            ["127.0.0.1", "localhost"].iter().chain(names).map(|name| (*name).to_owned()).collect();
        let mut leaf = CertificateParams::new(names).expect("names of hosts");
        leaf.extended_key_usages = vec![rcgen::ExtendedKeyUsagePurpose::ServerAuth];
        leaf.use_authority_key_identifier_extension = true;
        let key = KeyPair::generate().expect("a key");
        let signed = leaf.signed_by(&key, &issuer).expect("a certificate");
        let (leaf, key_text) = (signed.pem(), key.serialize_pem());
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let mut server = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("protocols")
            .with_no_client_auth()
            .with_single_cert(vec![signed.der().clone()], key)
            .expect("a certificate and its key");
        server.alpn_protocols = vec![b"http/1.1".to_vec()];
        Authority { certificate, leaf, key: key_text, server: Arc::new(server) }
    }

    /// The authority's own certificate, in PEM.
    pub fn pem(&self) -> &str {
        &self.certificate
    }

    /// The same as the file `ca.pem` of a folder, for `SSL_CERT_FILE` and the like.
    pub fn write(&self, folder: &Path) -> PathBuf {
        let path = folder.join("ca.pem");
        std::fs::write(&path, &self.certificate).expect("a certificate in a folder");
        path
    }

    /// A certificate of this authority and its key as files of a folder, for a server that is a program of its own.
    pub fn write_server(&self, folder: &Path) -> (PathBuf, PathBuf) {
        let (certificate, key) = (folder.join("server.pem"), folder.join("server.key"));
        std::fs::write(&certificate, &self.leaf).expect("a certificate in a folder");
        std::fs::write(&key, &self.key).expect("a key in a folder");
        (certificate, key)
    }

    pub(super) fn encrypted(&self, socket: TcpStream) -> StreamOwned<ServerConnection, TcpStream> {
        let tls = ServerConnection::new(Arc::clone(&self.server)).expect("a connection");
        StreamOwned::new(tls, socket)
    }
}
