//! `--mask`: which streams of a program are masked, and what counts as secret in them.

use super::context::Context;
use super::error::CliError;
use super::exit;
use super::program::fault;
use crate::document::flat;
use crate::exec::ExecError;
use crate::exec::mask::{Mask, Options, Outlets};
use crate::file::Open;
use std::io::{self, IsTerminal};
use std::os::fd::{AsFd, OwnedFd};
use zeroize::Zeroizing;

/// How many values are told by name.
const NAMED: usize = 5;

/// When a stream of the program is masked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum When {
    /// When it does not lead to a terminal
    Auto,
    /// Also when it leads to a terminal, which the program then does not see as one
    Always,
    /// Not at all
    Never,
}

/// Flags about masking.
#[derive(clap::Args)]
pub struct MaskFlags {
    /// Replace secret values in what the program prints by `***`
    #[arg(long, value_name = "WHEN")]
    mask: Option<When>,
    /// Mask values of this many bytes and more; 8 unless told otherwise
    #[arg(long, value_name = "BYTES", value_parser = clap::value_parser!(u32).range(1..))]
    mask_min: Option<u32>,
}

impl MaskFlags {
    /// When to mask: as told, or as the command does it.
    ///
    /// # Errors
    /// A minimum although nothing is to be masked.
    pub fn when(&self, usual: When) -> Result<When, CliError> {
        let when = self.mask.unwrap_or(usual);
        if when == When::Never && self.mask_min.is_some() {
            let message = "--mask-min says which values are masked, and none is to be";
            return Err(CliError::new(exit::CONFLICTING, message).hint("add --mask, or leave --mask-min out"));
        }
        Ok(when)
    }

    /// The mask for secrets, of which there are none where nothing is masked; values that are too short are told.
    pub fn mask(&self, secrets: Secrets, outlets: &Outlets, context: &Context) -> Mask {
        let secrets = if outlets.is_empty() { Secrets::default() } else { secrets };
        let given = self.mask_min.map(|bytes| usize::try_from(bytes).unwrap_or(usize::MAX));
        let minimum = given.unwrap_or(Options::default().minimum);
        let values = secrets.0.iter().map(|one| (one.value.as_slice(), one.name.as_str()));
        let mask = Mask::of(values, Options { minimum });
        if let Some(note) = about_short(mask.short(), minimum) {
            context.note(&note);
        }
        mask
    }
}

/// How many values are not masked, and the first of their names.
fn about_short(names: &[String], minimum: usize) -> Option<String> {
    let (count, verb) = match names.len() {
        0 => return None,
        1 => ("one value".to_owned(), "is"),
        count => (format!("{count} values"), "are"),
    };
    let mut told = names.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
    if names.len() > NAMED {
        told.push_str(", …");
    }
    Some(format!("note: {count} of less than {minimum} bytes {verb} not masked: {told}"))
}

/// The values that files keep secret, wherever they go from there. Deliberately without `Debug`.
#[derive(Default)]
pub struct Secrets(Vec<Secret>);

struct Secret {
    name: String,
    value: Zeroizing<Vec<u8>>,
}

impl Secrets {
    /// Adds what was encrypted in a file, without comments. What stands there in clear is no secret.
    pub fn add(&mut self, open: &Open) {
        let document = open.sealed().document();
        for (number, slot) in document.slots().iter().enumerate() {
            if !open.was_sealed(number) || slot.is_comment() {
                continue;
            }
            let value = open.value(number);
            let name = || document.paths().display(slot.path);
            // Numbers and times are spelled in another way in variables than in files, and as presets have it.
            if let Some(text) = flat::as_text(value).filter(|text| text.as_bytes() != value.bytes) {
                self.0.push(Secret { name: name(), value: Zeroizing::new(text.as_bytes().to_vec()) });
            }
            self.0.push(Secret { name: name(), value: Zeroizing::new(value.bytes.to_vec()) });
        }
    }
}

/// The streams of this process that are to be masked.
pub fn outlets(when: When) -> Result<Outlets, CliError> {
    Ok(Outlets { stdout: outlet(io::stdout(), when)?, stderr: outlet(io::stderr(), when)? })
}

fn outlet(stream: impl AsFd + IsTerminal, when: When) -> Result<Option<OwnedFd>, CliError> {
    let is_wanted = match when {
        When::Auto => !stream.is_terminal(),
        When::Always => true,
        When::Never => false,
    };
    let copy = |source| fault(ExecError::Io { action: "copy a standard stream", source });
    is_wanted.then(|| stream.as_fd().try_clone_to_owned()).transpose().map_err(copy)
}
