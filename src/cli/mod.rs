//! The command line: the only code that sees clap, the environment, the terminal and the clock.

mod batch;
mod change;
mod clock;
mod colour;
mod commands;
mod comparison;
mod config;
mod consent;
mod context;
mod convert;
mod drop_in;
mod editor;
mod environments;
mod error;
mod exit;
mod findings;
mod fresh;
mod gate;
mod global;
mod guard;
mod handover;
mod input;
mod json;
mod key_flags;
mod key_services;
mod keys;
mod mask;
mod merge;
mod output;
mod pins;
mod policy;
mod program;
mod prompt;
mod rekey;
mod rendering;
mod rewrite;
mod roster;
mod screen;
mod sealed;
mod services;
mod setup;
mod shell;
mod tree_path;
mod trust;
mod value;
mod variables;

use crate::crypto::wipe_stack;
use crate::exec::shield::Shield;
use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand};
use context::Context;
use drop_in::Arguments;
use error::CliError;
use global::Global;
use key_services::KeyServices;
use std::ffi::OsString;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

/// Encrypts the values of TOML, YAML, JSON, dotenv and INI files, so that they can live in git
#[derive(Parser)]
#[command(name = "sops-rs", version, arg_required_else_help = true, max_term_width = 100)]
#[command(after_help = "Start with `sops-rs demo` to watch it work, or `sops-rs init` in your repository.")]
struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Encrypt(commands::encrypt::Args),
    Decrypt(commands::decrypt::Args),
    Set(commands::set::Args),
    Unset(commands::unset::Args),
    Edit(commands::edit::Args),
    Rotate(commands::rotate::Args),
    #[command(name = "updatekeys")]
    UpdateKeys(commands::updatekeys::Args),
    #[command(subcommand)]
    Groups(commands::groups::Command),
    #[command(subcommand)]
    Recipients(commands::recipients::Command),
    Check(commands::check::Args),
    #[command(name = "filestatus")]
    FileStatus(commands::filestatus::Args),
    Merge(commands::merge::Args),
    Diff(commands::diff::Args),
    View(commands::view::Args),
    #[command(name = "textconv")]
    TextConv(commands::textconv::Args),
    Run(commands::run::Args),
    Render(commands::render::Args),
    ExecEnv(commands::exec_env::Args),
    ExecFile(commands::exec_file::Args),
    Export(commands::export::Args),
    #[cfg(feature = "keyservice")]
    #[command(name = "keyservice")]
    KeyService(commands::keyservice::Args),
    Keygen(commands::keygen::Args),
    Init(commands::init::Args),
    GitSetup(commands::git_setup::Args),
    Demo(commands::demo::Args),
    Completion(commands::completion::Args),
    Man(commands::man::Args),
}

/// Runs the program on the process's own arguments and environment.
pub fn main() -> ExitCode {
    let shield = Shield::raise();
    context::quiet_panics();
    let args: Vec<OsString> = std::env::args_os().collect();
    let as_sops = drop_in::is_sops(args.first());
    let code = match parse(args, as_sops) {
        Ok((cli, warnings)) => run(cli, warnings, as_sops, shield),
        Err(code) => code,
    };
    wipe_stack();
    code
}

/// The arguments, read, with what to warn of; or the exit code when there is nothing left to do.
fn parse(args: Vec<OsString>, as_sops: bool) -> Result<(Cli, Vec<String>), ExitCode> {
    let mut program = Cli::command();
    let for_git = commands::textconv::misread(&args).map(PathBuf::from);
    let (words, warnings) = match as_sops {
        false => (args, Vec::new()),
        true => match drop_in::translate(&args, &program) {
            Ok(Arguments::Command { words, warnings }) => (words, warnings),
            Ok(Arguments::Print(text)) => {
                let _ = std::io::stdout().write_all(text.as_bytes());
                return Err(ExitCode::SUCCESS);
            }
            Err(error) => return Err(fail(&error, as_sops)),
        },
    };
    let wrong = usage_code(&words);
    let read = program.try_get_matches_from_mut(words);
    let cli = read.and_then(|mut matches| Cli::from_arg_matches_mut(&mut matches)).map_err(|error| {
        if let Some(file) = for_git.filter(|_| error.use_stderr()) {
            commands::textconv::pass_through(&file, "its arguments or SOPS_ variables can't be read");
            return ExitCode::SUCCESS;
        }
        let _ = error.print();
        ExitCode::from(if error.use_stderr() { wrong } else { 0 })
    })?;
    Ok((cli, warnings))
}

