//! The programs that keep a developer's login.

use super::keys::NEW;
use super::vault::{TENANT, TOKEN};
use super::{Lab, PLAIN, failed};
use crate::support::sandbox::Program;
use std::os::unix::fs::PermissionsExt;
use std::time::{Duration, Instant};

/// Puts a program first in PATH.
fn install(lab: &Lab, name: &str, script: &str) {
    let path = lab.sandbox.write(&format!("bin/{name}"), format!("#!/bin/sh\n{script}\n"));
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).expect("a program");
}

fn with_path(lab: &Lab, program: Program, credential: &str) -> Program {
    let path = format!("relative::{}:/usr/bin:/bin", lab.sandbox.path("bin").display());
    program.env("PATH", path).env("AZURE_TOKEN_CREDENTIALS", credential)
}

fn encrypt(lab: &Lab, credential: &str) -> Program {
    with_path(lab, lab.ours(&["encrypt", "--azure-kv", &lab.vault.key(NEW), "plain.yaml"]), credential)
}

#[test]
fn the_login_of_the_azure_cli_gives_a_token() {
    let lab = Lab::new();
    let reply =
        format!("{{\"accessToken\": \"{TOKEN}\", \"expires_on\": 4102444800, \"tokenType\": \"Bearer\"}}");
    install(&lab, "az", &format!("echo \"$@\" >> \"$HOME/asked\"; echo '{reply}'"));
    let sealed = encrypt(&lab, "AzureCLICredential").run().text();
    lab.sandbox.write("sealed.yaml", sealed);
    let opened = with_path(&lab, lab.sops(&["decrypt", "sealed.yaml"]), "AzureCLICredential").run();
    assert_eq!(opened.text(), PLAIN);
    let asked = std::fs::read_to_string(lab.sandbox.home().join("asked")).expect("what `az` was called with");
    let resource = format!("https://0.0.1:{}", lab.vault.server.port());
    let expected = format!("account get-access-token -o json --resource {resource} --tenant {TENANT}");
    assert_eq!(asked.lines().collect::<Vec<_>>(), [expected.as_str(); 2], "as sops calls it");
}

#[test]
fn the_login_of_the_developer_cli_comes_after_it() {
    let lab = Lab::new();
    install(&lab, "az", "echo \"ERROR: Please run 'az login' to setup account.\" >&2; exit 1");
    install(&lab, "azd", &format!("[ \"$1 $2\" = 'auth token' ] && echo '{{\"token\": \"{TOKEN}\"}}'"));
    assert!(encrypt(&lab, "dev").run().text().contains("azure_kv"));
}

#[test]
fn what_the_azure_cli_says_is_passed_on() {
    let lab = Lab::new();
    for (script, said) in [
        (
            "echo 'ERROR: Please run az login to setup account.' >&2; exit 1",
            "Please run az login to setup account.",
        ),
        ("echo '{\"accessToken\": \"\"}'", "printed no token"),
        ("printf '{\"accessToken\": \"canary\\\\nx: y\"}'", "printed no token"),
        ("yes '{'", "failed"),
        ("exit 3", "failed"),
    ] {
        install(&lab, "az", script);
        let message = failed(encrypt(&lab, "AzureCLICredential").run());
        assert!(
            message.contains("AzureCLICredential: `az`") && message.contains(said),
            "{script}: {message}"
        );
    }
}

#[test]
fn an_azure_cli_that_hangs_is_stopped() {
    let lab = Lab::new();
    install(&lab, "az", "exec sleep 600");
    let start = Instant::now();
    let message = failed(encrypt(&lab, "AzureCLICredential").run());
    assert!(message.contains("`az` did not answer in time"), "{message}");
    assert!(start.elapsed() < Duration::from_secs(60), "{:?}", start.elapsed());
}
