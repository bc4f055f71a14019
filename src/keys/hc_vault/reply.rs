//! What a refusal means.

use super::key::HcVaultKey;
use crate::keys::http::Reply;
use crate::keys::recipient::printable;
use serde_json::Value;

/// Why there is no success, and what to do. Of what the server says only its list of errors is told, without `secrets`.
pub(super) fn refusal(reply: &Reply, key: &HcVaultKey, namespace: Option<&str>, secrets: &[&str]) -> String {
    let said = said(reply, secrets);
    let within =
        namespace.map(|name| format!(" in the namespace {}", printable(name, 100))).unwrap_or_default();
    let engine = &key.engine_path;
    let hint = match reply.status {
        403 if said.contains("invalid token") || said.contains("bad token") => {
            "the token is wrong or has expired: log in again".to_owned()
        }
        403 => format!(
            "the token is wrong, has expired, or its policy does not allow it{within}: log in again, or ask for `update` \
             on this path"
        ),
        404 => format!("no transit engine is at {engine}{within}"),
        400 if said.contains("encryption key not found") => {
            format!("the engine {engine}{within} has no such key")
        }
        400 if said.contains("missing client token") => "log in first, or set VAULT_TOKEN".to_owned(),
        429 => "it has too much to do: try again later".to_owned(),
        503 if said.contains("sealed") => "an operator has to unseal it".to_owned(),
        _ => String::new(),
    };
    let status = reply.status;
    match (said.as_str(), hint.as_str()) {
        ("", "") => format!("it answered with status {status}"),
        ("", hint) => format!("status {status}; {hint}"),
        (said, "") => format!("status {status}: {said}"),
        (said, hint) => format!("status {status}: {said}; {hint}"),
    }
}

fn said(reply: &Reply, secrets: &[&str]) -> String {
    let Ok(body) = reply.json() else { return String::new() };
    let errors = body.get("errors").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let texts: Vec<_> = errors.iter().filter_map(Value::as_str).collect();
    let words: Vec<_> = texts.iter().flat_map(|text| text.split_whitespace()).collect();
    let mut said = words.join(" ");
    for secret in secrets.iter().filter(|secret| !secret.is_empty()) {
        said = said.replace(secret, "[...]");
    }
    printable(&said, 200)
}
