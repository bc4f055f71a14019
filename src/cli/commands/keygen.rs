//! `keygen`: a fresh age identity, in the form of `age-keygen`.

use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::exit;
use crate::cli::keys;
use crate::disk::{self, NewMode, Options, PATIENCE};
use crate::keys::age::{self, Generated};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// Make an age identity where sops-rs and sops look for it
#[derive(clap::Args)]
pub struct Args {
    /// Write the identity to this file instead; never over an existing one
    #[arg(short, long, value_name = "PATH")]
    output: Option<PathBuf>,
    /// Make a post-quantum identity (ML-KEM-768 with X25519)
    #[arg(long)]
    post_quantum: bool,
}

pub fn run(args: Args, context: &mut Context) -> Result<(), CliError> {
    let path = match args.output {
        Some(path) => path,
        None => default_file(context)?,
    };
    let kind = if args.post_quantum { age::Kind::PostQuantum } else { age::Kind::X25519 };
    let generated = age::generate(kind)
        .map_err(|error| CliError::new(exit::GENERIC, "no identity can be made").cause(error))?;
    let recipient = write(&path, &generated, context)?;
    context.say(&format!("wrote a new identity to {}; keep it secret and backed up", path.display()));
    context.print(format!("{recipient}\n").as_bytes())
}

/// The file in which sops looks for identities by default (spec, config 8).
pub fn default_file(context: &Context) -> Result<PathBuf, CliError> {
    let directory = context.config_directory().ok_or_else(|| {
        CliError::new(exit::GENERIC, "there is no home directory to keep an identity in")
            .hint("name a file with --output, and later in SOPS_AGE_KEY_FILE")
    })?;
    Ok(directory.join(keys::IDENTITY_FILE))
}

/// Writes an identity file that only its owner can read, and gives its recipient.
pub fn write(path: &Path, generated: &Generated, context: &Context) -> Result<String, CliError> {
    let Generated { identity, recipient } = generated;
    let text = Zeroizing::new(format!(
        "# created: {}\n# public key: {}\n{}\n",
        context.now,
        recipient.text(),
        identity.as_str()
    ));
    if let Some(parent) = path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        std::fs::create_dir_all(parent).map_err(|error| {
            CliError::new(exit::WRITE_OUTPUT, format!("the directory {} can't be made", parent.display()))
                .cause(error)
        })?;
    }
    if path.symlink_metadata().is_ok_and(|found| found.is_file() || found.is_symlink()) {
        let message =
            format!("{} is there already; an identity is never written over another", path.display());
        return Err(CliError::new(exit::WRITE_OUTPUT, message).hint("name another file with --output"));
    }
    disk::write(path, text.as_bytes(), NewMode::Private, Options::default(), PATIENCE)
        .map_err(|error| CliError::disk(exit::WRITE_OUTPUT, error))?;
    Ok(recipient.text().to_owned())
}
