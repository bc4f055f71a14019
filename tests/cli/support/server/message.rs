//! Requests, read by the letter of HTTP/1.1, and what a server makes of them.

use serde_json::Value;
use std::io::{BufRead, Read};

/// Longest line of a request's head, and largest body, in bytes.
const LONGEST_LINE: u64 = 64 << 10;
const LARGEST_BODY: u64 = 4 << 20;

#[derive(Clone, Debug)]
pub struct Request {
    pub method: String,
    /// Path and query as they were sent.
    pub target: String,
    /// Names in lower case, in their order.
    pub headers: Vec<(String, String)>,
    /// Without the chunks it may have come in.
    pub body: Vec<u8>,
}

pub enum Answer {
    Reply {
        status: u16,
        headers: Vec<(String, String)>,
        body: Vec<u8>,
    },
    /// The connection stays open, and nothing comes.
    Silence,
    /// The connection is closed without a word.
    Close,
    /// Just these bytes, and then the end of the connection.
    Raw(Vec<u8>),
}

impl Answer {
    pub fn json(status: u16, value: &Value) -> Answer {
        let body = value.to_string().into_bytes();
        Answer::Reply { status, headers: Vec::new(), body }.with("Content-Type", "application/json")
    }

    pub fn text(status: u16, text: &str) -> Answer {
        let body = text.as_bytes().to_vec();
        Answer::Reply { status, headers: Vec::new(), body }.with("Content-Type", "text/plain")
    }

    /// A reply with one header more.
    pub fn with(mut self, name: &str, value: &str) -> Answer {
        match &mut self {
            Answer::Reply { headers, .. } => headers.push((name.to_owned(), value.to_owned())),
            Answer::Silence | Answer::Close | Answer::Raw(_) => panic!("only replies have headers"),
        }
        self
    }

    /// As it goes over the wire.
    pub fn bytes(&self) -> Vec<u8> {
        match self {
            Answer::Reply { status, headers, body } => {
                let mut head = format!("HTTP/1.1 {status} as the test says\r\n");
                for (name, value) in headers {
                    head.push_str(&format!("{name}: {value}\r\n"));
                }
                head.push_str(&format!("Content-Length: {}\r\n\r\n", body.len()));
                [head.as_bytes(), body].concat()
            }
            Answer::Raw(bytes) => bytes.clone(),
            Answer::Silence | Answer::Close => Vec::new(),
        }
    }
}

