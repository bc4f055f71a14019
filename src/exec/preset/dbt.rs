//! dbt: variables for its function `env_var`. Those whose names start with `DBT_ENV_SECRET_` it keeps out of its logs
//! and allows in `profiles.yml` and `packages.yml` only, so just what is secret gets such a name.

use super::upper;
use crate::exec::error::ExecError;
use crate::exec::flatten::{EmptyKeys, Leaf, Source, Visit};

const SECRET: &str = "DBT_ENV_SECRET_";

/// As null is left out, a default in the project counts.
pub(super) fn leaves<'t>(
    source: Source<'t>,
    prefix: &str,
    visit: &mut Visit<'_, 't>,
) -> Result<(), ExecError> {
    upper(
        source,
        prefix,
        EmptyKeys::Joined,
        &mut |leaf| match leaf.secret && !leaf.name.starts_with(SECRET) {
            true => visit(Leaf { name: &format!("{SECRET}{}", leaf.name), ..leaf }),
            false => visit(leaf),
        },
    )
}
