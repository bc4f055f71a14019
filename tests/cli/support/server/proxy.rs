//! An HTTP proxy for `HTTPS_PROXY`: names of real services lead to a server of the test.

use super::Answer;
use super::connections::Connections;
use super::message::Request;
use std::io::{BufReader, Write};
use std::net::{Ipv4Addr, Shutdown, TcpStream};
use std::sync::{Arc, Mutex};

pub struct Proxy {
    connections: Connections,
    names: Arc<Mutex<Vec<String>>>,
}

impl Proxy {
    /// Leads every `CONNECT` to this port of loopback.
    pub fn to(port: u16) -> Proxy {
        let names = Arc::default();
        let log: Arc<Mutex<Vec<String>>> = Arc::clone(&names);
        let connections = Connections::start(move |client| {
            let mut client = BufReader::new(client);
            let Ok(Some(request)) = Request::read(&mut client) else { return };
            if request.method != "CONNECT" {
                let _ = client.get_mut().write_all(&Answer::text(405, "only CONNECT").bytes());
                return;
            }
            log.lock().expect("no thread panics with the log").push(request.target);
            let server = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).expect("the server of the test");
            if client.get_mut().write_all(b"HTTP/1.1 200 go ahead\r\n\r\n").is_ok() {
                join(client, &server);
            }
        });
        Proxy { connections, names }
    }

    /// What `HTTPS_PROXY` is set to.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.connections.port())
    }

    /// Each `host:port` that was asked for.
    pub fn names(&self) -> Vec<String> {
        self.names.lock().expect("no thread panics with the log").clone()
    }
}

/// Carries bytes both ways until both have ended.
fn join(mut client: BufReader<TcpStream>, server: &TcpStream) {
    let back = client.get_ref().try_clone().expect("a second handle");
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let _ = std::io::copy(&mut &*server, &mut &back);
            let _ = back.shutdown(Shutdown::Both);
        });
        let _ = std::io::copy(&mut client, &mut &*server);
        let _ = server.shutdown(Shutdown::Both);
    });
}
