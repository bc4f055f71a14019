//! A place that nothing may connect to.

use std::io::ErrorKind;
use std::net::TcpListener;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

pub struct Trap(TcpListener);

impl Trap {
    pub fn new() -> Trap {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        listener.set_nonblocking(true).expect("a listener that does not wait");
        Trap(listener)
    }

    pub fn url(&self, scheme: &str) -> String {
        format!("{scheme}://{}", self.0.local_addr().expect("a port"))
    }

    /// Nobody has connected since the last question.
    #[track_caller]
    pub fn is_untouched(&self) {
        match self.0.accept() {
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            other => panic!("somebody connected: {other:?}"),
        }
    }

    /// How often `work` connects; nothing is ever answered.
    pub fn touched_by(&self, work: impl FnOnce()) -> usize {
        let (done, count) = (AtomicBool::new(false), AtomicUsize::new(0));
        std::thread::scope(|scope| {
            scope.spawn(|| {
                while !done.load(Ordering::SeqCst) {
                    match self.0.accept() {
                        Ok(_) => drop(count.fetch_add(1, Ordering::SeqCst)),
                        Err(_) => std::thread::sleep(Duration::from_millis(5)),
                    }
                }
            });
            work();
            done.store(true, Ordering::SeqCst);
        });
        count.into_inner()
    }
}
