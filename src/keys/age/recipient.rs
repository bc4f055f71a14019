//! Age recipients: who a data key can be encrypted to.

use std::{
    fmt,
    hash::{Hash, Hasher},
};

use super::{hybrid, plugin, prompt::Talk, ssh, xwing};
use crate::keys::recipient::printable;

/// The text of an age recipient. Equal when the key is: the comment behind an SSH key does not count.
#[derive(Clone)]
pub struct AgeRecipient {
    text: String,
}

/// Why a text is no age recipient. Never repeats the text: it may be a secret key, pasted by mistake.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecipientError {
    #[error("this is a secret key where a recipient (age1…) belongs; consider it exposed and replace it")]
    Secret,
    #[error("not an age recipient: expected age1…, age1pq1…, age1PLUGIN1…, ssh-ed25519 … or ssh-rsa …")]
    Unknown,
    #[error("not a valid {kind} recipient: {why}")]
    Invalid { kind: &'static str, why: &'static str },
    #[error("it needs the program age-plugin-{0}, which is not in PATH")]
    PluginMissing(String),
    #[error("it needs the program age-plugin-{0}, and plugins may not be started here")]
    PluginForbidden(String),
}

impl AgeRecipient {
    /// Reads a recipient that is to be used: its text is checked.
    pub fn parse(text: &str) -> Result<AgeRecipient, RecipientError> {
        let recipient = AgeRecipient::stored(text);
        recipient.resolve()?;
        Ok(recipient)
    }

    /// A recipient as a file names it, unchecked: a file can be opened whatever its other entries say.
    pub fn stored(text: &str) -> AgeRecipient {
        AgeRecipient { text: text.trim().to_owned() }
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text for messages, of at most so many characters.
    pub(in crate::keys) fn shown(&self, most: usize) -> String {
        if is_secret(&self.text) { "a secret key".into() } else { printable(&self.text, most) }
    }

    /// The name of the plugin that wraps for it, if one does.
    pub(in crate::keys) fn plugin(&self) -> Option<String> {
        match self.resolve() {
            Ok(Target::Plugin(key)) => Some(key.plugin().to_owned()),
            _ => None,
        }
    }

    /// The words that make the key.
    fn material(&self) -> impl Iterator<Item = &str> {
        self.text.split_whitespace().take(2)
    }

    fn resolve(&self) -> Result<Target, RecipientError> {
        let text = self.text.as_str();
        let invalid = |kind| move |why| RecipientError::Invalid { kind, why };
        if is_secret(text) {
            return Err(RecipientError::Secret);
        }
        if text.starts_with("age1pq1") {
            return hybrid::Recipient::parse(text).map(native).map_err(invalid("post-quantum"));
        }
        if text.starts_with("age1tag1") {
            return text.parse::<age::tag::Recipient>().map(native).map_err(invalid("tag"));
        }
        if text.starts_with("age1tagpq1") {
            return text.parse::<age::tagpq::Recipient>().map(native).map_err(invalid("tagpq"));
        }
        if text.starts_with("age1") && text.matches('1').count() > 1 {
            return text.parse().map(Target::Plugin).map_err(invalid("plugin"));
        }
        if text.starts_with("age1") {
            return x25519(text).map(native).map_err(invalid("X25519"));
        }
        if text.starts_with("ssh-") {
            return ssh_key(text).map(native).map_err(invalid("SSH"));
        }
        Err(RecipientError::Unknown)
    }

    /// What encrypts to this recipient.
    pub(super) fn encryptor(&self, talk: &Talk) -> Result<Box<dyn age::Recipient>, RecipientError> {
        match self.resolve()? {
            Target::Native(key) => Ok(key),
            Target::Plugin(key) => plugin::encryptor(key, talk),
        }
    }
}

enum Target {
    Native(Box<dyn age::Recipient>),
    Plugin(age::plugin::Recipient),
}

fn native(key: impl age::Recipient + 'static) -> Target {
    Target::Native(Box::new(key))
}

/// Whether somebody took a secret key for a recipient.
fn is_secret(text: &str) -> bool {
    let text = text.to_ascii_uppercase();
    ["AGE-SECRET-KEY-", "AGE-PLUGIN-", "PRIVATE KEY"].iter().any(|mark| text.contains(mark))
}

fn x25519(text: &str) -> Result<age::x25519::Recipient, &'static str> {
    let recipient = text.parse()?;
    // The age crate would panic when it encrypts to such a point.
    let point = hybrid::bech32_bytes("age", text)?;
    let point = point.as_slice().try_into().map_err(|_| "wrong length")?;
    if xwing::is_low_order(point) {
        return Err("its point has a low order");
    }
    Ok(recipient)
}

fn ssh_key(text: &str) -> Result<age::ssh::Recipient, &'static str> {
    use age::ssh::ParseRecipientKeyError as Why;
    let key = ssh::PublicKey::parse(text).ok_or("expected KIND BASE64 with the key's own kind inside")?;
    key.text().parse().map_err(|error| match error {
        Why::RsaModulusTooLarge => "RSA keys over 4096 bits are not supported",
        Why::RsaModulusTooSmall => "RSA keys under 2048 bits are not safe",
        Why::Unsupported(_) => "age uses only ssh-ed25519 and ssh-rsa keys",
        _ => "it does not decode",
    })
}

impl PartialEq for AgeRecipient {
    fn eq(&self, other: &AgeRecipient) -> bool {
        self.material().eq(other.material())
    }
}

impl Eq for AgeRecipient {}

impl Hash for AgeRecipient {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.material().for_each(|word| word.hash(state));
    }
}

/// For messages: one line, long keys shortened, never a secret key.
impl fmt::Display for AgeRecipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown(100))
    }
}

impl fmt::Debug for AgeRecipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AgeRecipient({self})")
    }
}
