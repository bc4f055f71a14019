//! Files that were encrypted in an earlier state and are in clear now, with no rule left that would say so: the rule can
//! go in the same commit.

use super::finding::{Finding, Kind};
use super::looks;
use crate::document::syntax::Limits;
use crate::file::Sealed;
use std::path::Path;

/// What is wrong with a file that is not encrypted, by its bytes in the earlier state.
pub fn decrypted(path: &Path, before: &[u8], limits: &Limits) -> Option<Finding> {
    let format = looks::sealed_format(path, before);
    let was_sealed = looks::is_sealed(before, format) && Sealed::parse(before, format, limits).is_ok();
    was_sealed
        .then(|| Finding::new(Kind::DecryptedFile, "the file was encrypted before, and is in clear now"))
}
