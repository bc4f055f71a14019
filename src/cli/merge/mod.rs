//! Merging sealed files: reading the sides, with the keys that may be used, and what a person is told.

mod access;
mod driver;
mod new_key;
mod read;
mod repair;
mod report;
mod three;
mod versions;

pub use access::Access;
pub use driver::{Driven, drive};
pub use repair::repair;
pub use report::{listed, report};
pub use three::{Labeled, Three};

use super::batch;
use super::context::Context;
use super::error::CliError;
use super::exit;
use super::gate::File;
use super::rekey;
use super::trust;
use crate::document::format::Format;
use crate::document::markers;
use crate::document::merge::{self as plain, Conflict, Lines};
use crate::file::MacCheck;
use crate::file::merge::{self, Merged, Refusal, Request, Rule, Side, Sides, Under};
use crate::metadata::Metadata;
use zeroize::Zeroizing;

/// How a merge is to be made.
pub struct Wishes<'a> {
    pub access: Access<'a>,
    /// Decides between two rules.
    pub rule: Option<Rule>,
    /// [`MacCheck::Waive`]: sides whose MAC fails are taken as they stand.
    pub check: MacCheck,
}

/// What a merge comes to.
pub struct Outcome {
    /// The new content; `None` when our side is to stay as it is.
    pub bytes: Option<Zeroizing<Vec<u8>>>,
    pub verdict: Verdict,
}

/// What is to be said about a merge.
pub enum Verdict {
    /// Key paths of what is not as in our side.
    Clean(Vec<String>),
    Conflict {
        at: Vec<Conflict>,
        changes: Vec<String>,
        /// Whether both sides are encrypted in the result, so that `edit` can open it.
        sealed: bool,
    },
    /// The files as a whole could not be merged.
    Refused(CliError),
}

/// Merges three versions of a file. Never fails: what can't be merged is a conflict.
pub fn merge(three: &Three<'_>, wishes: &Wishes<'_>, context: &mut Context) -> Outcome {
    let format = read::format(three, context);
    let [ours, theirs] = [three.ours, three.theirs].map(|side| {
        let name = format!("{} ({})", three.name, side.label);
        read::read(
            side.bytes,
            File { name: &name, ..three.file() },
            format,
            &wishes.access,
            wishes.check,
            context,
        )
    });
    let is_sealed = |side: &Option<Side>| side.as_ref().is_some_and(|side| side.sealed().is_some());
    match (ours, theirs) {
        (Ok(Some(ours)), Ok(Some(theirs))) => {
            let base = three.base.and_then(|base| read::base(base, format, three, wishes, context));
            let (base, rival) = base.unzip();
            let mut sides = Sides { base, ours, theirs };
            if sides.under() == Under::Nothing && sides.base.is_none() && has_plain_base(three, format) {
                return lines(three, format);
            }
            match merged(three, &mut sides, rival.flatten(), wishes, context) {
                Ok(merged) => outcome(three, &sides, merged, format, context),
                Err(error) => refused(three, format, error),
            }
        }
        (Err(error), _) | (_, Err(error)) => refused(three, format, error),
        (Ok(ours), Ok(theirs)) if is_sealed(&ours) || is_sealed(&theirs) => {
            refused(three, format, read::unreadable(three))
        }
        _ => lines(three, format),
    }
}

fn merged(
    three: &Three<'_>,
    sides: &mut Sides,
    rival: Option<Side>,
    wishes: &Wishes<'_>,
    context: &mut Context,
) -> Result<Merged, CliError> {
    let fresh = match sides.under() {
        Under::NewKey => Some(new_key::fresh(three, sides, &wishes.access, context)?),
        Under::Nothing | Under::Ours => None,
    };
    let (limits, now) = (context.limits, context.now.clone());
    let labels = three.labels();
    let rival = rival.and_then(|mut rival| rival.plain(&limits).ok());
    let request =
        Request { fresh, rival, rule: wishes.rule, now: &now, random: &mut context.random, limits, labels };
    merge::merge(sides, request).map_err(|refusal| fault(&three.name, refusal))
}

