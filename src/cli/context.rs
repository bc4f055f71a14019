//! What a command may know of the outside: environment, directory, streams, time, chance.

use super::consent::Consent;
use super::error::CliError;
use super::global::Global;
use super::key_services::KeyServices;
use super::{clock, exit};
use crate::crypto::Random;
use crate::disk::{self, private::Places};
use crate::document::syntax::Limits;
use crate::exec::shield::Shield;
use crate::keys::Keyring;
use std::collections::HashSet;
use std::ffi::OsString;
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use zeroize::Zeroizing;

/// Memory that every user may write to.
pub const SHARED_MEMORY: &str = "/dev/shm";

/// The hidden inputs of a program, made visible: commands take them from here alone.
pub struct Context {
    /// `--config`.
    pub config: Option<PathBuf>,
    /// `--indent`.
    pub indent: Option<u32>,
    pub limits: Limits,
    pub random: Random,
    /// The current time, RFC 3339.
    pub now: String,
    as_sops: bool,
    /// `--enable-local-keyservice`: whether the keys of this machine may be used.
    pub local_keys: bool,
    /// `--keyservice`: who is asked beside them.
    pub key_services: KeyServices,
    /// The user's keys, found when first needed and then kept: a passphrase is asked for once in a run.
    pub keyring: Arc<OnceLock<Keyring>>,
    /// Which keys of services may be used.
    pub consent: Arc<Consent>,
    /// Where the lines of a worker among several are kept until it is their turn.
    kept: Option<Arc<Mutex<Vec<String>>>>,
    /// Warnings that were given: the same one is said once, however often a config is read.
    warned: Mutex<HashSet<String>>,
    /// What keeps this process from being looked into.
    pub shield: Shield,
}

impl Context {
    pub fn of_process(global: &Global, as_sops: bool, shield: Shield) -> Context {
        Context {
            config: global.config.clone(),
            indent: global.indent,
            limits: Limits { bytes: global.max_size.saturating_mul(1 << 20), ..Limits::default() },
            random: Random::system(),
            now: clock::now(),
            as_sops,
            local_keys: global.enable_local_keyservice,
            key_services: KeyServices::default(),
            keyring: Arc::default(),
            consent: Arc::default(),
            kept: None,
            warned: Mutex::default(),
            shield,
        }
    }

    /// A context for another thread: with the same keys, and with lines that are kept for [`Context::kept`].
    pub fn worker(&self) -> Context {
        Context {
            config: self.config.clone(),
            indent: self.indent,
            limits: self.limits,
            random: Random::system(),
            now: self.now.clone(),
            as_sops: self.as_sops,
            local_keys: self.local_keys,
            key_services: self.key_services.clone(),
            keyring: Arc::clone(&self.keyring),
            consent: Arc::clone(&self.consent),
            kept: Some(Arc::default()),
            warned: Mutex::default(),
            shield: self.shield.clone(),
        }
    }

    /// Whether this is one of several threads, none of which may ask.
    pub fn is_worker(&self) -> bool {
        self.kept.is_some()
    }

    /// The lines that were said since the last call.
    pub fn kept(&self) -> Vec<String> {
        let lines = self.kept.as_ref().map(|kept| kept.lock().unwrap_or_else(PoisonError::into_inner));
        lines.map(|mut lines| std::mem::take(&mut *lines)).unwrap_or_default()
    }

    /// Whether the program was called by the name `sops`: then it says nothing that sops would not say.
    pub fn is_sops(&self) -> bool {
        self.as_sops
    }

    /// An environment variable that is set and not empty.
    pub fn var(&self, name: &str) -> Option<OsString> {
        std::env::var_os(name).filter(|value| !value.is_empty())
    }

    /// Whether an environment variable is set, to whatever.
    pub fn has_var(&self, name: &str) -> bool {
        std::env::var_os(name).is_some()
    }

    /// The working directory.
    pub fn directory(&self) -> Result<PathBuf, CliError> {
        std::env::current_dir()
            .map_err(|error| CliError::new(exit::GENERIC, "the working directory can't be read").cause(error))
    }

