//! Which keys that a file names may be used (security R7). Whoever can write a file chooses the services that opening it
//! calls, with whose credentials, and the plugins that encrypting it starts. So a key is used only if the user or the
//! policy knows it, or the user says so in this run. Nothing is read and no program started before such a key is met.

mod effect;
mod own;
mod policy;

use super::context::Context;
use super::error::CliError;
use super::exit;
use super::prompt::Terminal;
use super::shell;
use crate::keys::{KeyError, Recipient, printable};
use effect::effect;
use std::path::Path;

/// The most flags that a hint shows: whoever wrote the file chose how many keys there are.
const MOST_FLAGS: usize = 5;

/// The word for every key.
const ALL: &str = "all";

/// The flag that lets keys through.
#[derive(clap::Args, Default)]
pub struct Use {
    /// Use this key of a service, or start this age plugin, although only a file names it; `all` is for every key
    #[arg(long, value_name = "KEY", env = "SOPS_RS_USE_KEYS", value_delimiter = ',')]
    use_key: Vec<String>,
}

impl Use {
    fn names(&self, key: &Recipient) -> bool {
        self.use_key.iter().any(|given| given == ALL || is_called(key, given))
    }
}

/// The file whose keys are to be used.
#[derive(Clone, Copy)]
pub struct File<'a> {
    /// For messages.
    pub name: &'a str,
    /// What rules are matched against; absolute. `None` for standard input.
    pub path: Option<&'a Path>,
}

/// Whether a key of a file may be used; asks at the terminal where nothing else tells.
pub fn allow(key: &Recipient, file: File<'_>, flag: &Use, context: &Context) -> Result<(), KeyError> {
    let Some(effect) = effect(key) else { return Ok(()) };
    if context.is_sops() {
        return Ok(());
    }
    // No yes makes such a key usable, and a key service might not look.
    key.check().map_err(KeyError::Failed)?;
    if flag.names(key) {
        return Ok(());
    }
    let allowed = match context.consent.about(key) {
        Some(said) => said,
        None => {
            own::knows(key, context)
                || policy::knows(key, file.path, context)
                || ask(key, &effect, file, context)
        }
    };
    if allowed { Ok(()) } else { Err(KeyError::NotAllowed) }
}

/// Refuses keys of a file that a data key is to be wrapped for, unless all of them may be used.
pub fn check<'a>(
    keys: impl Iterator<Item = &'a Recipient>,
    file: File<'_>,
    flag: &Use,
    context: &Context,
) -> Result<(), CliError> {
    let refused: Vec<(&Recipient, KeyError)> =
        keys.filter_map(|key| Some((key, allow(key, file, flag, context).err()?))).collect();
    if refused.is_empty() {
        return Ok(());
    }
    let error =
        CliError::new(exit::GENERIC, format!("only {} names keys that would be used for it", file.name));
    let error = refused.iter().fold(error, |error, (key, why)| error.cause(said(key, why)));
    let mut unknown =
        refused.iter().filter(|(_, why)| *why == KeyError::NotAllowed).map(|(key, _)| *key).peekable();
    Err(match unknown.peek() {
        Some(_) => error.hint(hint(unknown)),
        None => error.hint("take the file from a commit without them"),
    })
}

/// Whether a key is one of those that are known, as far as it matters for its use.
pub fn is_one_of<'a>(key: &Recipient, known: impl IntoIterator<Item = &'a Recipient>) -> bool {
    let bare = key.bare();
    known.into_iter().any(|known| known.bare() == bare)
}

/// A key and why it is of no use; for one that is not allowed, also what using it would do.
pub fn said(key: &Recipient, why: &KeyError) -> String {
    let effect = effect(key).filter(|_| *why == KeyError::NotAllowed);
    let effect = effect.map(|effect| format!("; using it {effect}"));
    format!("{key}: {why}{}", effect.unwrap_or_default())
}

/// What lets these keys through.
pub fn hint<'a>(keys: impl Iterator<Item = &'a Recipient>) -> String {
    let mut flags: Vec<String> = Vec::new();
    for key in keys {
        let flag = format!("--use-key {}", shell::word(&name(key)));
        if !flags.contains(&flag) {
            flags.push(flag);
        }
        if flags.len() == MOST_FLAGS {
            break;
        }
    }
    format!(
        "if you know {}, say so: {}; or have the config name {} in a commit",
        if flags.len() == 1 { "this key" } else { "these keys" },
        flags.join(" "),
        if flags.len() == 1 { "it" } else { "them" },
    )
}

fn ask(key: &Recipient, effect: &str, file: File<'_>, context: &Context) -> bool {
    if context.is_worker() || !Terminal.can_ask() {
        return false;
    }
    let name = printable(file.name, 200);
    context.say(&format!("{name} names a key that neither you nor the committed config knows: {key}"));
    let yes = Terminal.agrees(&format!("using it {effect}; use it in this run?"));
    context.consent.answer(key, yes);
    yes
}

/// The shortest text that means the key.
fn name(key: &Recipient) -> String {
    printable(key.bare().text().trim_end_matches('/'), usize::MAX)
}

fn is_called(key: &Recipient, given: &str) -> bool {
    let bare = key.bare();
    key.is_called(given) || bare.text().trim_end_matches('/') == given.trim().trim_end_matches('/')
}
