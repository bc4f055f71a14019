//! Many files at once: which files the arguments mean, the work on them in parallel, and what is said about it.

mod flags;
mod glob;
mod report;
mod select;
mod work;

pub use crate::check::is_sealed;
pub use flags::Flags;
pub use glob::Glob;
pub use report::{Outcome, Report};
pub use select::{File, Selection, select, select_in_place};
pub use work::each;

use super::context::Context;
use super::error::CliError;

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
