//! What a person is told about a merge: key paths, never values.

use super::Verdict;
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::exit;
use crate::cli::shell;
use crate::document::merge::Conflict;
use crate::document::step;
use crate::keys::printable;

/// The key paths that one line names.
const MOST_NAMED: usize = 10;

/// Says what was merged into `file`; an error (exit 1) when something is left to do.
pub fn report(verdict: Verdict, file: &str, context: &Context) -> Result<(), CliError> {
    match verdict {
        Verdict::Clean(changes) => {
            said(file, &changes, context);
            Ok(())
        }
        Verdict::Conflict { at, changes, sealed } => {
            said(file, &changes, context);
            Err(conflict(&at, file, sealed))
        }
        Verdict::Refused(error) => Err(CliError { code: exit::GENERIC, in_sops: None, ..error }),
    }
}

fn said(file: &str, changes: &[String], context: &Context) {
    if !changes.is_empty() {
        context.note(&format!("{}: merged {}", shown(file), listed(changes)));
    }
}

/// A conflict is in the file, with markers.
pub fn conflict(at: &[Conflict], file: &str, sealed: bool) -> CliError {
    let places: Vec<String> = at.iter().filter_map(place).collect();
    let message = match places.is_empty() {
        true => format!("{}: both sides changed it as a whole", shown(file)),
        false => format!("{}: both sides changed {}", shown(file), listed(&places)),
    };
    let word = shell::file(file);
    let hint = match sealed {
        true => format!("`sops-rs edit {word}` shows both sides in plaintext; then `git add {word}`"),
        false => format!("choose between the markers, then `git add {word}`"),
    };
    CliError::new(exit::GENERIC, message).hint(hint)
}

/// The error with a word on who can merge what the driver could not.
pub fn left_to_repair(error: CliError, file: &str) -> CliError {
    if matches!(error.code, exit::MAC_MISMATCH | exit::DECRYPT_TREE) {
        let file = shell::file(file);
        return error.hint(format!(
            "`git checkout --ours {file}` or `--theirs {file}` takes the side that is whole; `sops-rs merge --repair \
             --accept-unverified {file}` takes what is left of both"
        ));
    }
    let before = error.hint.as_ref().map_or(String::new(), |hint| format!("{hint}\n  hint: "));
    error.hint(format!(
        "{before}`sops-rs merge --repair {}` merges it with all of your keys",
        shell::file(file)
    ))
}

fn place(conflict: &Conflict) -> Option<String> {
    let path = (!conflict.path.is_empty()).then(|| step::display(&conflict.path))?;
    Some(match conflict.document {
        0 => path,
        number => format!("{path} (document {})", number + 1),
    })
}

/// The first of some key paths, and how many more there are.
pub fn listed(paths: &[String]) -> String {
    let more = paths.len().saturating_sub(MOST_NAMED);
    let named: Vec<&str> = paths.iter().take(MOST_NAMED).map(String::as_str).collect();
    let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
    named.join(", ") + &rest
}

pub fn shown(file: &str) -> String {
    printable(file, 200)
}
