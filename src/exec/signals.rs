//! The signals of a process that stays while another works for it.

use super::error::ExecError;
use nix::sys::signal::Signal;
use signal_hook::iterator::SignalsInfo;
use signal_hook::iterator::exfiltrator::raw::WithRawSiginfo;

/// What is passed on to the program.
const FORWARDED: [Signal; 8] = [
    Signal::SIGHUP,
    Signal::SIGINT,
    Signal::SIGQUIT,
    Signal::SIGTERM,
    Signal::SIGUSR1,
    Signal::SIGUSR2,
    Signal::SIGWINCH,
    Signal::SIGTSTP,
];

/// From here on signals end nothing: they wait to be passed on to the program, so that this process lives to remove what
/// it makes. The program itself starts with the dispositions that this process was given: handlers do not survive its
/// start, and a signal that is ignored (as under `nohup`) stays so.
pub struct Signals {
    arriving: SignalsInfo<WithRawSiginfo>,
}

impl Signals {
    pub fn listen() -> Result<Signals, ExecError> {
        let ignored = ignored();
        let heard = FORWARDED.into_iter().filter(|signal| ignored & bit(*signal) == 0);
        let heard = heard.chain([Signal::SIGCHLD]).map(|signal| signal as i32);
        match SignalsInfo::new(heard) {
            Ok(arriving) => Ok(Signals { arriving }),
            Err(fault) => Err(ExecError::io("listen to signals", fault)),
        }
    }

    /// Waits for signals. Those that a program should get from us are returned; none, when it may have ended or stopped.
    pub(super) fn wait(&mut self) -> impl Iterator<Item = Signal> {
        self.arriving.wait().filter_map(|info| {
            let signal = Signal::try_from(info.si_signo).ok()?;
            (signal != Signal::SIGCHLD && !is_from_terminal(signal, info.si_code)).then_some(signal)
        })
    }
}

/// Whether every process of the terminal's foreground group has got this signal, the program among them. Passed on, it
/// would count twice, and there are programs that take a second interrupt for impatience.
fn is_from_terminal(signal: Signal, code: i32) -> bool {
    let typed = matches!(signal, Signal::SIGINT | Signal::SIGQUIT | Signal::SIGTSTP | Signal::SIGWINCH);
    #[cfg(target_os = "linux")]
    let kernel = code == nix::libc::SI_KERNEL;
    #[cfg(not(target_os = "linux"))]
    let kernel = code == 0;
    typed && kernel
}

fn bit(signal: Signal) -> u64 {
    1 << (signal as i32 - 1)
}

/// The signals that this process was told to ignore, as a mask; none where the system does not tell.
fn ignored() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rust itself ignores SIGPIPE.
    #[cfg(target_os = "linux")]
    #[test]
    fn ignored_signals_are_known() {
        assert_eq!(ignored() & (bit(Signal::SIGPIPE) | bit(Signal::SIGTERM)), bit(Signal::SIGPIPE));
    }
}
