//! Keys of Azure Key Vaults, with a vault of our own that does real RSA-OAEP-256: ours and the real sops beside each
//! other.

mod challenge;
mod credentials;
mod flow;
mod identity;
mod keys;
mod misbehaviour;
mod programs;
mod rules;
mod vault;

use crate::support::outcome::Outcome;
use crate::support::sandbox::{Program, Sandbox};
use crate::support::server::{Answer, Request};
use crate::support::tools;
use identity::Identity;
use serde_json::json;
use vault::Vault;

/// Stands in every secret of these tests: no program may say it.
const CANARY: &str = "canary";
const PLAIN: &str = "a: 1\nb: two\n";

/// A vault, and a machine that may use it, with a plain file.
struct Lab {
    vault: Vault,
    identity: Identity,
    sandbox: Sandbox,
}

impl Lab {
    fn new() -> Lab {
        Lab::with(|_| None)
    }

    /// With a vault in whose place something else may answer.
    fn with(instead: impl Fn(&Request) -> Option<Answer> + Send + Sync + 'static) -> Lab {
        let sandbox = Sandbox::new();
        sandbox.write("plain.yaml", PLAIN);
        Lab { vault: Vault::with(instead), identity: Identity::of(None), sandbox }
    }

    /// With trust in the vault, and as somebody whom it knows.
    fn set(&self, program: Program) -> Program {
        self.identity.in_app(self.vault.trusted(&self.sandbox, program))
    }

    fn ours(&self, args: &[&str]) -> Program {
        self.set(self.sandbox.sops_rs(args))
    }

    fn sops(&self, args: &[&str]) -> Program {
        self.set(self.sandbox.program(&tools::sops(tools::SOPS), args))
    }

    /// The plain file sealed by ours for a version of the key; its name.
    fn sealed(&self, version: &str) -> &'static str {
        let text = self.ours(&["encrypt", "--azure-kv", &self.vault.key(version), "plain.yaml"]).run().text();
        self.sandbox.write("sealed.yaml", text);
        "sealed.yaml"
    }
}

/// Azure's form of an error.
fn refusal(status: u16, code: &str, message: &str) -> Answer {
    Answer::json(status, &json!({ "error": { "code": code, "message": message } }))
}

/// The message of a program that failed in an orderly way and told nothing that is secret.
#[track_caller]
fn failed(outcome: Outcome) -> String {
    let message = outcome.refuses();
    assert!(!message.contains(CANARY), "{message}");
    message
}
