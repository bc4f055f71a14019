//! Three versions of a sealed file → one: the plaintexts are merged, and the result is sealed so that what nobody
//! touched keeps its token.
//!
//! A conflict is one text with markers around two complete sealed files of one data key, which differ only where the
//! conflict is: taking all of one side gives a valid file, and no plaintext is in it.

mod changes;
mod metadata;
mod plain;
mod result;
mod reveal;
mod side;

#[cfg(test)]
mod tests;

pub use changes::changes;
pub use side::{Opened, Side, Sides, Under};

use self::plain::Ancestor;
use crate::crypto::{DataKey, Random};
use crate::document::Document;
use crate::document::format::Format;
use crate::document::markers::Labels;
use crate::document::merge::Conflict;
use crate::document::syntax::Limits;
use crate::file::FileError;
use crate::metadata::Metadata;
use zeroize::Zeroizing;

/// All that a merge needs beside its sides.
pub struct Request<'a> {
    /// For [`Under::NewKey`]: a new data key, wrapped for the recipients that our policy and side both know.
    pub fresh: Option<Fresh>,
    /// The plaintext of the other side of a common ancestor that is a merge with conflicts itself.
    pub rival: Option<Document>,
    /// Decides between two rules instead of refusing them.
    pub rule: Option<Rule>,
    /// The current time, RFC 3339 in whole seconds.
    pub now: &'a str,
    pub random: &'a mut Random,
    pub limits: Limits,
    pub labels: Labels<'a>,
}

/// A data key that was just made, and the metadata that holds it.
pub struct Fresh {
    pub key: DataKey,
    pub metadata: Metadata,
}

/// Whose rule holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    Ours,
    Theirs,
}

/// What a merge comes to.
pub struct Merged {
    /// The merged file; with conflicts, both sides of it with markers around them.
    pub bytes: Zeroizing<Vec<u8>>,
    pub conflicts: Vec<Conflict>,
    /// Key paths of what is not as in our side, conflicts aside.
    pub changes: Vec<String>,
    /// What the result says of itself; `None` when it is not encrypted.
    pub metadata: Option<Metadata>,
}

/// Why two files can't be merged into one. Names no value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("our side is {ours} and theirs {theirs}")]
    Formats { ours: Format, theirs: Format },
    #[error("both sides changed the rule of which values are encrypted")]
    Rules,
    #[error("both sides changed the key groups")]
    Groups,
    #[error("the two sides together leave no recipient")]
    NoRecipients,
    #[error("the rule of one side would leave values in clear that are encrypted on the other: {}", .0.join(", "))]
    Reveals(Vec<String>),
    #[error("the result needs a new data key")]
    NoKey,
    #[error("the merged file can't be sealed: {0}")]
    File(#[from] FileError),
}

/// Merges three versions of a file.
pub fn merge(sides: &mut Sides, mut request: Request<'_>) -> Result<Merged, Refusal> {
    let (ours, theirs) = (sides.ours.format(), sides.theirs.format());
    if ours != theirs {
        return Err(Refusal::Formats { ours, theirs });
    }
    let limits = request.limits;
    let old = sides.base.as_mut().and_then(|base| base.plain(&limits).ok());
    let texts = Texts { ours: sides.ours.plain(&limits)?, theirs: sides.theirs.plain(&limits)? };
    let old = old.as_ref().map(|old| Ancestor { old, rival: request.rival.as_ref() });
    let plain = plain::merge(old, &texts.ours, &texts.theirs, &limits)?;
    let changes = changes(&texts.ours, &plain.ours);
    let target = target(sides, &mut request)?;
    let Some(target) = target else {
        let bytes = result::unsealed(&plain, &request.labels);
        return Ok(Merged { bytes, conflicts: plain.conflicts, changes, metadata: None });
    };
    let rule = target.metadata.rule();
    for document in std::iter::once(&plain.ours).chain(&plain.theirs) {
        let revealed = reveal::revealed(document, &rule, [&sides.ours, &sides.theirs]);
        if !revealed.is_empty() {
            return Err(Refusal::Reveals(revealed));
        }
    }
    let bytes = result::sealed(sides, &texts, &plain, &target, request)?;
    Ok(Merged { bytes, conflicts: plain.conflicts, changes, metadata: Some(target.metadata) })
}

/// The plaintexts of the two sides.
struct Texts {
    ours: Document,
    theirs: Document,
}

/// What the result is sealed with.
struct Target {
    /// `None`: our side's own.
    key: Option<DataKey>,
    metadata: Metadata,
}

/// `None` when the result is not encrypted.
fn target(sides: &Sides, request: &mut Request<'_>) -> Result<Option<Target>, Refusal> {
    let under = sides.under();
    if under == Under::Nothing {
        return Ok(None);
    }
    let fresh = match under {
        Under::NewKey => Some(request.fresh.take().ok_or(Refusal::NoKey)?),
        _ => None,
    };
    let merged = match (sides.ours.metadata(), sides.theirs.metadata()) {
        (Some(ours), Some(theirs)) => {
            let base = sides.base.as_ref().and_then(Side::metadata);
            metadata::merge(base, ours, theirs, sides.have_one_key(), request.rule)?
        }
        (Some(ours), None) => ours.clone(),
        // Our policy says what is secret: their rule is as little ours as their recipients are.
        (None, _) => return Ok(fresh.map(|Fresh { key, metadata }| Target { key: Some(key), metadata })),
    };
    let Some(Fresh { key, metadata }) = fresh else {
        return Ok(Some(Target { key: None, metadata: merged }));
    };
    let (groups, shamir_threshold) = (metadata.groups, metadata.shamir_threshold);
    Ok(Some(Target { key: Some(key), metadata: Metadata { groups, shamir_threshold, ..merged } }))
}
