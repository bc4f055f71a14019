//! The default chain: where a token is from, and what is said when there is none.

use super::failed;
use super::identity::Identity;
use super::vault::{ASSERTION, CLIENT, CLIENT_SECRET, LOGIN, TENANT, VAULT, Vault};
use crate::support::sandbox::{Program, Sandbox};
use crate::support::server::Proxy;
use crate::support::tools;

/// A vault with its real name, behind a proxy, together with the authority.
struct Azure {
    vault: Vault,
    proxy: Proxy,
    sandbox: Sandbox,
}

const KEY: &str = "https://lab.vault.azure.net/keys/sops";
const ENCRYPT: [&str; 4] = ["encrypt", "--azure-kv", KEY, "plain.yaml"];

impl Azure {
    fn new() -> Azure {
        let (vault, sandbox) = (Vault::new(), Sandbox::new());
        sandbox.write("plain.yaml", super::PLAIN);
        Azure { proxy: Proxy::to(vault.server.port()), vault, sandbox }
    }

    fn set(&self, program: Program) -> Program {
        self.vault.trusted(&self.sandbox, program).env("HTTPS_PROXY", self.proxy.url())
    }

    fn ours(&self, args: &[&str]) -> Program {
        self.set(self.sandbox.sops_rs(args))
    }

    /// With these variables, ours seals what sops opens, and the other way round.
    #[track_caller]
    fn works_for_both(&self, with: impl Fn(Program) -> Program) {
        let sops = |args: &[&str]| self.set(self.sandbox.program(&tools::sops(tools::SOPS), args));
        let ours = |args: &[&str]| self.ours(args);
        let sealed = with(ours(&ENCRYPT)).run().text();
        self.sandbox.write("ours.yaml", sealed);
        let sealed = with(sops(&ENCRYPT)).run().text();
        self.sandbox.write("theirs.yaml", sealed);
        assert_eq!(with(sops(&["decrypt", "ours.yaml"])).run().text(), super::PLAIN);
        assert_eq!(with(ours(&["decrypt", "theirs.yaml"])).run().text(), super::PLAIN);
        let names = self.proxy.names();
        assert!(names.contains(&format!("{VAULT}:443")), "{names:?}");
    }
}

fn application(program: Program) -> Program {
    program.env("AZURE_TENANT_ID", TENANT).env("AZURE_CLIENT_ID", CLIENT)
}

fn with_secret(program: Program) -> Program {
    application(program).env("AZURE_CLIENT_SECRET", CLIENT_SECRET)
}

#[test]
fn a_client_secret_gives_a_token() {
    let azure = Azure::new();
    azure.works_for_both(with_secret);
    assert!(azure.proxy.names().contains(&format!("{LOGIN}:443")));
}

#[test]
fn a_wrong_client_secret_is_named_by_its_variable() {
    let azure = Azure::new();
    let wrong = with_secret(azure.ours(&ENCRYPT)).env("AZURE_CLIENT_SECRET", "canary-wrong");
    let message = failed(wrong.run());
    assert!(
        message.contains(&format!("token at {LOGIN}, with AZURE_CLIENT_SECRET (client {CLIENT})")),
        "{message}"
    );
    assert!(message.contains("status 401"), "{message}");
    assert!(!azure.vault.calls().contains(&"GET /keys/sops/".to_owned()));
}

#[test]
fn a_workload_identity_gives_a_token() {
    let azure = Azure::new();
    let file = azure.sandbox.write("token", ASSERTION);
    azure.works_for_both(|program| {
        let program = application(program).env("AZURE_TOKEN_CREDENTIALS", "WorkloadIdentityCredential");
        program.env("AZURE_FEDERATED_TOKEN_FILE", &file)
    });
    let gone = application(azure.ours(&ENCRYPT)).env("AZURE_TOKEN_CREDENTIALS", "prod");
    let message = failed(gone.env("AZURE_FEDERATED_TOKEN_FILE", "/nowhere/token").run());
    assert!(
        message.contains("AZURE_FEDERATED_TOKEN_FILE") && message.contains("/nowhere/token"),
        "{message}"
    );
}

