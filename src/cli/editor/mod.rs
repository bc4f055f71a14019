//! A file under a person's editor, from opening it to saving it: what `edit` does (spec, cli 7).

mod conflict;
mod events;
mod example;
mod find;
mod kind;
mod launch;
mod rescue;
mod session;
mod shown;
mod sitting;
mod subject;
mod window;

pub use subject::{ForNew, Subject};

use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::exit;
use crate::cli::keys;
use crate::cli::shell;
use crate::disk::Options;
use events::Events;
use rescue::{Kept, Rescues};
use session::Session;
use sitting::Sitting;

/// How the user wants to edit.
pub struct Wishes<'a> {
    /// Go on with the text that was kept last.
    pub resume: bool,
    /// Show the metadata block in the text.
    pub show_keys: bool,
    /// Plaintext may be on a disk where no directory is in memory.
    pub on_disk: bool,
    pub options: Options,
    pub order: &'a keys::Order,
}

/// Lets the user edit a file and saves it. A text that can't be saved is kept, encrypted.
pub fn edit(subject: &Subject, wishes: &Wishes<'_>, context: &mut Context) -> Result<(), CliError> {
    let rescues = Rescues::of(&subject.path, context);
    let resumed = resumed(subject, wishes, rescues.as_ref(), context)?;
    let shown = if wishes.show_keys && resumed.is_none() { subject.shown(context)? } else { None };
    let (text, unchanged) = match (&resumed, &shown) {
        (Some(kept), _) => (&kept.text[..], &subject.plain[..]),
        (None, Some(shown)) => (shown.text.as_bytes(), shown.text.as_bytes()),
        (None, None) => (&subject.plain[..], &subject.plain[..]),
    };
    let editor = find::find(context)?;
    window::warn_of_copies(&editor, context);
    let events = Events::listen()
        .map_err(|fault| CliError::new(exit::GENERIC, "signals can't be caught").cause(fault))?;
    let name = subject.path.file_name().unwrap_or_default();
    let session = Session::begin(name, text, wishes.on_disk, context)?;
    let sitting = Sitting {
        subject,
        options: wishes.options,
        editor,
        events,
        session,
        text,
        unchanged,
        shown: shown.as_ref(),
    };
    let outcome = sitting.run(context);
    let Err(error) = outcome else {
        resumed.iter().for_each(Kept::forget);
        return Ok(());
    };
    if error.code == exit::UNCHANGED {
        // What was resumed is what the file holds already.
        resumed.iter().for_each(Kept::forget);
        return Err(error);
    }
    let kept = match sitting.unsaved(context) {
        None if resumed.is_none() => return Err(error),
        None => Ok(()),
        Some(text) => match &rescues {
            Some(rescues) => rescues.keep(subject, &text, context),
            None => Err(CliError::new(exit::GENERIC, "HOME is not set")),
        }
        .map(|()| resumed.iter().for_each(Kept::forget)),
    };
    Err(match kept {
        Ok(()) => told_of_kept(error, &subject.name),
        Err(fault) => error.cause(format!("the changed text could not be kept: {}", fault.message)),
    })
}

/// The text to resume, or a word about one that is there.
fn resumed(
    subject: &Subject,
    wishes: &Wishes<'_>,
    rescues: Option<&Rescues>,
    context: &Context,
) -> Result<Option<Kept>, CliError> {
    let name = &subject.name;
    if !wishes.resume {
        if rescues.is_some_and(Rescues::has_any) {
            context.note(&format!("a text that was not saved is kept for {name}: {}", resume_hint(name)));
        }
        return Ok(None);
    }
    let Some(rescues) = rescues else {
        return Err(CliError::new(exit::GENERIC, "kept texts are found by HOME, which is not set"));
    };
    let kept = rescues.open(subject, wishes.order, context)?;
    if kept.base != subject.version() {
        context.warn(&format!(
            "{name} was changed after the kept text was made from it: saving the text undoes that change"
        ));
    }
    Ok(Some(kept))
}

/// The error with a word on how to go on: also under the name `sops`, since nothing else says where the text is.
fn told_of_kept(error: CliError, name: &str) -> CliError {
    let before = error.hint.as_ref().map_or(String::new(), |hint| format!("{hint}\n  hint: "));
    let error = error.hint(format!("{before}your text is kept, encrypted: {}", resume_hint(name)));
    CliError { in_sops: None, ..error }
}

fn resume_hint(name: &str) -> String {
    format!("go on with `sops-rs edit --resume {}`", shell::file(name))
}
