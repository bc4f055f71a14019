//! Plaintext on a terminal, where it stays for whoever scrolls back (security R24).

use super::context::Context;
use super::error::CliError;
use super::exit;
use super::prompt::Terminal;
use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, IsTerminal as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::PathBuf;

/// Flags of commands that print plaintext.
#[derive(clap::Args)]
pub struct Showing {
    /// Print plaintext on a terminal without asking, binary data too
    #[arg(long)]
    show: bool,
}

/// To be called before plaintext goes to standard output. On a terminal the user is asked, once in a session of the
/// shell; bytes that would steer it are refused. A terminal that nobody types at, as with input from a pipe, shows all
/// text.
pub fn check(flags: &Showing, plain: &[u8], name: &str, context: &Context) -> Result<(), CliError> {
    if context.is_sops() || flags.show || !io::stdout().is_terminal() {
        return Ok(());
    }
    if steers(plain) {
        let message = format!("{name} holds binary data, which a terminal can't show");
        return Err(CliError::new(exit::GENERIC, message)
            .hint("write it to a file with --output, or print it all the same with --show"));
    }
    let session = Session::of(context);
    if !Terminal.can_ask() || session.as_ref().is_some_and(Session::has_agreed) {
        return Ok(());
    }
    let question = format!("show the plaintext of {name} on this terminal?");
    if !Terminal.agrees(&question) {
        return Err(CliError::new(exit::GENERIC, "the plaintext was not shown")
            .hint("--output writes it to a file, --show prints it without a question"));
    }
    session.iter().for_each(Session::agree);
    Ok(())
}

/// Whether bytes are more to a terminal than lines of text.
fn steers(bytes: &[u8]) -> bool {
    let steers = |c: char| c.is_control() && !matches!(c, '\t' | '\n' | '\r');
    std::str::from_utf8(bytes).map_or(true, |text| text.contains(steers))
}

/// The session of a shell, and the file that says that its user has agreed.
struct Session {
    mark: PathBuf,
}

impl Session {
    /// `None` where there is no private place that ends with the login: then every command asks.
    fn of(context: &Context) -> Option<Session> {
        let base = context.var("XDG_RUNTIME_DIR").map(PathBuf::from).filter(|path| path.is_absolute())?;
        let directory = base.join("sops-rs");
        let _ = DirBuilder::new().mode(0o700).create(&directory);
        let found = fs::symlink_metadata(&directory).ok()?;
        let me = rustix::process::geteuid().as_raw();
        let private = found.is_dir() && found.uid() == me && found.mode() & 0o077 == 0;
        let leader = rustix::process::getsid(None).ok()?.as_raw_nonzero();
        // Numbers of processes come again; with its start, one is itself.
        let name = format!("shown-{leader}-{}", started(leader.get()));
        private.then(|| Session { mark: directory.join(name) })
    }

    fn has_agreed(&self) -> bool {
        self.mark.symlink_metadata().is_ok_and(|found| found.is_file())
    }

    /// Where this fails, the next command asks again.
    fn agree(&self) {
        let _ = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&self.mark);
    }
}

/// When a process started, in ticks since the system did; nothing where the system does not say.
fn started(process: i32) -> String {
    let line = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    let behind_name = line.rsplit_once(") ").map_or("", |(_, rest)| rest);
    behind_name.split(' ').nth(19).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_lines_of_text_are_fit_for_a_terminal() {
        for text in ["", "a: ü\r\n\tb\n"] {
            assert!(!steers(text.as_bytes()), "{text:?}");
        }
        for bytes in [&b"\x1b[2J"[..], b"a\0", b"\xff", "\u{9b}".as_bytes(), b"\x7f"] {
            assert!(steers(bytes), "{bytes:?}");
        }
    }
}
