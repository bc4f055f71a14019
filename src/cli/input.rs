//! FILE or standard input, and the formats of input and output.

use super::context::Context;
use super::error::CliError;
use super::exit;
use super::gate;
use crate::config::absolute;
use crate::disk::{self, Guard, PATIENCE, Snapshot};
use crate::document::format::Format;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// Flags that say what a file is.
#[derive(clap::Args)]
pub struct Types {
    /// Format of the input: yaml, json, toml, dotenv, ini or binary (by default told by the file's name)
    #[arg(long, value_name = "TYPE", value_parser = format)]
    pub input_type: Option<Format>,
    /// Format of the output (by default told by the file's name)
    #[arg(long, value_name = "TYPE", value_parser = format)]
    pub output_type: Option<Format>,
    /// Take the format and the creation rule of this name instead of FILE's; needed when encrypting standard input
    #[arg(long, value_name = "NAME")]
    pub filename_override: Option<PathBuf>,
}

impl Types {
    /// Everything is told by the file's name.
    pub const BY_NAME: Types = Types { input_type: None, output_type: None, filename_override: None };

    /// A file that is only read, of this format or of the one that its name tells.
    pub fn reading(input_type: Option<Format>) -> Types {
        Types { input_type, ..Types::BY_NAME }
    }
}

/// The flag of commands that read files and write no other format.
#[derive(clap::Args)]
pub struct InputType {
    /// Format of the files: yaml, json, toml, dotenv, ini or binary (by default told by their names)
    #[arg(long, value_name = "TYPE", value_parser = format)]
    input_type: Option<Format>,
}

impl InputType {
    pub fn types(&self) -> Types {
        Types::reading(self.input_type)
    }
}

/// A format's name on the command line.
pub fn format(word: &str) -> Result<Format, String> {
    Format::from_word(word).ok_or_else(|| {
        let words = Format::ALL.map(Format::word).join(", ");
        format!("there is no type {word:?}, only {words}")
    })
}

/// What a command works on.
pub struct Input {
    /// For messages: the path as typed, or `standard input`.
    pub name: String,
    /// The file as it was read; `None` for standard input.
    pub file: Option<Snapshot>,
    /// The right to replace the file, when that was asked for.
    pub guard: Option<Guard>,
    /// What rules are matched against: the override, else the path; absolute.
    pub path: Option<PathBuf>,
    stdin: Zeroizing<Vec<u8>>,
    by_name: Option<Format>,
}

impl Input {
    /// Reads FILE, or standard input when there is none: a FILE is never overruled by what standard input is. With
    /// `to_replace` other writers of the file wait until the input is dropped.
    pub fn read(
        file: Option<&Path>,
        types: &Types,
        to_replace: bool,
        context: &Context,
    ) -> Result<Input, CliError> {
        let directory = context.directory()?;
        let named = types.filename_override.as_deref().or(file);
        let path = named.map(|path| absolute(path, &directory));
        let by_name = named.map(Format::of_path);
        let Some(file) = file else {
            let stdin = context.read_stdin()?;
            return Ok(Input {
                name: "standard input".into(),
                file: None,
                guard: None,
                path,
                stdin,
                by_name,
            });
        };
        match std::fs::metadata(file) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Err(CliError::no_such_file(file));
            }
            Ok(found) if found.is_dir() => {
                let message = format!("{} is a directory", file.display());
                return Err(CliError::new(exit::READ_INPUT, message).hint("name a file in it"));
            }
            _ => {}
        }
        let fail = |error| CliError::disk(exit::READ_INPUT, error);
        let guard = to_replace.then(|| disk::lock(file, PATIENCE)).transpose().map_err(fail)?;
        let snapshot = match &guard {
            Some(guard) => guard.read(context.limits.bytes),
            None => disk::read(file, context.limits.bytes),
        };
        let snapshot = snapshot.map_err(fail)?;
        let name = file.display().to_string();
        Ok(Input { name, file: Some(snapshot), guard, path, stdin: Zeroizing::default(), by_name })
    }

    /// As [`Input::read`] for a file that a program is to get: sops answers 2 when there is none.
    pub fn read_to_run(file: &Path, types: &Types, context: &Context) -> Result<Input, CliError> {
        Input::read(Some(file), types, false, context).map_err(|error| match error.code {
            exit::NO_FILE => {
                let name = file.display();
                let in_sops = format!("Error reading file: open {name}: no such file or directory");
                CliError { code: exit::READ_INPUT, in_sops: Some(in_sops), ..error }
            }
            _ => error,
        })
    }

    /// The file whose keys are to be used.
    pub fn subject(&self) -> gate::File<'_> {
        gate::File { name: &self.name, path: self.path.as_deref() }
    }

    pub fn bytes(&self) -> &[u8] {
        self.file.as_ref().map_or(&self.stdin, |file| file.bytes())
    }

    /// Hands the bytes out, so that parsing needs no copy of them.
    pub fn take_bytes(&mut self) -> Zeroizing<Vec<u8>> {
        match &mut self.file {
            Some(file) => file.take_bytes(),
            None => std::mem::take(&mut self.stdin),
        }
    }

    /// The format to read as.
    pub fn format(&self, types: &Types) -> Format {
        types.input_type.or(self.by_name).unwrap_or(Format::Binary)
    }

    /// As [`Input::format`] for an encrypted file. sops has no TOML and encrypts such files as binary ones: told
    /// by the brace that TOML can't start with.
    pub fn sealed_format(&self, types: &Types) -> Format {
        let envelope = self.bytes().trim_ascii_start().starts_with(b"{");
        match self.format(types) {
            Format::Toml if envelope && types.input_type.is_none() => Format::Binary,
            format => format,
        }
    }

    /// The format to write, when it isn't that of the input.
    pub fn output_format(&self, types: &Types, input: Format) -> Format {
        types.output_type.unwrap_or(if types.input_type.is_some() {
            self.by_name.unwrap_or(input)
        } else {
            input
        })
    }

    /// As [`Input::output_format`] for an encrypted result: where the name tells no format, that of the input stays,
    /// since only a binary file can be sealed as one.
    pub fn sealed_output_format(&self, types: &Types, input: Format) -> Format {
        match self.output_format(types, input) {
            Format::Binary if types.output_type.is_none() => input,
            format => format,
        }
    }
}
