//! GCP KMS as REST without TLS. It looks at no token, and its ciphertext is the plaintext in base64.

use super::Variables;
use super::process::Process;
use crate::support::server::{ask, connect};
use crate::support::tools;
use serde_json::{Value, json};
use std::process::Command;
use std::sync::LazyLock;

const RING: &str = "projects/p/locations/global/keyRings/ring";

pub struct Drongo {
    process: Process,
}

pub fn drongo() -> &'static Drongo {
    static DRONGO: LazyLock<Drongo> = LazyLock::new(Drongo::start);
    &DRONGO
}

impl Drongo {
    /// One for a single test.
    pub fn start() -> Drongo {
        let process = Process::start("/drongo/health", |port, _| {
            let mut command = Command::new(tools::drongo());
            command.args(["server", "--host", "127.0.0.1", "--port", &port.to_string()]);
            command
        });
        let drongo = Drongo { process };
        drongo.create("projects/p/locations/global/keyRings?keyRingId=ring", &json!({}));
        drongo
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.process.port())
    }

    /// REST, the endpoint, and a token.
    pub fn variables(&self) -> Variables {
        vec![
            ("SOPS_GCP_KMS_CLIENT_TYPE", "rest".to_owned()),
            ("SOPS_GCP_KMS_ENDPOINT", self.url()),
            ("GOOGLE_OAUTH_ACCESS_TOKEN", "a-token".to_owned()),
        ]
    }

    /// A new key; its resource name.
    pub fn key(&self, name: &str) -> String {
        self.create(
            &format!("{RING}/cryptoKeys?cryptoKeyId={name}"),
            &json!({ "purpose": "ENCRYPT_DECRYPT" }),
        );
        format!("{RING}/cryptoKeys/{name}")
    }

    fn create(&self, what: &str, body: &Value) {
        let headers = [("Content-Type", "application/json")];
        connect(self.process.port())
            .and_then(|socket| {
                ask(socket, &format!("POST /v1/{what}"), &headers, body.to_string().as_bytes())
            })
            .unwrap_or_else(|e| panic!("{what}: {e}\n{}", self.process.log()))
            .json();
    }
}
