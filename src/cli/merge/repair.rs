//! `merge --repair FILE`: a file in conflict, or one that was merged as text, merged anew from its versions.

use super::versions::{Home, Versions, between_markers};
use super::{Access, Labeled, Outcome, Three, Verdict, Wishes, listed, merge, read, report};
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::exit;
use crate::cli::input::{Input, Types};
use crate::cli::rewrite;
use crate::cli::shell;
use crate::disk::Options;
use crate::document::Document;
use crate::document::markers;
use crate::file::MacCheck;
use crate::file::merge::changes;
use std::path::Path;

/// Mends a file in its place.
pub fn repair(
    file: &Path,
    wishes: &Wishes<'_>,
    options: Options,
    context: &mut Context,
) -> Result<(), CliError> {
    let input = Input::read(Some(file), &Types::BY_NAME, false, context)?;
    let Some(snapshot) = &input.file else { return Err(CliError::no_such_file(file)) };
    let (name, bytes) = (input.name.clone(), snapshot.bytes());
    let home = Home::of(snapshot.path());
    let unmerged = home.as_ref().map_or(Ok(None), |home| home.unmerged(context))?;
    let alone = Versions::alone(bytes);
    let is_whole = verified(&three(&input, &alone), bytes, &wishes.access, context).is_some();
    let versions = match unmerged {
        // What our side left there is no answer to a conflict; another whole file is somebody's.
        Some(versions) if !is_whole || versions.ours.as_slice() == bytes => Some(versions),
        Some(_) => {
            context.note(&format!("{name} holds no conflict any more; {}", add(&name)));
            return Ok(());
        }
        None if is_whole => {
            context.note(&format!("{name} opens: nothing is to be mended"));
            return Ok(());
        }
        None => home.as_ref().map_or(Ok(None), |home| home.merged(bytes, context))?,
    };
    let versions = match versions {
        Some(versions) => versions,
        None => between_markers(bytes, &name)?.unwrap_or(alone),
    };
    let three = three(&input, &versions);
    let Outcome { bytes: merged, verdict } = merge(&three, wishes, context);
    let (merged, verdict) = match (merged, verdict) {
        (_, Verdict::Refused(error)) => return Err(refused(error, wishes)),
        (Some(merged), verdict) => (merged, verdict),
        (None, _) => return Err(read::unreadable(&three)),
    };
    if wishes.check == MacCheck::Waive {
        warn_of_unverified(&three, home.as_ref(), &wishes.access, context);
    }
    if merged.as_slice() != bytes {
        rewrite::replace(snapshot, &merged, options)?;
    }
    report(verdict, &name, context)?;
    context.note(&format!("{name} is mended; {}", add(&name)));
    Ok(())
}

fn three<'a>(input: &Input, versions: &'a Versions) -> Three<'a> {
    let [ours, theirs] = &versions.labels;
    Three {
        base: versions.base.as_ref().map(|base| base.as_slice()),
        ours: Labeled { bytes: &versions.ours, label: ours },
        theirs: Labeled { bytes: &versions.theirs, label: theirs },
        name: input.name.clone(),
        path: input.path.clone(),
        size: markers::SIZE,
    }
}

fn add(name: &str) -> String {
    format!("`git add {}` takes it into the commit", shell::file(name))
}

fn refused(error: CliError, wishes: &Wishes<'_>) -> CliError {
    if error.code == exit::MAC_MISMATCH && wishes.check == MacCheck::Verify {
        let error = CliError { code: exit::GENERIC, in_sops: None, ..error };
        return error.hint(
            "take the file from a commit, or look at it with `sops-rs decrypt --ignore-mac`; --accept-unverified takes \
             the values as they stand, and lists those that differ",
        );
    }
    CliError { code: exit::GENERIC, ..error }
}

/// The plaintext of a sealed version whose MAC holds.
fn verified(three: &Three<'_>, bytes: &[u8], access: &Access<'_>, context: &Context) -> Option<Document> {
    plain(three, bytes, access, MacCheck::Verify, context)
}

fn plain(
    three: &Three<'_>,
    bytes: &[u8],
    access: &Access<'_>,
    check: MacCheck,
    context: &Context,
) -> Option<Document> {
    match read::read(bytes, three.file(), read::format(three, context), access, check, context) {
        Ok(Some(mut side)) if side.sealed().is_some() => side.plain(&context.limits).ok(),
        _ => None,
    }
}

/// Says by key path what is taken from a side whose MAC does not hold.
fn warn_of_unverified(three: &Three<'_>, home: Option<&Home>, access: &Access<'_>, context: &Context) {
    let earlier = home.map(|home| home.earlier(context)).unwrap_or_default();
    let known = earlier.iter().find_map(|bytes| verified(three, bytes, access, context));
    for side in [three.ours, three.theirs] {
        if verified(three, side.bytes, access, context).is_some() {
            continue;
        }
        let Some(taken) = plain(three, side.bytes, access, MacCheck::Waive, context) else { continue };
        let (name, label) = (&three.name, side.label);
        context.warn(&match &known {
            Some(known) => match changes(known, &taken).as_slice() {
                [] => format!("{name} ({label}): not verified, and as in the last version that is"),
                paths => format!(
                    "{name} ({label}): not verified, and other than in the last version that is: {}",
                    listed(paths)
                ),
            },
            None => {
                format!("{name} ({label}): not verified, and there is no verified version to compare it with")
            }
        });
    }
}
