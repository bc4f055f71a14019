//! Whom a client trusts, and as whom it shows itself.

use super::error::HttpError;
use crate::keys::env::Env;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What differs from the usual: the system's authorities, no certificate of our own, the name of the URL.
#[derive(Clone, Default)]
pub(in crate::keys) struct Tls {
    /// PEM files of the only authorities that are trusted, in place of the system's.
    pub ca_file: Option<PathBuf>,
    pub ca_path: Option<PathBuf>,
    /// PEM files that the client shows to a server that asks.
    pub client_cert: Option<PathBuf>,
    pub client_key: Option<PathBuf>,
    /// The name that the server's certificate must have.
    pub server_name: Option<String>,
    /// Whether any certificate is accepted.
    pub skip_verify: bool,
}

impl Tls {
    /// Reads the files. The provider of the cryptography is said here, so that nothing depends on one for the whole
    /// process.
    pub(super) fn load(&self, env: &Env) -> Result<ClientConfig, HttpError> {
        let provider = Arc::new(ring::default_provider());
        let builder = ClientConfig::builder_with_provider(provider.clone())
            .with_safe_default_protocol_versions()
            .map_err(|fault| HttpError::tls(&fault))?;
        let builder = if self.skip_verify {
            builder.dangerous().with_custom_certificate_verifier(Arc::new(AcceptAny(provider)))
        } else {
            builder.with_root_certificates(self.roots(env)?)
        };
        match (&self.client_cert, &self.client_key) {
            (Some(cert), Some(key)) => {
                let (chain, secret) = (certificates(cert)?, private_key(key)?);
                let unfit = |fault: rustls::Error| HttpError::file(key, fault);
                builder.with_client_auth_cert(chain, secret).map_err(unfit)
            }
            _ => Ok(builder.with_no_client_auth()),
        }
    }

    /// The authorities, in words.
    pub(super) fn whom(&self, env: &Env) -> String {
        let own = self.ca_file.clone().or_else(|| self.ca_path.clone());
        match own.or_else(|| env.path("SSL_CERT_FILE")).or_else(|| env.path("SSL_CERT_DIR")) {
            Some(path) => path.display().to_string(),
            None => "this system".into(),
        }
    }

    fn roots(&self, env: &Env) -> Result<RootCertStore, HttpError> {
        let own = (self.ca_file.clone(), self.ca_path.clone());
        let named = match own {
            (None, None) => (env.path("SSL_CERT_FILE"), env.path("SSL_CERT_DIR")),
            own => own,
        };
        let found = match &named {
            (None, None) => rustls_native_certs::load_native_certs(),
            (file, folder) => rustls_native_certs::load_certs_from_paths(file.as_deref(), folder.as_deref()),
        };
        let mut roots = RootCertStore::empty();
        let (added, _) = roots.add_parsable_certificates(found.certs);
        if added == 0 {
            let why = found.errors.first().map_or("it holds no certificate".into(), ToString::to_string);
            return Err(HttpError::file(
                named.0.or(named.1).unwrap_or_else(|| "the system's authorities".into()),
                why,
            ));
        }
        Ok(roots)
    }
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, HttpError> {
    let fault = |fault: rustls::pki_types::pem::Error| HttpError::file(path, fault);
    let chain: Vec<_> =
        CertificateDer::pem_file_iter(path).map_err(fault)?.collect::<Result<_, _>>().map_err(fault)?;
    if chain.is_empty() {
        return Err(HttpError::file(path, "it holds no certificate"));
    }
    Ok(chain)
}

/// The error of the parser could quote the file, so it is not told.
fn private_key(path: &Path) -> Result<PrivateKeyDer<'static>, HttpError> {
    PrivateKeyDer::from_pem_file(path).map_err(|fault| match fault {
        rustls::pki_types::pem::Error::Io(fault) => HttpError::file(path, fault),
        _ => HttpError::file(path, "it holds no private key in PEM"),
    })
}

/// Takes any certificate, but only from who has its key.
#[derive(Debug)]
struct AcceptAny(Arc<CryptoProvider>);

impl ServerCertVerifier for AcceptAny {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, cert, signed, &self.0.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, cert, signed, &self.0.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
