//! `render`: a program with the plaintexts of files in a private directory.

use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::input::InputType;
use crate::cli::keys;
use crate::cli::mask::{self, MaskFlags, Secrets, When};
use crate::cli::program::{self, ProgramFlags, fault};
use crate::cli::rendering::{PlaceFlags, Rendering};
use crate::cli::sealed;
use crate::exec::Launch;
use crate::exec::signals::Signals;
use std::ffi::OsString;
use std::path::PathBuf;

/// Run a program with files' plaintexts in a private directory that is gone afterwards
#[derive(clap::Args)]
#[command(override_usage = "sops-rs render [OPTIONS] <FILE>... -- <PROGRAM> [ARGUMENT]...")]
pub struct Args {
    /// The encrypted files. Each {} in an ARGUMENT becomes the path of the plaintext; of several, that of the directory
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// A program and its arguments, run without a shell
    #[arg(last = true, required = true, value_name = "PROGRAM")]
    program: Vec<OsString>,
    #[command(flatten)]
    place: PlaceFlags,
    #[command(flatten)]
    run: ProgramFlags,
    #[command(flatten)]
    mask: MaskFlags,
    #[command(flatten)]
    input: InputType,
    #[command(flatten)]
    order: keys::Order,
}

pub fn run(args: Args, context: &mut Context) -> Result<(), CliError> {
    let line = program::line(args.program)?;
    let when = args.mask.when(When::Auto)?;
    let user = args.run.user()?;
    let (mut rendering, mut secrets) = (Rendering::default(), Secrets::default());
    for file in &args.files {
        let (mut open, input) = sealed::read_to_run(file, &args.input.types(), &args.order, context)?;
        if when != When::Never {
            secrets.add(&open);
        }
        let content = open.plaintext().map_err(|error| CliError::spelling(&input.name, error))?;
        rendering.add(file.file_name().unwrap_or_default().into(), content, &input.name)?;
    }
    if let Some(user) = &user {
        user.assume().map_err(fault)?;
    }
    // This process stays, and needs no identities for that.
    context.keyring = Default::default();
    let outlets = mask::outlets(when)?;
    let mask = args.mask.mask(secrets, &outlets, context);
    // Before there is anything to be removed.
    let mut signals = Signals::listen().map_err(fault)?;
    let folder = rendering.write(&args.place, user.as_ref(), context)?;
    let variables = rendering.variables(&folder);
    let path = match args.files.as_slice() {
        [_] => rendering.names().next().map(|name| folder.path().join(name)),
        _ => None,
    };
    drop(rendering);
    let launch = Launch {
        line: line.with_path(path.as_deref().unwrap_or(folder.path())),
        variables,
        pristine: args.run.pristine,
        user: user.as_ref(),
        shield: &context.shield,
    };
    let ended = program::watch(launch, &mut signals, mask, outlets);
    drop(folder);
    program::repeat(ended?)
}
