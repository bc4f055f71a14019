//! `view`: what a file is made of, without its values and without a key.

use crate::cli::config;
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::input::{Input, InputType};
use crate::cli::json::{SCHEMA, path};
use crate::cli::sealed;
use crate::crypto::Token;
use crate::document::Document;
use crate::document::format::Format;
use crate::document::slot::Slot;
use crate::document::value::Kind;
use crate::file::Sealed;
use crate::rules::Selection;
use crate::rules::select::select;
use serde_json::{Value as Json, json};
use std::path::PathBuf;

/// Show the structure of files with *** in place of every value; needs no key
#[derive(clap::Args)]
pub struct Args {
    /// Files, encrypted or not. Standard input when left out
    files: Vec<PathBuf>,
    /// Show the values and comments that the file's rule leaves in clear
    #[arg(long)]
    clear: bool,
    /// Print the paths of the values as JSON, with their types and whether they are encrypted
    #[arg(long, conflicts_with = "clear")]
    json: bool,
    #[command(flatten)]
    input: InputType,
}

pub fn run(args: Args, context: &mut Context) -> Result<(), CliError> {
    let inputs: Vec<Option<&PathBuf>> = match args.files.as_slice() {
        [] => vec![None],
        files => files.iter().map(Some).collect(),
    };
    let types = args.input.types();
    let mut listed = Vec::new();
    for (number, file) in inputs.iter().enumerate() {
        let mut input = Input::read(file.map(PathBuf::as_path), &types, false, context)?;
        let document = sealed::recognized(&mut input, &types, context)?;
        if args.json {
            listed.push(structure(&input.name, &document));
            continue;
        }
        if inputs.len() > 1 {
            // As `head` does it.
            let gap = if number > 0 { "\n" } else { "" };
            context.print(format!("{gap}==> {} <==\n", input.name).as_bytes())?;
        }
        let (shown, document) = match args.clear {
            true => clear(document, &input, context)?,
            false => (Vec::new(), document),
        };
        let masked = document.masked(|number| shown.get(number).is_some_and(|shown| *shown));
        context.print(masked.as_bytes())?;
        // The next header starts a line.
        if inputs.len() > 1 && !masked.is_empty() && !masked.ends_with('\n') {
            context.print(b"\n")?;
        }
    }
    match args.json {
        true => {
            let text = format!("{:#}\n", json!({ "schema_version": SCHEMA, "files": listed }));
            context.print(text.as_bytes())
        }
        false => Ok(()),
    }
}

/// By slot, what the file leaves in clear by its own rule, or, where it is not encrypted, by its creation rule. What
/// the rule would have encrypted and is in clear all the same stays hidden.
fn clear(document: Document, input: &Input, context: &Context) -> Result<(Vec<bool>, Document), CliError> {
    let (document, rule) = match document.has_metadata() {
        true => {
            let sealed = Sealed::of(document).map_err(|error| CliError::opening(&input.name, error))?;
            let rule = sealed.metadata().rule();
            (sealed.into_document(), rule)
        }
        false => {
            let found = input.path.as_deref().map(|path| config::rule_for(path, context)).transpose()?;
            let rule = found.flatten().and_then(|(_, rule)| rule.selection);
            (document, rule.unwrap_or_else(Selection::default))
        }
    };
    let selected = select(&document, &rule).into_iter();
    let shown =
        selected.zip(document.slots()).map(|(selected, slot)| !selected && !is_token(&document, slot));
    Ok((shown.collect(), document))
}

fn is_token(document: &Document, slot: &Slot) -> bool {
    Token::looks_like(document.value(slot).text().trim_start())
}

/// A file's values and comments by path, in the order of the text.
fn structure(name: &str, document: &Document) -> Json {
    let paths = document.paths();
    let values = document.slots().iter().map(|slot| {
        let encrypted = is_token(document, slot);
        json!({
            "document": paths.document(slot.path),
            "path": path(&paths.components(slot.path)),
            "type": word(kind(document, slot)),
            "encrypted": encrypted,
        })
    });
    let values: Vec<Json> = match document.format() {
        Format::Binary => Vec::new(),
        _ => values.collect(),
    };
    json!({
        "file": name,
        "format": document.format().word(),
        "encrypted": document.has_metadata(),
        "values": values,
    })
}

/// The type that a token names, else that of the value as it stands.
fn kind(document: &Document, slot: &Slot) -> Kind {
    let value = document.value(slot);
    let token = Token::parse(value.text().trim_start());
    token.map_or(value.kind, |token| token.kind)
}

fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::Null => "null",
        Kind::EmptyMap => "map",
        Kind::EmptyList => "list",
        kind => kind.tag().unwrap_or("null"),
    }
}
