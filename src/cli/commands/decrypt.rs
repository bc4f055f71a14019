//! `decrypt`: a sealed file's plaintext, whole or in part (spec, cli 4).

use crate::cli::batch::{self, File, Outcome};
use crate::cli::config;
use crate::cli::context::Context;
use crate::cli::convert;
use crate::cli::error::CliError;
use crate::cli::exit;
use crate::cli::input::{Input, Types};
use crate::cli::keys;
use crate::cli::output::Output;
use crate::cli::rewrite::Rewrite;
use crate::cli::screen;
use crate::cli::sealed;
use crate::cli::tree_path;
use crate::cli::trust;
use crate::disk::NewMode;
use crate::document::format::Format;
use crate::document::step::{self, Step};
use crate::document::tree::Node;
use crate::document::value::Kind;
use crate::file::{MacCheck, Open};
use std::path::PathBuf;
use zeroize::Zeroizing;

/// Decrypt a file to standard output, byte for byte what was encrypted
#[derive(clap::Args)]
pub struct Args {
    /// The encrypted file; with --in-place also several, directories, or globs in quotes. Standard input when left out
    files: Vec<PathBuf>,
    #[command(flatten)]
    output: Output,
    #[command(flatten)]
    types: Types,
    /// Print only this part: ["db"]["users"][0] or db.users[0]
    #[arg(long, value_name = "PATH")]
    extract: Option<String>,
    /// Do not check that values were not added, removed or reordered
    #[arg(long)]
    ignore_mac: bool,
    #[command(flatten)]
    screen: screen::Showing,
    #[command(flatten)]
    batch: batch::Flags,
    #[command(flatten)]
    order: keys::Order,
}

pub fn run(args: Args, context: &mut Context) -> Result<(), CliError> {
    let file = args.files.first().map(PathBuf::as_path);
    args.output.check(file)?;
    let path = args.extract.as_deref().map(tree_path::parse).transpose();
    let path = path.map_err(|fault| {
        CliError::new(exit::BAD_PATH, fault).hint("paths look like [\"db\"][\"users\"][0] or db.users[0]")
    })?;
    if args.ignore_mac && args.output.in_place {
        return Err(CliError::new(exit::CONFLICTING, "--ignore-mac can't be combined with --in-place").hint(
            "unverified content must not replace a file; print it, or write it elsewhere with --output",
        ));
    }
    let selection = batch::select_in_place(&args.files, &args.output, &args.batch, context)?;
    if let Some(selection) = selection {
        if path.is_some() || args.types.output_type.is_some() {
            let message = "--extract and --output-type are for one file";
            return Err(CliError::new(exit::CONFLICTING, message).hint("decrypt the files one by one"));
        }
        return batch::run(&selection, &args.batch, context, |file, context| each(&args, file, context));
    }
    let mut input = Input::read(file, &args.types, args.output.in_place, context)?;
    let format = input.sealed_format(&args.types);
    let check = if args.ignore_mac { MacCheck::Waive } else { MacCheck::Verify };
    let (mut open, _) = sealed::read(&mut input, &args.types, check, &args.order, context)?;
    let output = args.output_format(&input, format);
    let plain = match path.filter(|path| !path.is_empty()) {
        Some(path) => extract(&open, &path, output, &input, context)?,
        None => convert::plaintext(&mut open, output, &input, context)?,
    };
    keys::report(&open, &input.name, context);
    if let (Some(_), Some(path), false) = (&input.file, &input.path, args.output.in_place) {
        trust::warn_of_drift(&input.name, path, open.sealed().metadata(), format, context);
    }
    if !args.output.in_place && args.output.output.is_none() {
        screen::check(&args.screen, &plain, &input.name, context)?;
    }
    args.output.write(&plain, &input, NewMode::Private, context)
}

/// One of many files, which is replaced by its plaintext.
fn each(args: &Args, file: &File, context: &mut Context) -> Result<Outcome, CliError> {
    let Some(mut rewrite) = Rewrite::found(file, &args.types, &args.order, context)? else {
        return Ok(Outcome::Passed);
    };
    let name = rewrite.input.name.clone();
    let plain = rewrite.open.plaintext().map_err(|error| CliError::spelling(&name, error))?;
    keys::report(&rewrite.open, &name, context);
    if !args.batch.is_dry() {
        rewrite.replace(&plain, args.output.writing.options())?;
    }
    Ok(Outcome::Changed("decrypted"))
}

impl Args {
    fn output_format(&self, input: &Input, format: Format) -> Format {
        self.types.output_type.unwrap_or_else(|| input.output_format(&self.types, format))
    }
}

/// One part: text as it is, maps as documents, other values as the format writes them (spec, cli 4).
fn extract(
    open: &Open,
    path: &[Step],
    format: Format,
    input: &Input,
    context: &Context,
) -> Result<Zeroizing<Vec<u8>>, CliError> {
    let trees = open.trees();
    let root = trees.first().ok_or_else(|| CliError::new(exit::GENERIC, "the file is empty"))?;
    let node = step::find(root, path).map_err(|fault| {
        CliError::new(exit::GENERIC, format!("{}: {fault}", input.name))
            .hint("print the whole file without --extract to see its keys")
            .in_sops(format!("error truncating tree: {fault}"))
    })?;
    match node {
        Node::Scalar(value) if value.kind == Kind::Str => Ok(value.bytes.clone()),
        Node::Map(_) if format != Format::Binary => {
            convert::emit(std::slice::from_ref(node), format, input, context)
        }
        Node::Scalar(_) | Node::List(_) if format != Format::Binary => {
            let text = format.syntax().emit_value(node, config::emit(format, input.path.as_deref(), context));
            text.map(|text| Zeroizing::new(text.as_bytes().to_vec())).map_err(CliError::dump)
        }
        _ => Err(CliError::new(exit::DUMP_TREE, "binary output can only be text")
            .hint("name another format with --output-type")),
    }
}
