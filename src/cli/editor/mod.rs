//! A file under a person's editor, from opening it to saving it: what `edit` does (spec, cli 7).

mod events;
mod example;
mod find;
mod launch;
mod rescue;
mod session;
mod shown;
mod subject;
mod window;

pub use subject::{ForNew, Subject};

use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::exit;
use crate::cli::keys;
use crate::cli::prompt::Terminal;
use crate::disk::Options;
use crate::file::Sealing;
use events::{Events, signal_name};
use find::Editor;
use launch::Ended;
use rescue::{Kept, Rescues};
use session::Session;
use shown::Shown;
use zeroize::Zeroizing;

/// How the user wants to edit.
pub struct Wishes<'a> {
    /// Go on with the text that was kept last.
    pub resume: bool,
    pub show_keys: bool,
    pub on_disk: bool,
    pub options: Options,
    pub order: &'a keys::Order,
}

/// Lets the user edit a file and saves it. A text that can't be saved is kept, encrypted.
pub fn edit(subject: &Subject, wishes: &Wishes<'_>, context: &mut Context) -> Result<(), CliError> {
    let rescues = Rescues::of(&subject.path, context);
    let kept = resumed(subject, wishes, rescues.as_ref(), context)?;
    let shown = if wishes.show_keys && kept.is_none() { subject.shown(context)? } else { None };
    let editor = find::find(context)?;
    window::warn_of_copies(&editor, context);
    let events = Events::listen()
        .map_err(|fault| CliError::new(exit::GENERIC, "signals can't be caught").cause(fault))?;
    let text = match (&kept, &shown) {
        (Some(kept), _) => &kept.text[..],
        (None, Some(shown)) => shown.text.as_bytes(),
        (None, None) => &subject.plain[..],
    };
    let name = subject.path.file_name().unwrap_or_default();
    let session = Session::begin(name, text, wishes.on_disk, context)?;
    let mut sitting = Sitting { subject, wishes, editor, events, session, text, shown: shown.as_ref() };
    match sitting.attempts(kept.is_some(), context) {
        Ok(()) => {
            kept.iter().for_each(|kept| drop(std::fs::remove_file(&kept.path)));
            Ok(())
        }
        Err(error) => Err(sitting.keep(error, rescues.as_ref(), kept.as_ref(), context)),
    }
}

/// The text to resume, or a word about one that is there.
fn resumed(
    subject: &Subject,
    wishes: &Wishes<'_>,
    rescues: Option<&Rescues>,
    context: &Context,
) -> Result<Option<Kept>, CliError> {
    if !wishes.resume {
        if rescues.is_some_and(|rescues| rescues.latest().is_some()) {
            let hint = resume_hint(&subject.name);
            context.say(&format!("a text that was not saved is kept for {}: {hint}", subject.name));
        }
        return Ok(None);
    }
    let Some(rescues) = rescues else {
        return Err(CliError::new(exit::GENERIC, "kept texts are found by HOME, which is not set"));
    };
    let kept = rescues.open(&subject.name, wishes.order, context)?;
    if kept.base != subject.version() {
        context.warn(&format!(
            "{} was changed after the kept text was made from it: saving the text undoes that change",
            subject.name
        ));
    }
    Ok(Some(kept))
}

/// One sitting: the same file in the same editor, until it is saved or given up.
struct Sitting<'a> {
    subject: &'a Subject,
    wishes: &'a Wishes<'a>,
    editor: Editor,
    events: Events,
    session: Session,
    /// What the editor was given.
    text: &'a [u8],
    shown: Option<&'a Shown>,
}

