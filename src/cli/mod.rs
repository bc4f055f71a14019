//! The command line: the only code that sees clap, the environment, the terminal and the clock.

mod clock;
mod commands;
mod config;
mod context;
mod editor;
mod error;
mod exit;
mod fresh;
mod input;
mod keys;
mod output;
mod policy;
mod prompt;
mod rewrite;
mod tree_path;

use clap::{Parser, Subcommand};
use context::Context;
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

/// Flags that every command takes.
#[derive(clap::Args)]
pub struct Global {
    /// Use this config file instead of looking for .sops-rs.yaml or .sops.yaml above the file
    #[arg(long, global = true, env = "SOPS_CONFIG", value_name = "PATH")]
    config: Option<std::path::PathBuf>,
    /// Columns per level where a whole text is written (another output type, --extract)
    #[arg(long, global = true, value_name = "N")]
    indent: Option<u32>,
    /// Largest file to read, in MiB
    #[arg(long, global = true, value_name = "MIB", default_value_t = 64)]
    max_size: usize,
}

#[derive(Subcommand)]
enum Command {
    Encrypt(commands::encrypt::Args),
    Decrypt(commands::decrypt::Args),
    Edit(commands::edit::Args),
    ExecEnv(commands::exec_env::Args),
    Keygen(commands::keygen::Args),
    Init(commands::init::Args),
    Demo(commands::demo::Args),
}

/// Runs the program on the process's own arguments and environment.
pub fn main() -> ExitCode {
    context::quiet_panics();
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            let _ = error.print();
            // clap answers 2 to a usage error; sops answers 1 (spec, cli 1.2).
            return ExitCode::from(if error.use_stderr() { exit::GENERIC } else { 0 });
        }
    };
    let mut context = Context::of_process(&cli.global);
    let result = match cli.command {
        Command::Encrypt(args) => commands::encrypt::run(args, &mut context),
        Command::Decrypt(args) => commands::decrypt::run(args, &mut context),
        Command::Edit(args) => commands::edit::run(args, &mut context),
        Command::ExecEnv(args) => commands::exec_env::run(args, &mut context),
        Command::Keygen(args) => commands::keygen::run(args, &mut context),
        Command::Init(args) => commands::init::run(args, &mut context),
        Command::Demo(args) => commands::demo::run(args, &mut context),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            if !error.message.is_empty() {
                context.say(&error.to_string());
            }
            ExitCode::from(error.code)
        }
    }
}
