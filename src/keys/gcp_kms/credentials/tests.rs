use super::*;
use std::collections::HashMap;
use std::ffi::OsString;

/// Variables, and a home that does not exist.
fn found(variables: &[(&str, &str)]) -> Result<Credentials, String> {
    let set: HashMap<String, OsString> =
        variables.iter().map(|(name, value)| ((*name).to_owned(), value.into())).collect();
    let env = Env::new(move |name| set.get(name).cloned(), Some("/nonexistent".into()));
    Credentials::find(&env).map_err(|why| why.to_string())
}

fn name(variables: &[(&str, &str)]) -> String {
    found(variables).map_or_else(|why| why, |credentials| credentials.name)
}

const USER: &str = r#"{"type":"authorized_user","client_id":"a","client_secret":"b","refresh_token":"c","quota_project_id":"q"}"#;

#[test]
fn sources_are_tried_in_the_order_of_sops() {
    let token = ("GOOGLE_OAUTH_ACCESS_TOKEN", "t");
    let file = ("GOOGLE_APPLICATION_CREDENTIALS", "/nonexistent/a.json");
    assert_eq!(name(&[]), "the metadata server at 169.254.169.254");
    assert_eq!(name(&[("GCE_METADATA_HOST", "m:1")]), "the metadata server at m:1");
    assert!(name(&[file]).starts_with("/nonexistent/a.json (GOOGLE_APPLICATION_CREDENTIALS): No such file"));
    assert_eq!(name(&[token, file]), "GOOGLE_OAUTH_ACCESS_TOKEN");
    assert_eq!(name(&[("GOOGLE_CREDENTIALS", USER), token, file]), "GOOGLE_CREDENTIALS");
    assert_eq!(found(&[("GOOGLE_CREDENTIALS", USER)]).ok().unwrap().quota_project.as_deref(), Some("q"));
    assert!(name(&[("GOOGLE_CREDENTIALS", "/"), token]).starts_with("/ (GOOGLE_CREDENTIALS): "));
    assert!(name(&[("GCE_METADATA_HOST", "evil.test/x")]).starts_with("GCE_METADATA_HOST is not a host"));
}

#[test]
fn the_folder_of_gcloud_may_be_elsewhere() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("application_default_credentials.json");
    std::fs::write(&path, USER).unwrap();
    let place = folder.path().display().to_string();
    assert_eq!(name(&[("CLOUDSDK_CONFIG", &place)]), path.display().to_string());
}

#[test]
fn an_account_is_named_with_its_file() {
    let url =
        "https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/a@p.test:generateAccessToken";
    let json = format!(
        r#"{{"type":"impersonated_service_account","service_account_impersonation_url":"{url}","source_credentials":{USER}}}"#
    );
    assert_eq!(name(&[("GOOGLE_CREDENTIALS", &json)]), "a@p.test of GOOGLE_CREDENTIALS");
}

#[test]
fn a_file_that_is_too_large_is_refused() {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    std::io::Write::write_all(&mut file, &vec![b' '; 1 << 20]).unwrap();
    assert_eq!(read_file(file.path()).map(|text| text.len()), Ok(1 << 20));
    std::io::Write::write_all(&mut file, b" ").unwrap();
    assert_eq!(read_file(file.path()).unwrap_err(), "it is larger than 1 MiB");
}

#[test]
fn a_token_becomes_a_header_only_if_it_is_a_word() {
    let token = |text: &str| Token::new(Zeroizing::new(text.into()), STATIC).is_ok();
    assert!(token("ya29.A-b_c/d+e="));
    assert!(!token("") && !token("a b") && !token("a\r\nx: y") && !token("ä"));
}
