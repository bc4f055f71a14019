//! `textconv`: what git shows instead of a sealed file. git gives up on a whole log when its driver fails, and starts
//! it on whatever a repository holds: so this always answers, asks nobody and starts nothing (security R8).

use crate::cli::comparison::Version;
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::keys;
use crate::crypto::Cipher;
use crate::disk::{self, DiskError};
use crate::file::{FileError, MacCheck, open};
use crate::keys::{Order, open_gate, printable};
use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// Characters of a reason that are shown.
const MOST_SAID: usize = 200;

/// Print a file for git's eyes: its plaintext, or else the file as it is below one line that says why
///
/// For `git config diff.sops-rs.textconv "sops-rs textconv"`. Uses keys that lie ready alone, never asks, starts no
/// program, and always exits with 0, as git would stop otherwise
#[derive(clap::Args)]
pub struct Args {
    /// The file, as git hands it over
    #[arg(value_name = "FILE", trailing_var_arg = true, allow_hyphen_values = true)]
    words: Vec<PathBuf>,
}

/// Never fails: whoever reads has seen enough, or there is nobody to tell.
pub fn run(args: &Args, context: &Context) -> Result<(), CliError> {
    match args.words.last() {
        Some(file) => show(file, context),
        None => note("no file is named"),
    }
    Ok(())
}

/// The file of a call that can't be read as one, as when a variable holds nonsense: git must have an answer.
pub fn misread(words: &[OsString]) -> Option<&Path> {
    let is_asked_for = words.get(1).is_some_and(|word| word == "textconv");
    words.last().filter(|_| is_asked_for).map(Path::new)
}

/// The file as it is.
pub fn pass_through(file: &Path, reason: &str) {
    note(reason);
    // Not to be held by a pipe that nobody writes to.
    if file.metadata().is_ok_and(|found| found.is_file()) {
        let _ = File::open(file).and_then(|mut file| io::copy(&mut file, &mut io::stdout().lock()));
    }
}

fn show(file: &Path, context: &Context) {
    let mut snapshot = match disk::read_regular(file, context.limits.bytes) {
        Ok(snapshot) => snapshot,
        Err(DiskError::TooLarge { limit, .. }) => {
            return pass_through(file, &format!("it has more than {limit} bytes"));
        }
        Err(DiskError::Io { source, .. }) => return note(&format!("it can't be read: {}", source.kind())),
        Err(_) => return note("it is no file"),
    };
    let bytes = snapshot.take_bytes();
    let shown = plaintext(&bytes, file, context).unwrap_or_else(|reason| {
        note(&reason);
        bytes
    });
    let _ = context.print(&shown);
}

fn plaintext(bytes: &[u8], file: &Path, context: &Context) -> Result<Zeroizing<Vec<u8>>, String> {
    let sealed = match Version::of(bytes, file, &context.limits) {
        Version::Sealed(sealed) => *sealed,
        Version::Unreadable(reason) => return Err(reason),
        Version::Plain(_) | Version::Missing => return Err(FileError::NotEncrypted.to_string()),
    };
    let metadata = sealed.metadata();
    let threshold = metadata.shamir_threshold as usize;
    let key =
        keys::silent_keyring(context).unwrap(&metadata.groups, threshold, &Order::default(), &open_gate);
    let key = key.map_err(|_| "no key that lies ready opens it".to_owned())?;
    let opened = open(sealed, &Cipher::new(&key), MacCheck::Verify);
    opened.and_then(|mut open| open.plaintext()).map_err(|error| error.to_string())
}

/// The line in front of what is no plaintext. It is the same for the same file, or every diff would show it.
fn note(reason: &str) {
    let reason = printable(reason, MOST_SAID);
    let _ = writeln!(io::stdout().lock(), "# sops-rs: not decrypted: {reason}");
}
