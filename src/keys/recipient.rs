//! Who can unwrap a data key.

use super::age::AgeRecipient;
use super::aws_kms::AwsKmsKey;
use super::azure_kv::AzureKvKey;
use super::gcp_kms::GcpKmsKey;
use super::hc_vault::HcVaultKey;
use super::huawei_kms::HuaweiKmsKey;
use super::pgp::PgpKey;
use std::borrow::Cow;
use std::fmt;

/// One key of a key group, by its public side. Two recipients are equal when they name the same key,
/// whatever a comment behind an SSH key says.
#[derive(Clone, PartialEq, Eq, Hash)]
pub enum Recipient {
    Age(AgeRecipient),
    Pgp(PgpKey),
    AwsKms(AwsKmsKey),
    GcpKms(GcpKmsKey),
    HuaweiKms(HuaweiKmsKey),
    AzureKv(AzureKvKey),
    HcVault(HcVaultKey),
}

impl Recipient {
    /// A key in the words of a user, by the metadata list of its kind (spec, config 2.1). The error says what was
    /// expected.
    pub fn parse(list: &str, text: &str) -> Result<Recipient, String> {
        match list {
            "age" => AgeRecipient::parse(text).map(Recipient::Age).map_err(|fault| fault.to_string()),
            "pgp" => PgpKey::parse(text).map(Recipient::Pgp),
            "kms" => AwsKmsKey::parse(text).map(Recipient::AwsKms),
            "gcp_kms" => GcpKmsKey::parse(text).map(Recipient::GcpKms),
            "hckms" => HuaweiKmsKey::parse(text).map(Recipient::HuaweiKms),
            "azure_kv" => AzureKvKey::parse(text).map(Recipient::AzureKv),
            "hc_vault" => HcVaultKey::parse(text).map(Recipient::HcVault),
            _ => Err("not a kind of key".into()),
        }
    }

    /// The metadata list of its kind, which is also its identifier in a decryption order.
    pub fn list(&self) -> &'static str {
        match self {
            Recipient::Age(_) => "age",
            Recipient::Pgp(_) => "pgp",
            Recipient::AwsKms(_) => "kms",
            Recipient::GcpKms(_) => "gcp_kms",
            Recipient::HuaweiKms(_) => "hckms",
            Recipient::AzureKv(_) => "azure_kv",
            Recipient::HcVault(_) => "hc_vault",
        }
    }

    /// What names the key among those of its kind, as it stands (spec, file-format 8). It may come from a file, and hold
    /// anything: for people there is [`Recipient::identity`].
    pub fn text(&self) -> Cow<'_, str> {
        match self {
            Recipient::Age(recipient) => recipient.text().into(),
            Recipient::Pgp(key) => key.fingerprint.as_str().into(),
            Recipient::AwsKms(key) => key.text().into(),
            Recipient::GcpKms(key) => key.resource_id.as_str().into(),
            Recipient::HuaweiKms(key) => key.key_id.as_str().into(),
            Recipient::AzureKv(key) => key.text().into(),
            Recipient::HcVault(key) => key.text().into(),
        }
    }

    /// What names the key, whole, without control characters: for lists of keys.
    pub fn identity(&self) -> String {
        match self {
            Recipient::Age(recipient) => recipient.shown(usize::MAX),
            other => printable(&other.text(), usize::MAX),
        }
    }

    /// Whether `text`, in the words of a user or a file, is this recipient.
    pub fn is_called(&self, text: &str) -> bool {
        match self {
            Recipient::Age(known) => *known == AgeRecipient::stored(text),
            other => other.text() == text.trim(),
        }
    }

    /// Whether this entry of a file is the key that a config or flag means. An Azure key without a version is any
    /// version of it, a KMS key without context and profile is the key with any.
    pub fn is_meant_by(&self, wanted: &Recipient) -> bool {
        match (self, wanted) {
            (Recipient::AzureKv(key), Recipient::AzureKv(wanted)) => key.is_meant_by(wanted),
            (Recipient::AwsKms(key), Recipient::AwsKms(wanted)) => key.is_meant_by(wanted),
            _ => self == wanted,
        }
    }

    /// Whether a request can be built from what a file says of a key of a service; the error says what was expected.
    pub fn check(&self) -> Result<(), String> {
        match self {
            Recipient::Age(_) | Recipient::HuaweiKms(_) => Ok(()),
            Recipient::Pgp(key) => key.check(),
            Recipient::AwsKms(key) => key.check(),
            Recipient::GcpKms(key) => key.check(),
            Recipient::AzureKv(key) => key.check(),
            Recipient::HcVault(key) => key.check(),
        }
    }

    /// Whether using the key means a call to a service, at an address or with credentials that the name of the key
    /// chooses (security R7).
    pub fn is_remote(&self) -> bool {
        self.service().is_some()
    }

    /// What is called when the key is used, and as whom: the same text for keys that answer or fail together.
    pub(super) fn service(&self) -> Option<String> {
        Some(match self {
            Recipient::Age(_) | Recipient::Pgp(_) => return None,
            Recipient::AwsKms(key) => format!("kms {:?} {} {}", key.region(), key.role, key.profile),
            Recipient::GcpKms(_) => "gcp_kms".into(),
            Recipient::HuaweiKms(_) => "hckms".into(),
            Recipient::AzureKv(key) => format!("azure_kv {}", key.vault_url),
            Recipient::HcVault(key) => format!("hc_vault {}", key.address),
        })
    }

    /// The key without what does not change which service is called with which of the user's credentials: the encryption
    /// context of AWS, the version of Azure, a slash at the end of an address.
    pub fn bare(&self) -> Recipient {
        let mut bare = self.clone();
        match &mut bare {
            Recipient::AwsKms(key) => key.context.clear(),
            Recipient::AzureKv(key) => {
                key.version.clear();
                trim(&mut key.vault_url);
            }
            Recipient::HcVault(key) => trim(&mut key.address),
            Recipient::Age(_) | Recipient::Pgp(_) | Recipient::GcpKms(_) | Recipient::HuaweiKms(_) => {}
        }
        bare
    }

    /// The program that wrapping for the key starts, if it is that of an age plugin.
    pub fn program(&self) -> Option<String> {
        match self {
            Recipient::Age(recipient) => recipient.plugin().map(|name| format!("age-plugin-{name}")),
            _ => None,
        }
    }
}

