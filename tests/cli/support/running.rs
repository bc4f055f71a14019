//! A program that is still running: it can be read from, written to and sent signals.

use super::outcome::Outcome;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStderr, ChildStdout, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// How long any program of a test may take to do what it is waited for.
const PATIENCE: Duration = Duration::from_secs(60);

pub struct Running {
    child: Child,
    stdout: BufReader<ChildStdout>,
    stderr: BufReader<ChildStderr>,
    command: String,
}

/// The same program with the usual answer to signals, whatever the tests run under: `nohup` and background jobs of a
/// shell ignore some, and programs inherit that.
fn with_signals(command: &Command) -> Command {
    let mut usual = Command::new("/usr/bin/env");
    usual.arg("--default-signal=HUP,INT,QUIT,TERM").arg(command.get_program()).args(command.get_args());
    usual.env_clear().envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    if let Some(folder) = command.get_current_dir() {
        usual.current_dir(folder);
    }
    usual
}

impl Running {
    pub fn start(command: Command) -> Running {
        let described = format!("{:?}", command.get_args().collect::<Vec<_>>());
        let mut command = with_signals(&command);
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|e| panic!("{described} can't be started: {e}"));
        let stdout = BufReader::new(child.stdout.take().expect("a piped standard output"));
        let stderr = BufReader::new(child.stderr.take().expect("a piped standard error"));
        Running { child, stdout, stderr, command: described }
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    pub fn signal(&self, signal: Signal) {
        kill(Pid::from_raw(self.pid().cast_signed()), signal).expect("the program is there");
    }

    /// The next line of its output.
    pub fn line(&mut self) -> String {
        let mut line = String::new();
        self.stdout.read_line(&mut line).expect("output in UTF-8");
        assert!(!line.is_empty(), "{}: the output ended", self.command);
        line.trim_end().to_owned()
    }

    /// The next line that it says on standard error.
    pub fn error_line(&mut self) -> String {
        let mut line = String::new();
        self.stderr.read_line(&mut line).expect("errors in UTF-8");
        assert!(!line.is_empty(), "{}: it says nothing more", self.command);
        line.trim_end().to_owned()
    }

    /// So many bytes of its output, as soon as they are there.
    pub fn bytes(&mut self, count: usize) -> Vec<u8> {
        let mut bytes = vec![0; count];
        self.stdout.read_exact(&mut bytes).expect("so much output");
        bytes
    }
    pub fn write(&mut self, bytes: &[u8]) {
        let input = self.child.stdin.as_mut().expect("the input is open");
        input.write_all(bytes).and_then(|()| input.flush()).expect("somebody reads");
    }

    /// Ends its input.
    pub fn close(&mut self) {
        drop(self.child.stdin.take());
    }

    /// The state letter of the process, as `ps` shows it.
    pub fn state(&self) -> char {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.pid())).expect("a process");
        stat.rsplit(") ").next().and_then(|rest| rest.chars().next()).expect("a state")
    }

    /// Waits until something is so.
    pub fn until(&mut self, what: &str, mut is_so: impl FnMut(&mut Running) -> bool) {
        let start = Instant::now();
        while !is_so(self) {
            if start.elapsed() > PATIENCE {
                let _ = self.child.kill();
                panic!("{}: waited in vain until {what}", self.command);
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Closes its input and waits for its end.
    pub fn end(mut self) -> Outcome {
        drop(self.child.stdin.take());
        let mut status: Option<ExitStatus> = None;
        self.until("it ended", |running| {
            status = running.child.try_wait().expect("a child");
            status.is_some()
        });
        let (mut stdout, mut stderr) = (Vec::new(), String::new());
        self.stdout.read_to_end(&mut stdout).expect("the rest of its output");
        self.stderr.read_to_string(&mut stderr).expect("errors in UTF-8");
        Outcome { command: self.command, status: status.expect("it ended"), stdout, stderr }
    }
}
