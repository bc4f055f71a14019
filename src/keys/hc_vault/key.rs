//! A transit key of a Vault, by its name.

/// What a file or rule says of a transit key. One read from a file may hold anything; [`HcVaultKey::check`] says whether
/// it can be used.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct HcVaultKey {
    /// `https://HOST[:PORT]`.
    pub address: String,
    /// Where the engine is mounted; may have several parts.
    pub engine_path: String,
    pub key_name: String,
}

impl HcVaultKey {
    /// `scheme://host[:port]/v1/ENGINE_PATH/keys/NAME` (spec, config 2.1).
    pub fn parse(text: &str) -> Result<HcVaultKey, String> {
        let (scheme, rest) = text.trim().split_once("://").ok_or_else(wrong)?;
        let (host, path) = rest.split_once('/').ok_or_else(wrong)?;
        let parts: Vec<&str> = path.trim_end_matches('/').split('/').collect();
        let [version, engine @ .., "keys", key_name] = parts.as_slice() else { return Err(wrong()) };
        let digits = version.strip_prefix('v').unwrap_or_default();
        if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(wrong());
        }
        let key = HcVaultKey {
            address: format!("{scheme}://{host}"),
            engine_path: engine.join("/"),
            key_name: (*key_name).to_owned(),
        };
        key.check().map(|()| key)
    }

    /// Whether a request can be built from it: its parts become a URL (security R7).
    pub fn check(&self) -> Result<(), String> {
        let part = |text: &str| {
            let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_.~".contains(&b);
            !text.is_empty() && text.bytes().all(plain) && text.bytes().any(|b| b != b'.')
        };
        let engine = !self.engine_path.is_empty() && self.engine_path.split('/').all(part);
        if self.host().is_none() || !engine || !part(&self.key_name) {
            return Err(wrong());
        }
        Ok(())
    }

    /// Host and port of a sound address.
    pub fn host(&self) -> Option<&str> {
        let rest = self.address.strip_prefix("https://").or_else(|| self.address.strip_prefix("http://"))?;
        let host = rest.trim_end_matches('/');
        let plain = |b: u8| b.is_ascii_alphanumeric() || b"-.:[]".contains(&b);
        (!host.is_empty() && host.bytes().all(plain)).then_some(host)
    }

    /// What tells the key from others (spec, file-format 8).
    pub(in crate::keys) fn text(&self) -> String {
        format!("{}/v1/{}/keys/{}", self.address, self.engine_path, self.key_name)
    }
}

fn wrong() -> String {
    "not the URI of a transit key: expected https://HOST:PORT/v1/ENGINE/keys/NAME".into()
}
