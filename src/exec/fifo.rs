//! A named pipe that gives its content once.

use super::error::ExecError;
use nix::sys::stat::Mode;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;
use std::thread;
use zeroize::Zeroizing;

/// Makes a pipe (0600) and has its content written in the background, as soon as somebody opens it. If nobody does, the
/// writer waits until this process ends.
pub(super) fn offer(path: &Path, content: Zeroizing<Vec<u8>>) -> Result<(), ExecError> {
    nix::unistd::mkfifo(path, Mode::S_IRUSR | Mode::S_IWUSR)
        .map_err(|fault| ExecError::io("make the FIFO", fault))?;
    let path = path.to_owned();
    let writer = thread::Builder::new().spawn(move || {
        // A reader that has seen enough is no fault, and there is nobody to tell of another.
        let _ = OpenOptions::new().write(true).open(path).and_then(|mut pipe| pipe.write_all(&content));
    });
    writer.map(drop).map_err(|fault| ExecError::io("start the writer of the FIFO", fault))
}
