//! Changing one value of a sealed file: what `set` and `unset` share (spec, cli 8).

use super::context::Context;
use super::convert;
use super::error::CliError;
use super::exit;
use super::fresh;
use super::input::Types;
use super::key_flags::KeyFlags;
use super::keys;
use super::output::Writing;
use super::policy::{self, RuleFlags};
use super::rewrite::Rewrite;
use super::sealed;
use super::tree_path;
use super::trust;
use crate::config::absolute;
use crate::disk::{self, NewMode, PATIENCE};
use crate::document::Document;
use crate::document::edit::{Change, EditError};
use crate::document::format::Format;
use crate::document::step::Step;
use crate::file::{MacCheck, Sealing};
use std::path::Path;
use zeroize::Zeroizing;

/// Flags of `set` and `unset`.
#[derive(clap::Args)]
pub struct ChangeFlags {
    /// Do nothing, and succeed, if the file is like that already
    #[arg(long)]
    idempotent: bool,
    /// Say what would be done, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Do not check that values were not added, removed or reordered; the new file's mac covers what is there
    #[arg(long)]
    ignore_mac: bool,
    #[command(flatten)]
    writing: Writing,
    /// Accepted for sops' sake; the file's own threshold stays
    #[arg(long, value_name = "N", hide = true)]
    shamir_secret_sharing_threshold: Option<u32>,
}

/// A path that a change can be made at: not the whole document.
pub fn path(text: &str) -> Result<Vec<Step>, CliError> {
    let fault = match tree_path::parse(text) {
        Ok(path) if !path.is_empty() => return Ok(path),
        Ok(_) => "the path is empty".to_owned(),
        Err(fault) => fault,
    };
    Err(CliError::new(exit::INVALID_CHANGE, fault)
        .hint("paths look like [\"db\"][\"users\"][0] or db.users[0]")
        .in_sops("Invalid set index format"))
}

impl ChangeFlags {
    /// Opens FILE, makes the change in its text, and seals it again.
    pub fn make(
        &self,
        file: &Path,
        path: &[Step],
        change: Change<'_>,
        types: &Types,
        order: &keys::Order,
        context: &mut Context,
    ) -> Result<(), CliError> {
        if !file.exists() {
            return self.create(file, path, change, types, context);
        }
        let check = if self.ignore_mac { MacCheck::Waive } else { MacCheck::Verify };
        let mut rewrite = Rewrite::read(file, types, true, check, order, context)?;
        keys::report(&rewrite.open, &rewrite.input.name, context);
        trust::check_changes(&rewrite, context)?;
        let plain = rewrite.plain(context)?;
        let name = rewrite.input.name.clone();
        refuse_reserved(&name, plain.format(), path)?;
        let text = match plain.edited(path, change) {
            Err(EditError::Missing(_)) if self.idempotent => return Ok(()),
            edited => edited.map_err(|error| fault(&name, error))?,
        };
        let changed = Document::from_text(text, plain.format(), &context.limits)
            .map_err(|error| CliError::syntax(exit::READ_INPUT, &name, error))?;
        let output = rewrite.input.sealed_output_format(types, plain.format());
        let changed = match output == plain.format() {
            true => changed,
            false => {
                // It goes under the old name (quirk Q84).
                context.caution(&format!(
                    "{name} keeps its name, but is written as {output}: name the type again to read it"
                ));
                convert::document(&changed, output, &rewrite.input, context)?
            }
        };
        let metadata = rewrite.open.sealed().metadata().clone();
        match rewrite.seal(&changed, metadata, context)? {
            Sealing::Unchanged => {
                context.note(&format!("{name} holds this value already; it is left as it is"))
            }
            Sealing::New(_) if self.dry_run => context.note(&format!("{name} would change")),
            Sealing::New(text) => rewrite.replace(&text, self.writing.options())?,
        }
        Ok(())
    }

    /// A missing file is made, if a rule says for whom; sops makes none.
    fn create(
        &self,
        file: &Path,
        path: &[Step],
        change: Change<'_>,
        types: &Types,
        context: &mut Context,
    ) -> Result<(), CliError> {
        let absolute = absolute(file, &context.directory()?);
        let missing = |cause: Option<CliError>| {
            let fault = CliError::new(exit::READ_INPUT, format!("there is no file {}", file.display()));
            let fault = match cause {
                Some(cause) => {
                    fault.cause(cause.message).hint("a rule for the file in the config lets it be made")
                }
                None => fault.hint("check the name and the directory you are in"),
            };
            fault.in_sops(format!(
                "Error reading file: open {}: no such file or directory",
                absolute.display()
            ))
        };
        if context.is_sops() || matches!(change, Change::Remove) {
            return Err(missing(None));
        }
        let named = types.filename_override.as_deref().unwrap_or(file);
        let format = types.output_type.or(types.input_type).unwrap_or_else(|| Format::of_path(named));
        let policy = policy::resolve(&KeyFlags::default(), &RuleFlags::default(), Some(&absolute), context)
            .map_err(|error| missing(Some(error)))?;
        let name = file.display().to_string();
        let empty = if format == Format::Json { "{}\n" } else { "" };
        let read = |text: Zeroizing<String>| Document::from_text(text, format, &Default::default());
        refuse_reserved(&name, format, path)?;
        let start = read(Zeroizing::new(empty.to_owned()));
        let start = start.map_err(|error| CliError::syntax(exit::READ_INPUT, &name, error))?;
        let mut text = start.edited(path, change).map_err(|error| fault(&name, error))?;
        if !text.ends_with('\n') {
            text = Zeroizing::new(format!("{}\n", *text));
        }
        let document = read(text).map_err(|error| CliError::syntax(exit::READ_INPUT, &name, error))?;
        policy.check(&KeyFlags::default(), context)?;
        let fresh = fresh::make(&policy, format, context)?;
        let sealing = sealed::seal(&document, &fresh.key, fresh.metadata, None, &name, context)?;
        if let (Sealing::New(text), false) = (sealing, self.dry_run) {
            disk::lock(file, PATIENCE)
                .and_then(|guard| guard.create(text.as_bytes(), NewMode::Default))
                .map_err(|error| CliError::disk(exit::WRITE_OUTPUT, error))?;
        }
        context.note(&format!("{name} {}", if self.dry_run { "would be new" } else { "is new" }));
        Ok(())
    }
}

/// The metadata's own place is no place for values.
fn refuse_reserved(name: &str, format: Format, path: &[Step]) -> Result<(), CliError> {
    match path.first() {
        Some(Step::Key(key)) if format.syntax().reserves(key) => {
            let message = format!("{name}: the key {key:?} is reserved for the metadata");
            Err(CliError::new(exit::ALREADY_ENCRYPTED, message).hint("choose another key"))
        }
        _ => Ok(()),
    }
}

/// Why a change was not made.
fn fault(name: &str, error: EditError) -> CliError {
    match error {
        EditError::Missing(message) => {
            let fault = CliError::new(exit::GENERIC, format!("{name}: {message}"));
            fault.hint("add --idempotent if that is as it should be").in_sops(&message)
        }
        EditError::Path(message) => CliError::new(exit::GENERIC, format!("{name}: {message}"))
            .hint("`sops-rs decrypt` shows the file's keys and lists"),
        EditError::Syntax(error) => CliError::syntax(exit::DUMP_TREE, name, error),
    }
}