impl Sitting<'_> {
    /// Edits until the text is saved (`Ok`), or there is a reason to stop.
    fn attempts(&mut self, resumed: bool, context: &mut Context) -> Result<(), CliError> {
        loop {
            let text = self.attempt(context)?;
            let unchanged = match resumed {
                true => text == self.subject.plain,
                false => *text == self.text,
            };
            if unchanged {
                return Err(unchanged_file());
            }
            let fault = match self.sealed(text, context) {
                Ok(Sealing::Unchanged) => return Err(unchanged_file()),
                Ok(Sealing::New(sealed)) => {
                    self.stop_if_told()?;
                    return self.subject.write(&sealed, self.wishes.options);
                }
                Err(fault) => fault,
            };
            if !Terminal.can_ask() {
                return Err(fault);
            }
            context.say(&fault.to_string());
            context.say("press Enter to edit again, or type a and Enter to abort");
            match self.events.answer() {
                Ok(Some(answer)) if !answer.starts_with('a') => {}
                Ok(_) => return Err(CliError::new(fault.code, "aborted; nothing was written")),
                Err(signal) => return Err(stopped(signal)),
            }
        }
    }

    /// The text after one run of the editor.
    fn attempt(&self, context: &Context) -> Result<Zeroizing<Vec<u8>>, CliError> {
        self.stop_if_told()?;
        let after = match launch::run(&self.editor, self.session.file(), &self.events)? {
            Ended::BySignal(signal) => return Err(stopped(signal)),
            Ended::ByItself { status, after } if status.success() => after,
            Ended::ByItself { status, .. } => {
                let message = format!("the editor {} failed; nothing was written", self.editor.name());
                return Err(CliError::new(exit::NO_EDITOR, message).cause(status));
            }
        };
        let text = self.read(context)?;
        if *text != self.text || !window::returned_at_once(&self.editor, after, context) {
            return Ok(text);
        }
        if Terminal.can_ask() {
            context.say("press Enter when you have saved the file and closed it");
            self.events.answer().map_err(stopped)?;
        }
        self.read(context)
    }

    fn read(&self, context: &Context) -> Result<Zeroizing<Vec<u8>>, CliError> {
        let text = self.session.text(context.limits.bytes)?;
        text.ok_or_else(|| CliError::new(exit::NO_EDITOR, "the editor removed the text; nothing was written"))
    }

    fn sealed(&self, text: Zeroizing<Vec<u8>>, context: &mut Context) -> Result<Sealing, CliError> {
        let text = match self.shown {
            Some(shown) => shown.hidden(&self.subject.document(text, context)?, &self.subject.name)?,
            None => text,
        };
        self.subject.seal(text, context)
    }

    fn stop_if_told(&self) -> Result<(), CliError> {
        self.events.pending().map_or(Ok(()), |signal| Err(stopped(signal)))
    }

    /// Keeps what was changed, and says in the error how to go on with it.
    fn keep(
        &self,
        error: CliError,
        rescues: Option<&Rescues>,
        resumed: Option<&Kept>,
        context: &mut Context,
    ) -> CliError {
        if error.code == exit::UNCHANGED {
            // What was resumed is what the file holds already.
            resumed.iter().for_each(|kept| drop(std::fs::remove_file(&kept.path)));
            return error;
        }
        let limit = context.limits.bytes;
        let text = match self.session.emergency(limit) {
            Some(text) => Some(text),
            None => self.session.text(limit).ok().flatten(),
        };
        let text = text.filter(|text| **text != *self.text && !text.is_empty());
        let text = text.map(|text| match (self.shown, self.subject.document(text.clone(), context)) {
            (Some(shown), Ok(document)) => shown.without_block(&document),
            _ => text,
        });
        let kept = match (text, rescues) {
            (None, _) if resumed.is_none() => return error,
            (None, _) => Ok(()),
            (Some(text), Some(rescues)) => rescues.keep(self.subject, &text, context).map(|_| {
                resumed.iter().for_each(|kept| drop(std::fs::remove_file(&kept.path)));
            }),
            (Some(_), None) => Err(CliError::new(error.code, "HOME is not set")),
        };
        match kept {
            Ok(()) => {
                let resume = resume_hint(&self.subject.name);
                let before = error.hint.as_ref().map_or(String::new(), |hint| format!("{hint}\n  hint: "));
                error.hint(format!("{before}your text is kept, encrypted: {resume}"))
            }
            Err(fault) => error.cause(format!("the changed text could not be kept: {}", fault.message)),
        }
    }
}

fn unchanged_file() -> CliError {
    CliError::bare(exit::UNCHANGED, "File has not changed, exiting.")
}

fn stopped(signal: i32) -> CliError {
    let code = u8::try_from(128 + signal).unwrap_or(exit::GENERIC);
    CliError::new(code, format!("stopped by {}; nothing was written", signal_name(signal)))
}

fn resume_hint(name: &str) -> String {
    let name = shlex::try_quote(name).unwrap_or(name.into());
    format!("go on with `sops-rs edit --resume {name}`")
}
