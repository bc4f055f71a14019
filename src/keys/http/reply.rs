//! What a service answers.

use super::error::HttpError;
use std::io::Read;
use ureq::Body;
use ureq::http::{HeaderMap, Response};
use zeroize::Zeroizing;

/// A reply of any status but a redirect. It may hold a plaintext or a token: no `Debug`.
pub(in crate::keys) struct Reply {
    pub status: u16,
    pub body: Zeroizing<Vec<u8>>,
    headers: HeaderMap,
}

impl Reply {
    /// The whole reply, if it has at most `most` bytes.
    pub(super) fn read(
        response: Response<Body>,
        most: usize,
        fault: impl Fn(ureq::Error) -> HttpError,
    ) -> Result<Reply, HttpError> {
        let (head, mut body) = response.into_parts();
        let status = head.status.as_u16();
        if (300..400).contains(&status) {
            return Err(HttpError::Redirect(status));
        }
        let mut reader = body.as_reader();
        let mut bytes = Zeroizing::new(vec![0; most + 1]);
        let mut have = 0;
        loop {
            match reader.read(&mut bytes[have..]) {
                Ok(0) => break,
                Ok(more) => have += more,
                Err(error) => return Err(fault(error.into())),
            }
        }
        if have > most {
            return Err(HttpError::TooLarge(most));
        }
        bytes.truncate(have);
        Ok(Reply { status, body: bytes, headers: head.headers })
    }

    /// The first header of that name, in any case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The body as JSON. Its texts are not wiped by themselves.
    pub fn json(&self) -> Result<serde_json::Value, HttpError> {
        serde_json::from_slice(&self.body).map_err(|_| HttpError::NotJson)
    }

    /// The text at a JSON pointer (`/data/plaintext`), wiped when dropped; nothing if there is none.
    pub fn text(&self, pointer: &str) -> Result<Option<Zeroizing<String>>, HttpError> {
        let mut body = self.json()?;
        Ok(match body.pointer_mut(pointer).map(serde_json::Value::take) {
            Some(serde_json::Value::String(text)) => Some(Zeroizing::new(text)),
            _ => None,
        })
    }

    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
}
