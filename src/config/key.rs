//! The keys that a rule names, and their spelling (spec, config 2.1).

use crate::keys::Recipient;
use crate::keys::age::AgeRecipient;
use std::collections::BTreeMap;

/// One key of a key group. Two are equal when sops counts them as the same key.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum KeySpec {
    Age(AgeRecipient),
    /// A fingerprint, or whatever else gpg finds a key by.
    Pgp(String),
    AwsKms {
        arn: String,
        role: Option<String>,
        context: BTreeMap<String, String>,
        profile: Option<String>,
    },
    GcpKms {
        resource_id: String,
    },
    HuaweiKms {
        key_id: String,
    },
    AzureKv {
        vault_url: String,
        name: String,
        /// `None` is the newest, which has to be asked for before the key can be used.
        version: Option<String>,
    },
    HcVault {
        address: String,
        engine_path: String,
        key_name: String,
    },
}

impl KeySpec {
    /// A recipient as age spells it.
    pub fn age(text: &str) -> Result<KeySpec, String> {
        AgeRecipient::parse(text).map(KeySpec::Age).map_err(|fault| fault.to_string())
    }

    /// A fingerprint; blanks do not count.
    pub fn pgp(text: &str) -> Result<KeySpec, String> {
        match without_blanks(text) {
            fingerprint if fingerprint.is_empty() => Err("an empty fingerprint".into()),
            fingerprint => Ok(KeySpec::Pgp(fingerprint)),
        }
    }

    /// `ARN` or `ARN+ROLE_ARN`.
    pub fn aws_kms(text: &str, profile: Option<&str>) -> Result<KeySpec, String> {
        let text = without_blanks(text);
        let (arn, role) = match text.find("+arn:") {
            Some(at) => (&text[..at], Some(&text[at + 1..])),
            None => (text.as_str(), None),
        };
        KeySpec::aws_kms_parts(arn, role, BTreeMap::new(), profile)
    }

    pub(super) fn aws_kms_parts(
        arn: &str,
        role: Option<&str>,
        context: BTreeMap<String, String>,
        profile: Option<&str>,
    ) -> Result<KeySpec, String> {
        if !is_kms_arn(arn) {
            return Err(
                "not the ARN of a KMS key: expected arn:aws:kms:REGION:ACCOUNT:key/ID or …:alias/NAME".into(),
            );
        }
        if role.is_some_and(|role| !role.starts_with("arn:")) {
            return Err("not the ARN of a role: expected arn:aws:iam::ACCOUNT:role/NAME".into());
        }
        let owned = |text: &str| text.to_owned();
        Ok(KeySpec::AwsKms { arn: arn.into(), role: role.map(owned), context, profile: profile.map(owned) })
    }

    /// `projects/P/locations/L/keyRings/R/cryptoKeys/K`.
    pub fn gcp_kms(text: &str) -> Result<KeySpec, String> {
        let resource_id = without_blanks(text);
        let parts: Vec<&str> = resource_id.split('/').collect();
        match parts.as_slice() {
            ["projects", p, "locations", l, "keyRings", r, "cryptoKeys", k]
                if [p, l, r, k].iter().all(|part| !part.is_empty()) =>
            {
                Ok(KeySpec::GcpKms { resource_id })
            }
            _ => {
                Err("not the id of a GCP KMS key: expected projects/P/locations/L/keyRings/R/cryptoKeys/K"
                    .into())
            }
        }
    }

    /// `REGION:UUID`.
    pub fn huawei_kms(text: &str) -> Result<KeySpec, String> {
        match text.trim().split_once(':') {
            Some((region, uuid)) if !region.trim().is_empty() && !uuid.trim().is_empty() => {
                Ok(KeySpec::HuaweiKms { key_id: text.trim().into() })
            }
            _ => Err("not the id of a HuaweiCloud KMS key: expected REGION:UUID".into()),
        }
    }

    /// `https://VAULT/keys/NAME[/VERSION]`.
    pub fn azure_kv(text: &str) -> Result<KeySpec, String> {
        let wrong = || {
            "not the URL of an Azure key: expected https://VAULT/keys/NAME or …/keys/NAME/VERSION".to_owned()
        };
        let rest = text.trim().strip_prefix("https://").ok_or_else(wrong)?;
        match rest.split('/').collect::<Vec<_>>().as_slice() {
            [host, "keys", name, version @ ..]
                if !host.is_empty() && !name.is_empty() && version.len() < 2 =>
            {
                let version = version.first().copied().unwrap_or_default();
                KeySpec::azure_kv_parts(&format!("https://{host}"), name, version)
            }
            _ => Err(wrong()),
        }
    }

