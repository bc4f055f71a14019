//! `unset`: one value of a sealed file, taken out (spec, cli 8).

use crate::cli::change::{self, ChangeFlags};
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::input::Types;
use crate::cli::keys;
use crate::document::edit::Change;
use std::path::PathBuf;

/// Remove one value of an encrypted file, with its key; everything else stays letter by letter
#[derive(clap::Args)]
pub struct Args {
    /// The encrypted file
    file: PathBuf,
    /// Which: ["db"]["users"][0] or db.users[0]
    path: String,
    #[command(flatten)]
    change: ChangeFlags,
    #[command(flatten)]
    types: Types,
    #[command(flatten)]
    order: keys::Order,
}

pub fn run(args: Args, context: &mut Context) -> Result<(), CliError> {
    let path = change::path(&args.path)?;
    args.change.make(&args.file, &path, Change::Remove, &args.types, &args.order, context)
}
