//! `render`: a program with the plaintexts of files in a private directory.

use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::handover::{HandoverFlags, Ready};
use crate::cli::input::InputType;
use crate::cli::keys;
use crate::cli::mask::When;
use crate::cli::program::{self, fault};
use crate::cli::rendering::{PlaceFlags, Rendering};
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
    handover: HandoverFlags,
    #[command(flatten)]
    input: InputType,
    #[command(flatten)]
    order: keys::Order,
}

pub fn run(args: Args, context: &mut Context) -> Result<(), CliError> {
    let line = program::line(args.program)?;
    let when = args.handover.when(When::Auto)?;
    let mut handover = args.handover.handover(when)?;
    let mut rendering = Rendering::default();
    for file in &args.files {
        let (mut open, input) = handover.open(file, &args.input.types(), &args.order, context)?;
        let content = open.plaintext().map_err(|error| CliError::spelling(&input.name, error))?;
        rendering.add(file.file_name().unwrap_or_default().into(), content, &input.name)?;
    }
    let Ready { user, pristine, mask, outlets } = handover.ready(context)?;
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
        pristine,
        user: user.as_ref(),
        shield: &context.shield,
    };
    let ended = program::watch(launch, &mut signals, mask, outlets);
    drop(folder);
    program::repeat(ended?)
}
