//! Google Cloud KMS, beside the real sops.

mod calls;
mod commands;
mod credentials;
mod drongo;
mod faults;
mod federation;
mod google;

use crate::support::outcome::Outcome;
use crate::support::sandbox::{Program, Sandbox};
use crate::support::tools::{self, SOPS};
use google::{CANARY, Google};

const KEY: &str = "projects/p/locations/global/keyRings/r/cryptoKeys/k1";
const OTHER: &str = "projects/p/locations/global/keyRings/r/cryptoKeys/k2";
const MISSING: &str = "projects/p/locations/global/keyRings/r/cryptoKeys/missing";
const FOREIGN: &str = "projects/p/locations/global/keyRings/r/cryptoKeys/foreign";
const PLAIN: &str = "user: app\npassword: s3cr3t-value\n";

/// Variables that lead a program to a service and its credentials.
type Ways = Vec<(&'static str, String)>;

/// A sandbox whose config names the two keys, so that files may name them.
fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write(".sops.yaml", format!("creation_rules:\n  - gcp_kms: {KEY},{OTHER}\n"));
    sandbox
}

/// The endpoint alone.
fn endpoint(google: &Google) -> Ways {
    vec![("SOPS_GCP_KMS_CLIENT_TYPE", "rest".into()), ("SOPS_GCP_KMS_ENDPOINT", google.url(""))]
}

/// The endpoint, and a token that holds.
fn with_token(google: &Google) -> Ways {
    with(endpoint(google), "GOOGLE_OAUTH_ACCESS_TOKEN", google.token())
}

fn with(mut ways: Ways, name: &'static str, value: impl Into<String>) -> Ways {
    ways.push((name, value.into()));
    ways
}

fn on(program: Program, ways: &Ways) -> Program {
    ways.iter().fold(program, |program, (name, value)| program.env(name, value))
}

/// The program under test, which says nothing secret however much it is asked to say.
fn ours(sandbox: &Sandbox, ways: &Ways, args: &[&str]) -> Outcome {
    let outcome = on(sandbox.sops_rs(args).env("RUST_LOG", "trace"), ways).run();
    let pem = google::private_key();
    let secrets = pem.lines().filter(|line| !line.starts_with('-')).chain([CANARY, "PRIVATE KEY"]);
    for secret in secrets {
        assert!(!outcome.stderr.contains(secret), "a secret is told: {}", outcome.describe());
    }
    outcome
}

fn theirs(sandbox: &Sandbox, ways: &Ways, args: &[&str]) -> Outcome {
    on(sandbox.program(&tools::sops(SOPS), args), ways).run()
}

/// The file `name`, sealed for a key.
fn sealed(sandbox: &Sandbox, ways: &Ways, name: &str, key: &str) {
    sandbox.write(name, PLAIN);
    ours(sandbox, ways, &["encrypt", "-i", "--gcp-kms", key, name]).ok();
}

/// What each of the two seals, the other opens.
#[track_caller]
fn to_and_fro(ways: &Ways, sandbox: &Sandbox) {
    sealed(sandbox, ways, "ours.yaml", KEY);
    let text = sandbox.text("ours.yaml");
    assert!(text.contains(&format!("resource_id: {KEY}")) && !text.contains("s3cr3t"), "{text}");
    let opened = theirs(sandbox, ways, &["decrypt", "ours.yaml"]).text();
    assert_eq!(opened, PLAIN);
    sandbox.write("theirs.yaml", PLAIN);
    theirs(sandbox, ways, &["encrypt", "-i", "--gcp-kms", KEY, "theirs.yaml"]).ok();
    assert_eq!(ours(sandbox, ways, &["decrypt", "theirs.yaml"]).text(), PLAIN);
}
