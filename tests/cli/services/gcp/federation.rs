//! Workload identity federation and impersonation.

use super::credentials::service_account;
use super::google::{self, AUDIENCE, CLIENT_ID, CLIENT_SECRET, EMAIL, Google, SUBJECT_TOKEN};
use super::{KEY, Ways, endpoint, ours, sandbox, sealed, to_and_fro, with};
use crate::support::sandbox::Sandbox;
use serde_json::{Value, json};

/// Variables for a file of workload identity federation with this source of tokens.
fn federated(google: &Google, sandbox: &Sandbox, source: Value, more: Value) -> Ways {
    let mut fields = json!({
        "audience": AUDIENCE, "subject_token_type": "urn:ietf:params:oauth:token-type:jwt",
        "token_url": google.url("/v1/token"), "credential_source": source,
    });
    fields.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    let path = sandbox.write("federation.json", google::credentials("external_account", fields));
    with(endpoint(google), "GOOGLE_APPLICATION_CREDENTIALS", path.to_str().expect("a plain path"))
}

fn impersonation(google: &Google) -> String {
    google.url(&format!("/v1/projects/-/serviceAccounts/{EMAIL}:generateAccessToken"))
}

#[test]
fn files_go_to_and_fro_with_a_token_from_a_file() {
    let (google, sandbox) = (Google::plain(), sandbox());
    let text = sandbox.write("token.txt", format!("{SUBJECT_TOKEN}\n"));
    let json = sandbox.write("token.json", json!({ "id": SUBJECT_TOKEN }).to_string());
    to_and_fro(&federated(&google, &sandbox, json!({ "file": text }), json!({})), &sandbox);
    let format = json!({ "type": "json", "subject_token_field_name": "id" });
    let source = json!({ "file": json, "format": format });
    let client = json!({ "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET });
    to_and_fro(&federated(&google, &sandbox, source, client), &sandbox);
}

#[test]
fn files_go_to_and_fro_with_a_token_from_an_address_and_another_account() {
    let (google, sandbox) = (Google::plain(), sandbox());
    let source = json!({
        "url": google.url("/identity"), "headers": { "X-CI-Request": "canary-ci-request" },
        "format": { "type": "json", "subject_token_field_name": "value" },
    });
    let more = json!({ "service_account_impersonation_url": impersonation(&google) });
    to_and_fro(&federated(&google, &sandbox, source, more), &sandbox);
    assert_eq!(google.count(":generateAccessToken"), 4);
}

#[test]
fn files_go_to_and_fro_with_an_account_that_another_acts_as() {
    let (google, sandbox) = (Google::plain(), sandbox());
    // The source may ask for no more than the scope of the platform, which the server checks for federation.
    let token = sandbox.write("token.txt", SUBJECT_TOKEN);
    let source = json!({
        "type": "external_account", "audience": AUDIENCE, "token_url": google.url("/v1/token"),
        "subject_token_type": "urn:ietf:params:oauth:token-type:jwt", "credential_source": { "file": token },
    });
    let fields =
        json!({ "service_account_impersonation_url": impersonation(&google), "source_credentials": source });
    let ways = with(
        endpoint(&google),
        "GOOGLE_CREDENTIALS",
        google::credentials("impersonated_service_account", fields),
    );
    to_and_fro(&ways, &sandbox);
}

#[test]
fn a_program_prints_the_token_only_if_the_user_allows_it() {
    let (google, sandbox) = (Google::plain(), sandbox());
    let printed = json!({
        "version": 1, "success": true, "token_type": "urn:ietf:params:oauth:token-type:id_token",
        "id_token": SUBJECT_TOKEN, "expiration_time": 4_102_444_800_u64,
    });
    sandbox.write("printed.json", printed.to_string());
    let script = "#!/bin/sh\ntouch started\ncat printed.json\n\
                  test \"$GOOGLE_EXTERNAL_ACCOUNT_AUDIENCE$1\" && test \"$GOOGLE_EXTERNAL_ACCOUNT_INTERACTIVE\" = 0\n";
    let program = sandbox.write("identity.sh", script);
    let command = format!("/bin/sh {} now", program.display());
    let source = json!({ "executable": { "command": command, "timeout_millis": 30_000 } });
    let ways = federated(&google, &sandbox, source, json!({}));
    sandbox.write("a.yaml", "a: b\n");
    let said = ours(&sandbox, &ways, &["encrypt", "-i", "--gcp-kms", KEY, "a.yaml"]).fails(1);
    assert!(said.contains("set GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES=1"), "{said}");
    assert!(!sandbox.path("started").exists() && sandbox.text("a.yaml") == "a: b\n");
    let ways = with(ways, "GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES", "1");
    to_and_fro(&ways, &sandbox);
    assert!(sandbox.path("started").exists());
    sandbox.write("printed.json", r#"{"version":1,"success":false,"code":"401","message":"log in first"}"#);
    let said = ours(&sandbox, &ways, &["decrypt", "ours.yaml"]).fails(128);
    assert!(said.contains("its program says it failed: 401 log in first"), "{said}");
}

#[test]
fn a_program_that_never_ends_is_stopped() {
    let (google, sandbox) = (Google::plain(), sandbox());
    let source = json!({ "executable": { "command": "/bin/sleep 600", "timeout_millis": 5000 } });
    let ways = federated(&google, &sandbox, source, json!({}));
    let ways = with(ways, "GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES", "1");
    sandbox.write("a.yaml", "a: b\n");
    let said = ours(&sandbox, &ways, &["encrypt", "-i", "--gcp-kms", KEY, "a.yaml"]).fails(1);
    assert!(said.contains("was not done within 5 s"), "{said}");
    assert_eq!(sandbox.text("a.yaml"), "a: b\n");
}

#[test]
fn a_token_that_is_not_accepted_is_told_with_the_file_that_led_to_it() {
    let (google, sandbox) = (Google::plain(), sandbox());
    let token = sandbox.write("token.txt", "canary-wrong");
    let ways = federated(&google, &sandbox, json!({ "file": token }), json!({}));
    sandbox.write("a.yaml", "a: b\n");
    let refused = |part: &str| {
        let said = ours(&sandbox, &ways, &["encrypt", "-i", "--gcp-kms", KEY, "a.yaml"]).fails(1);
        assert!(
            said.contains(part) && said.contains("federation.json (GOOGLE_APPLICATION_CREDENTIALS)"),
            "{said}"
        );
        assert_eq!(sandbox.text("a.yaml"), "a: b\n");
    };
    refused("sts token exchange");
    sandbox.write("token.txt", "");
    refused("token.txt: it is empty");
    std::fs::remove_file(sandbox.path("token.txt")).expect("a file");
    refused("token.txt: No such file");
}

#[test]
fn credentials_of_aws_have_a_way_out() {
    let (google, sandbox) = (Google::plain(), sandbox());
    let source = json!({ "environment_id": "aws1", "regional_cred_verification_url": "https://sts.{region}.amazonaws.com" });
    let ways = federated(&google, &sandbox, source, json!({}));
    sandbox.write("a.yaml", "a: b\n");
    let said = ours(&sandbox, &ways, &["encrypt", "--gcp-kms", KEY, "a.yaml"]).fails(1);
    assert!(
        said.contains("federation with credentials of AWS") && said.contains("print-access-token"),
        "{said}"
    );
}

#[test]
fn a_private_key_is_not_told_when_its_account_is_refused() {
    let (google, sandbox) = (Google::plain(), sandbox());
    let ways = with(endpoint(&google), "GOOGLE_CREDENTIALS", service_account(&google.url("/token")));
    sealed(&sandbox, &ways, "a.yaml", KEY);
    google.trouble(|request| {
        (request.path() == "/token").then(|| google::error(403, "DENIED", "The account is disabled."))
    });
    let said = ours(&sandbox, &ways, &["decrypt", "a.yaml"]).fails(128);
    assert!(said.contains(EMAIL) && said.contains("The account is disabled."), "{said}");
}
