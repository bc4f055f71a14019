//! Asking a person at the terminal, where there is one.

use super::context::Context;
use super::error::CliError;
use super::exit;
use crate::keys::age::Prompt;
use nix::unistd::ttyname;
use std::io::{self, BufRead as _, IsTerminal as _, Write as _};
use std::path::PathBuf;
use zeroize::Zeroizing;

/// The terminal of this process. Never asks when nobody can answer: in a pipe, in CI, under cron.
pub struct Terminal;

impl Terminal {
    fn line(&self) -> Option<String> {
        let mut line = String::new();
        io::stdin().lock().read_line(&mut line).ok().filter(|&read| read > 0)?;
        Some(line.trim().to_owned())
    }

    /// A line that is not shown while it is typed; `None` without a terminal to type at.
    pub fn hidden(&self, question: &str) -> Option<Zeroizing<String>> {
        self.can_ask().then(|| rpassword::prompt_password(question).ok().map(Zeroizing::new))?
    }

    /// Whether somebody sits there who reads questions and can answer them.
    pub fn can_ask(&self) -> bool {
        io::stdin().is_terminal() && io::stderr().is_terminal()
    }

    /// Whether somebody is there and says yes.
    pub fn agrees(&self, question: &str) -> bool {
        self.confirm(question, "yes", Some("no")) == Some(true)
    }

    fn ask(&self, question: &str) -> Option<String> {
        if !self.can_ask() {
            return None;
        }
        let _ = write!(io::stderr().lock(), "{question} ");
        self.line()
    }
}

/// The terminal that is one of the standard streams, by the name that another process can open it by.
pub fn device() -> Option<PathBuf> {
    ttyname(io::stdin()).or_else(|_| ttyname(io::stderr())).or_else(|_| ttyname(io::stdout())).ok()
}

/// Asks on standard output until standard input says `y` or `n`, as sops does: `yes |` may answer. Exit code 1 when
/// the input ends.
pub fn is_okay(context: &Context) -> Result<bool, CliError> {
    decide(|| context.print(b"Is this okay? (y/n):"))?.ok_or_else(|| {
        CliError::new(exit::GENERIC, "nobody answered, so nothing was changed")
            .hint("answer y or n, or add -y")
    })
}

/// As [`is_okay`], with another question; `None` when nobody answers.
#[cfg(feature = "keyservice")]
pub fn grants(question: &str) -> Option<bool> {
    decide(|| {
        let mut out = io::stdout().lock();
        out.write_all(question.as_bytes()).and_then(|()| out.flush())
    })
    .ok()?
}

/// Asks until standard input says `y` or `n`; `None` when it ends.
fn decide<E>(ask: impl Fn() -> Result<(), E>) -> Result<Option<bool>, E> {
    loop {
        ask()?;
        match Terminal.line().as_deref() {
            Some("y" | "Y") => return Ok(Some(true)),
            Some("n" | "N") => return Ok(Some(false)),
            Some(_) => {}
            None => return Ok(None),
        }
    }
}

impl Prompt for Terminal {
    /// Reads from the terminal device, so that the passphrase never mixes with standard input.
    fn passphrase(&self, what: &str) -> Option<Zeroizing<String>> {
        rpassword::prompt_password(format!("passphrase for {what}: ")).ok().map(Zeroizing::new)
    }

    fn message(&self, text: &str) {
        let _ = writeln!(io::stderr().lock(), "{text}");
    }

    fn confirm(&self, question: &str, yes: &str, no: Option<&str>) -> Option<bool> {
        let no = no.unwrap_or("cancel");
        let answer = self.ask(&format!("{question} ({yes}: y, {no}: n)"))?;
        Some(answer.eq_ignore_ascii_case("y") || answer.eq_ignore_ascii_case("yes"))
    }

    fn text(&self, what: &str) -> Option<String> {
        self.ask(&format!("{what}:"))
    }
}
