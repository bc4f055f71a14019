//! A program that is waited for as if it had been started without us.

use super::error::ExecError;
use super::shield::Shield;
use super::signals::Signals;
use nix::errno::Errno;
use nix::sys::signal::{Signal, kill, raise};
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::Pid;
use std::process::Child;

/// How a program ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    Exited(u8),
    /// By a signal of this number.
    Killed(i32),
}

impl Ended {
    /// Ends this process by the signal that ended the program, for its caller to see what happened; if no signal did, or
    /// this process can't be ended so, the exit status to answer: of a signal, 128 and its number, as in shells.
    pub fn repeat(self) -> u8 {
        match self {
            Ended::Exited(code) => code,
            Ended::Killed(signal) => {
                // A core file would hold the secrets. The first process of a container ends by itself only.
                Shield::raise();
                if std::process::id() != 1 {
                    let _ = signal_hook::low_level::emulate_default_handler(signal);
                }
                u8::try_from(128 + signal).unwrap_or(u8::MAX)
            }
        }
    }
}

/// Stays until a program of our own process group ends: signals are passed on, and while it is stopped, so are we, so
/// that a shell sees what it would see without us. `before_stop` is called before that.
pub(super) fn watch(
    child: &Child,
    signals: &mut Signals,
    before_stop: impl Fn(),
) -> Result<Ended, ExecError> {
    let pid = Pid::from_raw(child.id().cast_signed());
    loop {
        match waitpid(pid, Some(WaitPidFlag::WNOHANG | WaitPidFlag::WUNTRACED)) {
            Ok(WaitStatus::Exited(_, code)) => {
                return Ok(Ended::Exited(u8::try_from(code).unwrap_or(u8::MAX)));
            }
            Ok(WaitStatus::Signaled(_, signal, _)) => return Ok(Ended::Killed(signal as i32)),
            Ok(WaitStatus::Stopped(..)) => {
                before_stop();
                stop_with(pid);
            }
            // It has not been waited for, so its number can't be somebody else's. It may be about to end.
            Ok(_) => pass_on(signals, pid),
            Err(Errno::EINTR) => {}
            Err(fault) => return Err(ExecError::io("wait for the program", fault)),
        }
    }
}

/// Waits for signals and passes them on.
fn pass_on(signals: &mut Signals, pid: Pid) {
    for signal in signals.wait() {
        let _ = kill(pid, signal);
    }
}

/// Stops as the program did. Whoever continues us means the program.
fn stop_with(pid: Pid) {
    // The first process of a container can't be stopped, and would continue the program at once.
    if std::process::id() != 1 && raise(Signal::SIGSTOP).is_ok() {
        let _ = kill(pid, Signal::SIGCONT);
    }
}
