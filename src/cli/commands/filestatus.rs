//! `filestatus`: whether files are encrypted, without any key (spec, cli 11).

use crate::cli::batch::{self, File, is_sealed};
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::exit;
use crate::cli::input::{Input, InputType};
use crate::cli::rekey;
use crate::cli::sealed;
use crate::config::absolute;
use crate::document::format::Format;
use crate::file::{FileError, Sealed};
use serde_json::json;
use std::num::NonZeroUsize;
use std::path::PathBuf;

/// Say whether files are encrypted; of directories, those that are or should be
#[derive(clap::Args)]
pub struct Args {
    /// Files, directories, or globs in quotes
    files: Vec<PathBuf>,
    #[command(flatten)]
    input: InputType,
    /// Exit with 1 if one of them is not encrypted
    #[arg(long)]
    check: bool,
    /// How many files to look at at the same time; 16 unless told otherwise, or one for each processor
    #[arg(long, value_name = "N")]
    jobs: Option<NonZeroUsize>,
}

pub fn run(args: Args, context: &mut Context) -> Result<(), CliError> {
    if args.files.is_empty() {
        return Err(CliError::new(exit::NO_FILE, "no file specified")
            .hint("name files, directories, or globs in quotes"));
    }
    let selection = batch::select(&args.files, context)?;
    let status = |file: &File, context: &mut Context| args.status(file, context);
    if let ([file], false) = (selection.files.as_slice(), selection.many) {
        let encrypted = status(file, context)?.unwrap_or(false);
        context.print(format!("{{\"encrypted\":{encrypted}}}\n").as_bytes())?;
        return if args.check && !encrypted { Err(CliError::silent(exit::GENERIC)) } else { Ok(()) };
    }
    let flags = batch::Flags { dry_run: false, check: args.check, jobs: args.jobs };
    let (mut failed, mut printed) = (false, Ok(()));
    batch::each(&selection.files, &flags, context, status, |file, result, said, bar| {
        bar.pause(|| {
            said.iter().for_each(|line| context.say(line));
            match result {
                Ok(Some(encrypted)) => {
                    failed |= args.check && !encrypted;
                    let name = json!(file.name());
                    let line = format!("{{\"file\":{name},\"encrypted\":{encrypted}}}\n");
                    if printed.is_ok() {
                        printed = context.print(line.as_bytes());
                    }
                }
                Ok(None) => {}
                Err(error) => {
                    failed = true;
                    context.say(&error.of_file(&file.name()).to_string());
                }
            }
        });
    });
    printed?;
    if failed { Err(CliError::silent(exit::GENERIC)) } else { Ok(()) }
}

impl Args {
    /// `None` for a file of a directory that neither is nor should be encrypted.
    fn status(&self, file: &File, context: &Context) -> Result<Option<bool>, CliError> {
        let types = self.input.types();
        let path = absolute(&file.path, &context.directory()?);
        let generic = |error: CliError| CliError { code: exit::GENERIC, ..error };
        let should_be = !file.named && rekey::is_picked(&path, context)?;
        let large = file.path.metadata().is_ok_and(|found| found.len() > context.limits.bytes as u64);
        if large && !file.named {
            return Ok(should_be.then_some(false));
        }
        let mut input = Input::read(Some(&file.path), &types, false, context).map_err(generic)?;
        let format = input.sealed_format(&types);
        let looks_sealed = is_sealed(input.bytes(), format);
        if !file.named && !looks_sealed {
            return Ok(should_be.then_some(false));
        }
        // A plain file of no known type is not encrypted, and no error (quirk Q52).
        if format == Format::Binary && types.input_type.is_none() && !looks_sealed {
            return Ok(Some(false));
        }
        let name = input.name.clone();
        let fail = |error| generic(CliError::opening(&name, error));
        match Sealed::of(sealed::document(&mut input, &types, context).map_err(generic)?) {
            Ok(sealed) => {
                let metadata = sealed.metadata();
                Ok(Some(!metadata.mac.is_empty() && !metadata.version.is_empty()))
            }
            Err(FileError::NotEncrypted) if file.named || should_be => Ok(Some(false)),
            Err(FileError::NotEncrypted) => Ok(None),
            Err(error) => Err(fail(error)),
        }
    }
}
