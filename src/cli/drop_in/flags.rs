//! sops' flags: which there are, and which of them take a value.

use crate::cli::error::CliError;
use crate::cli::exit;
use crate::cli::global::truth;
use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};

/// sops' switches (spec, cli 4 to 18). They may be followed by `=true` or `=false`, never by a value of their own.
const SWITCHES: &[&str] = &[
    "background",
    "check-for-updates",
    "decrypt",
    "disable-version-check",
    "enable-local-keyservice",
    "encrypt",
    "help",
    "idempotent",
    "ignore-mac",
    "in-place",
    "mac-only-encrypted",
    "no-fifo",
    "omit-extensions",
    "pristine",
    "prompt",
    "recursive",
    "rotate",
    "same-process",
    "show-master-keys",
    "value-file",
    "value-stdin",
    "verbose",
    "version",
    "yes",
];

/// sops' flags with a value that may have no counterpart in the command at hand.
const VALUED: &[&str] = &["keyservice", "set"];

/// Switches that change nothing where a command does not have them: there is no version check to disable, and no log to
/// make longer.
const WITHOUT_EFFECT: &[&str] = &["check-for-updates", "disable-version-check", "verbose"];

/// The one switch that counts when it is turned off.
const ON_UNLESS_OFF: &str = "enable-local-keyservice";

/// sops' flags of one letter.
const SHORT: &[(char, &str)] = &[
    ('a', "age"),
    ('d', "decrypt"),
    ('e', "encrypt"),
    ('f', "file"),
    ('h', "help"),
    ('i', "in-place"),
    ('k', "kms"),
    ('p', "pgp"),
    ('r', "rotate"),
    ('s', "show-master-keys"),
    ('v', "version"),
    ('y', "yes"),
];

/// What one word of the command line is.
pub enum Flag {
    /// `--`: only arguments follow.
    End,
    Positional,
    Switch {
        name: String,
        on: bool,
    },
    /// `None`: the value is the next word.
    Valued {
        name: String,
        value: Option<OsString>,
    },
}

/// All flags of all commands, and whether they take a value.
pub struct Flags<'a> {
    known: &'a clap::Command,
    valued: HashMap<&'a str, bool>,
}

impl<'a> Flags<'a> {
    pub fn of(known: &'a clap::Command) -> Flags<'a> {
        let mut valued = HashMap::new();
        let mut open = vec![known];
        while let Some(command) = open.pop() {
            for argument in command.get_arguments() {
                let takes = argument.get_action().takes_values();
                let names = argument.get_long_and_visible_aliases().unwrap_or_default();
                valued.extend(names.into_iter().map(|name| (name, takes)));
            }
            open.extend(command.get_subcommands());
        }
        valued.extend(VALUED.iter().map(|name| (*name, true)));
        valued.extend(SWITCHES.iter().map(|name| (*name, false)));
        Flags { known, valued }
    }

    pub fn is_command(&self, name: &str) -> bool {
        matches!(name, "help" | "h") || self.known.find_subcommand(name).is_some()
    }

    /// Tells what a word is. A dashed word that is no flag is an argument of the commands that take any text (`set
    /// F '["a"]' -5`), and an error elsewhere.
    pub fn read(&self, word: &OsStr, command: Option<&str>) -> Result<Flag, CliError> {
        let bytes = word.as_bytes();
        let Some(rest) = bytes.strip_prefix(b"-").filter(|rest| !rest.is_empty()) else {
            return Ok(Flag::Positional);
        };
        if rest == b"-" {
            return Ok(Flag::End);
        }
        let rest = rest.strip_prefix(b"-").unwrap_or(rest);
        let (name, value) = match rest.iter().position(|&byte| byte == b'=') {
            Some(at) => (&rest[..at], Some(OsString::from_vec(rest[at + 1..].to_vec()))),
            None => (rest, None),
        };
        let name = long(&String::from_utf8_lossy(name));
        match self.valued.get(name.as_str()) {
            Some(true) => Ok(Flag::Valued { name, value }),
            Some(false) => {
                let on = match value.as_deref().map(|value| value.to_string_lossy().into_owned()) {
                    None => true,
                    Some(value) => truth(&value).ok_or_else(|| {
                        let message = format!("invalid boolean value {value:?} for -{name}");
                        CliError::new(exit::GENERIC, message)
                    })?,
                };
                if name == ON_UNLESS_OFF {
                    return Ok(Flag::Valued { name, value: Some(on.to_string().into()) });
                }
                Ok(Flag::Switch { on, name })
            }
            None if matches!(command, Some("set" | "unset" | "exec-env" | "exec-file")) => {
                Ok(Flag::Positional)
            }
            None => {
                let message = format!("flag provided but not defined: -{name}");
                Err(CliError::new(exit::GENERIC, message).hint("see `sops --help`"))
            }
        }
    }
}

/// Whether a flag may be let go of where the command at hand does not have it.
pub fn is_without_effect(name: &str) -> bool {
    WITHOUT_EFFECT.contains(&name)
}

/// Whether a command, or the program as a whole, has a flag.
pub fn has(command: &clap::Command, program: &clap::Command, name: &str) -> bool {
    let mut arguments = command.get_arguments().chain(program.get_arguments());
    name == "help"
        || arguments.any(|argument| {
            argument.get_long_and_visible_aliases().is_some_and(|names| names.contains(&name))
        })
}

fn long(name: &str) -> String {
    let mut letters = name.chars();
    let letter = letters.next().filter(|_| letters.next().is_none());
    let short = SHORT.iter().find(|(short, _)| Some(*short) == letter);
    match (short, name) {
        (Some((_, long)), _) => (*long).to_owned(),
        (None, "net") => "network".to_owned(),
        (None, "addr") => "address".to_owned(),
        _ => name.to_owned(),
    }
}