/// clap answers 2 to a usage error; sops answers 1 (spec, cli 1.2), with which `check` would say that it found something.
fn usage_code(words: &[OsString]) -> u8 {
    let command = words.iter().skip(1).find(|word| !word.as_encoded_bytes().starts_with(b"-"));
    if command.is_some_and(|word| word == "check") { exit::NOT_CHECKED } else { exit::GENERIC }
}

fn run(cli: Cli, warnings: Vec<String>, as_sops: bool, shield: Shield) -> ExitCode {
    let mut context = Context::of_process(&cli.global, as_sops, shield);
    warnings.iter().for_each(|warning| context.warn(warning));
    let services = match cli.command {
        // It uses no service, and must answer.
        Command::TextConv(_) => Ok(Default::default()),
        _ => KeyServices::named(&cli.global, as_sops),
    };
    let result = services.and_then(|(services, warnings)| {
        warnings.iter().for_each(|warning| context.warn(warning));
        context.key_services = services;
        dispatch(cli.command, &mut context)
    });
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&error, as_sops),
    }
}

/// The parser under the name that it was called by.
fn program(as_sops: bool) -> clap::Command {
    match as_sops {
        true => Cli::command().name("sops").bin_name("sops"),
        false => Cli::command(),
    }
}

/// Says what went wrong.
fn fail(error: &CliError, as_sops: bool) -> ExitCode {
    let text = match &error.in_sops {
        Some(message) if as_sops => message.clone(),
        _ => error.to_string(),
    };
    if !text.is_empty() {
        let _ = writeln!(std::io::stderr().lock(), "{text}");
    }
    ExitCode::from(error.code)
}

fn dispatch(command: Command, context: &mut Context) -> Result<(), CliError> {
    match command {
        Command::Encrypt(args) => commands::encrypt::run(args, context),
        Command::Decrypt(args) => commands::decrypt::run(args, context),
        Command::Edit(args) => commands::edit::run(args, context),
        Command::Set(args) => commands::set::run(args, context),
        Command::Unset(args) => commands::unset::run(args, context),
        Command::Rotate(args) => commands::rotate::run(args, context),
        Command::UpdateKeys(args) => commands::updatekeys::run(args, context),
        Command::Groups(command) => commands::groups::run(command, context),
        Command::Recipients(command) => commands::recipients::run(command, context),
        Command::Check(args) => commands::check::run(args, context),
        Command::FileStatus(args) => commands::filestatus::run(args, context),
        Command::Merge(args) => commands::merge::run(args, context),
        Command::Diff(args) => commands::diff::run(args, context),
        Command::View(args) => commands::view::run(args, context),
        Command::TextConv(args) => commands::textconv::run(&args, context),
        Command::Run(args) => commands::run::run(args, context),
        Command::Render(args) => commands::render::run(args, context),
        Command::ExecEnv(args) => commands::exec_env::run(args, context),
        Command::ExecFile(args) => commands::exec_file::run(args, context),
        Command::Export(args) => commands::export::run(args, context),
        #[cfg(feature = "keyservice")]
        Command::KeyService(args) => commands::keyservice::run(args, context),
        Command::Keygen(args) => commands::keygen::run(args, context),
        Command::Init(args) => commands::init::run(args, context),
        Command::GitSetup(args) => commands::git_setup::run(args, context),
        Command::Demo(args) => commands::demo::run(args, context),
        Command::Completion(args) => commands::completion::run(args, program(context.is_sops()), context),
        Command::Man(args) => commands::man::run(args, program(context.is_sops()), context),
    }
}
