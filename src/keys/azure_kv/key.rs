//! A key of an Azure Key Vault, by its name.

/// What a file or rule says of a key. One read from a file may hold anything; [`AzureKvKey::check`] says whether it can
/// be used.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AzureKvKey {
    /// `https://HOST`, as it was given.
    pub vault_url: String,
    pub name: String,
    /// Empty is the newest, which has to be asked for before the key can be used.
    pub version: String,
}

impl AzureKvKey {
    /// `https://VAULT/keys/NAME[/VERSION]` (spec, config 2.1).
    pub fn parse(text: &str) -> Result<AzureKvKey, String> {
        let wrong = || {
            "not the URL of an Azure key: expected https://VAULT/keys/NAME or …/keys/NAME/VERSION".to_owned()
        };
        let rest = text.trim().strip_prefix("https://").ok_or_else(wrong)?;
        match rest.split('/').collect::<Vec<_>>().as_slice() {
            [host, "keys", name, version @ ..] if version.len() < 2 => {
                let version = version.first().copied().unwrap_or_default();
                AzureKvKey::new(&format!("https://{host}"), name, version).map_err(|_| wrong())
            }
            _ => Err(wrong()),
        }
    }

    /// A key by its parts; an empty version is the newest.
    pub fn new(vault_url: &str, name: &str, version: &str) -> Result<AzureKvKey, String> {
        let key = AzureKvKey { vault_url: vault_url.into(), name: name.into(), version: version.into() };
        key.check().map(|()| key)
    }

    /// Whether a request can be built from it: its parts become a URL (security R7).
    pub fn check(&self) -> Result<(), String> {
        if self.host().is_none() {
            return Err("not the URL of an Azure key vault: expected https://VAULT".into());
        }
        let word = |text: &str| text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        if self.name.is_empty() || !word(&self.name) || !word(&self.version) {
            return Err("not the name of an Azure key: it has letters, digits and hyphens".into());
        }
        Ok(())
    }

    /// Host and port of a sound vault URL.
    pub fn host(&self) -> Option<&str> {
        let host = self.vault_url.strip_prefix("https://")?.trim_end_matches('/');
        let plain = |b: u8| b.is_ascii_alphanumeric() || b"-.:".contains(&b);
        (!host.is_empty() && host.bytes().all(plain)).then_some(host)
    }

    /// What tells the key from others (spec, file-format 8).
    pub(in crate::keys) fn text(&self) -> String {
        format!("{}/keys/{}/{}", self.vault_url, self.name, self.version)
    }

    /// Whether it is some version of the other key, as a vault spells it: case counts for nothing there.
    #[cfg(feature = "azure")]
    pub(super) fn is_version_of(&self, other: &AzureKvKey) -> bool {
        let same = |a: &str, b: &str| a.eq_ignore_ascii_case(b);
        let (own, others) = (self.host().unwrap_or_default(), other.host().unwrap_or_default());
        same(own, others) && same(&self.name, &other.name)
    }

    /// Whether this entry of a file is the key that a config means: without a version it is any version of it.
    pub(in crate::keys) fn is_meant_by(&self, wanted: &AzureKvKey) -> bool {
        let same = |text: &str| text.trim_end_matches('/').to_owned();
        let any = wanted.version.is_empty() || self.version == wanted.version;
        any && same(&self.vault_url) == same(&wanted.vault_url) && self.name == wanted.name
    }
}