#[test]
fn a_managed_identity_gives_a_token() {
    for client in [None, Some(CLIENT)] {
        let (azure, identity) = (Azure::new(), Identity::of(client));
        let chosen = |program: Program| match client {
            Some(client) => program.env("AZURE_CLIENT_ID", client),
            None => program,
        };
        azure.works_for_both(|program| chosen(identity.in_app(program)));
        let sealed = chosen(identity.on_machine(azure.ours(&ENCRYPT))).run().text();
        assert!(sealed.contains("azure_kv"), "{sealed}");
        assert!(!azure.proxy.names().contains(&format!("{LOGIN}:443")));
    }
}

#[test]
fn an_identity_that_the_app_does_not_have_is_named() {
    let (azure, identity) = (Azure::new(), Identity::of(None));
    let other = identity.in_app(azure.ours(&ENCRYPT)).env("AZURE_CLIENT_ID", CLIENT);
    let message = failed(other.run());
    assert!(
        message.contains(&format!("the managed identity of IDENTITY_ENDPOINT (client {CLIENT})")),
        "{message}"
    );
    assert!(message.contains("Identity not found"), "{message}");
    let wrong = identity.in_app(azure.ours(&ENCRYPT)).env("IDENTITY_HEADER", "canary-wrong");
    assert!(failed(wrong.run()).contains("status 403, not from here"));
}

#[test]
fn without_credentials_each_is_named_with_what_it_lacks() {
    let azure = Azure::new();
    let bare = azure.ours(&ENCRYPT).without("AZURE_TOKEN_CREDENTIALS");
    // Nothing listens there.
    let bare = bare.env("AZURE_POD_IDENTITY_AUTHORITY_HOST", "http://127.0.0.1:9");
    let message = failed(bare.env("PATH", "/nonexistent").run());
    for said in [
        "with no credential",
        "EnvironmentCredential: AZURE_CLIENT_ID is not set",
        "WorkloadIdentityCredential: AZURE_CLIENT_ID is not set",
        "ManagedIdentityCredential: 127.0.0.1:9: nothing answers there",
        "AzureCLICredential: `az` is not in PATH",
        "AzureDeveloperCLICredential: `azd` is not in PATH",
        "az login",
    ] {
        assert!(message.contains(said), "{said}: {message}");
    }
    let odd = azure.ours(&ENCRYPT).env("AZURE_TOKEN_CREDENTIALS", "everything");
    assert!(failed(odd.run()).contains("AZURE_TOKEN_CREDENTIALS selects no credential"));
}

#[test]
fn a_certificate_is_said_not_to_be_supported() {
    let azure = Azure::new();
    let program = application(azure.ours(&ENCRYPT)).env("AZURE_CLIENT_CERTIFICATE_PATH", "/etc/app.pem");
    let message = failed(program.run());
    assert!(message.contains("AZURE_CLIENT_CERTIFICATE_PATH) is not supported"), "{message}");
}

#[test]
fn the_tenant_of_a_vault_is_the_users_own_or_allowed() {
    let azure = Azure::new();
    let own = "00000000-0000-0000-0000-00000000000a";
    let foreign = || with_secret(azure.ours(&ENCRYPT)).env("AZURE_TENANT_ID", own);
    let message = failed(foreign().run());
    let said = format!("the vault is of the tenant {TENANT}, not of AZURE_TENANT_ID={own}");
    assert!(message.contains(&said) && message.contains("AZURE_ADDITIONALLY_ALLOWED_TENANTS"), "{message}");
    assert!(!azure.proxy.names().contains(&format!("{LOGIN}:443")), "no secret was sent");
    for allowed in ["*".to_owned(), format!("x;{TENANT}")] {
        foreign().env("AZURE_ADDITIONALLY_ALLOWED_TENANTS", allowed).run().ok();
    }
}

#[test]
fn an_authority_without_tls_gets_no_secret() {
    let azure = Azure::new();
    for host in ["http://127.0.0.1:9", "login.microsoftonline.com", "https://a/b", "https://"] {
        let message = failed(with_secret(azure.ours(&ENCRYPT)).env("AZURE_AUTHORITY_HOST", host).run());
        assert!(message.contains("AZURE_AUTHORITY_HOST is not https://HOST"), "{host}: {message}");
    }
}
