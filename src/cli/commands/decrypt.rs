//! `decrypt`: a sealed file's plaintext, whole or in part (spec, cli 4).

use crate::cli::batch::{self, File, Outcome};
use crate::cli::config;
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::exit;
use crate::cli::input::{Input, Types};
use crate::cli::keys;
use crate::cli::output::Output;
use crate::cli::rewrite::Rewrite;
use crate::cli::screen;
use crate::cli::tree_path;
use crate::cli::trust;
use crate::crypto::Cipher;
use crate::disk::{NewMode, Options};
use crate::document::Document;
use crate::document::format::Format;
use crate::document::step::{self, Step};
use crate::document::tree::Node;
use crate::file::{MacCheck, Open, Sealed};
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
    let (mut open, _) = open(&mut input, format, check, &args.order, context)?;
    let output = args.output_format(&input, format);
    let plain = match path.filter(|path| !path.is_empty()) {
        Some(path) => extract(&open, &path, output, &input, context)?,
        None => whole(&mut open, format, output, &input, context)?,
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
        rewrite.replace(&plain, Options { in_place: args.output.in_place_unsafe })?;
    }
    Ok(Outcome::Changed("decrypted"))
}

impl Args {
    fn output_format(&self, input: &Input, format: Format) -> Format {
        self.types.output_type.unwrap_or_else(|| input.output_format(&self.types, format))
    }
}

/// Parses a sealed file, recovers its data key and opens it.
pub fn open(
    input: &mut Input,
    format: Format,
    check: MacCheck,
    order: &keys::Order,
    context: &mut Context,
) -> Result<(Open, Cipher), CliError> {
    let bytes = input.take_bytes();
    let fail = |error| CliError::opening(&input.name, error);
    let document =
        Document::from_bytes(bytes, format, &context.limits).map_err(|error| fail(error.into()))?;
    let sealed = Sealed::of(document).map_err(fail)?;
    let cipher = Cipher::new(&keys::unwrap(&sealed, &input.name, order, context)?);
    let open = crate::file::open(sealed, &cipher, check).map_err(fail)?;
    Ok((open, cipher))
}

/// All of an opened file, as it was or in another format.
pub fn whole(
    open: &mut Open,
    format: Format,
    output: Format,
    input: &Input,
    context: &Context,
) -> Result<Zeroizing<Vec<u8>>, CliError> {
    match output == format {
        true => open.plaintext().map_err(|error| CliError::spelling(&input.name, error)),
        false => convert(open, output, input, context),
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
        Node::Scalar(value) if matches!(value.kind, crate::document::value::Kind::Str) => {
            Ok(value.bytes.clone())
        }
        Node::Map(_) if format != Format::Binary => emit(std::slice::from_ref(node), format, input, context),
        Node::Scalar(_) | Node::List(_) if format != Format::Binary => {
            let text = format.syntax().emit_value(node, config::emit(format, input.path.as_deref(), context));
            text.map(|text| Zeroizing::new(text.as_bytes().to_vec())).map_err(CliError::dump)
        }
        _ => Err(CliError::new(exit::DUMP_TREE, "binary output can only be text")
            .hint("name another format with --output-type")),
    }
}

/// The values as a text of another format (spec, stores 9).
fn convert(
    open: &Open,
    format: Format,
    input: &Input,
    context: &Context,
) -> Result<Zeroizing<Vec<u8>>, CliError> {
    let trees = open.trees();
    if format == Format::Binary {
        let data = trees.first().and_then(|root| root.get("data"));
        return match data {
            Some(Node::Scalar(value)) if value.kind == crate::document::value::Kind::Str => {
                Ok(value.bytes.clone())
            }
            _ => Err(CliError::new(
                exit::DUMP_TREE,
                "the file has no text under the key data, so it is not binary",
            )
            .hint("name its format with --output-type json")),
        };
    }
    if trees.len() > 1 && format != Format::Yaml {
        return Err(CliError::new(
            exit::DUMP_TREE,
            format!("{format} holds one document, the file has {}", trees.len()),
        )
        .hint("only yaml holds several: leave --output-type out"));
    }
    emit(&trees, format, input, context)
}

fn emit(
    trees: &[Node],
    format: Format,
    input: &Input,
    context: &Context,
) -> Result<Zeroizing<Vec<u8>>, CliError> {
    let text = format
        .syntax()
        .emit(trees, config::emit(format, input.path.as_deref(), context))
        .map_err(CliError::dump)?;
    Ok(Zeroizing::new(text.as_bytes().to_vec()))
}
