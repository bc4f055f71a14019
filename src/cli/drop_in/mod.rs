//! Called by the name `sops`, the program takes sops' own argument forms (spec, cli 1 and 17): one dash before
//! long flags, `=true` behind switches, flags anywhere, and the legacy forms without a command (`-d FILE`, `-e -i FILE`,
//! `-r FILE`, `--set 'PATH VALUE' FILE`, `FILE`). All are turned into the forms of this program.

mod flags;
mod legacy;

use super::error::CliError;
use super::exit;
use crate::metadata::SOPS_VERSION;
use flags::{Flag, Flags};
use std::ffi::{OsStr, OsString};
use std::path::Path;

/// What the arguments come to.
pub enum Arguments {
    /// Arguments for the parser, and what to warn of.
    Command { words: Vec<OsString>, warnings: Vec<String> },
    /// A text for standard output, and nothing else to do.
    Print(String),
}

/// Whether the program was called as `sops`: by a link or a copy of that name.
pub fn is_sops(program: Option<&OsString>) -> bool {
    let name = program.and_then(|path| Path::new(path).file_stem());
    name == Some(OsStr::new("sops"))
}

/// Turns sops' arguments into this program's. `args` start with the program's name; `known` is the parser.
pub fn translate(args: &[OsString], known: &clap::Command) -> Result<Arguments, CliError> {
    let args = args.get(1..).unwrap_or_default();
    if args.last().is_some_and(|last| last == "--generate-bash-completion") {
        return Ok(Arguments::Print(candidates(args, known)));
    }
    // Of these sops knows nothing, and where `--` stands matters to them.
    if matches!(args.first().and_then(|word| word.to_str()), Some("run" | "render")) {
        let words = std::iter::once(OsString::from("sops")).chain(args.iter().cloned());
        return Ok(Arguments::Command { words: words.collect(), warnings: Vec::new() });
    }
    let mut call = Call::default();
    call.read(args, &Flags::of(known))?;
    if call.command.is_none() && call.has("version") {
        let own = format!("sops {SOPS_VERSION}\n{} {}\n", env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"));
        return Ok(Arguments::Print(own));
    }
    if call.command.is_none() && !call.has("help") {
        refuse_what_is_not_there(&call)?;
        legacy::to_command(&mut call)?;
    }
    call.check()?;
    if let (Some("help" | "h"), Some(topic)) = (call.command.as_deref(), call.positional.first()) {
        let topic = topic.to_string_lossy();
        if known.find_subcommand(&*topic).is_none() {
            return Err(CliError::bare(exit::NO_TOPIC, &format!("No help topic for '{topic}'")));
        }
    }
    if call.command.as_deref() == Some("h") {
        call.command = Some("help".to_owned());
    }
    Ok(call.words(known))
}

/// sops' commands that this program has not: without this they would be taken for files to edit.
fn refuse_what_is_not_there(call: &Call) -> Result<(), CliError> {
    match call.positional.first().and_then(|word| word.to_str()) {
        Some(name @ ("keyservice" | "publish")) => {
            // `keyservice` gets here in a build without that feature only.
            Err(CliError::new(exit::GENERIC, format!("this build has no command `{name}`"))
                .hint(format!("use sops for that; a file of this name is ./{name}")))
        }
        _ => Ok(()),
    }
}

/// The names of commands, as the completion scripts of sops ask for them.
fn candidates(args: &[OsString], known: &clap::Command) -> String {
    let mut at = known;
    for word in args.iter().filter_map(|word| word.to_str()) {
        at = at.find_subcommand(word).unwrap_or(at);
    }
    let names = at.get_subcommands().filter(|command| !command.is_hide_set());
    names.map(|command| format!("{}\n", command.get_name())).collect()
}

/// Arguments, sorted into what they are.
#[derive(Default)]
struct Call {
    command: Option<String>,
    flags: Vec<Given>,
    positional: Vec<OsString>,
    warnings: Vec<String>,
    /// Whether a legacy form was used: flags of other modes are let go without a word there.
    legacy: bool,
}

/// A flag and its value; a switch has none.
struct Given {
    name: String,
    value: Option<OsString>,
}

impl Call {
    fn read(&mut self, args: &[OsString], flags: &Flags) -> Result<(), CliError> {
        let mut args = args.iter();
        while let Some(word) = args.next() {
            match flags.read(word, self.command.as_deref())? {
                Flag::End => self.positional.extend(args.by_ref().cloned()),
                Flag::Positional => match (&self.command, word.to_str()) {
                    (None, Some(name)) if self.positional.is_empty() && flags.is_command(name) => {
                        self.command = Some(name.to_owned());
                    }
                    _ => self.positional.push(word.clone()),
                },
                Flag::Switch { name, on } => {
                    self.flags.retain(|given| given.name != name);
                    if on {
                        self.flags.push(Given { name, value: None });
                    }
                }
                Flag::Valued { name, value } => {
                    let value = value.or_else(|| args.next().cloned()).ok_or_else(|| {
                        CliError::new(exit::GENERIC, format!("flag needs an argument: -{name}"))
                    })?;
                    self.flags.push(Given { name, value: Some(value) });
                }
            }
        }
        Ok(())
    }

    fn has(&self, name: &str) -> bool {
        self.flags.iter().any(|given| given.name == name)
    }

    /// Takes a flag out.
    fn take(&mut self, name: &str) -> Option<Given> {
        let at = self.flags.iter().position(|given| given.name == name)?;
        Some(self.flags.remove(at))
    }

    /// Missing and superfluous arguments, as sops counts them (spec, cli 1.2 and 2).
    fn check(&mut self) -> Result<(), CliError> {
        if self.has("help") {
            return Ok(());
        }
        let count = self.positional.len();
        let one = match self.command.as_deref() {
            Some("set") if count < if self.has("value-stdin") { 2 } else { 3 } => {
                return Err(CliError::bare(
                    exit::NO_FILE,
                    "Error: no file specified, or index and value are missing. Need precisely 3 positional arguments.",
                ));
            }
            Some("unset") if count < 2 => {
                return Err(CliError::bare(
                    exit::NO_FILE,
                    "Error: no file specified, or index is missing. Need precisely 2 positional arguments.",
                ));
            }
            Some("rotate" | "edit" | "filestatus" | "updatekeys") | None if count == 0 => {
                return Err(CliError::bare(exit::NO_FILE, "Error: no file specified"));
            }
            Some("encrypt" | "decrypt" | "rotate" | "edit" | "filestatus") => true,
            _ => false,
        };
        if one && count > 1 {
            self.warnings
                .push("more than one positional argument is given; only the first one is used".into());
            self.positional.truncate(1);
        }
        Ok(())
    }

    /// The words for the parser: the command, the flags that it has, what is not a flag.
    fn words(mut self, known: &clap::Command) -> Arguments {
        let name = self.command.clone().unwrap_or_default();
        let command = known.find_subcommand(&name);
        let mut words: Vec<OsString> = vec!["sops".into()];
        words.extend(self.command.iter().map(OsString::from));
        // The commands below `groups` stand before their flags.
        if command.is_some_and(|command| command.has_subcommands()) && !self.positional.is_empty() {
            words.push(self.positional.remove(0));
        }
        for given in &self.flags {
            let lenient = self.legacy || flags::is_without_effect(&given.name);
            if lenient && command.is_none_or(|command| !flags::has(command, known, &given.name)) {
                continue;
            }
            let mut word = OsString::from(format!("--{}", given.name));
            if let Some(value) = &given.value {
                word.push("=");
                word.push(value);
            }
            words.push(word);
        }
        let dashed = self.positional.iter().any(|word| word.as_encoded_bytes().starts_with(b"-"));
        if dashed && !name.starts_with("exec-") {
            words.push("--".into());
        }
        words.append(&mut self.positional);
        Arguments::Command { words, warnings: self.warnings }
    }
}
