//! Which keys of a file are used (security R7): those that the committed policy or the user knows, and no other.

mod consent;
mod many;
mod opening;
mod trap;
mod writing;

use crate::support::outcome::Outcome;
use crate::support::repository::Repository;
use crate::support::sandbox::Program;
use crate::support::server::{Answer, Request, Server};
use serde_json::{Value, json};
use std::time::Duration;
use trap::Trap;

/// A Vault that "encrypts" by turning texts around, and takes its time.
fn vault(takes: Duration) -> Server {
    Server::plain(move |request| {
        std::thread::sleep(takes);
        answer(request)
    })
}

fn answer(request: &Request) -> Answer {
    assert_eq!(request.header("x-vault-token"), Some("t0ken"));
    let body = request.json();
    let text = |field: &str| body[field].as_str().expect("a text").to_owned();
    let turned = |text: &str| text.chars().rev().collect::<String>();
    match request.path() {
        "/v1/sops/encrypt/k" => {
            let sealed = format!("vault:v1:{}", turned(&text("plaintext")));
            Answer::json(200, &json!({ "data": { "ciphertext": sealed } }))
        }
        "/v1/sops/decrypt/k" => {
            let sealed = text("ciphertext");
            let plain = turned(sealed.strip_prefix("vault:v1:").expect("a ciphertext"));
            Answer::json(200, &json!({ "data": { "plaintext": plain } }))
        }
        other => Answer::json(404, &json!({ "errors": [other] })),
    }
}

/// How many data keys it was asked for.
fn asked(vault: &Server) -> usize {
    vault.requests().iter().filter(|request| request.path().contains("/decrypt/")).count()
}

fn uri(vault: &str) -> String {
    format!("{vault}/v1/sops/keys/k")
}

/// A repository whose committed config has one rule, for the key of a Vault, and a secret under it.
struct World {
    repository: Repository,
    vault: Server,
}

impl World {
    fn new() -> World {
        let world = World { repository: Repository::new(), vault: vault(Duration::ZERO) };
        world.config(&format!("hc_vault_transit_uri: {}", uri(&world.vault.url())));
        world.repository.commit("a config");
        world.write("s.json", "{\"a\": \"b\"}\n");
        world.run(&["encrypt", "-i", "s.json"]).ok();
        world.repository.commit("a secret");
        world
    }

    fn write(&self, name: &str, text: &str) {
        self.repository.sandbox.write(name, text);
    }

    /// A config with one rule.
    fn config(&self, keys: &str) {
        self.write(".sops.yaml", &format!("creation_rules:\n  - {keys}\n"));
    }

    /// The program, with a token for any Vault, and credentials for any service.
    fn program(&self, args: &[&str]) -> Program {
        credentials(self.repository.sandbox.sops_rs(args))
    }

    fn run(&self, args: &[&str]) -> Outcome {
        self.program(args).run()
    }

    /// On a machine where nothing was approved before.
    fn fresh(&self, args: &[&str]) -> Outcome {
        let home = tempfile::tempdir().expect("a home");
        self.program(args).env("HOME", home.path()).run()
    }

    /// Changes what a file says of its keys.
    fn tamper(&self, name: &str, change: impl FnOnce(&mut Value)) {
        let mut file: Value = serde_json::from_slice(&self.repository.sandbox.read(name)).expect("JSON");
        change(&mut file["sops"]);
        self.write(name, &file.to_string());
    }
}

fn credentials(program: Program) -> Program {
    let program = program.env("VAULT_TOKEN", "t0ken").env("GOOGLE_OAUTH_ACCESS_TOKEN", "t0ken");
    let program = program.env("AWS_ACCESS_KEY_ID", "test").env("AWS_SECRET_ACCESS_KEY", "test");
    let azure = [("AZURE_TENANT_ID", "t"), ("AZURE_CLIENT_ID", "c"), ("AZURE_CLIENT_SECRET", "s")];
    azure.into_iter().fold(program, |program, (name, value)| program.env(name, value))
}

/// Lets every service be found at one place.
fn aimed(program: Program, trap: &Trap) -> Program {
    let url = trap.url("http");
    let program = program.env("AWS_ENDPOINT_URL", &url).env("AWS_MAX_ATTEMPTS", "1");
    program.env("SOPS_GCP_KMS_ENDPOINT", &url).env("AZURE_AUTHORITY_HOST", trap.url("https"))
}

/// Entries of a file that lead to one place, by their list.
fn entries(trap: &Trap) -> Vec<(&'static str, Value)> {
    let time = "2026-01-01T00:00:00Z";
    vec![
        ("hc_vault", vault_entry(&trap.url("http"), "vault:v1:abcd")),
        (
            "azure_kv",
            json!({ "vault_url": trap.url("https"), "name": "k", "version": "1", "created_at": time, "enc": "abcd" }),
        ),
        ("kms", kms_entry("", "")),
        (
            "gcp_kms",
            json!({ "resource_id": "projects/p/locations/l/keyRings/r/cryptoKeys/k", "created_at": time, "enc": "abcd" }),
        ),
    ]
}

fn vault_entry(address: &str, enc: &str) -> Value {
    json!({
        "vault_address": address, "engine_path": "sops", "key_name": "k",
        "created_at": "2026-01-01T00:00:00Z", "enc": enc,
    })
}

const ARN: &str = "arn:aws:kms:eu-west-1:123456789012:key/k";
const ROLE: &str = "arn:aws:iam::123456789012:role/r";

fn kms_entry(role: &str, profile: &str) -> Value {
    json!({
        "arn": ARN, "role": role, "aws_profile": profile, "context": { "App": "any" },
        "created_at": "2026-01-01T00:00:00Z", "enc": "abcd",
    })
}

/// The flags that the hint of a message tells to type.
fn advised(message: &str) -> Vec<String> {
    let (_, rest) = message.split_once("say so: ").unwrap_or_else(|| panic!("no advice: {message}"));
    let words = rest.split("; or have").next().expect("words").split(' ');
    words.map(|word| word.trim_matches('\'').to_owned()).collect()
}
