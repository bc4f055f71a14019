//! The key services of this build, in the surroundings of this process. None of them starts, loads or resolves anything
//! before one of its keys is used.

use super::context::Context;
use crate::keys::{Backend, Env};
#[cfg(feature = "aws")]
use crate::keys::aws_kms::AwsKms;

/// A back end for each kind of key but age.
pub fn backends(context: &Context) -> Vec<Box<dyn Backend>> {
    vec![
        #[cfg(feature = "aws")]
        Box::new(AwsKms::new(env(context), &host())),
    ]
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
