//! A real OpenBao in memory, as a stand-in for Vault too: plain and with TLS by an authority of its own.

use super::Variables;
use super::process::{Process, free_port};
use crate::support::server::{Authority, ask, connect};
use crate::support::tools;
use serde_json::{Value, json};
use std::path::Path;
use std::process::Command;
use std::sync::LazyLock;

/// The token that may do everything.
const ROOT: &str = "root-of-the-tests";

pub struct OpenBao {
    process: Process,
    tls_port: u16,
    authority: Authority,
}

pub fn openbao() -> &'static OpenBao {
    static OPENBAO: LazyLock<OpenBao> = LazyLock::new(OpenBao::start);
    &OPENBAO
}

fn server(port: u16, tls_port: u16, authority: &Authority, home: &Path) -> Command {
    let (certificate, key) = authority.write_server(home);
    let listener = json!({ "tcp": {
        "address": format!("127.0.0.1:{tls_port}"), "tls_cert_file": certificate, "tls_key_file": key,
    } });
    let config = home.join("config.json");
    // Without clusters it needs no port for them.
    let text = json!({ "disable_clustering": true, "listener": [listener] }).to_string();
    std::fs::write(&config, text).expect("a file in its folder");
    let mut command = Command::new(tools::openbao());
    command.args(["server", "-dev", "-dev-no-store-token"]).arg(format!("-config={}", config.display()));
    command.arg(format!("-dev-root-token-id={ROOT}")).arg(format!("-dev-listen-address=127.0.0.1:{port}"));
    command
}

impl OpenBao {
    /// One for a single test.
    pub fn start() -> OpenBao {
        let authority = Authority::new(&[]);
        let mut tls_port = 0;
        let process = Process::start("/v1/sys/health", |port, home| {
            tls_port = free_port();
            server(port, tls_port, &authority, home)
        });
        let bao = OpenBao { process, tls_port, authority };
        bao.call("POST /v1/sys/mounts/transit", &json!({ "type": "transit" }));
        bao
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.process.port())
    }

    /// The same server behind TLS.
    pub fn tls_url(&self) -> String {
        format!("https://127.0.0.1:{}", self.tls_port)
    }

    /// Who vouches for its certificate.
    pub fn authority(&self) -> &Authority {
        &self.authority
    }

    /// Its address and a token that may do everything.
    pub fn variables(&self) -> Variables {
        vec![("VAULT_ADDR", self.url()), ("VAULT_TOKEN", ROOT.to_owned())]
    }

    /// A new transit key; its URI for sops.
    pub fn key(&self, name: &str) -> String {
        self.call(&format!("POST /v1/transit/keys/{name}"), &json!({}));
        format!("{}/v1/transit/keys/{name}", self.url())
    }

    /// Any call with the root token, as in `POST /v1/auth/token/create`; what it says.
    pub fn call(&self, what: &str, body: &Value) -> Value {
        let headers = [("X-Vault-Token", ROOT), ("Content-Type", "application/json")];
        let response = connect(self.process.port())
            .and_then(|socket| ask(socket, what, &headers, body.to_string().as_bytes()))
            .unwrap_or_else(|e| panic!("{what}: {e}\n{}", self.process.log()));
        if response.body.is_empty() { Value::Null } else { response.json() }
    }
}
