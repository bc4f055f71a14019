//! How the SDK reaches a service: TLS by ring, whom it trusts, proxies, and time limits.

use crate::keys::env::Env;
use aws_config::timeout::TimeoutConfig;
use aws_sdk_kms::config::SharedHttpClient;
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore, rustls_provider::CryptoMode};
use aws_smithy_http_client::{Builder, Connector};
use rustls::RootCertStore;
use rustls::pki_types::{CertificateDer, pem::PemObject as _};
use std::time::Duration;

/// How long one connection may take to be made, one attempt to be answered, and a call with all its attempts.
const CONNECT: Duration = Duration::from_secs(5);
const ATTEMPT: Duration = Duration::from_secs(10);
const CALL: Duration = Duration::from_secs(30);

/// The clients of a run, which share their connections.
pub(super) struct Transport {
    /// For services of AWS.
    pub services: SharedHttpClient,
    /// For what is on this machine or next to it, which no proxy leads to.
    pub nearby: SharedHttpClient,
}

impl Transport {
    /// The error says what is wrong with the user's settings.
    pub fn new(env: &Env) -> Result<Transport, String> {
        let tls = TlsContext::builder().with_trust_store(trust(env)?).build();
        let tls = tls.map_err(|_| "TLS can't be set up")?;
        Ok(Transport {
            services: client(tls.clone(), proxy(env)?),
            nearby: client(tls, ProxyConfig::disabled()),
        })
    }
}

/// As the calls to KMS, so those to the services that give credentials.
pub(super) fn time_limits() -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(CONNECT)
        .operation_attempt_timeout(ATTEMPT)
        .operation_timeout(CALL)
        .build()
}

fn client(tls: TlsContext, proxy: ProxyConfig) -> SharedHttpClient {
    // The SDK's own way to a client leaves no room for a proxy.
    Builder::new().build_with_connector_fn(move |settings, components| {
        let mut connector = Connector::builder().proxy_config(proxy.clone());
        connector.set_connector_settings(settings.cloned());
        connector.set_sleep_impl(components.and_then(|components| components.sleep_impl()));
        connector.tls_provider(Provider::Rustls(CryptoMode::Ring)).tls_context(tls.clone()).build()
    })
}

/// The system's roots (SSL_CERT_FILE counts), or in their place those of AWS_CA_BUNDLE.
fn trust(env: &Env) -> Result<TrustStore, String> {
    let Some(path) = env.path("AWS_CA_BUNDLE") else { return Ok(TrustStore::default()) };
    let unusable = |why: String| format!("the file of AWS_CA_BUNDLE, {}, {why}", path.display());
    let pem = std::fs::read(&path).map_err(|error| unusable(format!("can't be read: {error}")))?;
    // The SDK takes it for granted that every certificate can be used.
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(&pem) {
        let sound = certificate.is_ok_and(|certificate| roots.add(certificate).is_ok());
        if !sound {
            return Err(unusable("holds something else than certificates of authorities".into()));
        }
    }
    if roots.is_empty() {
        return Err(unusable("holds no certificate".into()));
    }
    Ok(TrustStore::empty().with_pem_certificate(pem))
}

/// HTTPS_PROXY and NO_PROXY, as sops takes them: never for this machine itself.
fn proxy(env: &Env) -> Result<ProxyConfig, String> {
    let either = |upper: &str, lower: &str| env.text(upper).or_else(|| env.text(lower));
    let Some(url) = either("HTTPS_PROXY", "https_proxy") else { return Ok(ProxyConfig::disabled()) };
    let url = if url.contains("://") { url } else { format!("http://{url}") };
    // It may hold a password.
    let proxy = ProxyConfig::https(url.as_str()).map_err(|_| "HTTPS_PROXY is not the URL of a proxy")?;
    let direct = either("NO_PROXY", "no_proxy").unwrap_or_default();
    Ok(proxy.no_proxy(format!("{direct},localhost,127.0.0.0/8,::1")))
}
