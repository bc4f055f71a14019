//! `set`: one value of a sealed file, given a new content (spec, cli 8).

use crate::cli::change::{self, ChangeFlags};
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::input::Types;
use crate::cli::keys;
use crate::cli::value::Source;
use crate::document::edit::Change;
use std::path::PathBuf;

/// Set one value of an encrypted file; everything else stays letter by letter
///
/// The value is JSON: '"text"', 5, true, '{"user": "x"}', '["a", "b"]'. Missing parents are made. Without a value, it
/// is asked for at the terminal and taken as text.
#[derive(clap::Args)]
pub struct Args {
    /// The encrypted file
    file: PathBuf,
    /// Where: ["db"]["users"][0] or db.users[0]
    path: String,
    /// The value as JSON; with --value-file, the file that holds it
    #[arg(allow_negative_numbers = true)]
    value: Option<String>,
    #[command(flatten)]
    source: Source,
    #[command(flatten)]
    change: ChangeFlags,
    #[command(flatten)]
    types: Types,
    #[command(flatten)]
    order: keys::Order,
}

pub fn run(args: Args, context: &mut Context) -> Result<(), CliError> {
    let path = change::path(&args.path)?;
    let value = args.source.read(args.value, &args.path, context)?;
    args.change.make(&args.file, &path, Change::Set(&value), &args.types, &args.order, context)
}
