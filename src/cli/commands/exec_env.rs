//! `exec-env`: a program with the values of files in its environment (spec, cli 9).

use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::exit;
use crate::cli::handover::{HandoverFlags, Ready};
use crate::cli::input::InputType;
use crate::cli::keys;
use crate::cli::mask::When;
use crate::cli::program::{self, fault};
use crate::cli::variables;
use crate::exec::Launch;
use std::ffi::OsString;

/// Run a program with the values of files as variables
#[derive(clap::Args)]
#[command(override_usage = "sops-rs exec-env [OPTIONS] <FILE> <COMMAND>\n       \
                            sops-rs exec-env [OPTIONS] <FILE>... -- <PROGRAM> [ARGUMENT]...")]
pub struct Args {
    /// An encrypted file and a line for `/bin/sh -c`; or, before `--`, any number of files, of which later ones win
    #[arg(value_name = "FILE")]
    files: Vec<OsString>,
    /// A program and its arguments, run without a shell
    #[arg(last = true, value_name = "PROGRAM")]
    program: Vec<OsString>,
    #[command(flatten)]
    variables: variables::Flags,
    #[command(flatten)]
    handover: HandoverFlags,
    /// Put the program in the place of sops-rs, as is done whenever nothing is masked
    #[arg(long)]
    same_process: bool,
    /// Start the program without standard streams and do not wait for it (deprecated)
    #[arg(long)]
    background: bool,
    #[command(flatten)]
    input: InputType,
    #[command(flatten)]
    order: keys::Order,
}

/// Replaces this process by the program, so that signals, exit status and streams are the program's own; or, to mask its
/// output, stays beside it.
pub fn run(args: Args, context: &mut Context) -> Result<(), CliError> {
    if args.same_process && args.background {
        let message = "--same-process and --background name two ways to start one program";
        return Err(CliError::new(exit::CONFLICTING, message).hint("keep one of them"));
    }
    let when = args.handover.when(When::Never)?;
    if when != When::Never && (args.same_process || args.background) {
        let flag = if args.background { "--background" } else { "--same-process" };
        let message = format!("with {flag} there is nobody to mask what the program prints");
        return Err(CliError::new(exit::CONFLICTING, message).hint(format!("leave {flag} or --mask out")));
    }
    let (files, line) = program::words(args.files, args.program)?;
    let mut handover = args.handover.handover(when)?;
    let mut collection = args.variables.collection()?;
    for file in &files {
        let (open, input) = handover.open(file, &args.input.types(), &args.order, context)?;
        collection.add(&input.name, &open)?;
    }
    let variables = collection.finish()?;
    let Ready { user, pristine, mask, outlets } = handover.ready(context)?;
    let launch = Launch { line, variables, pristine, user: user.as_ref(), shield: &context.shield };
    if args.background {
        context.warn("--background is deprecated: use the shell's & instead");
        return launch.detach().map_err(fault);
    }
    program::start(launch, mask, outlets)
}
