//! Where results go: standard output, a file, or the input's own place.

use super::context::Context;
use super::error::CliError;
use super::exit;
use super::input::Input;
use crate::disk::{self, NewMode, Options, PATIENCE};
use std::path::{Path, PathBuf};

/// Flags that say where a result goes.
#[derive(clap::Args)]
pub struct Output {
    /// Replace FILE by the result, atomically; mode, owner and links stay
    #[arg(short, long)]
    pub in_place: bool,
    /// Write the result to this file, atomically, instead of standard output
    #[arg(long, value_name = "PATH")]
    pub output: Option<PathBuf>,
    #[command(flatten)]
    pub writing: Writing,
}

/// The flag that says how an existing file may be written.
#[derive(clap::Args)]
pub struct Writing {
    /// Where a file can't be replaced as a whole (hard links, another owner, a mount point), write into it; a
    /// crash meanwhile leaves it torn
    #[arg(long)]
    in_place_unsafe: bool,
}

impl Writing {
    pub fn options(&self) -> Options {
        Options { in_place: self.in_place_unsafe }
    }
}

impl Output {
    /// Refuses flags that contradict each other (exit 8).
    pub fn check(&self, file: Option<&Path>) -> Result<(), CliError> {
        if self.in_place && self.output.is_some() {
            let message = "--in-place and --output name two places for one result";
            return Err(CliError::new(exit::CONFLICTING, message)
                .hint("keep one of them")
                .in_sops("Error: cannot operate on both --output and --in-place"));
        }
        if self.writing.in_place_unsafe && !self.in_place && self.output.is_none() {
            let message = "--in-place-unsafe says how to write a file, and none is to be written";
            return Err(CliError::new(exit::CONFLICTING, message).hint("add --in-place or --output"));
        }
        if self.in_place && file.is_none() {
            let message = "--in-place needs a FILE: standard input has no place";
            return Err(CliError::new(exit::CONFLICTING, message));
        }
        Ok(())
    }

    /// Refuses to print several results one after the other; with `dry` there are none.
    pub fn check_many(&self, dry: bool) -> Result<(), CliError> {
        if self.output.is_some() {
            let message = "--output names one place for the results of several files";
            return Err(CliError::new(exit::CONFLICTING, message).hint("use --in-place"));
        }
        if !self.in_place && !dry {
            let message = "several files are written in place only";
            return Err(CliError::new(exit::GENERIC, message).hint("add --in-place, or name one file"));
        }
        Ok(())
    }

    /// Writes a result. New files get `mode`; existing ones keep theirs.
    pub fn write(
        &self,
        bytes: &[u8],
        input: &Input,
        mode: NewMode,
        context: &Context,
    ) -> Result<(), CliError> {
        let fail = |error| CliError::disk(exit::WRITE_OUTPUT, error);
        let options = self.writing.options();
        match (&self.output, &input.file, &input.guard) {
            (Some(path), ..) => disk::write(path, bytes, mode, options, PATIENCE).map_err(fail),
            (None, Some(file), Some(guard)) => guard.replace(file, bytes, options).map_err(fail),
            _ => context.print(bytes),
        }
    }
}