    /// This program's own file.
    pub fn executable(&self) -> Result<PathBuf, CliError> {
        std::env::current_exe().map_err(|error| {
            CliError::new(exit::GENERIC, "the program's own path can't be read").cause(error)
        })
    }

    pub fn home(&self) -> Option<PathBuf> {
        self.var("HOME").map(PathBuf::from)
    }

    /// The directory in which sops keeps age identities, if there is a place for one (spec, config 8).
    pub fn config_directory(&self) -> Option<PathBuf> {
        let xdg = self.var("XDG_CONFIG_HOME").map(PathBuf::from);
        if cfg!(target_os = "macos") {
            return xdg.or_else(|| self.home().map(|home| home.join("Library/Application Support")));
        }
        if cfg!(windows) {
            return self.var("AppData").map(PathBuf::from);
        }
        xdg.filter(|path| path.is_absolute()).or_else(|| self.home().map(|home| home.join(".config")))
    }

    /// Where this program remembers things from one run to the next, if there is a place for it.
    pub fn state_directory(&self) -> Option<PathBuf> {
        let xdg = self.var("XDG_STATE_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
        let base = xdg.or_else(|| self.home().map(|home| home.join(".local/state")));
        base.map(|base| base.join("sops-rs"))
    }

    /// Where plaintext may be for a while: in the user's own memory, in that for everybody, or on whatever the
    /// directory for temporary files is on.
    pub fn places(&self) -> Places {
        let own = self.var("XDG_RUNTIME_DIR").map(PathBuf::from).filter(|path| path.is_absolute());
        Places {
            memory: own.into_iter().chain([SHARED_MEMORY.into()]).collect(),
            disk: self.var("TMPDIR").map_or_else(|| "/tmp".into(), PathBuf::from),
        }
    }

    /// All of standard input, up to the size limit.
    pub fn read_stdin(&self) -> Result<Zeroizing<Vec<u8>>, CliError> {
        let limit = self.limits.bytes;
        let read = disk::read_all(&mut io::stdin().lock(), limit)
            .map_err(|error| CliError::new(exit::READ_INPUT, "standard input can't be read").cause(error))?;
        read.ok_or_else(|| {
            CliError::new(exit::READ_INPUT, format!("standard input has more than {limit} bytes"))
                .hint("raise the limit with --max-size if the input is what you expect")
        })
    }

    /// Writes a result to standard output.
    pub fn print(&self, bytes: &[u8]) -> Result<(), CliError> {
        let mut out = io::stdout().lock();
        out.write_all(bytes).and_then(|()| out.flush()).map_err(|error| match error.kind() {
            // Whoever reads has seen enough: nothing to tell.
            io::ErrorKind::BrokenPipe => CliError::silent(exit::WRITE_OUTPUT),
            _ => CliError::new(exit::WRITE_OUTPUT, "standard output can't be written").cause(error),
        })
    }

    /// A line for the person, on standard error. One that nobody can read is no reason to fail.
    pub fn say(&self, line: &str) {
        if let Some(kept) = &self.kept {
            kept.lock().unwrap_or_else(PoisonError::into_inner).push(line.to_owned());
            return;
        }
        let _ = writeln!(io::stderr().lock(), "{line}");
    }

    /// A line that is good to know and no more; not under the name `sops`.
    pub fn note(&self, line: &str) {
        if !self.as_sops {
            self.say(line);
        }
    }

    /// A warning about what sops does without a word; not under its name.
    pub fn caution(&self, line: &str) {
        if !self.as_sops {
            self.warn(line);
        }
    }

    pub fn warn(&self, line: &str) {
        let is_new = self.warned.lock().unwrap_or_else(PoisonError::into_inner).insert(line.to_owned());
        if is_new {
            self.say(&format!("warning: {line}"));
        }
    }
}

/// A panic prints where it was, never with what: its message could hold a secret (security R23).
pub fn quiet_panics() {
    std::panic::set_hook(Box::new(|info| {
        let place = info.location().map(|place| format!(" at {}:{}", place.file(), place.line()));
        let _ = writeln!(
            io::stderr().lock(),
            "error: sops-rs stopped on a defect of its own{}\n  hint: nothing was written; please report this line",
            place.unwrap_or_default()
        );
    }));
}
