//! The key services of this build, in the surroundings of this process. None of them starts, loads or resolves anything
//! before one of its keys is used.

#[cfg(feature = "gcp")]
use super::clock;
use super::context::Context;
use super::prompt;
#[cfg(feature = "aws")]
use crate::keys::aws_kms::AwsKmsBackend;
#[cfg(feature = "azure")]
use crate::keys::azure_kv::AzureKvBackend;
#[cfg(feature = "gcp")]
use crate::keys::gcp_kms::GcpKmsBackend;
#[cfg(feature = "vault")]
use crate::keys::hc_vault::HcVaultBackend;
use crate::keys::pgp::PgpBackend;
use crate::keys::{Backend, Env};

/// A back end for each kind of key but age.
pub fn backends(context: &Context) -> Vec<Box<dyn Backend>> {
    let env = Env::new(|name| std::env::var_os(name), context.home());
    vec![
        Box::new(PgpBackend::new(&env, prompt::device())),
        #[cfg(feature = "aws")]
        Box::new(AwsKmsBackend::new(&env, &host())),
        #[cfg(feature = "gcp")]
        Box::new(GcpKmsBackend::new(&env, clock::unix)),
        #[cfg(feature = "azure")]
        Box::new(AzureKvBackend::new(&env)),
        #[cfg(feature = "vault")]
        Box::new(vault(&env, context)),
    ]
}

/// sops sends a token over plain http to wherever a key says.
#[cfg(feature = "vault")]
fn vault(env: &Env, context: &Context) -> HcVaultBackend {
    let backend = HcVaultBackend::new(env);
    if context.is_sops() { backend.with_plain_http() } else { backend }
}

/// The name of this machine.
#[cfg(feature = "aws")]
fn host() -> String {
    rustix::system::uname().nodename().to_string_lossy().into_owned()
}
