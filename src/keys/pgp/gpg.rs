//! How gpg is called: what it is told, what it is given, and how much it may print.

use super::PgpKey;
use super::reason;
use crate::keys::program::{self, Broken, Ran};
use crate::keys::wiped::Unread;
use crate::keys::{Env, printable};
use std::io;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use zeroize::Zeroizing;

/// The variable that names another program (spec, config 7).
const PROGRAM: &str = "SOPS_GPG_EXEC";
/// The variable by which gpg's agent finds the terminal of a pinentry.
const TERMINAL: &str = "GPG_TTY";

/// The user's gpg.
pub(super) struct Gpg {
    program: PathBuf,
    /// Whether the user named the program.
    is_named: bool,
    /// `GNUPGHOME`.
    home: Option<PathBuf>,
    /// Whether gpg knows of a terminal without us.
    has_terminal: bool,
    terminal: Option<PathBuf>,
}

impl Gpg {
    pub(super) fn new(env: &Env, terminal: Option<PathBuf>) -> Gpg {
        let named = env.path(PROGRAM);
        Gpg {
            is_named: named.is_some(),
            program: named.unwrap_or_else(|| "gpg".into()),
            home: env.path("GNUPGHOME"),
            has_terminal: env.path(TERMINAL).is_some(),
            terminal,
        }
    }

    /// What people call the place of its keys.
    pub(super) fn keyring(&self) -> String {
        match &self.home {
            Some(home) => {
                format!("the keyring of gpg in GNUPGHOME ({})", printable(&home.to_string_lossy(), 200))
            }
            None => "the keyring of gpg".into(),
        }
    }

    /// `secret` as an armored message to one key, as sops has it made. The key is trusted for this once, and whom else
    /// the user's settings encrypt to does not count. Its fingerprint has been checked.
    pub(super) fn encrypt(
        &self,
        key: &PgpKey,
        secret: &[u8],
        limit: usize,
    ) -> Result<Zeroizing<Vec<u8>>, String> {
        let mut gpg = self.command();
        gpg.args(["--no-default-recipient", "--yes", "--encrypt", "-a", "-r", &key.fingerprint]);
        gpg.args(["--trusted-key", key.long_id(), "--no-encrypt-to"]);
        // A key that is not there is not looked for on the network.
        gpg.arg("--no-auto-key-locate");
        let ran = self.run(&mut gpg, secret, limit)?;
        match ran.status.success() {
            true => Ok(ran.printed),
            false => Err(reason::not_encrypted(&ran.complaint)),
        }
    }

    /// What an armored message holds.
    pub(super) fn decrypt(&self, message: &[u8], limit: usize) -> Result<Zeroizing<Vec<u8>>, String> {
        let mut gpg = self.command();
        // Nor is the key of a signature in the message.
        gpg.args(["--no-auto-key-retrieve", "-d"]);
        let ran = self.run(&mut gpg, message, limit)?;
        match ran.printed.is_empty() {
            _ if !ran.status.success() => Err(reason::not_decrypted(&ran.complaint, &self.keyring())),
            // An old gpg drops what it does not know from a message of a newer one, and has nothing left.
            true => Err("gpg printed nothing; it may be too old for this message".into()),
            false => Ok(ran.printed),
        }
    }

    fn command(&self) -> Command {
        let mut gpg = Command::new(&self.program);
        gpg.arg("--status-fd=2").stderr(Stdio::piped());
        // Its words in English, for the reasons to be told apart; those of the agent stay the user's.
        gpg.env("LANGUAGE", "en");
        match &self.terminal {
            _ if self.has_terminal => {}
            // gpg has nothing but pipes from us and would not find it.
            Some(terminal) => _ = gpg.env(TERMINAL, terminal),
            None => _ = gpg.arg("--batch"),
        }
        gpg
    }

    fn run(&self, gpg: &mut Command, input: &[u8], limit: usize) -> Result<Ran, String> {
        program::run(gpg, Some(input), limit).map_err(|broken| match broken {
            Broken::Start(error) => self.not_started(&error),
            Broken::Unread(Unread::TooLarge(_)) => "gpg printed more than a key, and was stopped".into(),
            Broken::Unread(Unread::Failed(error)) => format!("what gpg prints can't be read: {error}"),
        })
    }

    fn not_started(&self, error: &io::Error) -> String {
        let name = printable(&self.program.to_string_lossy(), 200);
        match (error.kind(), self.is_named) {
            (io::ErrorKind::NotFound, false) => {
                format!("there is no {name} in PATH: install GnuPG, or set {PROGRAM} to its program")
            }
            (_, true) => format!("{name}, which {PROGRAM} names, can't be started: {error}"),
            (_, false) => format!("{name} can't be started: {error}"),
        }
    }
}
