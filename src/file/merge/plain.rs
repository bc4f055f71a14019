//! The merge of the plaintexts: by structure where there is one, line by line in binary files that hold text.

use super::Refusal;
use crate::document::Document;
use crate::document::format::Format;
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

/// Merges plaintexts of one format; a `base` of another format counts as none.
pub fn merge(
    base: Option<&Document>,
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
    let merged = merge::merge(base.filter(|base| base.format() == format), ours, theirs);
    Ok(Plain {
        ours: parse(merged.ours)?,
        theirs: merged.theirs.map(parse).transpose()?,
        conflicts: merged.conflicts,
    })
}

fn binary(base: Option<&Document>, ours: &Document, theirs: &Document) -> Plain {
    let old = base.filter(|base| base.format() == Format::Binary).map(bytes);
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

/// The bytes of a binary file's one value.
pub fn bytes(document: &Document) -> &[u8] {
    document.slots().first().map_or(&[], |slot| document.value(slot).bytes)
}

/// Bytes as text, as git tells the two apart.
fn text(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes).ok().filter(|text| !text.contains('\0'))
}
