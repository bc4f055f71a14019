//! The ready servers do what the tests need of them: the real sops encrypts and decrypts through each.

use crate::support::sandbox::Sandbox;
use crate::support::services::{Aws, Drongo, OpenBao, drongo, ministack, moto, openbao};
use crate::support::tools::{self, SOPS};
use serde_json::json;
use std::net::TcpStream;

const PLAIN: &str = "user: app\nport: 5432\n";

/// The real sops there and back, with a key and what else it needs on the command line.
fn sops_opens_its_own(flags: &[&str], variables: &[(&'static str, String)]) {
    let sandbox = Sandbox::new();
    sandbox.write("a.yaml", PLAIN);
    let sops = |args: &[&str]| sandbox.program(&tools::sops(SOPS), args).envs(variables).run().text();
    let sealed = sops(&[&["encrypt"], flags, &["a.yaml"]].concat());
    assert!(sealed.contains("ENC[AES256_GCM,") && !sealed.contains("5432"), "{sealed}");
    sandbox.write("b.yaml", sealed);
    assert_eq!(sops(&["decrypt", "b.yaml"]), PLAIN);
}

fn aws_works(aws: &Aws) {
    let (key, other) = (aws.key("us-east-1"), aws.key("eu-central-1"));
    assert!(key.starts_with("arn:aws:kms:us-east-1:") && other.starts_with("arn:aws:kms:eu-central-1:"));
    let account = key.split(':').nth(4).expect("an account");
    let role = format!("{key}+arn:aws:iam::{account}:role/deploy");
    for kms in [key.as_str(), &other, &role] {
        sops_opens_its_own(&["--kms", kms], &aws.variables());
        sops_opens_its_own(&["--kms", kms, "--encryption-context", "Env:test"], &aws.variables());
    }
}

#[test]
fn sops_uses_moto() {
    aws_works(moto());
}

#[test]
fn sops_uses_ministack() {
    aws_works(ministack());
    let alias = ministack().alias("of-a-server-test", &ministack().key("us-east-1"));
    sops_opens_its_own(&["--kms", &alias], &ministack().variables());
}

#[test]
fn sops_uses_openbao_with_and_without_tls() {
    let bao = openbao();
    let key = bao.key("of-a-server-test");
    sops_opens_its_own(&["--hc-vault-transit", &key], &bao.variables());
    let folder = Sandbox::new();
    let authority = bao.authority().write(&folder.home()).display().to_string();
    let tls = [bao.variables(), vec![("VAULT_CACERT", authority)]].concat();
    sops_opens_its_own(&["--hc-vault-transit", &key.replace(&bao.url(), &bao.tls_url())], &tls);
    let policy = bao.call("GET /v1/sys/policies/acl/default", &json!({}));
    assert_eq!(policy["data"]["name"], "default");
}

#[test]
fn sops_uses_drongo() {
    sops_opens_its_own(&["--gcp-kms", &drongo().key("of-a-server-test")], &drongo().variables());
}

#[test]
fn a_server_ends_when_its_keeper_sees_no_test_any_more() {
    let (drongo, bao) = (Drongo::start(), OpenBao::start());
    let addresses = [drongo.url(), bao.url(), bao.tls_url()];
    let answers = |url: &String| TcpStream::connect(url.rsplit_once('/').expect("a URL").1).is_ok();
    assert!(addresses.iter().all(answers));
    drop((drongo, bao));
    assert!(!addresses.iter().any(answers));
}
