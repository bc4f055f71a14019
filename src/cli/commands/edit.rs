//! `edit`: a file's plaintext in the user's editor (spec, cli 7).

use crate::cli::context::Context;
use crate::cli::editor::{self, ForNew, Subject, Wishes};
use crate::cli::error::CliError;
use crate::cli::input::Types;
use crate::cli::keys;
use crate::cli::output::Writing;
use crate::cli::policy::{KeyFlags, RuleFlags};
use crate::file::MacCheck;
use std::path::PathBuf;

/// Edit a file's plaintext in your editor; a new file starts from an example
#[derive(clap::Args)]
pub struct Args {
    /// The encrypted file, or one that does not exist yet
    file: PathBuf,
    /// Go on with the text that could not be saved last time
    #[arg(long)]
    resume: bool,
    /// Show the file's keys in the text; they are there to be looked at
    #[arg(short, long)]
    show_master_keys: bool,
    /// Do not check that values were not added, removed or reordered; saving makes the file valid again
    #[arg(long)]
    ignore_mac: bool,
    /// Where there is no directory in memory, put the plaintext into TMPDIR
    #[arg(long)]
    tmp_on_disk: bool,
    #[command(flatten)]
    writing: Writing,
    #[command(flatten)]
    types: Types,
    #[command(flatten)]
    keys: KeyFlags,
    #[command(flatten)]
    rule: RuleFlags,
    #[command(flatten)]
    order: keys::Order,
}

pub fn run(args: Args, context: &mut Context) -> Result<(), CliError> {
    let check = if args.ignore_mac { MacCheck::Waive } else { MacCheck::Verify };
    let new = ForNew { keys: &args.keys, rule: &args.rule };
    let subject = Subject::of(&args.file, &args.types, check, &args.order, new, context)?;
    let wishes = Wishes {
        resume: args.resume,
        show_keys: args.show_master_keys,
        on_disk: args.tmp_on_disk,
        options: args.writing.options(),
        order: &args.order,
    };
    editor::edit(&subject, &wishes, context)
}
