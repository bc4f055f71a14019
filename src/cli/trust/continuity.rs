//! A data key that somebody has replaced since the last commit (security R3). Whoever made it can read what is put
//! under it from now on, and nothing else shows that.

use crate::cli::context::Context;
use crate::cli::keys;
use crate::cli::rewrite::Rewrite;
use crate::cli::shell;
use crate::crypto::DataKey;
use crate::file::Sealed;
use crate::git::Repository;
use crate::keys::Order;
use crate::metadata::Metadata;

/// Says when the file in the last commit has another data key, as far as the identities that lie ready can tell: nobody
/// is asked, and no program but git is started.
pub fn warn_of_another_key(rewrite: &Rewrite, context: &Context) {
    if context.is_sops() {
        return;
    }
    if is_same(rewrite, context) == Some(false) {
        let name = &rewrite.input.name;
        context.warn(&format!(
            "{name} has another data key than in the last commit: unless you made it, somebody may know it and can read \
             what you save; `sops-rs rotate -i {}` makes a new one",
            shell::file(name)
        ));
    }
}

/// `None` when it can't be told.
fn is_same(rewrite: &Rewrite, context: &Context) -> Option<bool> {
    let path = rewrite.input.file.as_ref()?.path();
    let committed = Repository::of(path)?.blob("HEAD", path, context.limits.bytes)?;
    let committed = Sealed::parse(&committed, rewrite.format(), &context.limits).ok()?;
    let (old, new) = (committed.metadata(), rewrite.open.sealed().metadata());
    // The usual case: as they hold the same key, nothing has to be opened.
    if wrapped(old).eq(wrapped(new)) {
        return Some(true);
    }
    let old = data_key(old, context)?;
    Some(old.as_bytes() == rewrite.key.as_bytes())
}

fn wrapped(metadata: &Metadata) -> impl Iterator<Item = &str> {
    metadata.groups.iter().flatten().map(|stanza| stanza.enc.as_str())
}

fn data_key(metadata: &Metadata, context: &Context) -> Option<DataKey> {
    let threshold = metadata.shamir_threshold as usize;
    keys::silent_keyring(context).unwrap(&metadata.groups, threshold, &Order::default()).ok()
}
