//! What can happen while a person edits: a signal, or an answer at the terminal.

use signal_hook::consts::{SIGCHLD, SIGHUP, SIGINT, SIGQUIT, SIGTERM};
use signal_hook::iterator::Signals;
use std::io::{self, BufRead as _};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;

pub enum Event {
    Signal(i32),
    /// A line of standard input; `None` at its end.
    Answer(Option<String>),
}

/// Signals no longer end the process once this exists: they wait here until somebody asks.
pub struct Events {
    sender: Sender<Event>,
    receiver: Receiver<Event>,
}

impl Events {
    pub fn listen() -> io::Result<Events> {
        let (sender, receiver) = channel();
        let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGCHLD])?;
        let events = Events { sender, receiver };
        let sender = events.sender.clone();
        thread::Builder::new().spawn(move || {
            // Ends with the receiver: then there is nobody left to tell.
            let _ = signals.forever().try_for_each(|signal| sender.send(Event::Signal(signal)));
        })?;
        Ok(events)
    }

    /// The next event, if there is one within this time.
    pub fn within(&self, time: Duration) -> Option<Event> {
        self.receiver.recv_timeout(time).ok()
    }

    /// A signal to end that came while nobody waited for one.
    pub fn pending(&self) -> Option<i32> {
        self.receiver.try_iter().find_map(|event| event.to_end())
    }

    /// Waits for a line of standard input (`None`: there is none), or for a signal to end (`Err`).
    pub fn answer(&self) -> Result<Option<String>, i32> {
        let sender = self.sender.clone();
        // Reading can't be interrupted; after a signal, the thread ends with the process.
        let reader = thread::Builder::new().spawn(move || {
            let mut line = String::new();
            let read = io::stdin().lock().read_line(&mut line);
            let _ = sender.send(Event::Answer(read.ok().filter(|&read| read > 0).map(|_| line)));
        });
        if reader.is_err() {
            return Ok(None);
        }
        loop {
            match self.receiver.recv() {
                Ok(Event::Answer(line)) => return Ok(line.map(|line| line.trim().to_lowercase())),
                Ok(event) => event.to_end().map_or(Ok(()), Err)?,
                Err(_) => return Ok(None),
            }
        }
    }
}

impl Event {
    fn to_end(&self) -> Option<i32> {
        match self {
            Event::Signal(SIGCHLD) | Event::Answer(_) => None,
            Event::Signal(signal) => Some(*signal),
        }
    }
}

/// A signal's name as `kill` takes it.
pub fn signal_name(signal: i32) -> &'static str {
    signal_hook::low_level::signal_name(signal).map_or("a signal", |name| name.trim_start_matches("SIG"))
}
