//! A data key that somebody has replaced since the last commit (security R3). Whoever made it can read what is put
//! under it from now on, and nothing else shows that.

use super::committed::Committed;
use crate::cli::context::Context;
use crate::cli::rewrite::Rewrite;
use crate::cli::shell;

/// Says when the file in the last commit has another data key, as far as the identities that lie ready can tell.
pub fn warn_of_another_key(committed: &Committed, rewrite: &Rewrite, context: &Context) {
    if committed.has_same_key == Some(false) {
        let name = &rewrite.input.name;
        context.warn(&format!(
            "{name} has another data key than in the last commit: unless you made it, somebody may know it and can read \
             what you save; `sops-rs rotate -i {}` makes a new one",
            shell::file(name)
        ));
    }
}
