//! Many files at once: which files the arguments mean, the work on them in parallel, and what is said about it.

mod git;
mod glob;
mod report;
mod select;
mod work;

pub use report::{Outcome, Report};
pub use select::{File, Selection, is_sealed, select, select_in_place};
pub use work::each;

use super::context::Context;
use super::error::CliError;
use std::num::NonZeroUsize;

/// Flags of commands that work on many files.
#[derive(clap::Args)]
pub struct Flags {
    /// Write nothing, and say what would be done
    #[arg(short = 'n', long)]
    pub dry_run: bool,
    /// Write nothing, and exit with 1 if something would be done
    #[arg(long)]
    pub check: bool,
    /// How many files to work on at the same time; as many as there are processors unless told otherwise
    #[arg(long, value_name = "N")]
    pub jobs: Option<NonZeroUsize>,
}

impl Flags {
    /// Whether nothing is to be written.
    pub fn is_dry(&self) -> bool {
        self.dry_run || self.check
    }

    /// The number of threads for so many files.
    pub fn threads(&self, files: usize) -> usize {
        let processors = || std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
        self.jobs.map_or_else(processors, NonZeroUsize::get).clamp(1, files.max(1))
    }
}

/// Works on every file of a selection, with a line for each and a summary. Exit code 1 if one of them failed, or, with
/// `--check`, if one of them would change.
pub fn run(
    selection: &Selection,
    flags: &Flags,
    context: &Context,
    work: impl Fn(&File, &mut Context) -> Result<Outcome, CliError> + Sync,
) -> Result<(), CliError> {
    let mut report = Report::new(flags);
    let lines = |file: &File, result, said, bar: &work::Bar| {
        bar.pause(|| report.add(file, result, said, context));
    };
    each(&selection.files, flags, context, work, lines);
    report.finish(context)
}
