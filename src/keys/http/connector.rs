//! TLS over a connection: ureq's own connector knows neither another name for the server nor a faulty certificate of
//! ours without a panic.

use super::error::HttpError;
use super::tls::Tls;
use crate::keys::env::Env;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, StreamOwned};
use std::fmt;
use std::io::{Read, Write};
use std::sync::{Arc, OnceLock};
use ureq::unversioned::transport::{
    Buffers, ConnectionDetails, Connector, Either, LazyBuffers, NextTimeout, Transport, TransportAdapter,
};

/// Loads the certificates at its first https connection.
pub(super) struct TlsConnector {
    env: Env,
    tls: Tls,
    loaded: OnceLock<Result<Arc<ClientConfig>, HttpError>>,
}

impl TlsConnector {
    pub fn new(env: Env, tls: Tls) -> TlsConnector {
        TlsConnector { env, tls, loaded: OnceLock::new() }
    }

    fn config(&self) -> Result<Arc<ClientConfig>, HttpError> {
        self.loaded.get_or_init(|| self.tls.load(&self.env).map(Arc::new)).clone()
    }

    /// The error in words for people, which need to know whom we trust.
    fn fault(&self, fault: &rustls::Error) -> ureq::Error {
        ureq::Error::Other(HttpError::tls(fault).trusting(&self.tls.whom(&self.env)).into())
    }
}

impl<In: Transport> Connector<In> for TlsConnector {
    type Out = Either<In, TlsTransport>;

    fn connect(
        &self,
        details: &ConnectionDetails,
        below: Option<In>,
    ) -> Result<Option<Self::Out>, ureq::Error> {
        let Some(below) = below else { return Ok(None) };
        if !details.needs_tls() {
            return Ok(Some(Either::A(below)));
        }
        let host = details.uri.host().unwrap_or_default().trim_matches(['[', ']']);
        let name = self.tls.server_name.as_deref().unwrap_or(host).to_owned();
        let name = ServerName::try_from(name).map_err(|_| other(HttpError::Url))?;
        let config = self.config().map_err(other)?;
        let mut session = ClientConnection::new(config, name).map_err(|fault| self.fault(&fault))?;
        let mut socket = TransportAdapter::new(below.boxed(), details.current_time.clone());
        socket.set_timeout(details.timeout);
        while session.is_handshaking() {
            if let Err(error) = session.complete_io(&mut socket) {
                return Err(match error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
                    Some(fault) => self.fault(fault),
                    None => error.into(),
                });
            }
        }
        let buffers =
            LazyBuffers::new(details.config.input_buffer_size(), details.config.output_buffer_size());
        Ok(Some(Either::B(TlsTransport { buffers, stream: StreamOwned::new(session, socket) })))
    }
}

fn other(fault: HttpError) -> ureq::Error {
    ureq::Error::Other(fault.into())
}

impl fmt::Debug for TlsConnector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TlsConnector")
    }
}

/// A connection after the handshake.
pub(super) struct TlsTransport {
    buffers: LazyBuffers,
    stream: StreamOwned<ClientConnection, TransportAdapter>,
}

impl Transport for TlsTransport {
    fn buffers(&mut self) -> &mut dyn Buffers {
        &mut self.buffers
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), ureq::Error> {
        self.stream.get_mut().set_timeout(timeout);
        let output = &self.buffers.output()[..amount];
        self.stream.write_all(output)?;
        Ok(())
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, ureq::Error> {
        self.stream.get_mut().set_timeout(timeout);
        let input = self.buffers.input_append_buf();
        let amount = self.stream.read(input)?;
        self.buffers.input_appended(amount);
        Ok(amount > 0)
    }

    fn is_open(&mut self) -> bool {
        self.stream.get_mut().get_mut().is_open()
    }

    fn is_tls(&self) -> bool {
        true
    }
}

impl fmt::Debug for TlsTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TlsTransport")
    }
}
