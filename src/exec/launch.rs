//! What is to be run, with which variables, and as whom.

use super::child::{self, Ended};
use super::environment::Variable;
use super::error::ExecError;
use super::mask::{Mask, Outlets, pump};
use super::shield::Shield;
use super::signals::Signals;
use super::user::User;
use std::convert::Infallible;
use std::ffi::{OsStr, OsString};
use std::io;
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;

const SHELL: &str = "/bin/sh";

/// What to run.
pub enum Line {
    /// A line for `/bin/sh -c`.
    Shell(OsString),
    /// A program and its arguments, without a shell.
    Program { program: OsString, arguments: Vec<OsString> },
}

impl Line {
    /// The line with each `{}` replaced by a path, as it is: no quotes are added (spec, cli 10).
    pub fn with_path(self, path: &Path) -> Line {
        let fill = |text: OsString| fill(&text, path.as_os_str());
        match self {
            Line::Shell(line) => Line::Shell(fill(line)),
            Line::Program { program, arguments } => {
                Line::Program { program, arguments: arguments.into_iter().map(fill).collect() }
            }
        }
    }

    fn command(&self) -> Command {
        match self {
            Line::Shell(line) => {
                let mut command = Command::new(SHELL);
                command.arg("-c").arg(line);
                command
            }
            Line::Program { program, arguments } => {
                let mut command = Command::new(program);
                command.args(arguments);
                command
            }
        }
    }

    /// The program's name, for messages.
    fn program(&self) -> String {
        match self {
            Line::Shell(_) => SHELL.into(),
            Line::Program { program, .. } => program.to_string_lossy().into_owned(),
        }
    }
}

fn fill(text: &OsStr, path: &OsStr) -> OsString {
    let mut rest = text.as_bytes();
    let mut filled = Vec::with_capacity(rest.len());
    while let Some(at) = rest.windows(2).position(|pair| pair == b"{}") {
        filled.extend_from_slice(&rest[..at]);
        filled.extend_from_slice(path.as_bytes());
        rest = &rest[at + 2..];
    }
    filled.extend_from_slice(rest);
    OsString::from_vec(filled)
}

/// A program ready to be started.
pub struct Launch<'a> {
    pub line: Line,
    /// Set last, over those of this process and of the user.
    pub variables: Vec<Variable>,
    /// Without the variables of this process.
    pub pristine: bool,
    /// Whose `HOME`, `USER` and `LOGNAME` are set; this process has to be his already.
    pub user: Option<&'a User>,
    pub shield: &'a Shield,
}

impl Launch<'_> {
    /// Puts the program in the place of this process: on success there is nobody left to return to.
    pub fn replace(self) -> Result<Infallible, ExecError> {
        let fault = self.command().exec();
        Err(self.fault(fault))
    }

    /// Starts the program without standard streams and leaves it alone.
    pub fn detach(self) -> Result<(), ExecError> {
        let mut command = self.command();
        let streams = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        streams.spawn().map(drop).map_err(|fault| self.fault(fault))
    }

    /// Starts the program and stays until it ends.
    pub fn watch(self, signals: &mut Signals) -> Result<Ended, ExecError> {
        let child = self.command().spawn().map_err(|fault| self.fault(fault))?;
        child::watch(&child, signals, || ())
    }

    /// Starts the program, stays until it ends, and masks what it writes to these streams. Its standard input is its own.
    ///
    /// # Errors
    /// The program can't be started; or, after its end, something that it wrote could not be passed on. That nobody
    /// reads any more is none: the program learns that by itself.
    pub fn masked(self, signals: &mut Signals, mask: &Mask, outlets: Outlets) -> Result<Ended, ExecError> {
        let mut command = self.command();
        let pumps = outlets.connect(&mut command)?;
        // Closed at the program's end, for the pumps to know.
        let (running, end) = io::pipe().map_err(|fault| ExecError::io("make a pipe", fault))?;
        let running = &running;
        thread::scope(|scope| {
            let mut working = Vec::new();
            for pump in pumps {
                let worker = thread::Builder::new().spawn_scoped(scope, move || pump.carry(mask, running));
                working.push(worker.map_err(|fault| ExecError::io("start a thread", fault))?);
            }
            let started = command.spawn().map_err(|fault| self.fault(fault));
            // It holds the pipes' writing ends, and copies of the values.
            drop((command, self.variables));
            let ended = started.and_then(|child| child::watch(&child, signals, pump::settle));
            drop(end);
            let carried: io::Result<()> =
                working.into_iter().filter_map(|worker| worker.join().ok()).collect();
            let ended = ended?;
            carried.map_err(|fault| ExecError::io("pass on what the program wrote", fault)).map(|()| ended)
        })
    }

    fn command(&self) -> Command {
        let mut command = self.line.command();
        if self.pristine {
            command.env_clear();
        }
        command.envs(self.user.iter().flat_map(|user| user.variables()));
        command.envs(self.variables.iter().map(|one| (&one.name, OsStr::from_bytes(&one.value))));
        self.shield.lower();
        command
    }

    fn fault(&self, source: io::Error) -> ExecError {
        ExecError::Start { program: self.line.program(), source }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pair_of_braces_becomes_the_path() {
        let path = OsStr::new("/p/{}");
        for (text, filled) in [("cat {} {}", "cat /p/{} /p/{}"), ("{", "{"), ("{{}}", "{/p/{}}"), ("", "")] {
            assert_eq!(fill(OsStr::new(text), path), filled);
        }
    }
}
