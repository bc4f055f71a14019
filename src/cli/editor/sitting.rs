//! One sitting: the same file in the same editor, until it is saved or given up.

use super::events::{Events, signal_name};
use super::find::Editor;
use super::launch::{self, Ended};
use super::session::Session;
use super::shown::Shown;
use super::subject::Subject;
use super::window;
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::exit;
use crate::cli::prompt::Terminal;
use crate::disk::Options;
use crate::file::Sealing;
use zeroize::Zeroizing;

pub struct Sitting<'a> {
    pub subject: &'a Subject,
    pub options: Options,
    pub editor: Editor,
    pub events: Events,
    pub session: Session,
    /// What the editor is given.
    pub text: &'a [u8],
    /// The text that is not worth saving.
    pub unchanged: &'a [u8],
    /// The metadata block, when it is in the text.
    pub shown: Option<&'a Shown>,
}

impl Sitting<'_> {
    /// Lets the user edit until the text is saved (`Ok`), or there is a reason to stop.
    pub fn run(&self, context: &mut Context) -> Result<(), CliError> {
        loop {
            let text = self.edited(context)?;
            if *text == self.unchanged {
                return Err(unchanged());
            }
            let fault = match self.sealed(text, context) {
                Ok(Sealing::Unchanged) => return Err(unchanged()),
                Ok(Sealing::New(sealed)) => {
                    self.stop_if_told()?;
                    return self.subject.write(&sealed, self.options);
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
    fn edited(&self, context: &Context) -> Result<Zeroizing<Vec<u8>>, CliError> {
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
        context.say("press Enter when you have saved the file and closed it");
        self.events.answer().map_err(stopped)?;
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

    /// What the user has changed, after a run that did not save it.
    pub fn unsaved(&self, context: &Context) -> Option<Zeroizing<Vec<u8>>> {
        let limit = context.limits.bytes;
        let text = self.session.emergency(limit).or_else(|| self.session.text(limit).ok().flatten())?;
        if text.is_empty() || *text == self.text {
            return None;
        }
        Some(match (self.shown, self.subject.document(text.clone(), context)) {
            (Some(shown), Ok(document)) => shown.without_block(&document),
            _ => text,
        })
    }
}

fn unchanged() -> CliError {
    CliError::bare(exit::UNCHANGED, "File has not changed, exiting.")
}

fn stopped(signal: i32) -> CliError {
    let code = u8::try_from(128 + signal).unwrap_or(exit::GENERIC);
    CliError::new(code, format!("stopped by {}; nothing was written", signal_name(signal)))
}
