//! AWS KMS and STS, by two different servers.

use super::Variables;
use super::process::Process;
use crate::support::server::{ask, connect};
use crate::support::tools;
use serde_json::{Value, json};
use std::process::Command;
use std::sync::LazyLock;

pub struct Aws {
    process: Process,
}

/// Encrypts and authenticates as KMS does.
pub fn moto() -> &'static Aws {
    static MOTO: LazyLock<Aws> = LazyLock::new(|| {
        let start = |port: u16, _: &_| {
            let mut command = Command::new(tools::moto());
            command.args(["-H", "127.0.0.1", "-p", &port.to_string()]);
            command
        };
        Aws { process: Process::start("/moto-api/data.json", start) }
    });
    &MOTO
}

/// Knows encryption contexts and unknown keys as KMS does, but does not notice changed ciphertexts.
pub fn ministack() -> &'static Aws {
    static MINISTACK: LazyLock<Aws> = LazyLock::new(|| {
        let start = |port: u16, _: &_| {
            let mut command = Command::new(tools::ministack());
            // Without these it listens on every interface, also for MQTT and SFTP.
            command.env("BIND_HOST", "127.0.0.1").env("GATEWAY_PORT", port.to_string());
            command.env("SERVICES", "kms,sts").env("IOT_MTLS_ENABLED", "0").env("SFTP_ENABLED", "0");
            command
        };
        Aws { process: Process::start("/_ministack/health", start) }
    });
    &MINISTACK
}

impl Aws {
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.process.port())
    }

    /// Endpoints and static credentials.
    pub fn variables(&self) -> Variables {
        vec![
            ("AWS_ENDPOINT_URL_KMS", self.url()),
            ("AWS_ENDPOINT_URL_STS", self.url()),
            ("AWS_ACCESS_KEY_ID", "test".to_owned()),
            ("AWS_SECRET_ACCESS_KEY", "test".to_owned()),
        ]
    }

    /// A new key; its ARN.
    pub fn key(&self, region: &str) -> String {
        let key = self.call(region, "CreateKey", &json!({}));
        key["KeyMetadata"]["Arn"].as_str().expect("an ARN").to_owned()
    }

    /// A name for a key, without `alias/`; the ARN of the alias.
    pub fn alias(&self, name: &str, key: &str) -> String {
        let (account, _) = key.split_once(":key/").expect("the ARN of a key");
        let region = account.split(':').nth(3).expect("a region");
        self.call(
            region,
            "CreateAlias",
            &json!({ "AliasName": format!("alias/{name}"), "TargetKeyId": key }),
        );
        format!("{account}:alias/{name}")
    }

    /// Any action of KMS; what it says.
    pub fn call(&self, region: &str, action: &str, body: &Value) -> Value {
        let target = format!("TrentService.{action}");
        let signed = format!(
            "AWS4-HMAC-SHA256 Credential=test/20260101/{region}/kms/aws4_request, SignedHeaders=host, Signature=0"
        );
        let headers = [
            ("X-Amz-Target", target.as_str()),
            ("Content-Type", "application/x-amz-json-1.1"),
            ("Authorization", &signed),
        ];
        let response = connect(self.process.port())
            .and_then(|socket| ask(socket, "POST /", &headers, body.to_string().as_bytes()))
            .unwrap_or_else(|e| panic!("{action}: {e}\n{}", self.process.log()));
        if response.body.is_empty() { Value::Null } else { response.json() }
    }
}
