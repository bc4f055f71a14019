//! The key services of this build, in the surroundings of this process. None of them starts, loads or resolves anything
//! before one of its keys is used.

use super::clock;
use super::context::Context;
use crate::keys::{Backend, Env, gcp_kms};

/// A back end for each kind of key but age.
pub fn backends(context: &Context) -> Vec<Box<dyn Backend>> {
    let env = env(context);
    vec![
        #[cfg(feature = "gcp")]
        Box::new(gcp_kms::GcpKms::new(env.clone(), clock::unix)),
    ]
}

/// What the clients of services may read: the variables and the home of this process.
fn env(context: &Context) -> Env {
    Env::new(|name| std::env::var_os(name), context.home())
}