fn outcome(three: &Three<'_>, sides: &Sides, merged: Merged, format: Format, context: &Context) -> Outcome {
    let Merged { bytes, conflicts, changes, metadata } = merged;
    let sealed = metadata.is_some();
    if let (Some(metadata), Some(path)) = (&metadata, &three.path)
        && sides.ours.metadata().is_none_or(|ours| differs(ours, metadata))
    {
        trust::warn_of_drift(&three.name, path, metadata, format, context);
    }
    let verdict = match conflicts.is_empty() {
        true => Verdict::Clean(changes),
        false => Verdict::Conflict { at: conflicts, changes, sealed },
    };
    Outcome { bytes: Some(bytes), verdict }
}

/// Whether two blocks name other recipients, another threshold or another rule.
fn differs(a: &Metadata, b: &Metadata) -> bool {
    let rule = |metadata: &Metadata| (metadata.rule(), metadata.mac_only_encrypted);
    let readers = |metadata: &Metadata| (rekey::groups_of(metadata), metadata.shamir_threshold);
    readers(a) != readers(b) || rule(a) != rule(b)
}

/// Whether there is a common ancestor that was never encrypted.
fn has_plain_base(three: &Three<'_>, format: Format) -> bool {
    three.base.is_some_and(|base| !base.is_empty() && !batch::is_sealed(base, format))
}

/// Plain texts that have no structure to go by.
fn lines(three: &Three<'_>, format: Format) -> Outcome {
    let text = |bytes| std::str::from_utf8(bytes).ok();
    let (Some(ours), Some(theirs)) = (text(three.ours.bytes), text(three.theirs.bytes)) else {
        return refused(three, format, read::unreadable(three));
    };
    let base = three.base.filter(|base| !batch::is_sealed(base, format)).and_then(text);
    let lines = match base {
        _ if ours == theirs => Lines { ours: Zeroizing::new(ours.to_owned()), theirs: None },
        Some(base) => plain::lines(base, ours, theirs),
        None => {
            Lines { ours: Zeroizing::new(ours.to_owned()), theirs: Some(Zeroizing::new(theirs.to_owned())) }
        }
    };
    let (text, verdict) = match lines.theirs {
        None => (lines.ours, Verdict::Clean(Vec::new())),
        Some(theirs) => {
            let at = vec![Conflict { document: 0, path: Vec::new() }];
            let verdict = Verdict::Conflict { at, changes: Vec::new(), sealed: false };
            (markers::mark(&lines.ours, &theirs, &three.labels()), verdict)
        }
    };
    Outcome { bytes: Some(Zeroizing::new(text.as_bytes().to_vec())), verdict }
}

/// Where nothing could be merged, two sealed files are shown with markers as they stand: each of them is whole. A plain
/// file is never put beside a sealed one; then ours stays.
fn refused(three: &Three<'_>, format: Format, error: CliError) -> Outcome {
    let text = |bytes| {
        let text = std::str::from_utf8(bytes).ok().filter(|_| batch::is_sealed(bytes, format))?;
        markers::find(text).is_none().then_some(text)
    };
    let marked = text(three.ours.bytes).zip(text(three.theirs.bytes)).map(|(ours, theirs)| {
        let text = markers::mark(ours, theirs, &three.labels());
        Zeroizing::new(text.as_bytes().to_vec())
    });
    Outcome { bytes: marked, verdict: Verdict::Refused(error) }
}

fn fault(name: &str, refusal: Refusal) -> CliError {
    let hint = match &refusal {
        Refusal::Rules | Refusal::Reveals(_) => Some("--rule ours or --rule theirs decides which rule holds"),
        Refusal::Groups | Refusal::NoRecipients => Some(
            "take one side with `git checkout --ours FILE` or `--theirs`, and add what the other one has with \
             `sops-rs edit` and `sops-rs updatekeys`",
        ),
        _ => None,
    };
    let error = match refusal {
        Refusal::File(error) => CliError::sealing(name, error),
        refusal => CliError::new(exit::GENERIC, format!("{name}: {refusal}")),
    };
    match hint {
        Some(hint) => error.hint(hint),
        None => error,
    }
}
