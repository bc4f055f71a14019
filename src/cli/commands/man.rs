//! `man`: the manual pages, made from the parser itself.

use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::exit;
use crate::disk::{self, NewMode, Options, PATIENCE};
use clap_mangen::Man;
use std::path::PathBuf;

/// Print the manual page, or write the pages of all commands
///
/// To read it: sops-rs man | man -l -
#[derive(clap::Args)]
pub struct Args {
    /// Write one page per command into this directory
    #[arg(long, value_name = "DIR")]
    output: Option<PathBuf>,
}

pub fn run(args: Args, mut program: clap::Command, context: &Context) -> Result<(), CliError> {
    program.build();
    let Some(directory) = args.output else { return context.print(&page(program)?) };
    let mut open = vec![program];
    while let Some(command) = open.pop() {
        open.extend(command.get_subcommands().filter(|command| command.get_name() != "help").cloned());
        let path = directory.join(format!("{}.1", command.get_display_name().unwrap_or(command.get_name())));
        let written = disk::write(&path, &page(command)?, NewMode::Default, Options::default(), PATIENCE);
        written.map_err(|error| CliError::disk(exit::WRITE_OUTPUT, error))?;
    }
    Ok(())
}

fn page(command: clap::Command) -> Result<Vec<u8>, CliError> {
    let mut text = Vec::new();
    let rendered = Man::new(command).render(&mut text);
    rendered.map_err(|error| CliError::new(exit::WRITE_OUTPUT, "the page can't be made").cause(error))?;
    Ok(text)
}
