//! One call to a service of Google, and what is told of one that failed.

use crate::keys::http::{Http, Reply, Request, quote};
use crate::keys::{CallError, KeyError, host};
use serde_json::Value;
use zeroize::Zeroizing;

/// Makes calls in the name of some credentials.
#[derive(Clone, Copy)]
pub(super) struct Service<'a> {
    pub http: &'a Http,
    /// Where the credentials were found, for errors.
    pub credentials: &'a str,
}

/// A call: its name in errors, what is sent, and what of it must not come back in an error.
pub(super) struct Call<'a> {
    pub name: &'static str,
    pub request: Request<'a>,
    pub secrets: &'a [&'a str],
}

impl Service<'_> {
    /// A reply that says the call went well.
    pub fn send(&self, call: &Call<'_>) -> Result<Reply, KeyError> {
        let reply = self.http.send(&call.request).map_err(|fault| self.failed(call, fault.to_string()))?;
        if reply.is_success() { Ok(reply) } else { Err(self.failed(call, said(&reply, call.secrets))) }
    }

    /// The object in such a reply.
    pub fn object(&self, call: &Call<'_>) -> Result<Object, KeyError> {
        match self.send(call)?.json() {
            Ok(Value::Object(fields)) => Ok(Object(fields)),
            Ok(_) => Err(self.failed(call, "the reply is not a JSON object".into())),
            Err(fault) => Err(self.failed(call, fault.to_string())),
        }
    }

    /// The error for a call that went wrong: `why` is fit for a terminal.
    pub fn failed(&self, call: &Call<'_>, why: String) -> KeyError {
        let (place, credentials) = (host::shown(call.request.url), self.credentials.to_owned());
        KeyError::Call(CallError { call: call.name, place, credentials, why })
    }
}

/// A JSON object whose texts are taken out of it, to be wiped by whoever holds them.
pub(super) struct Object(pub serde_json::Map<String, Value>);

impl Object {
    pub fn parse(text: &[u8]) -> Option<Object> {
        match serde_json::from_slice(text) {
            Ok(Value::Object(fields)) => Some(Object(fields)),
            _ => None,
        }
    }

    /// A text that is not empty.
    pub fn text(&mut self, field: &str) -> Option<Zeroizing<String>> {
        match self.0.get_mut(field)? {
            Value::String(text) if !text.is_empty() => Some(Zeroizing::new(std::mem::take(text))),
            _ => None,
        }
    }

    /// A number of 0 or more, which some services write as text.
    pub fn number(&self, field: &str) -> Option<u64> {
        let value = self.0.get(field)?;
        value.as_u64().or_else(|| value.as_str()?.parse().ok())
    }

    pub fn object(&mut self, field: &str) -> Option<Object> {
        match self.0.remove(field)? {
            Value::Object(fields) => Some(Object(fields)),
            _ => None,
        }
    }
}

impl Drop for Object {
    /// Texts that nobody took may be secrets as well.
    fn drop(&mut self) {
        self.0.values_mut().for_each(wipe);
    }
}

fn wipe(value: &mut Value) {
    match value {
        Value::String(text) => drop(Zeroizing::new(std::mem::take(text))),
        Value::Array(items) => items.iter_mut().for_each(wipe),
        Value::Object(fields) => fields.values_mut().for_each(wipe),
        _ => {}
    }
}

/// The status of a reply and what the service said, with what to do about it.
fn said(reply: &Reply, secrets: &[&str]) -> String {
    let status = reply.status;
    let body = reply.json().unwrap_or_default();
    let text = |pointer: &str| body.pointer(pointer).and_then(Value::as_str).filter(|text| !text.is_empty());
    // Google's form, and that of OAuth.
    let code = text("/error/status").or_else(|| text("/error"));
    let message = text("/error/message").or_else(|| text("/error_description"));
    let mut said = format!("status {status}");
    for (between, part) in [(" ", code), (": ", message)] {
        if let Some(part) = part {
            said.push_str(between);
            said.push_str(&quote(part, secrets));
        }
    }
    said + hint(status, code.unwrap_or_default())
}

fn hint(status: u16, code: &str) -> &'static str {
    match (status, code) {
        (_, "invalid_grant") => "; the credentials expired or were revoked, make new ones",
        (401, _) => "; get a new access token, or check the credentials",
        (403, _) => {
            "; these credentials need the permission, for a key the role roles/cloudkms.cryptoKeyEncrypterDecrypter"
        }
        (404, _) => "; check the name for typing errors",
        (429, _) => "; too many calls, try again later",
        (500.., _) => "; the service is in trouble, try again later",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_taken_once_and_numbers_may_be_texts() {
        let mut object = Object::parse(br#"{"a":"x","n":"12","m":7,"o":{"b":"y"},"e":""}"#).unwrap();
        assert_eq!(object.text("a").as_deref().map(String::as_str), Some("x"));
        assert_eq!(object.text("a"), None);
        assert_eq!(object.text("e"), None);
        assert_eq!((object.number("n"), object.number("m"), object.number("a")), (Some(12), Some(7), None));
        assert_eq!(object.object("o").unwrap().text("b").as_deref().map(String::as_str), Some("y"));
        assert!(Object::parse(b"[1]").is_none() && Object::parse(b"{").is_none());
    }
}
