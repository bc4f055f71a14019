//! Where credentials are found, and what becomes of those that are there.

use super::google::{self, CLIENT_ID, CLIENT_SECRET, EMAIL, Google, KEY_ID, REFRESH_TOKEN};
use super::{KEY, Ways, endpoint, ours, sandbox, sealed, to_and_fro, with, with_token};
use crate::support::server::{Authority, Proxy};
use serde_json::{Value, json};

pub fn service_account(token_uri: &str) -> String {
    google::credentials("service_account", account(token_uri))
}

fn account(token_uri: &str) -> Value {
    json!({
        "project_id": "p", "private_key_id": KEY_ID, "private_key": google::private_key(),
        "client_email": EMAIL, "client_id": "1", "token_uri": token_uri,
    })
}

fn user(more: Value) -> String {
    let mut fields =
        json!({ "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "refresh_token": REFRESH_TOKEN });
    fields.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    google::credentials("authorized_user", fields)
}

#[test]
fn files_go_to_and_fro_with_an_access_token() {
    let (google, sandbox) = (Google::plain(), sandbox());
    to_and_fro(&with_token(&google), &sandbox);
    assert_eq!(google.count(""), 4);
}

#[test]
fn files_go_to_and_fro_with_a_service_account_wherever_its_file_is() {
    let google = Google::plain();
    for place in ["GOOGLE_CREDENTIALS", "GOOGLE_APPLICATION_CREDENTIALS", "well-known", "json"] {
        let sandbox = sandbox();
        let json = service_account(&google.url("/token"));
        let path = sandbox.write("account.json", &json);
        let path = path.to_str().expect("a plain path");
        let ways = match place {
            "json" => with(endpoint(&google), "GOOGLE_CREDENTIALS", json),
            "well-known" => {
                let folder = sandbox.home().join(".config/gcloud");
                std::fs::create_dir_all(&folder).expect("a folder");
                std::fs::write(folder.join("application_default_credentials.json"), json).expect("a file");
                endpoint(&google)
            }
            variable => with(endpoint(&google), variable, path),
        };
        to_and_fro(&ways, &sandbox);
    }
    assert_eq!(google.count("/token"), 16, "each of two programs, twice, in four places");
}

#[test]
fn files_go_to_and_fro_with_the_metadata_server() {
    let (google, sandbox) = (Google::plain(), sandbox());
    let host = format!("127.0.0.1:{}", google.port());
    to_and_fro(&with(endpoint(&google), "GCE_METADATA_HOST", host), &sandbox);
    assert!(google.count("/computeMetadata/v1/instance/service-accounts/default/token") >= 4);
}

#[test]
fn a_user_is_asked_for_at_google_under_its_own_names_over_tls() {
    let authority = Authority::new(&["oauth2.googleapis.com", "cloudkms.googleapis.com"]);
    let (google, sandbox) = (Google::tls(&authority), sandbox());
    let proxy = Proxy::to(google.port());
    let ca = authority.write(&sandbox.tmp());
    let ways: Ways = vec![
        ("SOPS_GCP_KMS_CLIENT_TYPE", "rest".into()),
        ("SSL_CERT_FILE", ca.to_str().expect("a plain path").into()),
        ("HTTPS_PROXY", proxy.url()),
        ("GOOGLE_CREDENTIALS", user(json!({ "quota_project_id": "payer" }))),
    ];
    to_and_fro(&ways, &sandbox);
    let mut names = proxy.names();
    names.sort();
    names.dedup();
    assert_eq!(names, ["cloudkms.googleapis.com:443", "oauth2.googleapis.com:443"]);
    let calls = google.requests();
    let calls = calls.iter().filter(|request| request.path().contains("cryptoKeys"));
    assert!(calls.clone().count() == 4, "one for each of two programs, both ways");
    for call in calls {
        assert_eq!(call.header("x-goog-user-project"), Some("payer"));
    }
}

#[test]
fn another_universe_has_its_own_host_and_assertions_that_are_tokens() {
    let authority = Authority::new(&["cloudkms.universe.test"]);
    let (google, sandbox) = (Google::tls(&authority), sandbox());
    let proxy = Proxy::to(google.port());
    let ca = authority.write(&sandbox.tmp());
    let mut account = account("https://oauth2.googleapis.com/token");
    account["universe_domain"] = "universe.test".into();
    let ways: Ways = vec![
        ("SOPS_GCP_KMS_CLIENT_TYPE", "rest".into()),
        ("SSL_CERT_FILE", ca.to_str().expect("a plain path").into()),
        ("HTTPS_PROXY", proxy.url()),
        ("SOPS_GCP_KMS_UNIVERSE_DOMAIN", "universe.test".into()),
        ("GOOGLE_CREDENTIALS", google::credentials("service_account", account)),
    ];
    to_and_fro(&ways, &sandbox);
    assert!(proxy.names().iter().all(|name| name == "cloudkms.universe.test:443"), "{:?}", proxy.names());
}

#[test]
fn credentials_of_another_universe_are_not_sent() {
    let (google, sandbox) = (Google::plain(), sandbox());
    sealed(&sandbox, &with_token(&google), "a.yaml", KEY);
    let before = google.count("");
    let ways: Ways = vec![
        ("SOPS_GCP_KMS_UNIVERSE_DOMAIN", "universe.test".into()),
        ("GOOGLE_OAUTH_ACCESS_TOKEN", google.token()),
    ];
    let said = ours(&sandbox, &ways, &["decrypt", "a.yaml"]).fails(128);
    assert!(said.contains("universe domain of the credentials is googleapis.com"), "{said}");
    assert!(said.contains("universe.test") && said.contains("GOOGLE_OAUTH_ACCESS_TOKEN"), "{said}");
    assert_eq!(google.count(""), before);
}

#[test]
fn the_first_credentials_in_the_order_of_sops_are_used() {
    let (google, sandbox) = (Google::plain(), sandbox());
    let account = sandbox.write("account.json", service_account(&google.url("/token")));
    let account = account.to_str().expect("a plain path");
    let both = with(with_token(&google), "GOOGLE_APPLICATION_CREDENTIALS", account);
    sealed(&sandbox, &both, "a.yaml", KEY);
    assert_eq!(google.count("/token"), 0, "the access token goes before the default credentials");
    sealed(&sandbox, &with(both, "GOOGLE_CREDENTIALS", account), "b.yaml", KEY);
    assert_eq!(google.count("/token"), 1, "GOOGLE_CREDENTIALS goes before the access token");
}

#[test]
fn a_user_of_another_token_endpoint_works_too_and_a_revoked_one_is_named() {
    let (google, sandbox) = (Google::plain(), sandbox());
    let uri = google.url("/token");
    let path = sandbox.write("user.json", user(json!({ "token_uri": uri })));
    let ways =
        with(endpoint(&google), "GOOGLE_APPLICATION_CREDENTIALS", path.to_str().expect("a plain path"));
    sealed(&sandbox, &ways, "a.yaml", KEY);
    sandbox.write("user.json", user(json!({ "token_uri": uri, "refresh_token": "canary-revoked" })));
    let said = ours(&sandbox, &ways, &["decrypt", "a.yaml"]).fails(128);
    for part in
        ["token refresh", "user.json (GOOGLE_APPLICATION_CREDENTIALS)", "invalid_grant", "expired or revoked"]
    {
        assert!(said.contains(part), "{part}: {said}");
    }
}

#[test]
fn files_go_to_and_fro_with_a_user_of_a_workforce_pool() {
    let (google, sandbox) = (Google::plain(), sandbox());
    let fields = json!({
        "audience": "//iam.googleapis.com/locations/global/workforcePools/pool/providers/p",
        "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "refresh_token": REFRESH_TOKEN,
        "token_url": google.url("/token"), "token_info_url": google.url("/introspect"),
    });
    let json = google::credentials("external_account_authorized_user", fields);
    to_and_fro(&with(endpoint(&google), "GOOGLE_CREDENTIALS", json), &sandbox);
}

#[test]
fn credentials_that_are_damaged_are_named_and_not_passed_over() {
    let (google, sandbox) = (Google::plain(), sandbox());
    sandbox.write("a.yaml", PLAIN_FILE);
    let uri = google.url("/token");
    let mut unsigned = account(&uri);
    unsigned["private_key"] = "-----BEGIN PRIVATE KEY-----\ncanary\n-----END PRIVATE KEY-----\n".into();
    let (mut mute, mut bare) = (account(&uri), account(&uri));
    mute.as_object_mut().expect("an object").remove("client_email");
    bare["token_uri"] = "http://oauth2.example.org/token".into();
    for (content, part) in [
        ("canary, not JSON".to_owned(), "it is not a JSON object of credentials"),
        (json!({ "private_key": "canary" }).to_string(), "it has no `type`"),
        (
            google::credentials("gdch_service_account", json!({})),
            "credentials of the type gdch_service_account",
        ),
        (google::credentials("service_account", mute), "it has no `client_email`"),
        (google::credentials("service_account", unsigned), "its `private_key` is not an RSA key"),
        (google::credentials("service_account", bare), "its `token_uri` is not an https:// URL"),
        (user(json!({ "refresh_token": "" })), "it has no `refresh_token`"),
    ] {
        let path = sandbox.write("damaged.json", content);
        let ways = with(with_token(&google), "GOOGLE_CREDENTIALS", path.to_str().expect("a plain path"));
        let said = ours(&sandbox, &ways, &["encrypt", "-i", "--gcp-kms", KEY, "a.yaml"]).fails(1);
        assert!(said.contains(part) && said.contains("damaged.json (GOOGLE_CREDENTIALS)"), "{said}");
        assert_eq!(sandbox.text("a.yaml"), PLAIN_FILE);
    }
    let ways = with(with_token(&google), "GOOGLE_CREDENTIALS", "/no/such/canary.json");
    let said = ours(&sandbox, &ways, &["encrypt", "--gcp-kms", KEY, "a.yaml"]).fails(1);
    assert!(
        said.contains("GOOGLE_CREDENTIALS: it is not a JSON object")
            && said.contains("no file has that name"),
        "{said}"
    );
    assert_eq!(google.count(""), 0);
}

const PLAIN_FILE: &str = "a: b\n";
