//! What is asked of a service.

use super::error::HttpError;
use std::borrow::Cow;
use ureq::http::HeaderValue;
use ureq::http::request::Builder;
use zeroize::Zeroizing;

/// One request. Headers and body may hold credentials and keys: no `Debug`.
pub(in crate::keys) struct Request<'a> {
    pub method: &'static str,
    pub url: &'a str,
    pub headers: Vec<(Cow<'static, str>, Zeroizing<String>)>,
    pub body: Option<Zeroizing<Vec<u8>>>,
    /// Whether proxies are left aside, as for a service of the machine itself.
    pub direct: bool,
}

impl<'a> Request<'a> {
    pub fn get(url: &'a str) -> Request<'a> {
        Request { method: "GET", url, headers: Vec::new(), body: None, direct: false }
    }

    /// Sends an object of texts.
    pub fn post_json(url: &'a str, fields: &[(&str, &str)]) -> Request<'a> {
        Request::post(url, "application/json", json(fields))
    }

    /// Sends texts as the form of a web page would.
    pub fn post_form(url: &'a str, fields: &[(&str, &str)]) -> Request<'a> {
        Request::post(url, "application/x-www-form-urlencoded", form(fields))
    }

    /// Sends `body`, of the media type `kind`.
    pub fn post(url: &'a str, kind: &str, body: Zeroizing<Vec<u8>>) -> Request<'a> {
        let headers = vec![("content-type".into(), Zeroizing::new(kind.to_owned()))];
        Request { method: "POST", url, headers, body: Some(body), direct: false }
    }

    /// With one more header. `name` is in lower case.
    pub fn header(mut self, name: impl Into<Cow<'static, str>>, value: impl Into<String>) -> Request<'a> {
        self.headers.push((name.into(), Zeroizing::new(value.into())));
        self
    }

    /// Never through a proxy.
    pub fn direct(mut self) -> Request<'a> {
        self.direct = true;
        self
    }

    pub(super) fn head(&self) -> Result<Builder, HttpError> {
        let mut head = Builder::new().method(self.method).uri(self.url);
        for (name, value) in &self.headers {
            let mut value = HeaderValue::from_str(value).map_err(|_| HttpError::Header(name.to_string()))?;
            value.set_sensitive(true);
            head = head.header(name.as_ref(), value);
        }
        Ok(head)
    }
}

/// In one allocation that is never outgrown, so that no copy is left behind.
fn json(fields: &[(&str, &str)]) -> Zeroizing<Vec<u8>> {
    let most: usize = fields.iter().map(|(name, value)| 6 * (name.len() + value.len()) + 6).sum();
    let mut body = Zeroizing::new(Vec::with_capacity(most + 2));
    body.push(b'{');
    for (at, (name, value)) in fields.iter().enumerate() {
        if at > 0 {
            body.push(b',');
        }
        quote(&mut body, name);
        body.push(b':');
        quote(&mut body, value);
    }
    body.push(b'}');
    body
}

fn quote(body: &mut Vec<u8>, text: &str) {
    // Writing text to memory does not fail.
    let _ = serde_json::to_writer(body, text);
}

fn form(fields: &[(&str, &str)]) -> Zeroizing<Vec<u8>> {
    let most: usize = fields.iter().map(|(name, value)| 3 * (name.len() + value.len()) + 2).sum();
    let mut body = Zeroizing::new(Vec::with_capacity(most));
    for (at, (name, value)) in fields.iter().enumerate() {
        if at > 0 {
            body.push(b'&');
        }
        percent(&mut body, name);
        body.push(b'=');
        percent(&mut body, value);
    }
    body
}

fn percent(body: &mut Vec<u8>, text: &str) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            body.push(byte);
        } else {
            let hex = |nibble: u8| b"0123456789ABCDEF"[usize::from(nibble)];
            body.extend([b'%', hex(byte >> 4), hex(byte & 15)]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_are_written_into_one_allocation() {
        let nasty = "\u{1}\"\\ü%&=+ \u{7f}".repeat(50);
        let fields = [("a b", nasty.as_str()), ("", "")];
        let most = json(&[("", "")]).capacity();
        assert_eq!(most, 8);
        let written = json(&fields);
        let parsed: serde_json::Value = serde_json::from_slice(&written).unwrap();
        assert_eq!(parsed["a b"], nasty);
        assert!(written.capacity() <= 6 * (nasty.len() + 3) + 14, "it grew");
        let written = form(&[("a b", "ü+&"), ("c", "-_.~9")]);
        assert_eq!(written.as_slice(), b"a%20b=%C3%BC%2B%26&c=-_.~9");
        assert!(written.capacity() <= 3 * (3 + 4 + 1 + 5) + 4, "it grew");
    }

    #[test]
    fn a_header_of_two_lines_is_no_request() {
        let request = Request::get("http://localhost/").header("x-token", "CANARY\r\nx: y");
        let fault = request.head().err().map(|fault| fault.to_string()).unwrap_or_default();
        assert_eq!(fault, "the value for the header x-token is not one line of text");
    }
}
