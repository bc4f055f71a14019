//! `merge`: three versions of a file into one.

use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::exit;
use crate::cli::input::{Input, Types};
use crate::cli::keys;
use crate::cli::merge::{self, Access, Driven, Labeled, Three, Wishes};
use crate::cli::output::Output;
use crate::cli::trust::Approvals;
use crate::disk::NewMode;
use crate::document::markers;
use crate::file::MacCheck;
use crate::file::merge::Rule;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// Merge three versions of an encrypted file; what both sides changed gets conflict markers around encrypted values
///
/// Prints the merge of BASE, OURS and THEIRS. With --in-place it goes to OURS. Exits with 1 when there is a conflict.
#[derive(clap::Args)]
pub struct Args {
    /// BASE OURS THEIRS: the common ancestor (an empty file if there is none) and the two sides
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Be git's merge driver, with its words %O %A %B %L %P %S %X %Y; uses only keys that lie ready, and asks nothing
    #[arg(long, num_args = 3..=8, allow_hyphen_values = true, value_name = "WORD")]
    driver: Vec<OsString>,
    /// Mend a file in conflict, or one that a host merged as text, from the versions that git has of it
    #[arg(long, value_name = "FILE", conflicts_with_all = ["files", "driver"])]
    repair: Option<PathBuf>,
    /// With --repair: take values of a side whose MAC does not hold, and list those that differ
    #[arg(long, requires = "repair")]
    accept_unverified: bool,
    /// Which side's rule says what is encrypted, where both changed it
    #[arg(long, value_name = "SIDE", value_parser = rule)]
    rule: Option<Rule>,
    #[command(flatten)]
    output: Output,
    #[command(flatten)]
    approvals: Approvals,
    #[command(flatten)]
    order: keys::Order,
}

fn rule(word: &str) -> Result<Rule, String> {
    match word {
        "ours" => Ok(Rule::Ours),
        "theirs" => Ok(Rule::Theirs),
        _ => Err(format!("there is no side {word:?}, only ours and theirs")),
    }
}

pub fn run(args: Args, context: &mut Context) -> Result<(), CliError> {
    if let Some(driven) = Driven::of(&args.driver) {
        return merge::drive(&driven, context);
    }
    let access = Access::Person { order: &args.order, approvals: &args.approvals };
    let check = if args.accept_unverified { MacCheck::Waive } else { MacCheck::Verify };
    let wishes = Wishes { access, rule: args.rule, check };
    match &args.repair {
        Some(file) => merge::repair(file, &wishes, args.output.writing.options(), context),
        None => by_hand(&args, &wishes, context),
    }
}

fn by_hand(args: &Args, wishes: &Wishes<'_>, context: &mut Context) -> Result<(), CliError> {
    let [base, ours, theirs] = args.files.as_slice() else {
        return Err(CliError::new(exit::GENERIC, "merge takes three files")
            .hint("name the common ancestor, our side and their side, or a file to mend with --repair"));
    };
    args.output.check(Some(ours))?;
    let read = |file: &Path, hold: bool| Input::read(Some(file), &Types::BY_NAME, hold, context);
    let (base, ours, theirs) = (read(base, false)?, read(ours, args.output.in_place)?, read(theirs, false)?);
    let three = Three {
        base: Some(base.bytes()),
        ours: Labeled { bytes: ours.bytes(), label: &ours.name },
        theirs: Labeled { bytes: theirs.bytes(), label: &theirs.name },
        name: ours.name.clone(),
        path: ours.path.clone(),
        size: markers::SIZE,
    };
    let outcome = merge::merge(&three, wishes, context);
    if let Some(bytes) = &outcome.bytes {
        args.output.write(bytes, &ours, NewMode::Default, context)?;
    }
    let in_place = args.output.in_place;
    // A hint is about the file that has the conflict, which is somewhere else or nowhere here.
    let without_hint = |error: CliError| CliError { hint: error.hint.filter(|_| in_place), ..error };
    merge::report(outcome.verdict, &ours.name, context).map_err(without_hint)
}
