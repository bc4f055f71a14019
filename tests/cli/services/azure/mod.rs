//! Keys of Azure Key Vaults, with a vault of our own that does real RSA-OAEP-256: ours and the real sops beside each
//! other.

mod challenge;
mod credentials;
mod flow;
mod identity;
mod keys;
mod misbehaviour;
mod rules;
mod vault;

use crate::support::sandbox::{Program, Sandbox};
use crate::support::server::Answer;
use serde_json::json;

/// Stands in every secret of these tests: no program may say it.
const CANARY: &str = "canary";
const SECRET: &str = "a: 1\nb: two\n";

/// Azure's form of an error.
fn refusal(status: u16, code: &str, message: &str) -> Answer {
    Answer::json(status, &json!({ "error": { "code": code, "message": message } }))
}

/// A program in a place where any key may be used, and no message is to be cut short.
fn tame(program: Program) -> Program {
    program.env("SOPS_RS_USE_KEYS", "all").env("RUST_LOG", "trace").env("AZURE_SDK_GO_LOGGING", "all")
}

/// A sandbox with a plain file.
fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("plain.yaml", SECRET);
    sandbox
}

/// Checks that a message holds none of the secrets.
#[track_caller]
fn discreet(message: String) -> String {
    assert!(!message.contains(CANARY), "{message}");
    message
}
