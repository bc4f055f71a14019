//! What `exec-env` and `exec-file` share: which program to run, as whom, and what to answer.

use super::context::{Context, SHARED_MEMORY};
use super::error::CliError;
use super::exit;
use crate::disk::private::Places;
use crate::exec::mask::{Mask, Outlets};
use crate::exec::signals::Signals;
use crate::exec::user::User;
use crate::exec::{Ended, ExecError, Launch, Line};
use std::ffi::OsString;
use std::io::ErrorKind;
use std::path::PathBuf;

/// Flags about the program that is started.
#[derive(clap::Args)]
pub struct ProgramFlags {
    /// Leave out the variables of the calling process
    #[arg(long)]
    pub pristine: bool,
    /// Run as this user, with his groups, HOME, USER and LOGNAME (needs root)
    #[arg(long, value_name = "NAME")]
    user: Option<String>,
}

impl ProgramFlags {
    pub fn user(&self) -> Result<Option<User>, CliError> {
        self.user.as_deref().map(User::find).transpose().map_err(fault)
    }
}

/// A program and its arguments.
pub fn line(words: Vec<OsString>) -> Result<Line, CliError> {
    let mut words = words.into_iter();
    match words.next() {
        Some(program) => Ok(Line::Program { program, arguments: words.collect() }),
        None => Err(CliError::new(exit::GENERIC, "there is no PROGRAM").hint("put it behind --")),
    }
}

/// Tells files and program apart: `FILE 'COMMAND'` as in sops, or `FILE... -- PROGRAM [ARGUMENT]...`. Where nothing
/// stands before `--`, it only ends the flags.
pub fn words(before: Vec<OsString>, behind: Vec<OsString>) -> Result<(Vec<PathBuf>, Line), CliError> {
    let (mut files, behind) = if before.is_empty() { (behind, Vec::new()) } else { (before, behind) };
    let mut behind = behind.into_iter();
    let line = match (behind.next(), files.len()) {
        (Some(program), _) => Line::Program { program, arguments: behind.collect() },
        (None, 2) => Line::Shell(files.pop().unwrap_or_default()),
        (None, count) => {
            let message = match count {
                0 => "there is neither a FILE nor a COMMAND",
                1 => "there is no COMMAND",
                _ => "there are more words than FILE and COMMAND",
            };
            let error = CliError::new(exit::GENERIC, message).hint(
                "quote a COMMAND for the shell as one word, or put -- before a program and its arguments",
            );
            return Err(CliError { in_sops: Some("error: missing file to decrypt".into()), ..error });
        }
    };
    Ok((files.into_iter().map(PathBuf::from).collect(), line))
}

/// Where a plaintext may be kept for a while. Another user can't use this one's runtime directory.
pub fn places(user: Option<&User>, context: &Context) -> Places {
    match user {
        Some(_) => Places { memory: vec![SHARED_MEMORY.into()], ..context.places() },
        None => context.places(),
    }
}

/// Puts the program in the place of this process; where there is something to mask, stays beside it instead.
pub fn start(launch: Launch<'_>, mask: Mask, outlets: Outlets) -> Result<(), CliError> {
    if outlets.is_empty() || mask.is_empty() {
        return launch.replace().map_err(fault).map(|never| match never {});
    }
    let mut signals = Signals::listen().map_err(fault)?;
    repeat(watch(launch, &mut signals, mask, outlets)?)
}

/// Stays until the program ends, and masks what there is to mask.
pub fn watch(
    launch: Launch<'_>,
    signals: &mut Signals,
    mask: Mask,
    outlets: Outlets,
) -> Result<Ended, CliError> {
    let ended = match outlets.is_empty() || mask.is_empty() {
        true => launch.watch(signals),
        false => launch.masked(signals, &mask, outlets),
    };
    ended.map_err(fault)
}

/// The program's exit status as ours. sops answers 255 for every signal.
pub fn answer(ended: Ended) -> Result<(), CliError> {
    match ended {
        Ended::Exited(0) => Ok(()),
        Ended::Exited(code) => Err(CliError::silent(code)),
        Ended::Killed(_) => Err(CliError::silent(exit::KILLED)),
    }
}

/// The program's exit status as ours; a signal that ended it ends this process too, as if there were none between the
/// program and its caller.
pub fn repeat(ended: Ended) -> Result<(), CliError> {
    match ended.repeat() {
        0 => Ok(()),
        code => Err(CliError::silent(code)),
    }
}

pub fn fault(error: ExecError) -> CliError {
    let code = match &error {
        // As shells answer.
        ExecError::Start { source, .. } if source.kind() == ErrorKind::NotFound => exit::NO_PROGRAM,
        ExecError::Start { .. } => exit::NOT_STARTED,
        _ => exit::GENERIC,
    };
    CliError { hint: error.hint(), ..CliError::new(code, error.to_string()) }
}
