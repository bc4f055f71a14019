//! What a finished program left behind, with assertions that say what went wrong.

use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;

pub struct Outcome {
    pub command: String,
    pub status: ExitStatus,
    pub stdout: Vec<u8>,
    pub stderr: String,
}

impl Outcome {
    pub fn success(&self) -> bool {
        self.status.success()
    }

    /// Output of a run that must have succeeded.
    #[track_caller]
    pub fn ok(self) -> Vec<u8> {
        assert!(self.success(), "{}", self.describe());
        self.stdout
    }

    /// As [`Outcome::ok`], as text.
    #[track_caller]
    pub fn text(self) -> String {
        String::from_utf8(self.ok()).expect("output in UTF-8")
    }

    /// Message of a run that must have failed with this exit code, without output.
    #[track_caller]
    pub fn fails(self, code: i32) -> String {
        assert_eq!(self.status.code(), Some(code), "{}", self.describe());
        assert!(self.stdout.is_empty(), "a failed run has output: {}", self.describe());
        self.stderr
    }

    /// Message of a run that must have failed in an orderly way: no panic, no signal, no output.
    #[track_caller]
    pub fn refuses(self) -> String {
        assert!(!self.crashed(), "{}", self.describe());
        assert!(!self.success(), "this should have failed: {}", self.describe());
        assert!(self.stdout.is_empty(), "a failed run has output: {}", self.describe());
        self.stderr
    }

    /// A panic, an abort, a signal, or a limit that was hit.
    pub fn crashed(&self) -> bool {
        self.status.signal().is_some()
            || matches!(self.status.code(), Some(101 | 134 | 137 | 139 | 152))
            || self.stderr.contains("panicked at")
            || self.stderr.contains("memory allocation of")
    }

    pub fn describe(&self) -> String {
        let Outcome { command, status, stdout, stderr } = self;
        let shown = String::from_utf8_lossy(&stdout[..stdout.len().min(2000)]);
        format!("`{command}`: {status}\n--- stdout\n{shown}\n--- stderr\n{stderr}")
    }
}
