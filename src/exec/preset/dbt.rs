//! dbt: variables for its function `env_var`. Those whose names start with `DBT_ENV_SECRET_` it keeps out of its logs
//! and allows in `profiles.yml` and `packages.yml` only, so just what is secret gets such a name.

use super::is_null;
use crate::exec::error::ExecError;
use crate::exec::flatten::{self, EmptyKeys, Json, Leaf, Shape, Source, Visit};

const SECRET: &str = "DBT_ENV_SECRET_";

/// The keys in upper case, joined by `__`. Null is left out, so that a default in the project counts.
pub(super) fn leaves<'t>(
    source: Source<'t>,
    prefix: &str,
    visit: &mut Visit<'_, 't>,
) -> Result<(), ExecError> {
    let shape = Shape { upper: true, prefix: prefix.into(), json: Json::Lists, ..Shape::default() };
    flatten::leaves(source, &shape, EmptyKeys::Joined, &mut |leaf| {
        if is_null(leaf.node) {
            return Ok(());
        }
        match leaf.secret && !leaf.name.starts_with(SECRET) {
            true => visit(Leaf { name: &format!("{SECRET}{}", leaf.name), ..leaf }),
            false => visit(leaf),
        }
    })
}
