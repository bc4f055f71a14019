//! A key of Google Cloud KMS, by its name.

/// `projects/P/locations/L/keyRings/R/cryptoKeys/K`. A key read from a file may hold anything; [`GcpKmsKey::check`] says
/// whether it can be used.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct GcpKmsKey {
    pub resource_id: String,
}

impl GcpKmsKey {
    /// Blanks do not count (spec, config 2.1).
    pub fn parse(text: &str) -> Result<GcpKmsKey, String> {
        let key = GcpKmsKey { resource_id: text.split_whitespace().collect() };
        key.check().map(|()| key)
    }

    /// Whether a request can be built from it: it becomes part of a URL (security R7).
    pub fn check(&self) -> Result<(), String> {
        let sound = |part: &str| {
            let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_.:~".contains(&b);
            !part.is_empty() && part.bytes().all(plain) && part.bytes().any(|b| b != b'.')
        };
        let parts: Vec<&str> = self.resource_id.split('/').collect();
        match parts.as_slice() {
            ["projects", p, "locations", l, "keyRings", r, "cryptoKeys", k]
                if [p, l, r, k].iter().all(|part| sound(part)) =>
            {
                Ok(())
            }
            _ => {
                Err("not the id of a GCP KMS key: expected projects/P/locations/L/keyRings/R/cryptoKeys/K"
                    .into())
            }
        }
    }
}
