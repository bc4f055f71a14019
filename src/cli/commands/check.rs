//! `check`: whether files are as the creation rules say; the guard for hooks and CI.

use crate::check::Level;
use crate::cli::batch;
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::exit;
use crate::cli::findings::{self, Format};
use crate::cli::guard::{Scope, Target, guard};
use crate::cli::keys;
use std::num::NonZeroUsize;
use std::path::PathBuf;

/// Check that files are as the creation rules say; needs no key
#[derive(clap::Args)]
pub struct Args {
    /// Files, directories, or globs in quotes; all of the repository if there is none
    files: Vec<PathBuf>,
    /// What is about to be committed: files of the index that differ from HEAD
    #[arg(long)]
    staged: bool,
    /// With --staged: all files of the index
    #[arg(long, requires = "staged")]
    all: bool,
    /// Files of a commit, or with A..B those that B has otherwise than A
    #[arg(long, value_name = "REVISION", conflicts_with = "staged")]
    rev: Option<String>,
    /// Open the files as well: every value and the mac
    #[arg(long)]
    verify: bool,
    /// Exit with 1 for warnings, too
    #[arg(long)]
    strict: bool,
    /// How findings are printed
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "text")]
    format: Format,
    /// The same as --format json
    #[arg(long, conflicts_with = "format")]
    json: bool,
    /// How many files to look at at the same time; 16 unless told otherwise, or one for each processor
    #[arg(long, value_name = "N")]
    jobs: Option<NonZeroUsize>,
    #[command(flatten)]
    order: keys::Order,
}

pub fn run(args: Args, context: &mut Context) -> Result<(), CliError> {
    // Whatever the reason, 1 would say that something was found.
    let unchecked = |error: CliError| CliError { code: exit::NOT_CHECKED, ..error };
    let target = match (&args.rev, args.staged) {
        (Some(revision), _) => Target::Revision(revision.clone()),
        (None, true) => Target::Index { everything: args.all },
        (None, false) => Target::WorkTree,
    };
    let scope = Scope::of(&target, &args.files, context).map_err(unchecked)?;
    let verify = args.verify.then_some(&args.order);
    let flags = batch::Flags { dry_run: false, check: false, jobs: args.jobs };
    let report = guard(&scope, verify, &flags, context).map_err(unchecked)?;
    let format = if args.json { Format::Json } else { args.format };
    context.print(findings::print(&report, format).as_bytes()).map_err(unchecked)?;
    context.say(&findings::summary(&report));
    let worst = if args.strict { Level::Warning } else { Level::Error };
    match report.found.iter().any(|located| located.finding.level >= worst) {
        true => Err(CliError::silent(exit::GENERIC)),
        false => Ok(()),
    }
}
