//! The key services of this build, in the surroundings of this process. None of them starts, loads or resolves anything
//! before one of its keys is used.

use super::context::Context;
#[cfg(feature = "vault")]
use crate::keys::hc_vault::HcVaultBackend;
use crate::keys::{Backend, Env};

/// A back end for each kind of key but age.
pub fn backends(context: &Context) -> Vec<Box<dyn Backend>> {
    let mut backends: Vec<Box<dyn Backend>> = Vec::new();
    #[cfg(feature = "vault")]
    backends.push(Box::new(vault(context)));
    backends
}

/// sops sends a token over plain http to wherever a key says.
#[cfg(feature = "vault")]
fn vault(context: &Context) -> HcVaultBackend {
    let backend = HcVaultBackend::new(env(context));
    if context.is_sops() { backend.with_plain_http() } else { backend }
}

/// What the clients of services may read: the variables and the home of this process.
fn env(context: &Context) -> Env {
    Env::new(|name| std::env::var_os(name), context.home())
}
