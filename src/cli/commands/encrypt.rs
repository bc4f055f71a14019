//! `encrypt`: a plaintext file sealed for the recipients of its creation rule (spec, cli 5).

use crate::cli::batch::{self, File, Outcome, is_sealed};
use crate::cli::context::Context;
use crate::cli::convert;
use crate::cli::error::CliError;
use crate::cli::exit;
use crate::cli::fresh;
use crate::cli::input::{Input, Types};
use crate::cli::keys;
use crate::cli::output::Output;
use crate::cli::policy::{self, KeyFlags, Policy, RuleFlags};
use crate::cli::rekey;
use crate::cli::rewrite;
use crate::cli::sealed;
use crate::cli::trust;
use crate::config::absolute;
use crate::crypto::DataKey;
use crate::disk::NewMode;
use crate::document::Document;
use crate::document::format::Format;
use crate::file::{FileError, MacCheck, Open, Sealed, Sealing};
use std::path::PathBuf;

/// Encrypt the values of a file for the recipients of its creation rule
#[derive(clap::Args)]
pub struct Args {
    /// The plaintext file; with --in-place also several, directories, or globs in quotes. Standard input when left out,
    /// which needs --filename-override
    files: Vec<PathBuf>,
    #[command(flatten)]
    output: Output,
    #[command(flatten)]
    types: Types,
    #[command(flatten)]
    keys: KeyFlags,
    #[command(flatten)]
    rule: RuleFlags,
    #[command(flatten)]
    batch: batch::Flags,
    #[command(flatten)]
    order: keys::Order,
}

pub fn run(args: Args, context: &mut Context) -> Result<(), CliError> {
    let file = args.files.first().map(PathBuf::as_path);
    args.output.check(file)?;
    if file.is_none() && args.types.filename_override.is_none() {
        return Err(CliError::new(
            exit::CONFLICTING,
            "standard input needs a name to choose a format and a rule by",
        )
        .hint("add --filename-override NAME, or name a FILE"));
    }
    let selection = batch::select_in_place(&args.files, &args.output, &args.batch, context)?;
    if let Some(selection) = selection {
        if !args.batch.is_dry() && args.keys.keys()?.is_empty() {
            trust::check_ahead(&selection, context, |file, claim| match file.named || claim.picks {
                true => trust::check(claim, &args.keys.trust, context),
                false => Ok(()),
            })?;
        }
        return batch::run(&selection, &args.batch, context, |file, context| each(&args, file, context));
    }
    let mut input = Input::read(file, &args.types, args.output.in_place, context)?;
    match encrypted(&args, &mut input, context)? {
        Sealing::New(text) => args.output.write(text.as_bytes(), &input, NewMode::Default, context),
        Sealing::Unchanged => {
            context.say("nothing changed since the output was written; it is left as it is");
            Ok(())
        }
    }
}

/// One of many files. Of a directory those count for which there is a rule that names them, and that are plain.
fn each(args: &Args, file: &File, context: &mut Context) -> Result<Outcome, CliError> {
    const ALREADY: Outcome = Outcome::Same("already encrypted");
    let path = absolute(&file.path, &context.directory()?);
    if !file.named && !rekey::is_picked(&path, context)? {
        return Ok(Outcome::Passed);
    }
    let mut input = Input::read(Some(&file.path), &args.types, false, context)?;
    let format = input.sealed_format(&args.types);
    let sealed_already = || Sealed::parse(input.bytes(), format, &context.limits).is_ok();
    if !file.named && is_sealed(input.bytes(), format) && sealed_already() {
        return Ok(ALREADY);
    }
    match encrypted(args, &mut input, context) {
        Err(error) if error.code == exit::ALREADY_ENCRYPTED && !file.named => Ok(ALREADY),
        Err(error) => Err(error),
        Ok(Sealing::Unchanged) => Ok(ALREADY),
        Ok(Sealing::New(text)) => {
            if let Some(old) = input.file.as_ref().filter(|_| !args.batch.is_dry()) {
                rewrite::replace(old, &text, args.output.writing.options())?;
            }
            Ok(Outcome::Changed("encrypted"))
        }
    }
}

/// The input sealed for the recipients of its rule.
fn encrypted(args: &Args, input: &mut Input, context: &mut Context) -> Result<Sealing, CliError> {
    let policy = policy::resolve(&args.keys, &args.rule, input.path.as_deref(), context)?;
    let format = input.format(&args.types);
    let output = input.sealed_output_format(&args.types, format);
    let document = plain(input, format, output, context)?;
    if output == Format::Binary {
        args.rule.warn_ignored(context);
    }

    let (key, metadata, previous) = match previous(args, output, &policy, context) {
        // What an earlier file says of itself stays: its version, and fields that this program does not know.
        Some((open, key)) => (key, open.sealed().metadata().clone(), Some(open)),
        None => {
            policy.check(&args.keys, context)?;
            let fresh = fresh::make(&policy, output, context)?;
            (fresh.key, fresh.metadata, None)
        }
    };
    sealed::seal(&document, &key, metadata, previous.as_ref(), &input.name, context)
}

/// The plaintext as a document of the output's format.
fn plain(input: &mut Input, format: Format, output: Format, context: &Context) -> Result<Document, CliError> {
    if format == Format::Binary {
        let document = Document::binary(input.bytes());
        return match output {
            Format::Binary => Ok(document),
            _ => convert::document(&document, output, input, context),
        };
    }
    let document = Document::from_bytes(input.take_bytes(), format, &context.limits)
        .map_err(|error| CliError::syntax(exit::READ_INPUT, &input.name, error))?;
    if document.has_metadata() {
        return Err(CliError::sealing(&input.name, FileError::already_encrypted(&document)));
    }
    if output == format { Ok(document) } else { convert::document(&document, output, input, context) }
}

/// The output as it is now, if it is a sealed file for the same recipients under the same rule that the user can
/// open: then its data key stays, and so do the tokens of unchanged values.
fn previous(args: &Args, format: Format, policy: &Policy, context: &Context) -> Option<(Open, DataKey)> {
    let path = args.output.output.as_deref().filter(|path| path.is_file())?;
    let types = Types::reading(Some(format));
    let mut input = Input::read(Some(path), &types, false, context).ok()?;
    let (open, key) = sealed::read(&mut input, &types, MacCheck::Verify, &args.order, context).ok()?;
    let metadata = open.sealed().metadata();
    // Binary files get no rule whatever the policy says (see `fresh::make`), and one that was there must not return.
    let same_rule = match format {
        Format::Binary => {
            metadata.selection.clone().unwrap_or_default() == Default::default()
                && !metadata.mac_only_encrypted
        }
        _ => {
            metadata.rule() == policy.selection.clone().unwrap_or_default()
                && metadata.mac_only_encrypted == policy.mac_only_encrypted
        }
    };
    let same = rekey::groups_of(metadata) == policy.groups
        && (policy.threshold == 0 || metadata.shamir_threshold == policy.threshold)
        && same_rule;
    same.then_some((open, key))
}
