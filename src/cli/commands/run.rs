//! `run`: a program with the secrets of an environment.

use crate::cli::context::Context;
use crate::cli::environments::{self, Chosen, IfMissing};
use crate::cli::error::CliError;
use crate::cli::handover::{HandoverFlags, Ready};
use crate::cli::input::InputType;
use crate::cli::keys;
use crate::cli::mask::When;
use crate::cli::program::{self, fault};
use crate::cli::rendering::{self, PlaceFlags, Rendering};
use crate::cli::variables;
use crate::exec::Launch;
use crate::exec::preset::Preset;
use crate::exec::signals::Signals;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// Run a program with the secrets of an environment: `sops-rs run -e prod -- dbt run`
#[derive(clap::Args)]
#[command(override_usage = "sops-rs run [OPTIONS] -- <PROGRAM> [ARGUMENT]...")]
pub struct Args {
    /// A program and its arguments, run without a shell
    #[arg(last = true, required = true, value_name = "PROGRAM")]
    program: Vec<OsString>,
    /// The environment of the config; without it the only one, or the one that is called `default`
    #[arg(short, long, value_name = "NAME")]
    environment: Option<String>,
    /// An encrypted file, instead of an environment or, behind -e, in addition to its files; later ones win
    #[arg(short, long = "file", value_name = "FILE")]
    files: Vec<PathBuf>,
    /// What to do about files that are not there: error, warn or ignore
    #[arg(long, value_name = "HOW", hide_possible_values = true)]
    if_missing: Option<IfMissing>,
    /// Hand the files over as files, in a private directory that CREDENTIALS_DIRECTORY names, instead of as variables
    #[arg(long)]
    creds_dir: bool,
    /// Do not say what the program gets
    #[arg(short, long)]
    quiet: bool,
    /// Leave variables alone that the calling process has
    #[arg(long, conflicts_with = "pristine")]
    no_override: bool,
    #[command(flatten)]
    variables: variables::Flags,
    #[command(flatten)]
    place: PlaceFlags,
    #[command(flatten)]
    handover: HandoverFlags,
    #[command(flatten)]
    input: InputType,
    #[command(flatten)]
    order: keys::Order,
}

/// Replaces this process by the program; where there are files to be removed, stays until it ends.
pub fn run(args: Args, context: &mut Context) -> Result<(), CliError> {
    let line = program::line(args.program)?;
    let chosen = match (&args.environment, args.files.is_empty()) {
        (None, false) => None,
        (name, _) => Some(environments::choose(name.as_deref(), context)?),
    };
    let when = args.handover.when(usual(chosen.as_ref())?)?;
    let mut handover = args.handover.handover(when)?;
    let flags = flags(args.variables, args.creds_dir, chosen.as_ref())?;
    let files = environments::files(&args.files, args.if_missing, chosen.as_ref(), context)?;
    let mut collection = flags.collection()?;
    let (mut rendering, mut read) = (Rendering::default(), Vec::new());
    for file in &files {
        let (mut open, input) = handover.open(file, &args.input.types(), &args.order, context)?;
        match rendering::name(file, flags.preset(), args.creds_dir) {
            None => {
                collection.add(&input.name, &open)?;
                read.push(input.name);
            }
            Some(name) => {
                let content = open.plaintext().map_err(|error| CliError::spelling(&input.name, error))?;
                rendering.add(name, content, &input.name)?;
            }
        }
    }
    if !args.quiet {
        let name = chosen.as_ref().map(|chosen| chosen.environment.name.as_str());
        context.note(&summary(&read, collection.count(), &rendering, name));
    }
    if let Some(chosen) = &chosen {
        for (name, value) in &chosen.environment.variables {
            collection.fill(&chosen.config(), name, value)?;
        }
    }
    if args.creds_dir && flags.preset() == Preset::Dlt {
        rendering.add_dlt_config(&project(&files, context)?, context)?;
    }
    let mut variables = collection.finish()?;
    if args.no_override {
        variables.retain(|variable| !context.has_var(&variable.name));
    }
    let Ready { user, pristine, mask, outlets } = handover.ready(context)?;
    let (user, shield) = (user.as_ref(), &context.shield);
    if rendering.is_empty() && !args.creds_dir {
        return program::start(Launch { line, variables, pristine, user, shield }, mask, outlets);
    }
    // Before there is anything to be removed.
    let mut signals = Signals::listen().map_err(fault)?;
    let folder = rendering.write(&args.place, user, context)?;
    variables.extend(rendering.variables(&folder));
    drop(rendering);
    let ended =
        program::watch(Launch { line, variables, pristine, user, shield }, &mut signals, mask, outlets);
    drop(folder);
    program::repeat(ended?)
}

/// When output is masked unless the command line says otherwise.
fn usual(chosen: Option<&Chosen>) -> Result<When, CliError> {
    let of_config = match chosen {
        Some(chosen) => chosen.flag("mask", &chosen.environment.mask)?,
        None => None,
    };
    Ok(of_config.unwrap_or(When::Auto))
}

/// What the command line says about variables, and where it says nothing, the environment; which of them are wanted is
/// nothing to files.
fn flags(
    flags: variables::Flags,
    creds_dir: bool,
    chosen: Option<&Chosen>,
) -> Result<variables::Flags, CliError> {
    let Some(chosen) = chosen else { return Ok(flags) };
    let environment = &chosen.environment;
    let only = if creds_dir { &[] } else { environment.only.as_slice() };
    Ok(flags.or(chosen.preset()?, only, environment.prefix.as_deref()))
}

/// The directory of the dlt project that a file is from: above its `.dlt`, else the working directory.
fn project(files: &[PathBuf], context: &Context) -> Result<PathBuf, CliError> {
    let settings = files
        .iter()
        .filter_map(|file| file.parent())
        .find(|parent| parent.file_name() == Some(".dlt".as_ref()));
    let directory = context.directory()?;
    Ok(settings.and_then(Path::parent).map_or_else(|| directory.clone(), |project| directory.join(project)))
}

/// `sops-rs: 7 variables from secrets.toml, and profiles.yml as a file (prod)`
fn summary(read: &[String], variables: usize, rendering: &Rendering, name: Option<&str>) -> String {
    let mut parts = Vec::new();
    let files: Vec<String> = rendering.names().map(|name| name.display().to_string()).collect();
    if files.is_empty() || !read.is_empty() {
        let count = if variables == 1 { "1 variable".into() } else { format!("{variables} variables") };
        let from = if read.is_empty() { "no file".into() } else { read.join(", ") };
        parts.push(format!("{count} from {from}"));
    }
    if !files.is_empty() {
        let kind = if files.len() == 1 { "a file" } else { "files" };
        parts.push(format!("{} as {kind}", files.join(", ")));
    }
    let name = name.map(|name| format!(" ({name})")).unwrap_or_default();
    format!("sops-rs: {}{name}", parts.join(", and "))
}
