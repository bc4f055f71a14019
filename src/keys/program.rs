//! Programs that are asked for secrets: what they print is in memory that is wiped, and no more of it than is allowed.

#[cfg(any(feature = "azure", feature = "gcp"))]
mod timed;

#[cfg(any(feature = "azure", feature = "gcp"))]
pub(super) use timed::run_within;

use super::wiped::{self, Unread};
use std::io::{self, Read, Write as _};
use std::process::{Command, ExitStatus, Stdio};
use std::thread;
use zeroize::Zeroizing;

/// How many bytes of a program's complaint are kept.
const KEPT: usize = 16 << 10;
/// After so many bytes of complaint nobody listens any more, and the program stumbles over its next word.
const PATIENCE: usize = 1 << 20;

/// What became of a program.
pub(super) struct Ran {
    pub(super) printed: Zeroizing<Vec<u8>>,
    /// The start of what it wrote to standard error, where the caller made that a pipe.
    pub(super) complaint: String,
    pub(super) status: ExitStatus,
}

/// Why nothing can be said about what a program printed.
#[derive(Debug)]
pub(super) enum Broken {
    Start(io::Error),
    Unread(Unread),
}

/// Runs a program with this standard input, or an empty one. It is stopped when it prints more than `limit` bytes. All
/// three pipes are served at once, so that no order in which the program reads and writes makes it wait for ever.
pub(super) fn run(command: &mut Command, input: Option<&[u8]>, limit: usize) -> Result<Ran, Broken> {
    let stdin = if input.is_some() { Stdio::piped() } else { Stdio::null() };
    let mut child = command.stdin(stdin).stdout(Stdio::piped()).spawn().map_err(Broken::Start)?;
    let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let (printed, complaint) = thread::scope(|scope| {
        if let (Some(mut stdin), Some(input)) = (stdin, input) {
            // A program that ends without reading all of it says itself what is wrong.
            scope.spawn(move || drop(stdin.write_all(input)));
        }
        let listener = stderr.map(|stderr| scope.spawn(|| complaint(stderr)));
        let printed = match stdout {
            Some(stdout) => wiped::read(stdout, limit),
            None => Ok(Zeroizing::default()),
        };
        if printed.is_err() {
            // It may still be printing. That it is gone already is no harm.
            let _ = child.kill();
        }
        (printed, listener.and_then(|listener| listener.join().ok()).unwrap_or_default())
    });
    let status = child.wait().map_err(|error| Broken::Unread(Unread::Failed(error)))?;
    Ok(Ran { printed: printed.map_err(Broken::Unread)?, complaint, status })
}

/// The start of a text; the rest is read and forgotten, so that its writer need not wait.
fn complaint(mut source: impl Read) -> String {
    let (mut kept, mut piece, mut heard) = (Vec::new(), [0; 4096], 0);
    while heard < PATIENCE {
        match source.read(&mut piece) {
            Ok(0) => break,
            Ok(count) => {
                heard += count;
                kept.extend_from_slice(&piece[..count.min(KEPT - kept.len())]);
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => break,
        }
    }
    String::from_utf8_lossy(&kept).into_owned()
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn ran(line: &str, input: &[u8], limit: usize) -> Result<Ran, Broken> {
        let mut shell = Command::new("/bin/sh");
        run(shell.args(["-c", line]).stderr(Stdio::piped()), Some(input), limit)
    }

    #[test]
    fn a_program_may_read_and_write_in_any_order() {
        let (input, long) = (vec![b'x'; 1 << 20], 1 << 21);
        let print = "head -c 1000000 /dev/zero | tr '\\0' e >&2; head -c 1000000 /dev/zero";
        for line in [format!("{print}; cat"), format!("cat; {print}"), print.to_owned()] {
            let ran = ran(&line, &input, long).unwrap();
            assert!(ran.status.success() && ran.printed.len() >= 1_000_000, "{line}");
            assert_eq!(ran.complaint.len(), KEPT, "{line}");
        }
    }

    #[test]
    fn a_program_that_says_more_than_it_may_is_stopped() {
        assert!(matches!(ran("exec yes", b"", 100), Err(Broken::Unread(Unread::TooLarge(100)))));
        assert!(!ran("exec yes >&2", b"", 100).unwrap().status.success());
        // Its children too.
        assert!(matches!(ran("yes; echo more", b"", 100), Err(Broken::Unread(Unread::TooLarge(100)))));
    }

    #[test]
    fn a_program_need_not_read_its_input() {
        assert_eq!(&*ran("echo no", &vec![0; 1 << 20], 100).unwrap().printed, b"no\n");
    }
}
