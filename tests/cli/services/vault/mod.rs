//! Transit keys: of a real OpenBao, beside the real sops, and of servers that refuse, lie and break.

mod allowed;
mod broken;
mod credentials;
mod exchange;
mod network;
mod refused;

use crate::support::sandbox::{Program, Sandbox};
use crate::support::services::Variables;
use crate::support::tools;

const PLAIN: &str = "password: hunter2\nport: 5432\n";

/// A user of a transit key, in a sandbox of their own.
struct User {
    sandbox: Sandbox,
    /// What both programs find in their environment.
    variables: Variables,
}

impl User {
    fn with(variables: Variables) -> User {
        let sandbox = Sandbox::new();
        sandbox.write("plain.yaml", PLAIN);
        User { sandbox, variables }
    }

    /// One whose Vault is at this address.
    fn at(address: &str) -> User {
        User::with(vec![("VAULT_ADDR", address.to_owned()), ("VAULT_TOKEN", "CANARY-TOKEN".to_owned())])
    }

    /// The same user with one variable more, or another value of it.
    fn set(mut self, name: &'static str, value: impl Into<String>) -> User {
        self.variables.retain(|(own, _)| *own != name);
        self.variables.push((name, value.into()));
        self
    }

    fn unset(mut self, name: &str) -> User {
        self.variables.retain(|(own, _)| *own != name);
        self
    }

    /// The program under test.
    fn ours<'a>(&self, args: impl IntoIterator<Item = &'a str>) -> Program {
        self.within(self.sandbox.sops_rs(args))
    }

    /// The real sops.
    fn sops<'a>(&self, args: impl IntoIterator<Item = &'a str>) -> Program {
        self.within(self.sandbox.program(&tools::sops(tools::SOPS), args))
    }

    fn within(&self, program: Program) -> Program {
        self.variables.iter().fold(program, |program, (name, value)| program.env(name, value))
    }

    /// The plain file encrypted for the key by us, under that name.
    fn seal(&self, key: &str, name: &str) {
        self.ours(["encrypt", "--hc-vault-transit", key, "--output", name, "plain.yaml"]).run().ok();
    }

    /// What the program under test says when it can't encrypt for the key. Nothing is written then.
    fn not_sealed(&self, key: &str) -> String {
        let said = self.ours(["encrypt", "--hc-vault-transit", key, "-i", "plain.yaml"]).run().fails(1);
        assert_eq!(self.sandbox.text("plain.yaml"), PLAIN);
        said
    }

    /// What it says when it can't open a file.
    fn not_opened(&self, name: &str) -> String {
        self.ours(["decrypt", name]).run().fails(128)
    }
}
