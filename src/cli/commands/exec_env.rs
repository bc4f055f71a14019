//! `exec-env`: a command with a file's top-level values in its environment (spec, cli 9).

use super::decrypt;
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::exit;
use crate::cli::input::{Input, Types};
use crate::cli::keys;
use crate::document::flat;
use crate::document::tree::Node;
use crate::file::MacCheck;
use std::path::PathBuf;
use std::process::Command;
use zeroize::Zeroizing;

/// Run a command with the file's values in its environment
#[derive(clap::Args)]
pub struct Args {
    /// The encrypted file
    file: PathBuf,
    /// What `/bin/sh -c` runs
    command: String,
    /// Start from an empty environment
    #[arg(long)]
    pristine: bool,
    #[command(flatten)]
    order: keys::Order,
}

/// Replaces this process by the command, so that signals, exit status and streams are the command's own.
pub fn run(args: Args, context: &mut Context) -> Result<(), CliError> {
    let types = Types { input_type: None, output_type: None, filename_override: None };
    let mut input = Input::read(Some(&args.file), &types, false, context)?;
    let format = input.sealed_format(&types);
    let (open, _) = decrypt::open(&mut input, format, MacCheck::Verify, &args.order, context)?;
    keys::report(&open, &input.name, context);
    let variables = variables(open.trees().first(), &input.name)?;
    let mut command = Command::new("/bin/sh");
    command.arg("-c").arg(&args.command);
    if args.pristine {
        command.env_clear();
    }
    for (name, value) in &variables {
        command.env(name, value.as_str());
    }
    drop(open);
    use std::os::unix::process::CommandExt as _;
    let error = command.exec();
    Err(CliError::new(exit::GENERIC, "the command can't be started").cause(error))
}

/// Each top-level key as a variable.
fn variables(root: Option<&Node>, file: &str) -> Result<Vec<(String, Zeroizing<String>)>, CliError> {
    let refuse = |key: &str, why: &str| {
        CliError::new(exit::GENERIC, format!("{file}: the key {key:?} can't become a variable: {why}"))
    };
    let mut variables = Vec::new();
    for (key, node) in root.iter().flat_map(|root| root.entries()) {
        let Node::Scalar(value) = node else {
            return Err(refuse(key, "its value is a map or a list")
                .hint("only text, numbers, booleans and dates at the top level can"));
        };
        if key.is_empty() || key.contains(['=', '\0']) {
            return Err(refuse(key, "names of variables are not empty and hold no = and no NUL"));
        }
        if value.bytes.contains(&0) {
            return Err(refuse(key, "its value holds a NUL byte"));
        }
        // null is empty (quirk Q30).
        variables.push((key.to_owned(), flat::as_text(value.borrow()).unwrap_or_default()));
    }
    Ok(variables)
}
