//! The key services of this build, in the surroundings of this process. None of them starts, loads or resolves anything
//! before one of its keys is used.

use super::clock;
use super::context::Context;
#[cfg(feature = "vault")]
use crate::keys::hc_vault::HcVaultBackend;
#[cfg(feature = "azure")]
use crate::keys::azure_kv::AzureKv;
use super::prompt;
use crate::keys::pgp::PgpBackend;
use crate::keys::{Backend, Env};
#[cfg(feature = "aws")]
use crate::keys::aws_kms::AwsKms;

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
    vec![
        #[cfg(feature = "aws")]
        Box::new(AwsKms::new(env(context), &host())),
use crate::keys::{Backend, Env, gcp_kms};

/// A back end for each kind of key but age.
pub fn backends(context: &Context) -> Vec<Box<dyn Backend>> {
    let env = env(context);
    vec![
        #[cfg(feature = "gcp")]
        Box::new(gcp_kms::GcpKms::new(env.clone(), clock::unix)),
    ]
    #[cfg(feature = "azure")]
    backends.push(Box::new(AzureKv::new(&env(context))));
    backends
    let env = env(context);
    vec![Box::new(PgpBackend::new(&env, prompt::device()))]
}

/// What the clients of services may read: the variables and the home of this process.
fn env(context: &Context) -> Env {
    Env::new(|name| std::env::var_os(name), context.home())
}

/// The name of this machine.
#[cfg(feature = "aws")]
fn host() -> String {
    rustix::system::uname().nodename().to_string_lossy().into_owned()
}
