//! PGP keys with a real GnuPG, beside the real sops.

mod exchange;
mod program;
mod refused;
mod unlocking;

use crate::support::gnupg::GnuPg;
use crate::support::sandbox::{Program, Sandbox};
use crate::support::tools::{self, SOPS};

const PLAIN: &str = "# about it\nuser: app\nlist:\n    - one\n";

/// The program under test with a keyring of gpg and without an age identity.
fn ours(sandbox: &Sandbox, gpg: &GnuPg, args: &[&str]) -> Program {
    sandbox.sops_rs(args).without("SOPS_AGE_KEY_FILE").env("GNUPGHOME", gpg.home())
}

/// The real sops in the same way.
fn theirs(sandbox: &Sandbox, gpg: &GnuPg, args: &[&str]) -> Program {
    let sops = sandbox.program(&tools::sops(SOPS), args);
    sops.without("SOPS_AGE_KEY_FILE").env("GNUPGHOME", gpg.home())
}

/// A file sealed by the program under test for these fingerprints.
fn sealed(sandbox: &Sandbox, gpg: &GnuPg, name: &str, fingerprints: &str) {
    sandbox.write(name, PLAIN);
    ours(sandbox, gpg, &["encrypt", "-i", "--pgp", fingerprints, name]).run().ok();
}

/// The same by the real sops.
fn sealed_by_sops(sandbox: &Sandbox, gpg: &GnuPg, name: &str, fingerprints: &str) {
    sandbox.write(name, PLAIN);
    theirs(sandbox, gpg, &["encrypt", "-i", "--pgp", fingerprints, name]).run().ok();
}

/// The first wrapped key of a YAML file.
fn message(text: &str) -> String {
    let start = text.find("-----BEGIN PGP MESSAGE").expect("a wrapped key");
    let end = "-----END PGP MESSAGE-----";
    let length = text[start..].find(end).expect("its end") + end.len();
    text[start..start + length].lines().map(|line| format!("{}\n", line.trim())).collect()
}
