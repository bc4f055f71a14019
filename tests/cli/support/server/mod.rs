//! A strict little HTTP/1.1 server for services that no package brings: it listens on loopback, answers as a test
//! says, and remembers what it was asked. What is not proper HTTP gets status 400 and is not remembered.

mod authority;
mod client;
mod connections;
mod message;
mod proxy;

pub use authority::Authority;
pub use client::{Response, ask, connect};
pub use message::{Answer, Request};
pub use proxy::Proxy;

pub use connections::Connections;
use std::io::{BufReader, Read, Write};
use std::sync::{Arc, Mutex};

/// Stops when it is dropped. A handler that panicked makes the drop panic, so that what it asserts counts.
pub struct Server {
    scheme: &'static str,
    connections: Connections,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl Server {
    pub fn plain(handler: impl Fn(&Request) -> Answer + Send + Sync + 'static) -> Server {
        let requests = Arc::default();
        let log = Arc::clone(&requests);
        let connections = Connections::start(move |socket| serve(socket, &log, &handler));
        Server { scheme: "http", connections, requests }
    }

    /// With a certificate for every name that the authority vouches for.
    pub fn tls(
        authority: &Authority,
        handler: impl Fn(&Request) -> Answer + Send + Sync + 'static,
    ) -> Server {
        let requests = Arc::default();
        let (log, authority) = (Arc::clone(&requests), authority.clone());
        let connections =
            Connections::start(move |socket| serve(authority.encrypted(socket), &log, &handler));
        Server { scheme: "https", connections, requests }
    }

    pub fn port(&self) -> u16 {
        self.connections.port()
    }

    /// `http://127.0.0.1:PORT`, or `https`.
    pub fn url(&self) -> String {
        format!("{}://127.0.0.1:{}", self.scheme, self.port())
    }

    /// What came so far, on any connection.
    pub fn requests(&self) -> Vec<Request> {
        self.requests.lock().expect("no thread panics with the log").clone()
    }
}

/// One connection, until one of the two has had enough.
fn serve(wire: impl Read + Write, log: &Mutex<Vec<Request>>, handler: &impl Fn(&Request) -> Answer) {
    let mut wire = BufReader::new(wire);
    loop {
        let request = match Request::read(&mut wire) {
            Ok(Some(request)) => request,
            Ok(None) => return,
            Err(wrong) => {
                let _ = wire.get_mut().write_all(&Answer::text(400, &wrong).bytes());
                return;
            }
        };
        log.lock().expect("no thread panics with the log").push(request.clone());
        let answer = handler(&request);
        match &answer {
            Answer::Close => return,
            Answer::Silence => {
                let _ = std::io::copy(&mut wire, &mut std::io::sink());
                return;
            }
            Answer::Reply { .. } | Answer::Raw(_) => {
                let sent = wire.get_mut().write_all(&answer.bytes()).and_then(|()| wire.get_mut().flush());
                if sent.is_err() || request.is_last() || matches!(answer, Answer::Raw(_)) {
                    return;
                }
            }
        }
    }
}
