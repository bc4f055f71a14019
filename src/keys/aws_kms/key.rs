//! A key of AWS KMS, by its name.

use std::collections::BTreeMap;

/// What a file or rule says of a KMS key. Texts that are not set are empty. A key read from a file may hold anything;
/// [`AwsKmsKey::check`] says whether it can be used.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct AwsKmsKey {
    pub arn: String,
    /// The role that is assumed for its calls.
    pub role: String,
    /// What the service binds the wrapped key to.
    pub context: BTreeMap<String, String>,
    /// A profile of the shared AWS config.
    pub profile: String,
}

impl AwsKmsKey {
    /// `ARN` or `ARN+ROLE_ARN`; blanks do not count (spec, config 2.1).
    pub fn parse(text: &str) -> Result<AwsKmsKey, String> {
        let text: String = text.split_whitespace().collect();
        let (arn, role) = match text.find("+arn:") {
            Some(at) => (&text[..at], &text[at + 1..]),
            None => (text.as_str(), ""),
        };
        let key = AwsKmsKey { arn: arn.into(), role: role.into(), ..AwsKmsKey::default() };
        key.check().map(|()| key)
    }

    /// Whether ARN and role are what a request can be built from. The region becomes part of a host name, so it is
    /// held to what regions are made of (security R7).
    pub fn check(&self) -> Result<(), String> {
        if self.region().is_none() {
            return Err(
                "not the ARN of a KMS key: expected arn:aws:kms:REGION:ACCOUNT:key/ID or …:alias/NAME".into(),
            );
        }
        if !self.role.is_empty() && !is_role_arn(&self.role) {
            return Err("not the ARN of a role: expected arn:aws:iam::ACCOUNT:role/NAME".into());
        }
        Ok(())
    }

    /// The region of a sound ARN: `arn:aws…:kms:REGION:ACCOUNT:key/…` or `…:alias/…`.
    pub fn region(&self) -> Option<&str> {
        let parts: Vec<&str> = self.arn.splitn(6, ':').collect();
        let ["arn", partition, "kms", region, account, resource] = parts.as_slice() else { return None };
        let id = resource.strip_prefix("key/").or_else(|| resource.strip_prefix("alias/"))?;
        let sound = is_partition(partition) && is_word(region) && is_account(account) && is_path(id);
        sound.then_some(region)
    }

    /// Whether the ARN is that of an alias, which stands for some key.
    #[cfg(feature = "aws")]
    pub(super) fn is_alias(&self) -> bool {
        self.arn.splitn(6, ':').nth(5).is_some_and(|resource| resource.starts_with("alias/"))
    }

    /// What tells the key from others (spec, file-format 8).
    pub(in crate::keys) fn text(&self) -> String {
        let mut text = self.arn.clone();
        if !self.role.is_empty() {
            text.push_str(&format!("+{}", self.role));
        }
        if !self.context.is_empty() || !self.profile.is_empty() {
            let pairs: Vec<String> =
                self.context.iter().map(|(key, value)| format!("{key}:{value}")).collect();
            text.push_str(&format!("|{}", pairs.join(",")));
        }
        if !self.profile.is_empty() {
            text.push_str(&format!("|{}", self.profile));
        }
        text
    }

    /// Whether this entry of a file is the key that a config means: without context and profile it is the key with any.
    pub(in crate::keys) fn is_meant_by(&self, wanted: &AwsKmsKey) -> bool {
        let open = wanted.context.is_empty() && wanted.profile.is_empty();
        self == wanted || (open && self.arn == wanted.arn && self.role == wanted.role)
    }
}

fn is_role_arn(role: &str) -> bool {
    let parts: Vec<&str> = role.splitn(6, ':').collect();
    let ["arn", partition, service, "", account, resource] = parts.as_slice() else { return false };
    is_partition(partition) && is_word(service) && is_account(account) && is_path(resource)
}

fn is_partition(text: &str) -> bool {
    text.starts_with("aws") && is_word(text)
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

fn is_account(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

fn is_path(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_graphic())
}
