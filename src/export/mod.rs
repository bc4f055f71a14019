//! Variables as text: each form is one program's way of reading them back.
//!
//! ```text
//! files ─preset→ variables ─form→ text → a shell's eval, an env file, a manifest, a job's log and environment
//! ```
//!
//! Which variables there are is not decided here but by [`crate::exec::preset`]. A form writes all of them so that its
//! reader gets the same names and values, byte for byte, or refuses: nothing is renamed, left out or approximated.

pub mod direnv;
pub mod dlt_toml;
mod docker;
mod dotenv;
mod error;
mod fish;
pub mod github;
mod json;
pub mod k8s;
mod names;
mod nu;
mod powershell;
mod record;
mod shell;

pub use error::ExportError;

use crate::exec::environment::Variable;
use zeroize::Zeroizing;

/// A text that holds variables and nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Lines for dotenv libraries and docker compose.
    Dotenv,
    /// Commands for POSIX shells, among them bash and dash.
    Shell,
    Zsh,
    Fish,
    PowerShell,
    /// A record for nushell's `from nuon | load-env`.
    Nu,
    /// Lines for `docker run --env-file`, which knows no quotes.
    Docker,
    /// One object of texts.
    Json,
}

/// How a form is written.
struct Writer {
    /// Who reads it, for messages.
    reader: &'static str,
    /// Why the reader can have no variable of a name, if so.
    unfit: fn(&str) -> Option<&'static str>,
    /// Stands before the first variable, between two, and behind the last.
    around: [&'static str; 3],
    /// Writes a variable of a name that is not unfit, or says why its value can't be had.
    variable: fn(&str, &str, &mut String) -> Result<(), &'static str>,
}

impl Form {
    fn writer(self) -> Writer {
        match self {
            Form::Dotenv => dotenv::WRITER,
            Form::Shell => shell::WRITER,
            Form::Zsh => shell::ZSH,
            Form::Fish => fish::WRITER,
            Form::PowerShell => powershell::WRITER,
            Form::Nu => nu::WRITER,
            Form::Docker => docker::WRITER,
            Form::Json => json::WRITER,
        }
    }

    /// Writes variables for this form's reader.
    ///
    /// # Errors
    /// A name or value that the reader can't have.
    pub fn write(self, variables: &[Variable]) -> Result<Zeroizing<String>, ExportError> {
        let Writer { reader, unfit, around: [open, between, close], variable: write } = self.writer();
        // Room for quotes and the usual escapes: growing would leave copies behind.
        let room = variables.iter().map(|each| each.name.len() + 2 * each.value.len() + 64).sum();
        let mut out = Zeroizing::new(String::with_capacity(room));
        out.push_str(open);
        for (number, variable) in variables.iter().enumerate() {
            if let Some(why) = unfit(&variable.name) {
                return Err(ExportError::name(reader, variable, why));
            }
            if number > 0 {
                out.push_str(between);
            }
            let value = text(reader, variable)?;
            write(&variable.name, value, &mut out)
                .map_err(|why| ExportError::value(reader, variable, why))?;
        }
        out.push_str(close);
        Ok(out)
    }
}

/// A value as text.
fn text<'a>(reader: &'static str, variable: &'a Variable) -> Result<&'a str, ExportError> {
    std::str::from_utf8(&variable.value)
        .map_err(|_| ExportError::value(reader, variable, "it is not text in UTF-8"))
}

#[cfg(test)]
mod tests;
