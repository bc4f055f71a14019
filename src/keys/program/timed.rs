//! Programs that have to be done in time: a service waits for what they print, and nobody sits before them.

use super::{Broken, KEPT, PATIENCE, Ran};
use crate::keys::wiped::Unread;
use std::io::{ErrorKind, Read};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use zeroize::Zeroizing;

/// How long the rest of what an ended program said is waited for: one that it left behind may hold the pipe open.
const REST: Duration = Duration::from_millis(200);

/// Runs a program without input. It stumbles when it prints more than `limit` bytes, and `None` is for one that was not
/// done within `time` and was stopped.
pub(in crate::keys) fn run_within(
    command: &mut Command,
    limit: usize,
    time: Duration,
) -> Result<Option<Ran>, Broken> {
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().map_err(Broken::Start)?;
    let printed = child.stdout.take().map(|pipe| Pipe::drain(pipe, limit));
    let said = child.stderr.take().map(|pipe| Pipe::drain(pipe, PATIENCE));
    let Some(status) = end(&mut child, Instant::now() + time) else { return Ok(None) };
    let printed = printed.map_or_else(|| Ok(Zeroizing::default()), Pipe::text).map_err(Broken::Unread)?;
    let said = said.and_then(|pipe| pipe.text().ok()).unwrap_or_default();
    let complaint = String::from_utf8_lossy(&said[..said.len().min(KEPT)]).into_owned();
    Ok(Some(Ran { printed, complaint, status }))
}

fn end(child: &mut Child, latest: Instant) -> Option<ExitStatus> {
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Some(status),
            Ok(None) if Instant::now() < latest => std::thread::sleep(Duration::from_millis(5)),
            // That it may be gone by now is no harm.
            _ => {
                let _ = child.kill();
                let _ = child.wait();
                return None;
            }
        }
    }
}

/// What comes out of a pipe, read by a thread of its own that nobody has to wait for.
struct Pipe {
    heard: Arc<Mutex<Heard>>,
    reader: JoinHandle<()>,
    limit: usize,
}

struct Heard {
    text: Zeroizing<Vec<u8>>,
    /// There was more than may be.
    over: bool,
}

impl Pipe {
    fn drain(mut source: impl Read + Send + 'static, limit: usize) -> Pipe {
        // Never outgrown, so that no copy is left behind.
        let text = Zeroizing::new(Vec::with_capacity(limit));
        let heard = Arc::new(Mutex::new(Heard { text, over: false }));
        let kept = Arc::clone(&heard);
        let reader = std::thread::spawn(move || {
            let mut part = Zeroizing::new([0; 4096]);
            loop {
                let more = match source.read(part.as_mut_slice()) {
                    Ok(more @ 1..) => more,
                    Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                    Ok(0) | Err(_) => return,
                };
                let mut heard = kept.lock().unwrap_or_else(PoisonError::into_inner);
                if heard.text.len() + more > limit {
                    heard.over = true;
                    return;
                }
                heard.text.extend_from_slice(&part[..more]);
            }
        });
        Pipe { heard, reader, limit }
    }

    fn text(self) -> Result<Zeroizing<Vec<u8>>, Unread> {
        let latest = Instant::now() + REST;
        while !self.reader.is_finished() && Instant::now() < latest {
            std::thread::sleep(Duration::from_millis(1));
        }
        let mut heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        if heard.over { Err(Unread::TooLarge(self.limit)) } else { Ok(std::mem::take(&mut heard.text)) }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn ran(line: &str, limit: usize, time: Duration) -> Result<Option<Ran>, Broken> {
        let mut shell = Command::new("/bin/sh");
        run_within(shell.args(["-c", line]).stderr(Stdio::piped()), limit, time)
    }

    #[test]
    fn what_a_program_printed_and_said_is_told_with_how_it_ended() {
        let ran = ran("echo token; echo why >&2; exit 3", 100, Duration::from_secs(60)).unwrap().unwrap();
        assert_eq!((ran.printed.as_slice(), ran.complaint.as_str()), (&b"token\n"[..], "why\n"));
        assert_eq!(ran.status.code(), Some(3));
    }

    #[test]
    fn a_program_that_is_late_is_stopped() {
        let began = Instant::now();
        assert!(ran("exec sleep 600", 100, Duration::from_millis(100)).unwrap().is_none());
        assert!(began.elapsed() < Duration::from_secs(60));
    }

    #[test]
    fn a_program_that_another_one_left_behind_is_not_waited_for() {
        let began = Instant::now();
        let ran = ran("sleep 100 & echo token", 100, Duration::from_secs(90)).unwrap().unwrap();
        assert_eq!(ran.printed.as_slice(), b"token\n");
        assert!(began.elapsed() < Duration::from_secs(60));
    }

    #[test]
    fn a_program_that_prints_more_than_it_may_stumbles() {
        let outcome = ran("exec yes", 100, Duration::from_secs(60));
        assert!(matches!(outcome, Err(Broken::Unread(Unread::TooLarge(100)))));
    }
}
