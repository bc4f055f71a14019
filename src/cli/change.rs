//! Changing one value of a sealed file: what `set` and `unset` share (spec, cli 8).

use super::config;
use super::context::Context;
use super::error::CliError;
use super::exit;
use super::input::Types;
use super::keys;
use super::rewrite::Rewrite;
use super::tree_path;
use crate::disk::Options;
use crate::document::Document;
use crate::document::edit::{Change, EditError};
use crate::document::format::Format;
use crate::document::step::Step;
use crate::file::{MacCheck, Sealing};
use std::path::Path;

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
    /// Where the file can't be replaced as a whole (hard links, another owner, a mount point), write into it; a
    /// crash meanwhile leaves it torn
    #[arg(long)]
    in_place_unsafe: bool,
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
        let check = if self.ignore_mac { MacCheck::Waive } else { MacCheck::Verify };
        let mut rewrite = Rewrite::read(file, types, true, check, order, context)?;
        keys::report(&rewrite.open, &rewrite.input.name, context);
        let plain = rewrite.plain(context)?;
        let name = rewrite.input.name.clone();
        let text = match plain.edited(path, change) {
            Err(EditError::Missing(_)) if self.idempotent => return Ok(()),
            edited => edited.map_err(|error| fault(&name, error))?,
        };
        let changed = Document::from_text(text, plain.format(), &context.limits)
            .map_err(|error| CliError::syntax(exit::READ_INPUT, &name, error))?;
        let output = rewrite.input.output_format(types, plain.format());
        let changed = match output == plain.format() {
            true => changed,
            false => in_format(&changed, output, &rewrite, context)?,
        };
        let metadata = rewrite.open.sealed().metadata().clone();
        match rewrite.seal(&changed, metadata, context)? {
            Sealing::Unchanged => {
                context.note(&format!("{name} holds this value already; it is left as it is"))
            }
            Sealing::New(_) if self.dry_run => context.note(&format!("{name} would change")),
            Sealing::New(text) => rewrite.replace(&text, Options { in_place: self.in_place_unsafe })?,
        }
        Ok(())
    }
}

/// The document in another format, which `--output-type` puts under the old name (quirk Q84).
fn in_format(
    document: &Document,
    output: Format,
    rewrite: &Rewrite,
    context: &Context,
) -> Result<Document, CliError> {
    context.warn(&format!(
        "{} keeps its name, but is written as {output}: name the type again to read it",
        rewrite.input.name
    ));
    let how = config::emit(output, rewrite.input.path.as_deref(), context);
    let text = output.syntax().emit(&document.trees(), how).map_err(CliError::dump)?;
    Document::from_text(text, output, &context.limits).map_err(CliError::dump)
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
