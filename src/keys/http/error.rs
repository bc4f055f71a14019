//! Why a call got no reply.

use crate::keys::recipient::printable;
use std::io;
use std::path::PathBuf;
use std::time::Duration;
use ureq::Timeout;

/// A call without a reply. Never holds a URL, a header or a body.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(in crate::keys) enum HttpError {
    #[error("nothing answers there: the connection was refused")]
    Refused,
    #[error("the host can't be reached")]
    Unreachable,
    #[error("the host name was not found")]
    NameNotFound,
    #[error("its certificate is not signed by an authority of {0}")]
    Untrusted(String),
    #[error("its certificate is not accepted: {0}")]
    Certificate(String),
    #[error("TLS failed: {0}")]
    Tls(String),
    #[error("no connection within {} s", .0.as_secs_f32())]
    NoConnection(Duration),
    #[error("no answer within {} s", .0.as_secs_f32())]
    TimedOut(Duration),
    #[error("the connection was closed before the reply was complete")]
    Closed,
    #[error("the reply is not sound HTTP")]
    NotHttp,
    #[error("the reply is not JSON")]
    NotJson,
    #[error("the reply has more than {0} bytes")]
    TooLarge(usize),
    #[error("it answered with a redirect (status {0}), which is not followed")]
    Redirect(u16),
    #[error("the proxy of {0} did not connect to it")]
    Proxy(&'static str),
    #[error("the proxy of {0} can't be reached")]
    NoProxy(&'static str),
    #[error("{0} is not the URL of a proxy: expected http://HOST:PORT")]
    ProxyUrl(&'static str),
    #[error("the value for the header {0} is not one line of text")]
    Header(String),
    #[error("the URL can't be called")]
    Url,
    #[error("cannot use {}: {why}", .path.display())]
    File { path: PathBuf, why: String },
    #[error("{0}")]
    Failed(String),
}

impl HttpError {
    /// Whether another try may go better.
    pub(super) fn is_of_the_connection(&self) -> bool {
        matches!(self, HttpError::Refused | HttpError::Unreachable | HttpError::Closed)
    }

    pub(super) fn file(path: impl Into<PathBuf>, why: impl ToString) -> HttpError {
        HttpError::File { path: path.into(), why: why.to_string() }
    }

    pub(super) fn of(fault: ureq::Error, connect: Duration, whole: Duration) -> HttpError {
        match fault {
            ureq::Error::Timeout(Timeout::Resolve | Timeout::Connect) => HttpError::NoConnection(connect),
            ureq::Error::Timeout(_) => HttpError::TimedOut(whole),
            ureq::Error::HostNotFound => HttpError::NameNotFound,
            ureq::Error::Http(_) | ureq::Error::BadUri(_) => HttpError::Url,
            ureq::Error::Protocol(_) => HttpError::NotHttp,
            ureq::Error::LargeResponseHeader(most, _) => HttpError::TooLarge(most),
            ureq::Error::ConnectProxyFailed(_) => HttpError::Proxy("the environment"),
            ureq::Error::ConnectionFailed => HttpError::Unreachable,
            ureq::Error::Rustls(fault) => HttpError::tls(&fault),
            ureq::Error::Io(fault) => HttpError::io(fault, whole),
            ureq::Error::Other(fault) => match fault.downcast::<HttpError>() {
                Ok(fault) => *fault,
                Err(fault) => HttpError::Failed(printable(&fault.to_string(), 200)),
            },
            other => HttpError::Failed(printable(&other.to_string(), 200)),
        }
    }

    fn io(fault: io::Error, whole: Duration) -> HttpError {
        if let Some(tls) = fault.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
            return HttpError::tls(tls);
        }
        match fault.kind() {
            io::ErrorKind::ConnectionRefused => HttpError::Refused,
            io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable => HttpError::Unreachable,
            io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => HttpError::TimedOut(whole),
            io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::BrokenPipe
            | io::ErrorKind::NotConnected
            | io::ErrorKind::UnexpectedEof => HttpError::Closed,
            _ => HttpError::Failed(printable(&fault.to_string(), 200)),
        }
    }

    pub(super) fn tls(fault: &rustls::Error) -> HttpError {
        use rustls::{AlertDescription, CertificateError, Error};
        match fault {
            // An authority that merely has the name of ours signs otherwise.
            Error::InvalidCertificate(CertificateError::UnknownIssuer | CertificateError::BadSignature) => {
                HttpError::Untrusted("this system".into())
            }
            Error::InvalidCertificate(fault) => HttpError::Certificate(printable(&fault.to_string(), 200)),
            Error::AlertReceived(AlertDescription::CertificateRequired) => {
                HttpError::Tls("the server asks for a certificate of the client".into())
            }
            Error::InvalidMessage(_) => HttpError::Tls("the reply is not TLS, is it plain http?".into()),
            other => HttpError::Tls(printable(&other.to_string(), 200)),
        }
    }

    /// The same with the variable that named the proxy on the way.
    pub(super) fn through(self, variable: &'static str) -> HttpError {
        match self {
            HttpError::Refused | HttpError::Unreachable | HttpError::NameNotFound => {
                HttpError::NoProxy(variable)
            }
            HttpError::Proxy(_) => HttpError::Proxy(variable),
            other => other,
        }
    }

    /// Names whom the client trusts.
    pub(super) fn trusting(self, whom: &str) -> HttpError {
        match self {
            HttpError::Untrusted(_) => HttpError::Untrusted(whom.to_owned()),
            other => other,
        }
    }
}
