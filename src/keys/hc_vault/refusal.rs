//! What a refusal means, and what to do.

use super::key::HcVaultKey;
use crate::keys::http::{Reply, quote};
use crate::keys::recipient::printable;
use serde_json::Value;
use std::fmt;

/// A reply without success, and what is known around it. Of what the service says only its list of errors is told, and
/// nothing of `secrets`.
pub(super) struct Refusal<'r> {
    pub reply: &'r Reply,
    pub key: &'r HcVaultKey,
    pub namespace: Option<&'r str>,
    /// Whether the service knows the token at all, if it was asked.
    pub token_holds: Option<bool>,
    pub secrets: [&'r str; 2],
}

impl fmt::Display for Refusal<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "status {}", self.reply.status)?;
        let said = self.said();
        if !said.is_empty() {
            write!(f, ", \"{said}\"")?;
        }
        match self.advice(&said) {
            Some(advice) => write!(f, ": {advice}"),
            None => Ok(()),
        }
    }
}

impl Refusal<'_> {
    fn advice(&self, said: &str) -> Option<String> {
        let engine = &self.key.engine_path;
        let within = self
            .namespace
            .map(|name| format!(" in the namespace {}", printable(name, 100)))
            .unwrap_or_default();
        Some(match (self.reply.status, self.token_holds) {
            (403, Some(false)) => "the token is wrong, or it has expired: log in again".into(),
            (403, Some(true)) => {
                format!("the token is valid, but no policy of it grants `update` on this path{within}")
            }
            (403, None) => "log in, or set VAULT_TOKEN".into(),
            (404, _) if said.contains("namespace not found") => "correct VAULT_NAMESPACE".into(),
            (404, _) => format!("there is no transit engine at {engine}{within}"),
            (400, _) if said.contains("key not found") => {
                format!("the engine {engine}{within} has no such key")
            }
            (429, _) => "it has too much to do, try again later".into(),
            (503, _) if said.contains("sealed") => "an operator has to unseal it".into(),
            _ => return None,
        })
    }

    /// The service's own words, on one line.
    fn said(&self) -> String {
        let Ok(body) = self.reply.json() else { return String::new() };
        let errors = body.get("errors").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let words: Vec<_> = errors.iter().filter_map(Value::as_str).collect();
        quote(&words.join(" "), &self.secrets)
    }
}
