//! The key services of this build, in the surroundings of this process. None of them starts, loads or resolves anything
//! before one of its keys is used.

use super::context::Context;
use super::prompt;
use crate::keys::pgp::PgpBackend;
use crate::keys::{Backend, Env};

/// A back end for each kind of key but age.
pub fn backends(context: &Context) -> Vec<Box<dyn Backend>> {
    let env = env(context);
    vec![Box::new(PgpBackend::new(&env, prompt::device()))]
}

/// What the clients of services may read: the variables and the home of this process.
fn env(context: &Context) -> Env {
    Env::new(|name| std::env::var_os(name), context.home())
}
