//! A listener on a free port of loopback with a thread per connection; all of them end when it is dropped.

use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{JoinHandle, spawn};

pub struct Connections {
    port: u16,
    closing: Arc<AtomicBool>,
    /// Gives back what it accepted.
    acceptor: Option<JoinHandle<Vec<Accepted>>>,
}

/// A handle to the socket, and the thread that serves it.
type Accepted = (TcpStream, JoinHandle<()>);

impl Connections {
    pub fn start(serve: impl Fn(TcpStream) + Send + Sync + 'static) -> Connections {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let closing = Arc::new(AtomicBool::new(false));
        let (serve, closed) = (Arc::new(serve), Arc::clone(&closing));
        let acceptor = spawn(move || {
            let mut accepted = Vec::new();
            for socket in listener.incoming() {
                if closed.load(Ordering::SeqCst) {
                    break;
                }
                let socket = socket.expect("a connection");
                let (serve, handle) = (Arc::clone(&serve), socket.try_clone().expect("a second handle"));
                accepted.push((socket, spawn(move || serve_and_close(&*serve, handle))));
            }
            accepted
        });
        Connections { port, closing, acceptor: Some(acceptor) }
    }

    pub fn port(&self) -> u16 {
        self.port
    }
}

/// The peer sees the end even though the acceptor still holds a handle, and also when a test's handler panics.
fn serve_and_close(serve: &impl Fn(TcpStream), socket: TcpStream) {
    let handle = socket.try_clone().expect("a second handle");
    let served = catch_unwind(AssertUnwindSafe(|| serve(socket)));
    let _ = handle.shutdown(Shutdown::Both);
    if let Err(panic) = served {
        resume_unwind(panic);
    }
}

impl Drop for Connections {
    fn drop(&mut self) {
        self.closing.store(true, Ordering::SeqCst);
        // Nobody but this last visitor wakes the acceptor.
        let _visitor = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port));
        let accepted = self.acceptor.take().and_then(|acceptor| acceptor.join().ok()).unwrap_or_default();
        let ends = accepted.into_iter().map(|(socket, thread)| {
            let _ = socket.shutdown(Shutdown::Both);
            thread.join()
        });
        let panicked = ends.filter(Result::is_err).count();
        if panicked > 0 && !std::thread::panicking() {
            panic!("a server's handler panicked {panicked} times: see above");
        }
    }
}
