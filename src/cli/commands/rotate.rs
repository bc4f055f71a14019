//! `rotate`: a new data key, and every value encrypted anew with it (spec, cli 6).

use crate::cli::batch::{self, File, Outcome};
use crate::cli::context::Context;
use crate::cli::convert;
use crate::cli::error::CliError;
use crate::cli::exit;
use crate::cli::input::Types;
use crate::cli::key_flags::{AddFlags, Aws, RemoveFlags};
use crate::cli::keys;
use crate::cli::output::Output;
use crate::cli::rekey::{self, Groups, Wanted};
use crate::cli::rewrite::Rewrite;
use crate::cli::trust::{self, Claim, Strangers};
use crate::disk::NewMode;
use crate::file::MacCheck;
use crate::keys::Recipient;
use crate::metadata::Metadata;
use std::path::PathBuf;
use zeroize::Zeroizing;

/// Encrypt files anew with new data keys, and add or remove recipients
#[derive(clap::Args)]
pub struct Args {
    /// An encrypted file; with --in-place also several, directories, or globs in quotes
    files: Vec<PathBuf>,
    #[command(flatten)]
    output: Output,
    #[command(flatten)]
    types: Types,
    #[command(flatten)]
    aws: Aws,
    #[command(flatten)]
    strangers: Strangers,
    #[command(flatten)]
    add: AddFlags,
    #[command(flatten)]
    remove: RemoveFlags,
    #[command(flatten)]
    batch: batch::Flags,
    #[command(flatten)]
    order: keys::Order,
}

/// What the flags ask for.
struct Request {
    add: Vec<Recipient>,
    remove: Vec<Recipient>,
}

pub fn run(args: Args, context: &mut Context) -> Result<(), CliError> {
    args.output.check(args.files.first().map(PathBuf::as_path))?;
    let request = Request { add: args.add.keys(&args.aws)?, remove: args.remove.keys()? };
    context.consent.name(&request.add);
    let Some(first) = args.files.first() else {
        return Err(CliError::new(exit::NO_FILE, "no file specified")
            .hint("name the encrypted file, or several with --in-place"));
    };
    let selection = batch::select(&args.files, context)?;
    if selection.many || args.batch.is_dry() {
        args.output.check_many(args.batch.is_dry())?;
        if !args.batch.is_dry() {
            let check = |_: &File, claim: &Claim| trust::check(claim, &args.strangers.trust, context);
            trust::check_ahead(&selection, context, check)?;
        }
        return batch::run(&selection, &args.batch, context, |file, context| {
            each(&args, &request, file, context)
        });
    }
    if first.symlink_metadata().is_err() {
        // The numbers are sops'.
        let changes = !request.add.is_empty() || !request.remove.is_empty();
        let code = if changes { exit::NO_KEYS_TO_CHANGE } else { exit::READ_INPUT };
        return Err(CliError { code, ..CliError::no_such_file(first) });
    }
    let mut file =
        Rewrite::read(first, &args.types, args.output.in_place, MacCheck::Verify, &args.order, context)?;
    keys::report(&file.open, &file.input.name, context);
    let text = rotated(&args, &request, &mut file, context)?;
    args.output.write(text.as_bytes(), &file.input, NewMode::Default, context)
}

/// One of many files.
fn each(args: &Args, request: &Request, file: &File, context: &mut Context) -> Result<Outcome, CliError> {
    let Some(mut rewrite) = Rewrite::found(file, &args.types, &args.order, context)? else {
        return Ok(Outcome::Passed);
    };
    keys::report(&rewrite.open, &rewrite.input.name, context);
    let text = rotated(args, request, &mut rewrite, context)?;
    if !args.batch.is_dry() {
        rewrite.replace(&text, args.output.writing.options())?;
    }
    Ok(Outcome::Changed("rotated"))
}

/// The file's new text.
fn rotated(
    args: &Args,
    request: &Request,
    file: &mut Rewrite,
    context: &mut Context,
) -> Result<Zeroizing<String>, CliError> {
    trust::check_tampering(file, context)?;
    let format = file.format();
    let output = file.input.sealed_output_format(&args.types, format);
    let metadata = file.open.sealed().metadata().clone();
    let groups = request.groups(&metadata)?;
    let (input, allowed) = (file.input.subject(), &args.order.allowed);
    trust::check_strangers(&args.strangers, &groups, &request.add, input, allowed, context)?;
    let plain = file.plain(context)?;
    let plain = match output == format {
        true => plain,
        false => convert::document(&plain, output, &file.input, context)?,
    };
    let wanted = Wanted::new(groups, 0, &metadata);
    rekey::anew(&plain, metadata, &wanted, &file.input.name, context)
}

impl Request {
    /// The file's recipients without those that go, each once, and with the new ones in the first group (quirk Q49).
    fn groups(&self, file: &Metadata) -> Result<Groups, CliError> {
        let stays = |recipient: &Recipient| !self.remove.iter().any(|gone| recipient.is_meant_by(gone));
        let mut groups: Groups = Vec::new();
        for group in rekey::groups_of(file) {
            let mut kept = Vec::new();
            rekey::add(&mut kept, group.into_iter().filter(stays));
            groups.push(kept);
        }
        if let Some(first) = groups.first_mut() {
            rekey::add(first, self.add.iter().cloned());
        }
        match groups.iter().position(Vec::is_empty) {
            Some(number) => {
                let which =
                    if groups.len() > 1 { format!("key group {}", number + 1) } else { "the file".into() };
                Err(CliError::new(exit::GENERIC, format!("{which} would be left without keys"))
                    .hint("add another recipient in the same run, with --add-age or the like"))
            }
            None => Ok(groups),
        }
    }
}
