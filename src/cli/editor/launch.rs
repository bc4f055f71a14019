//! Running the editor: it owns the terminal, and no signal to us leaves it behind.

use super::events::{Event, Events};
use super::find::Editor;
use crate::cli::error::CliError;
use crate::cli::exit;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use signal_hook::consts::{SIGHUP, SIGTERM};
use std::path::Path;
use std::process::{Child, Command, ExitStatus};
use std::time::{Duration, Instant};

/// How long an editor has to end after a signal before it is killed.
const GRACE: Duration = Duration::from_secs(3);
/// How often a child is looked after even when no signal says that it ended.
const LOOK: Duration = Duration::from_secs(1);

/// How an editor ended.
pub enum Ended {
    ByItself {
        status: ExitStatus,
        after: Duration,
    },
    /// We were told to end by this signal, and so was the editor.
    BySignal(i32),
}

/// Runs the editor on a file and waits for it. INT and QUIT come from the keyboard, which is the editor's: they are left
/// to it. TERM and HUP are passed on to it.
pub fn run(editor: &Editor, file: &Path, events: &Events) -> Result<Ended, CliError> {
    let mut command = Command::new(&editor.program);
    command.args(&editor.arguments).arg(file);
    if let Some(directory) = file.parent().filter(|_| editor.takes_tmpdir()) {
        command.env("TMPDIR", directory);
    }
    let start = Instant::now();
    let mut child = command.spawn().map_err(|fault| {
        CliError::new(exit::NO_EDITOR, format!("the editor {} can't be started", editor.program))
            .cause(fault)
            .hint("set EDITOR to one that is installed; its arguments may stand behind it")
    })?;
    let fail = |fault| CliError::new(exit::NO_EDITOR, "the editor can't be waited for").cause(fault);
    loop {
        if let Some(status) = child.try_wait().map_err(fail)? {
            return Ok(match events.pending() {
                // The signal that ended the editor was for us as well.
                Some(signal @ (SIGTERM | SIGHUP)) => Ended::BySignal(signal),
                _ => Ended::ByItself { status, after: start.elapsed() },
            });
        }
        if let Some(Event::Signal(signal @ (SIGTERM | SIGHUP))) = events.within(LOOK) {
            end(&mut child, signal, events);
            return Ok(Ended::BySignal(signal));
        }
    }
}

/// Passes a signal on to the editor and sees to it that it ends.
fn end(child: &mut Child, signal: i32, events: &Events) {
    let running = |child: &mut Child| matches!(child.try_wait(), Ok(None));
    // It was not waited for yet, so its number can't be somebody else's.
    if let (true, Ok(id), Ok(signal)) = (running(child), i32::try_from(child.id()), Signal::try_from(signal))
    {
        let _ = kill(Pid::from_raw(id), signal);
    }
    let deadline = Instant::now() + GRACE;
    while running(child) {
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            let _ = child.kill();
            let _ = child.wait();
        } else {
            let _ = events.within(left.min(LOOK));
        }
    }
}
