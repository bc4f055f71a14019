//! The merge of the plaintexts: by structure where there is one, line by line in binary files that hold text.

use super::Refusal;
use crate::document::Document;
use crate::document::format::Format;
use crate::document::markers::{self, Labels};
use crate::document::merge::{self, Conflict, Lines};
use crate::document::syntax::Limits;
use crate::file::FileError;
use zeroize::Zeroizing;

/// The merged plaintext, parsed: with our side of every conflict, and with theirs if there is any.
pub struct Plain {
    pub ours: Document,
    pub theirs: Option<Document>,
    pub conflicts: Vec<Conflict>,
}

/// The common ancestor, with its other side where it is a merge with conflicts itself.
#[derive(Clone, Copy)]
pub struct Ancestor<'d> {
    pub old: &'d Document,
    pub rival: Option<&'d Document>,
}

/// Merges plaintexts of one format; a `base` of another format counts as none.
pub fn merge(
    base: Option<Ancestor<'_>>,
    ours: &Document,
    theirs: &Document,
    limits: &Limits,
) -> Result<Plain, Refusal> {
    let format = ours.format();
    if format == Format::Binary {
        return Ok(binary(base, ours, theirs));
    }
    // What is put together from two files within the limits may be larger than either.
    let limits = Limits { bytes: usize::MAX, ..*limits };
    let parse = |text: Zeroizing<String>| {
        Document::from_text(text, format, &limits).map_err(|error| Refusal::File(FileError::Syntax(error)))
    };
    let merged = match base.filter(|base| base.old.format() == format) {
        Some(Ancestor { old, rival: Some(rival) }) if rival.format() == format => {
            merge::disputed([old, rival], ours, theirs)
        }
        base => merge::merge(base.map(|base| base.old), ours, theirs),
    };
    Ok(Plain {
        ours: parse(merged.ours)?,
        theirs: merged.theirs.map(parse).transpose()?,
        conflicts: merged.conflicts,
    })
}

fn binary(base: Option<Ancestor<'_>>, ours: &Document, theirs: &Document) -> Plain {
    let base = base.filter(|base| base.old.format() == Format::Binary);
    let marked = base.and_then(disputed);
    let old = match &marked {
        Some(marked) => Some(marked.as_bytes()),
        None => base.filter(|base| base.rival.is_none()).map(|base| bytes(base.old)),
    };
    let (mine, yours) = (bytes(ours), bytes(theirs));
    let clean = |bytes: &[u8]| Plain { ours: Document::binary(bytes), theirs: None, conflicts: Vec::new() };
    match old {
        _ if mine == yours => return clean(mine),
        Some(old) if old == yours => return clean(mine),
        Some(old) if old == mine => return clean(yours),
        _ => {}
    }
    let conflict = Conflict { document: 0, path: Vec::new() };
    let (ours, theirs) = match (old.and_then(text), text(mine), text(yours)) {
        (Some(old), Some(mine), Some(yours)) => match merge::lines(old, mine, yours) {
            Lines { ours, theirs: None } => return clean(ours.as_bytes()),
            Lines { ours, theirs: Some(theirs) } => {
                (Document::binary(ours.as_bytes()), Document::binary(theirs.as_bytes()))
            }
        },
        _ => (Document::binary(mine), Document::binary(yours)),
    };
    Plain { ours, theirs: Some(theirs), conflicts: vec![conflict] }
}

/// Both sides of an ancestor with markers: no line between them is what either side of the merge has.
fn disputed(base: Ancestor<'_>) -> Option<Zeroizing<String>> {
    let (old, rival) = (text(bytes(base.old))?, text(bytes(base.rival?))?);
    Some(markers::mark(old, rival, &Labels { ours: "", theirs: "", size: markers::SIZE }))
}

/// The bytes of a binary file's one value.
pub fn bytes(document: &Document) -> &[u8] {
    document.slots().first().map_or(&[], |slot| document.value(slot).bytes)
}

/// Bytes as text, as git tells the two apart.
fn text(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes).ok().filter(|text| !text.contains('\0'))
}
