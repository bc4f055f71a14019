//! `exec-env`: a program with the values of files in its environment (spec, cli 9).

use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::exit;
use crate::cli::input::{Input, InputType, Types};
use crate::cli::keys;
use crate::cli::mask::{self, MaskFlags, Secrets, When};
use crate::cli::program::{self, ProgramFlags, fault};
use crate::cli::sealed;
use crate::exec::environment::Choice;
use crate::exec::flatten::{Json, Shape};
use crate::exec::signals::Signals;
use crate::exec::{Environment, Launch};
use crate::file::{MacCheck, Open};
use std::ffi::OsString;
use std::path::Path;

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
    /// Take these variables only, by the names that the program sees; * stands for any text
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    only: Vec<String>,
    /// Put this before every name
    #[arg(long, default_value = "", hide_default_value = true)]
    prefix: String,
    /// What joins the keys of nested maps
    #[arg(long, value_name = "TEXT", default_value = "__")]
    separator: String,
    /// Make names upper-case
    #[arg(long)]
    upper: bool,
    /// Hand lists over as compact JSON; with `=all` each map and list at the top level
    #[arg(long, value_name = "WHICH", value_parser = which, num_args = 0..=1, require_equals = true)]
    #[arg(default_missing_value = "lists")]
    json: Option<Json>,
    /// Refuse two values for one name, of one file or of several
    #[arg(long)]
    strict: bool,
    /// Let a file set this variable although programs load code by it, such as PATH or LD_PRELOAD
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    allow_env: Vec<String>,
    #[command(flatten)]
    run: ProgramFlags,
    #[command(flatten)]
    mask: MaskFlags,
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

fn which(word: &str) -> Result<Json, String> {
    match word {
        "lists" => Ok(Json::Lists),
        "all" => Ok(Json::All),
        _ => Err("there are only `lists` and `all`".into()),
    }
}

/// Replaces this process by the program, so that signals, exit status and streams are the program's own; or, to mask its
/// output, stays beside it.
pub fn run(args: Args, context: &mut Context) -> Result<(), CliError> {
    if args.same_process && args.background {
        let message = "--same-process and --background name two ways to start one program";
        return Err(CliError::new(exit::CONFLICTING, message).hint("keep one of them"));
    }
    let when = args.mask.when(When::Never)?;
    if when != When::Never && (args.same_process || args.background) {
        let flag = if args.background { "--background" } else { "--same-process" };
        let message = format!("with {flag} there is nobody to mask what the program prints");
        return Err(CliError::new(exit::CONFLICTING, message).hint(format!("leave {flag} or --mask out")));
    }
    let (files, line) = program::words(args.files, args.program)?;
    let user = args.run.user()?;
    let shape = Shape {
        separator: args.separator,
        upper: args.upper,
        prefix: args.prefix,
        json: args.json.unwrap_or_default(),
    };
    let choice = Choice { shape, only: args.only, allowed: args.allow_env, strict: args.strict };
    let mut environment = Environment::new(choice);
    let mut secrets = Secrets::default();
    for file in &files {
        let (opened, name) = open(file, &args.input.types(), &args.order, context)?;
        if when != When::Never {
            secrets.add(&opened);
        }
        if let Some(document) = opened.trees().first() {
            environment.add(&name, document).map_err(fault)?;
        }
    }
    let variables = environment.finish().map_err(fault)?;
    if let Some(user) = &user {
        user.assume().map_err(fault)?;
    }
    let launch =
        Launch { line, variables, pristine: args.run.pristine, user: user.as_ref(), shield: &context.shield };
    if args.background {
        context.warn("--background is deprecated: use the shell's & instead");
        return launch.detach().map_err(fault);
    }
    let outlets = mask::outlets(when)?;
    let mask = args.mask.mask(secrets, context);
    if outlets.is_empty() || mask.is_empty() {
        return launch.replace().map_err(fault).map(|never| match never {});
    }
    let mut signals = Signals::listen().map_err(fault)?;
    let ended = launch.masked(&mut signals, &mask, outlets).map_err(fault)?;
    drop(mask);
    program::repeat(ended)
}

/// Opens a file and says what is to be said about it; also what it is called in messages.
fn open(
    file: &Path,
    types: &Types,
    order: &keys::Order,
    context: &mut Context,
) -> Result<(Open, String), CliError> {
    let mut input = Input::read_to_run(file, types, context)?;
    let (open, _) = sealed::read(&mut input, types, MacCheck::Verify, order, context)?;
    keys::report(&open, &input.name, context);
    Ok((open, input.name))
}