impl Request {
    /// The value of a header, whose name is given in lower case. Panics if it was sent twice.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut values = self.headers.iter().filter(|(own, _)| own == name).map(|(_, value)| value.as_str());
        let value = values.next();
        assert!(values.next().is_none(), "{name} was sent twice");
        value
    }

    /// The target up to its query.
    pub fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or_default()
    }

    /// The fields of the target's query, decoded.
    pub fn query(&self) -> Vec<(String, String)> {
        fields(self.target.split_once('?').map_or("", |(_, query)| query))
    }

    /// The fields of a body of type `application/x-www-form-urlencoded`, decoded.
    pub fn form(&self) -> Vec<(String, String)> {
        let kind = self.header("content-type").unwrap_or_default();
        assert_eq!(kind.trim_end_matches("; charset=utf-8"), "application/x-www-form-urlencoded");
        fields(std::str::from_utf8(&self.body).expect("a form in UTF-8"))
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("a body of JSON")
    }

    /// The client closes the connection after this one.
    pub(super) fn is_last(&self) -> bool {
        self.header("connection").is_some_and(|words| words.eq_ignore_ascii_case("close"))
    }

    /// The next request of a connection; none at its orderly or violent end.
    pub(super) fn read(wire: &mut impl BufRead) -> Result<Option<Request>, String> {
        let Some(first) = line(wire)? else { return Ok(None) };
        let [method, target, "HTTP/1.1"] = first.split(' ').collect::<Vec<_>>()[..] else {
            return Err(format!("not a request line of HTTP/1.1: {first:?}"));
        };
        if !is_token(method) || !(target.starts_with('/') || method == "CONNECT") {
            return Err(format!("not a method and a target: {first:?}"));
        }
        let mut headers = Vec::new();
        loop {
            let Some(line) = line(wire)? else { return Ok(None) };
            if line.is_empty() {
                break;
            }
            match line.split_once(':') {
                Some((name, value)) if is_token(name) => {
                    headers.push((name.to_ascii_lowercase(), value.trim_matches([' ', '\t']).to_owned()));
                }
                _ => return Err(format!("not a header: {line:?}")),
            }
        }
        let mut request =
            Request { method: method.to_owned(), target: target.to_owned(), headers, body: Vec::new() };
        if request.all("host").count() != 1 {
            return Err("exactly one header Host is needed".to_owned());
        }
        let Some(body) = request.read_body(wire)? else { return Ok(None) };
        request.body = body;
        Ok(Some(request))
    }

    fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.headers.iter().filter(move |(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    fn read_body(&self, wire: &mut impl BufRead) -> Result<Option<Vec<u8>>, String> {
        let lengths: Vec<&str> = self.all("content-length").collect();
        let codings: Vec<&str> = self.all("transfer-encoding").collect();
        match (&lengths[..], &codings[..]) {
            // The SDK of AWS asks the metadata service with PUT, and without a body.
            ([], []) if matches!(self.method.as_str(), "POST" | "PATCH") => {
                Err(format!("{} without a Content-Length", self.method))
            }
            ([], []) => Ok(Some(Vec::new())),
            ([length], []) => exactly(wire, number(length, 10)?),
            ([], ["chunked"]) => chunks(wire),
            _ => Err("a body has one Content-Length, or is chunked".to_owned()),
        }
    }
}

/// The line without its end; none when the connection ended.
pub(super) fn line(wire: &mut impl BufRead) -> Result<Option<String>, String> {
    let mut line = Vec::new();
    if wire.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut line).is_err() || line.is_empty() {
        return Ok(None);
    }
    match line.strip_suffix(b"\r\n") {
        Some(line) if line.iter().all(|byte| matches!(byte, b' '..=b'~' | b'\t')) => {
            Ok(Some(String::from_utf8(line.to_vec()).expect("ASCII")))
        }
        Some(_) => Err("a line that is not printable ASCII".to_owned()),
        None if line.len() as u64 == LONGEST_LINE => Err("a line that never ends".to_owned()),
        None if line.ends_with(b"\n") => Err("a line that does not end with CR and LF".to_owned()),
        None => Ok(None),
    }
}

pub(super) fn exactly(wire: &mut impl BufRead, length: u64) -> Result<Option<Vec<u8>>, String> {
    if length > LARGEST_BODY {
        return Err(format!("a body of {length} bytes"));
    }
    let mut body = vec![0; usize::try_from(length).expect("a small number")];
    Ok(wire.read_exact(&mut body).is_ok().then_some(body))
}

pub(super) fn chunks(wire: &mut impl BufRead) -> Result<Option<Vec<u8>>, String> {
    let mut body = Vec::new();
    loop {
        let Some(size) = line(wire)? else { return Ok(None) };
        let size = number(&size, 16)?;
        let Some(chunk) = exactly(wire, size)? else { return Ok(None) };
        body.extend(chunk);
        match line(wire)? {
            None => return Ok(None),
            Some(end) if !end.is_empty() => return Err(format!("{end:?} after a chunk")),
            Some(_) if size == 0 => return Ok(Some(body)),
            Some(_) => {}
        }
    }
}

pub(super) fn number(text: &str, radix: u32) -> Result<u64, String> {
    let digits = !text.is_empty() && text.chars().all(|c| c.is_digit(radix));
    let number = digits.then(|| u64::from_str_radix(text, radix).ok()).flatten();
    number.ok_or_else(|| format!("not a length: {text:?}"))
}

fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b))
}

fn fields(text: &str) -> Vec<(String, String)> {
    let pairs = text.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(n, v)| (decoded(n), decoded(v)))
        .collect()
}

/// Without `%XX` and `+`.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let escaped = tail.get(..2).filter(|_| *first == b'%');
        rest = if let Some(digits) = escaped {
            let digits = std::str::from_utf8(digits).expect("two digits");
            bytes.push(u8::from_str_radix(digits, 16).expect("two digits"));
            &tail[2..]
        } else {
            bytes.push(if *first == b'+' { b' ' } else { *first });
            tail
        };
    }
    String::from_utf8(bytes).expect("a field in UTF-8")
}
