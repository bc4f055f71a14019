//! Values as the text of another format (spec, stores 9).

use super::config;
use super::context::Context;
use super::error::CliError;
use super::exit;
use super::input::Input;
use crate::document::Document;
use crate::document::format::Format;
use crate::document::tree::Node;
use crate::document::value::Kind;
use crate::file::Open;
use zeroize::Zeroizing;

/// A plain document, written anew.
pub fn document(
    document: &Document,
    output: Format,
    input: &Input,
    context: &Context,
) -> Result<Document, CliError> {
    let name = &input.name;
    let dump = |error| CliError::syntax(exit::DUMP_TREE, name, error);
    let trees = document.trees();
    if trees.len() > 1 && output != Format::Yaml {
        let message = format!("{name} holds {} documents, {output} can hold one", trees.len());
        return Err(CliError::new(exit::DUMP_TREE, message).hint("only yaml holds several"));
    }
    if output == Format::Binary {
        return Err(CliError::new(exit::DUMP_TREE, format!("{name} can't be converted to binary"))
            .hint("to encrypt the file as a whole, use --input-type binary"));
    }
    let text =
        output.syntax().emit(&trees, config::emit(output, input.path.as_deref(), context)).map_err(dump)?;
    Document::from_text(text, output, &context.limits).map_err(dump)
}

/// All of an opened file, as it was or in another format.
pub fn plaintext(
    open: &mut Open,
    output: Format,
    input: &Input,
    context: &Context,
) -> Result<Zeroizing<Vec<u8>>, CliError> {
    match output == open.sealed().document().format() {
        true => open.plaintext().map_err(|error| CliError::spelling(&input.name, error)),
        false => values(open, output, input, context),
    }
}

fn values(
    open: &Open,
    format: Format,
    input: &Input,
    context: &Context,
) -> Result<Zeroizing<Vec<u8>>, CliError> {
    let trees = open.trees();
    if format == Format::Binary {
        let data = trees.first().and_then(|root| root.get("data"));
        return match data {
            Some(Node::Scalar(value)) if value.kind == Kind::Str => Ok(value.bytes.clone()),
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

/// Trees as a whole text.
pub fn emit(
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
