//! A person at a terminal: tmux runs the program in a pseudo-terminal, types, and reads the screen.

use super::sandbox::Sandbox;
use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// How long a screen may take to show what is expected.
const PATIENCE: Duration = Duration::from_secs(30);

pub struct Terminal {
    socket: PathBuf,
    status: PathBuf,
}

impl Terminal {
    /// Starts a line of shell in a terminal of its own, in the sandbox's environment.
    pub fn start(sandbox: &Sandbox, line: &str) -> Terminal {
        static STARTED: AtomicU32 = AtomicU32::new(0);
        let number = STARTED.fetch_add(1, Ordering::Relaxed);
        let file = |name: &str| sandbox.tmp().with_file_name(format!("{name}-{number}"));
        let (socket, status, script) = (file("tmux"), file("status"), file("session"));
        let text = format!(
            "trap : INT\n{line}\nstatus=$?\necho \"$status\" >'{0}.new'\nmv '{0}.new' '{0}'\nexec sleep 60\n",
            status.display()
        );
        std::fs::write(&script, text).expect("a script in the sandbox");
        let start = ["-f", "/dev/null", "new-session", "-d", "-x", "100", "-y", "30"];
        let socket_name = socket.to_str().expect("a plain path");
        let args = ["-S", socket_name].into_iter().chain(start);
        let shell = format!("exec sh '{}'", script.display());
        let outcome =
            sandbox.program("tmux".as_ref(), args.chain([shell.as_str()])).env("TERM", "screen").run();
        assert!(outcome.success(), "{}", outcome.describe());
        Terminal { socket, status }
    }

    fn tmux(&self, args: &[&str]) -> String {
        let output = Command::new("tmux").arg("-S").arg(&self.socket).args(args).output().expect("tmux");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    pub fn screen(&self) -> String {
        self.tmux(&["capture-pane", "-p"])
    }

    /// Types keys as tmux names them: `Enter`, `Escape`, `C-x`, or text.
    pub fn keys(&self, keys: &[&str]) {
        self.tmux(&[&["send-keys"], keys].concat());
    }

    /// Waits until the screen shows a text.
    #[track_caller]
    pub fn shows(&self, text: &str) {
        let shown = until(|| self.screen().contains(text).then_some(()));
        assert!(shown.is_some(), "{text:?} is not on the screen:\n{}", self.screen());
    }

    /// Waits for the exit code of the line.
    #[track_caller]
    pub fn ends(&self) -> i32 {
        let status = until(|| std::fs::read_to_string(&self.status).ok());
        let status = status.unwrap_or_else(|| panic!("it does not end:\n{}", self.screen()));
        status.trim().parse().expect("a number")
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        self.tmux(&["kill-server"]);
    }
}

/// Waits for a condition.
pub fn until<T>(condition: impl Fn() -> Option<T>) -> Option<T> {
    let start = Instant::now();
    while start.elapsed() < PATIENCE {
        if let Some(found) = condition() {
            return Some(found);
        }
        sleep(Duration::from_millis(20));
    }
    None
}
