//! Data key ↔ stanzas: who can open a file.
//!
//! A [`Keyring`] holds one [`Backend`] per kind of key. It wraps a data key for every [`Recipient`] of every
//! key group (splitting it with Shamir's scheme when there is more than one group) and finds the data key of
//! a file again. Secret keys come from the sources that the caller names; nothing here reads the
//! environment, and nothing asks but through the caller's [`age::Prompt`].

pub mod age;
pub mod aws_kms;
pub mod azure_kv;
mod backend;
mod env;
pub mod gcp_kms;
pub mod hc_vault;
#[cfg_attr(
    not(all(
        feature = "aws",
        feature = "azure",
        feature = "gcp",
        feature = "vault",
        feature = "keyservice"
    )),
    allow(dead_code, reason = "each service needs a part")
)]
mod host;
#[cfg(feature = "http")]
#[cfg_attr(
    not(all(feature = "azure", feature = "gcp", feature = "vault")),
    allow(dead_code, reason = "each service needs a part")
)]
mod http;
mod huawei_kms;
mod keyring;
#[cfg(feature = "keyservice")]
pub mod keyservice;
mod memory;
mod order;
pub mod pgp;
mod program;
mod recipient;
mod report;
mod shamir;
mod share;
mod stanza;
mod wiped;

pub use backend::{Backend, CallError, Found, KeyError, Source};
pub use env::Env;
pub use huawei_kms::HuaweiKmsKey;
pub use keyring::{Gate, Keyring, open_gate, threshold};
pub use order::{Order, RepeatedKind};
pub use recipient::{Recipient, printable};
pub use report::{Attempt, GroupOutcome, UnwrapReport, WrapError, WrapFailure};
pub use shamir::CombineError;
pub use share::{SHARE_LEN, Share};
pub use stanza::Stanza;
