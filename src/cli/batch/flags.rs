//! Flags of commands that work on many files.

use std::num::NonZeroUsize;

/// Threads at least: of files whose keys are those of services, most are waited for.
const WAITING: usize = 16;

/// How to work on many files.
#[derive(clap::Args)]
#[command(next_help_heading = "Work on many files")]
pub struct Flags {
    /// Write nothing, and say what would be done
    #[arg(short = 'n', long)]
    pub dry_run: bool,
    /// Write nothing, and exit with 1 if something would be done
    #[arg(long)]
    pub check: bool,
    /// How many files to work on at the same time; 16 unless told otherwise, or one for each processor
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
        let usual = || std::thread::available_parallelism().map_or(1, NonZeroUsize::get).max(WAITING);
        self.jobs.map_or_else(usual, NonZeroUsize::get).clamp(1, files.max(1))
    }
}
