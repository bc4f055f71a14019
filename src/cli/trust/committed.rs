//! The version of a file in the last commit, read once for all that is compared with it.

use crate::cli::context::Context;
use crate::cli::keys;
use crate::cli::rewrite::Rewrite;
use crate::crypto::DataKey;
use crate::file::Sealed;
use crate::git::Repository;
use crate::keys::{Order, open_gate};
use crate::metadata::Metadata;

/// A version in the last commit that is another one than the file.
pub struct Committed {
    pub sealed: Sealed,
    /// Whether it has the data key of the file; `None` when that can't be told.
    pub has_same_key: Option<bool>,
}

impl Committed {
    /// `None` where there is nothing to compare: no repository, no such encrypted file in the last commit, or just this
    /// one. Nobody is asked for a key, and no program but git is started.
    pub fn of(rewrite: &Rewrite, context: &Context) -> Option<Committed> {
        let path = rewrite.input.file.as_ref()?.path();
        let bytes = Repository::of(path)?.blob("HEAD", path, context.limits.bytes)?;
        let file = rewrite.open.sealed();
        if bytes.as_slice() == file.document().text().as_bytes() {
            return None;
        }
        let sealed = Sealed::parse(&bytes, rewrite.format(), &context.limits).ok()?;
        // The usual case: as they hold the same key, nothing has to be opened.
        let has_same_key = match wrapped(sealed.metadata()).eq(wrapped(file.metadata())) {
            true => Some(true),
            false => {
                let key = data_key(sealed.metadata(), context);
                key.map(|key| key.as_bytes() == rewrite.key.as_bytes())
            }
        };
        Some(Committed { sealed, has_same_key })
    }
}

fn wrapped(metadata: &Metadata) -> impl Iterator<Item = &str> {
    metadata.groups.iter().flatten().map(|stanza| stanza.enc.as_str())
}

fn data_key(metadata: &Metadata, context: &Context) -> Option<DataKey> {
    let threshold = metadata.shamir_threshold as usize;
    keys::silent_keyring(context).unwrap(&metadata.groups, threshold, &Order::default(), &open_gate).ok()
}