fn trim(address: &mut String) {
    address.truncate(address.trim_end_matches('/').len());
}

/// For messages: short, on one line, without control characters.
impl fmt::Display for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Recipient::Age(recipient) => recipient.fmt(f),
            other => write!(f, "{} {}", other.list(), printable(&other.text(), 200)),
        }
    }
}

impl fmt::Debug for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Recipient({self})")
    }
}

/// `text` fit for a terminal: what could steer it is replaced, the middle of a long text left out.
pub fn printable(text: &str, most: usize) -> String {
    let isolate = |c: &char| matches!(c, '\u{2066}'..='\u{2069}');
    let clean = |c: char| match c {
        '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' => '\u{FFFD}',
        c if c.is_control() => '\u{FFFD}',
        c => c,
    };
    let shown = || text.chars().filter(|c| !isolate(c)).map(clean);
    let length = shown().count();
    if length <= most {
        return shown().collect();
    }
    let (head, tail) = (most - most / 4 - 1, most / 4);
    shown().take(head).chain(['…']).chain(shown().skip(length - tail)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_config_leaves_open_may_be_anything() {
        let azure = |text: &str| Recipient::AzureKv(AzureKvKey::parse(text).unwrap());
        let one = azure("https://v/keys/n/1");
        assert!(one.is_meant_by(&azure("https://v/keys/n")));
        assert!(
            !one.is_meant_by(&azure("https://v/keys/n/2")) && !one.is_meant_by(&azure("https://w/keys/n"))
        );
        let kms = |arn: &str, context: &str, profile: &str| {
            let context = (!context.is_empty()).then(|| ("Env".to_owned(), context.to_owned()));
            let (context, profile) = (context.into_iter().collect(), profile.into());
            Recipient::AwsKms(AwsKmsKey { arn: arn.into(), role: "arn:r".into(), context, profile })
        };
        let key = kms("arn:a", "x", "lab");
        assert!(key.is_meant_by(&kms("arn:a", "", "")) && !key.is_meant_by(&kms("arn:b", "", "")));
        assert!(!key.is_meant_by(&kms("arn:a", "y", "lab")) && !key.is_meant_by(&one));
        assert_eq!(key.text(), "arn:a+arn:r|Env:x|lab");
        assert_eq!(kms("arn:a", "", "lab").text(), "arn:a+arn:r||lab");
    }

    #[test]
    fn a_name_from_a_file_cannot_speak_to_the_terminal() {
        let arn = "arn\u{1b}[2J\nx\u{9b}\u{202E}y\u{2068}".into();
        let other = Recipient::AwsKms(AwsKmsKey { arn, ..AwsKmsKey::default() });
        assert_eq!(other.to_string(), "kms arn\u{FFFD}[2J\u{FFFD}x\u{FFFD}\u{FFFD}y");
    }

    #[test]
    fn a_long_name_is_shortened_in_the_middle() {
        assert_eq!(printable("abcdefghijkl", 8), "abcde…kl");
        assert_eq!(printable("abcdefgh", 8), "abcdefgh");
    }
}