    pub(super) fn azure_kv_parts(vault_url: &str, name: &str, version: &str) -> Result<KeySpec, String> {
        let host = vault_url.strip_prefix("https://").map(|rest| rest.trim_end_matches('/'));
        if host.is_none_or(|host| host.is_empty() || host.contains('/')) {
            return Err("not the URL of an Azure key vault: expected https://VAULT".into());
        }
        Ok(KeySpec::AzureKv {
            vault_url: vault_url.into(),
            name: name.into(),
            version: Some(version.to_owned()).filter(|version| !version.is_empty()),
        })
    }

    /// `scheme://host[:port]/v1/ENGINE_PATH/keys/NAME`.
    pub fn hc_vault(text: &str) -> Result<KeySpec, String> {
        let wrong =
            || "not the URI of a transit key: expected https://HOST:PORT/v1/ENGINE/keys/NAME".to_owned();
        let (scheme, rest) = text.trim().split_once("://").ok_or_else(wrong)?;
        let (host, path) = rest.split_once('/').ok_or_else(wrong)?;
        let parts: Vec<&str> = path.trim_end_matches('/').split('/').collect();
        let [version, engine @ .., "keys", key_name] = parts.as_slice() else { return Err(wrong()) };
        let digits = version.strip_prefix('v').unwrap_or_default();
        let sound = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
        let named = !engine.is_empty() && !key_name.is_empty() && engine.iter().all(|part| !part.is_empty());
        if !sound
            || !named
            || !matches!(scheme, "http" | "https")
            || host.is_empty()
            || path.contains(['?', '#'])
        {
            return Err(wrong());
        }
        Ok(KeySpec::HcVault {
            address: format!("{scheme}://{host}"),
            engine_path: engine.join("/"),
            key_name: (*key_name).to_owned(),
        })
    }

    /// What tells one key from another (spec, file-format 8).
    pub fn identity(&self) -> String {
        match self {
            KeySpec::Age(recipient) => recipient.text().to_owned(),
            KeySpec::Pgp(fingerprint) => fingerprint.clone(),
            KeySpec::GcpKms { resource_id } => resource_id.clone(),
            KeySpec::HuaweiKms { key_id } => key_id.clone(),
            KeySpec::AzureKv { vault_url, name, version } => {
                format!("{vault_url}/keys/{name}/{}", version.as_deref().unwrap_or_default())
            }
            KeySpec::HcVault { address, engine_path, key_name } => {
                format!("{address}/v1/{engine_path}/keys/{key_name}")
            }
            KeySpec::AwsKms { arn, role, context, profile } => {
                let mut identity = arn.clone();
                if let Some(role) = role {
                    identity.push_str(&format!("+{role}"));
                }
                let context: Vec<String> =
                    context.iter().map(|(key, value)| format!("{key}:{value}")).collect();
                if !context.is_empty() || profile.is_some() {
                    identity.push_str(&format!("|{}", context.join(",")));
                }
                if let Some(profile) = profile {
                    identity.push_str(&format!("|{profile}"));
                }
                identity
            }
        }
    }

    /// The metadata list in which the key is written.
    pub fn list(&self) -> &'static str {
        match self {
            KeySpec::Age(_) => "age",
            KeySpec::Pgp(_) => "pgp",
            KeySpec::AwsKms { .. } => "kms",
            KeySpec::GcpKms { .. } => "gcp_kms",
            KeySpec::HuaweiKms { .. } => "hckms",
            KeySpec::AzureKv { .. } => "azure_kv",
            KeySpec::HcVault { .. } => "hc_vault",
        }
    }

    /// The key as the keyring knows it.
    pub fn recipient(&self) -> Recipient {
        match self {
            KeySpec::Age(recipient) => Recipient::Age(recipient.clone()),
            other => Recipient::Other { list: other.list().into(), identity: other.identity() },
        }
    }
}

fn without_blanks(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// `arn:aws…:kms:REGION:ACCOUNT:key/…` or `…:alias/…`. The region becomes part of a host name, so it is held to
/// what regions are made of (security R7).
fn is_kms_arn(arn: &str) -> bool {
    let word = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let ["arn", partition, "kms", region, account, resource] = parts.as_slice() else { return false };
    let id = resource.strip_prefix("key/").or_else(|| resource.strip_prefix("alias/"));
    partition.starts_with("aws")
        && word(partition)
        && word(region)
        && !account.is_empty()
        && account.bytes().all(|b| b.is_ascii_digit())
        && id.is_some_and(|id| !id.is_empty())
}
