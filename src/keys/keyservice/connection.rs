//! A connection whose other side has to say something soon.

use super::GREETING;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep};
use tonic::transport::server::Connected;

/// A socket of either kind.
pub(super) trait Socket: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Socket for S {}

/// Reading fails when fewer than the expected bytes have arrived in time. HTTP/2 itself would wait for ever: clients for a
/// server that accepts and is silent, servers for a client that connects and does nothing.
pub(super) struct Connection {
    socket: Box<dyn Socket>,
    /// How many bytes are still awaited, and until when.
    awaited: Option<(usize, Pin<Box<Sleep>>)>,
    /// Given back when the connection ends.
    _seat: Option<Seat>,
}

/// A place among the connections that a server allows.
pub(super) type Seat = std::sync::Arc<()>;

impl Connection {
    /// A server's first words are a frame of settings.
    pub(super) fn to_server(socket: impl Socket + 'static) -> Connection {
        const FRAME_HEADER: usize = 9;
        Connection::new(Box::new(socket), FRAME_HEADER, None)
    }

    /// A client's first words are the preface of HTTP/2.
    pub(super) fn of_client(socket: Box<dyn Socket>, seat: Seat) -> Connection {
        const PREFACE: usize = 24;
        Connection::new(socket, PREFACE, Some(seat))
    }

    fn new(socket: Box<dyn Socket>, awaited: usize, seat: Option<Seat>) -> Connection {
        Connection { socket, awaited: Some((awaited, Box::pin(sleep(GREETING)))), _seat: seat }
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let polled = Pin::new(&mut self.socket).poll_read(cx, buffer);
        let read = buffer.filled().len() - before;
        let Some((awaited, until)) = &mut self.awaited else { return polled };
        if polled.is_pending() {
            let seconds = GREETING.as_secs();
            let silent =
                || io::Error::new(io::ErrorKind::TimedOut, format!("it says nothing for {seconds} s"));
            return until.as_mut().poll(cx).map(|()| Err(silent()));
        }
        *awaited = awaited.saturating_sub(read);
        if *awaited == 0 {
            self.awaited = None;
        }
        polled
    }
}

impl AsyncWrite for Connection {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.socket).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_shutdown(cx)
    }
}

/// Nothing about a client is needed.
impl Connected for Connection {
    type ConnectInfo = ();

    fn connect_info(&self) {}
}
