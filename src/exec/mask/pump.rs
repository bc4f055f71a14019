//! One stream of a program, from its pipe to where it would have gone without us.

use super::{Mask, Stream};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{FileType, fstat};
use rustix::io::Errno;
use std::fs::File;
use std::io::{self, PipeReader, Read as _, Write as _};
use std::os::fd::{AsFd as _, BorrowedFd, OwnedFd};
use std::thread;
use std::time::{Duration, Instant};
use zeroize::Zeroizing;

/// Bytes that are read at a time: what a pipe holds.
const CHUNK: usize = 1 << 16;
/// After this pause what was kept back is given out: a program that waits for an answer has asked.
const PAUSE: Duration = Duration::from_millis(100);
/// The same for so many bytes and more, which are hardly the start of a secret by chance.
const LONG_PAUSE: Duration = Duration::from_secs(1);
const LONG: usize = 8;
/// How long a program's heirs, which still have its pipe, are listened to after its end.
const GRACE: Duration = Duration::from_secs(2);

pub(in crate::exec) struct Pump {
    pipe: PipeReader,
    outlet: File,
    /// Whether the outlet tells that nobody reads it any more.
    tells: bool,
}

/// What a pump woke up to; nothing after a pause.
struct Woken {
    /// There is something to read, or the end of it.
    readable: bool,
    /// Nobody reads the outlet any more.
    unread: bool,
    /// The program has ended.
    ended: bool,
}

/// The time after the program's end.
struct End {
    /// Bytes that it left in the pipe.
    owed: u64,
    deadline: Instant,
}

impl Pump {
    pub(super) fn new(pipe: PipeReader, outlet: OwnedFd) -> Pump {
        // Of other kinds some systems can't say anything.
        let kind = fstat(&outlet).map(|found| FileType::from_raw_mode(found.st_mode));
        let tells = matches!(kind, Ok(FileType::Fifo | FileType::Socket));
        Pump { pipe, outlet: File::from(outlet), tells }
    }

    /// Carries everything over, until all who could write are gone; or, once the program has ended, which closes
    /// `running`, until its heirs pause, and at most for [`GRACE`]. What the program itself wrote is always carried.
    ///
    /// When nobody reads the outlet any more, it stops, and then nobody reads the pipe: the program gets the signal or
    /// error that it would get without us.
    ///
    /// # Errors
    /// What was carried can't be written, for another reason than that.
    pub(in crate::exec) fn carry(mut self, mask: &Mask, running: &PipeReader) -> io::Result<()> {
        let mut stream = mask.stream();
        let mut chunk = Zeroizing::new(vec![0; CHUNK]);
        let mut out = Zeroizing::new(Vec::new());
        let mut end: Option<End> = None;
        loop {
            let woken = self.wait(patience(&stream, end.as_ref()), running, end.is_none())?;
            if woken.unread {
                return Ok(());
            }
            if woken.ended {
                let owed = rustix::io::ioctl_fionread(&self.pipe).unwrap_or(0);
                end = Some(End { owed, deadline: Instant::now() + GRACE });
            }
            let count = match woken.readable {
                true => self.read(&mut chunk)?,
                false if woken.ended => continue,
                false if end.is_some() => break,
                false => {
                    stream.flush(&mut out);
                    if !self.write(&mut out)? {
                        return Ok(());
                    }
                    continue;
                }
            };
            stream.push(&chunk[..count], &mut out);
            if !self.write(&mut out)? {
                return Ok(());
            }
            if count == 0 || end.as_mut().is_some_and(|end| end.is_over(count)) {
                break;
            }
        }
        stream.flush(&mut out);
        self.write(&mut out).map(drop)
    }

    /// Waits for something to do; without a time, for as long as it takes.
    fn wait(&self, patience: Option<Duration>, running: &PipeReader, is_running: bool) -> io::Result<Woken> {
        let time = patience.and_then(|time| Timespec::try_from(time).ok());
        // Errors and hang-ups are told without being asked for.
        let quiet = PollFlags::empty();
        let mut watched = vec![PollFd::new(&self.pipe, PollFlags::IN)];
        watched.extend(is_running.then(|| PollFd::new(running, quiet)));
        watched.extend(self.tells.then(|| PollFd::new(&self.outlet, quiet)));
        while let Err(fault) = poll(&mut watched, time.as_ref()) {
            if fault != Errno::INTR {
                return Err(fault.into());
            }
        }
        let mut woken = watched.iter().map(|one| !one.revents().is_empty());
        Ok(Woken {
            readable: woken.next().unwrap_or(false),
            ended: is_running && woken.next().unwrap_or(false),
            unread: self.tells && woken.next().unwrap_or(false),
        })
    }

    fn read(&mut self, chunk: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.pipe.read(chunk) {
                Err(fault) if fault.kind() == io::ErrorKind::Interrupted => {}
                read => return read,
            }
        }
    }

    /// Writes and empties `out`; false when nobody reads it.
    fn write(&mut self, out: &mut Zeroizing<Vec<u8>>) -> io::Result<bool> {
        let mut left = out.as_slice();
        while !left.is_empty() {
            match self.outlet.write(left) {
                Ok(count) => left = &left[count..],
                Err(fault) => match fault.kind() {
                    io::ErrorKind::Interrupted => {}
                    // Others have made it so that it does not wait.
                    io::ErrorKind::WouldBlock => await_room(self.outlet.as_fd())?,
                    io::ErrorKind::BrokenPipe => return Ok(false),
                    _ => return Err(fault),
                },
            }
        }
        out.clear();
        Ok(true)
    }
}

/// Waits until what a program has printed is carried over, with what is kept back for a pause: to be called before this
/// process stops with it, for a person to see its last words.
pub(in crate::exec) fn settle() {
    thread::sleep(PAUSE + PAUSE / 2);
}

impl End {
    /// Counts bytes that were carried: whether that is enough.
    fn is_over(&mut self, count: usize) -> bool {
        self.owed = self.owed.saturating_sub(count as u64);
        self.owed == 0 && Instant::now() >= self.deadline
    }
}

/// How long to wait for more, if not for ever.
fn patience(stream: &Stream<'_>, end: Option<&End>) -> Option<Duration> {
    match (end, stream.held()) {
        (Some(_), _) => Some(PAUSE),
        (None, 0) => None,
        (None, LONG..) => Some(LONG_PAUSE),
        (None, _) => Some(PAUSE),
    }
}

fn await_room(outlet: BorrowedFd<'_>) -> io::Result<()> {
    match poll(&mut [PollFd::new(&outlet, PollFlags::OUT)], None) {
        Ok(_) | Err(Errno::INTR) => Ok(()),
        Err(fault) => Err(fault.into()),
    }
}
