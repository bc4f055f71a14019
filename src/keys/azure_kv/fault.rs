//! What went wrong, in the words of the service, as far as they can be shown.

use crate::keys::http::{Reply, quote};
use crate::keys::recipient::printable;
use serde_json::Value;

/// Most characters of the name of a key.
const MOST: usize = 200;

/// Why a vault did not do what it was asked. `secrets` are not shown, though the service may say them.
pub(super) fn refusal(reply: &Reply, call: &str, secrets: &[&str]) -> String {
    let said = said(reply, secrets);
    let permission = call.strip_prefix("keys/").unwrap_or(call);
    match reply.status {
        401 => format!("{said}: the token was not accepted, log in again"),
        403 => {
            format!("{said}: the identity needs the permission `{permission}` (role Key Vault Crypto User)")
        }
        _ => said,
    }
}

/// The status of a reply, and what it says in one of the forms of vaults, of Entra ID and of managed identities:
/// `{"error": {"code", "message"}}`, `{"error", "error_description"}`, `{"message"}`.
pub(super) fn said(reply: &Reply, secrets: &[&str]) -> String {
    let status = format!("status {}", reply.status);
    let Ok(body) = reply.json() else { return status };
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let error = &body["error"];
    let (code, message) = match error {
        Value::Object(_) => (text(&error["code"]), text(&error["message"])),
        Value::String(code) => (code.clone(), text(&body["error_description"])),
        _ => (String::new(), text(&body["message"])),
    };
    let words: Vec<_> = [code, message].into_iter().filter(|part| !part.is_empty()).collect();
    let words = words.join(": ");
    if words.is_empty() { status } else { format!("{status}, {}", quote(&words, secrets)) }
}

/// A reply for another key than the one that was asked.
pub(super) fn another_key(kid: &str) -> String {
    match kid {
        "" => "its answer does not say for which key it is".into(),
        kid => format!("its answer is for another key, {}", printable(kid, MOST)),
    }
}
