//! Where results go: standard output, a file, or the input's own place.

use super::context::Context;
use super::error::CliError;
use super::exit;
use super::input::Input;
use crate::disk;
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
}

impl Output {
    /// Refuses flags that contradict each other (exit 8).
    pub fn check(&self, file: Option<&Path>) -> Result<(), CliError> {
        if self.in_place && self.output.is_some() {
            let message = "--in-place and --output name two places for one result";
            return Err(CliError::new(exit::CONFLICTING, message).hint("keep one of them"));
        }
        if self.in_place && file.is_none() {
            let message = "--in-place needs a FILE: standard input has no place";
            return Err(CliError::new(exit::CONFLICTING, message));
        }
        Ok(())
    }

    /// Writes a result. New files get `mode`; existing ones keep theirs.
    pub fn write(
        &self,
        bytes: &[u8],
        input: &Input,
        mode: disk::Mode,
        context: &Context,
    ) -> Result<(), CliError> {
        let fail = |error| CliError::disk(exit::WRITE_OUTPUT, error);
        match (&self.output, &input.file) {
            (Some(path), _) => disk::write(path, bytes, mode).map_err(fail),
            (None, Some(file)) if self.in_place => disk::replace(file, bytes).map_err(fail),
            _ => context.print(bytes),
        }
    }
}
