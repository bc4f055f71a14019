//! `completion`: a shell's completion script, made from the parser itself.

use crate::cli::context::Context;
use crate::cli::error::CliError;
use clap_complete::Shell;

/// Print the completion script for a shell
///
/// bash: sops-rs completion bash > ~/.local/share/bash-completion/completions/sops-rs
#[derive(clap::Args)]
pub struct Args {
    /// bash, zsh, fish, powershell or elvish
    shell: Shell,
}

/// `program` is the parser under the name that it was called by.
pub fn run(args: Args, mut program: clap::Command, context: &Context) -> Result<(), CliError> {
    let name = program.get_name().to_owned();
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut program, name, &mut script);
    context.print(&script)
}
